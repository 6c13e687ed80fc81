"""What the server refuses by itself, before anybody knows which page was meant: told in every language at once."""

from __future__ import annotations

import socket
import time
from http import HTTPStatus
from typing import Any

from flask import Flask
from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from archive.web.error_answers import bare, spoken
from archive.web.i18n import LANGUAGES, said_in
from archive.web.pages_error import told_as
from archive.web.security import HEADERS, PRIVATE_CACHE

STATUS: dict[type[Exception], int] = {
    errors.LimitRequestLine: 414,
    errors.LimitRequestHeaders: 431,
    errors.ExpectationFailed: 417,
    errors.UnsupportedTransferCoding: 501,
    # What an application answers is no fault of whoever asks.
    errors.InvalidResponseHeader: 500,
    errors.InvalidResponseHeaderName: 500,
    errors.ConfigurationProblem: 500,
    errors.ParseException: 400,
}
# Many browsers hear an answer only once all that they send has been taken. A body that is refused unread is let in and
# forgotten, up to so many bytes and seconds: what was reset instead would look like a broken line.
HEARD_OUT_BYTES = 32 * 1024 * 1024
HEARD_OUT_S = 30

ANSWERED_AS = {414: 400}
"""A search that is too long is one answer to whoever asks, however much too long it is; the words say what was."""


class PlainWorker(ThreadWorker):  # type: ignore[misc]
    """A worker whose own errors are pages for people, and whose log tells of none of them from whom it came."""

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        """Whether the connection is good for another request, once what is left of this one was heard out."""
        until = time.monotonic() + HEARD_OUT_S
        try:
            is_whole = conn.parser.finish_body(deadline=until, max_bytes=HEARD_OUT_BYTES)
        except Exception as error:
            # It was answered already: whatever is wrong with the rest, a second answer would be taken for that to the next request.
            self.log.debug("the rest of a request was not heard: %s", type(error).__name__)
            return False
        return bool(keepalive and is_whole)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer a request that reached no page of ours, or whose answer broke."""
        status = next((STATUS[one] for one in type(exc).__mro__ if one in STATUS), 500)
        if status == 500:
            self.log.exception("Error handling a request")
        else:
            self.log.warning("A request that is no HTTP was refused.")
        try:
            write_nonblock(client, refusal(self.wsgi, status))
        except Exception as error:
            self.log.debug("a refusal was not heard: %s", type(error).__name__)


def refusal(app: Flask, status: int) -> bytes:
    """The whole answer, head and page."""
    with app.test_request_context():
        pages = []
        for code in LANGUAGES:
            with said_in(code):
                pages.append(spoken(told_as(status), code))
        body = bare(*pages).encode()
    headers = {**HEADERS, "Cache-Control": PRIVATE_CACHE, "Content-Type": "text/html; charset=utf-8"}
    headers |= {"Content-Length": str(len(body)), "Connection": "close"}
    answered = HTTPStatus(ANSWERED_AS.get(status, status))
    lines = [f"HTTP/1.1 {answered.value} {answered.phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
