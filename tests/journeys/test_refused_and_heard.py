"""Whoever sends more than can be taken is told so: the answer reaches them, and nothing given before is lost."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.serving import serving
from tests.fixtures.uploading import Giver, form_token, given, multipart, port

__all__ = ["given", "port"]

MIB = 1024**2
URLENCODED = "application/x-www-form-urlencoded"
# More than any buffer on the way holds, so that it is taken or the connection breaks.
MUCH = 16 * MIB


@pytest.fixture
def home(tmp_path: Path, given: Giver) -> Path:
    (tmp_path / "home" / "remembrance.toml").write_text("max_submission_bytes = 3000000\n")
    return tmp_path / "home"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a served archive that nothing was given to."""
    folder = tmp_path_factory.mktemp("served")
    with serving(folder / "home", folder / "log") as running:
        yield int(running.address.rstrip("/").rpartition(":")[2])


def post(
    port: int, given: Giver, path: str, kind: str, body: bytes, *more: tuple[str, str]
) -> tuple[int, str]:
    """Send all of a form, then hear the answer, as many browsers do."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("POST", path, body, given.headers | {"Content-Type": kind} | dict(more))
    answer = line.getresponse()
    status, text = answer.status, answer.read().decode()
    if ("Connection", "close") not in more:
        # The same line serves the next page.
        line.request("GET", "/give/files", headers=given.headers)
        assert line.getresponse().status == 200
    line.close()
    return status, text


def page(port: int, given: Giver) -> str:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", "/give/files", headers=given.headers)
    return line.getresponse().read().decode()


def with_files(token: str, files: list[tuple[str, bytes]], **typed: str) -> tuple[str, bytes]:
    """A form with files and its kind."""
    return "multipart/form-data; boundary=----cut-here", multipart(token, files, **typed)


def test_a_form_refused_before_it_is_read_is_answered_and_what_was_given_stays(
    tmp_path: Path, home: Path, port: int, given: Giver
) -> None:
    with serving(home, tmp_path / "log", f"127.0.0.1:{port}"):
        token = form_token(page(port, given))
        assert post(port, given, "/give/files", *with_files(token, [("one.txt", b"1")]))[0] == 303
        (caption,) = re.findall(r'name="(caption-\w+)"', page(port, given))
        kind, body = with_files(token, [("film.bin", b"x" * MUCH)], **{caption: "My mother"})
        for more in ((), (("Connection", "close"),)):
            status, text = post(port, given, "/give/files", kind, body, *more)
            assert status == 413 and "One submission can hold no more than this." in text
        # A page of questions that is far too long.
        status, text = post(port, given, "/give/about", URLENCODED, b"about-title=" + b"x" * MUCH)
        assert status == 413 and "<h1>" in text
        assert given.contents == {"one.txt": b"1"}
        assert "My mother" in page(port, given), "what was typed beside the files is kept"


def test_a_form_refused_because_too_much_came_within_an_hour_is_answered(
    tmp_path: Path, home: Path, port: int, given: Giver
) -> None:
    (home / "remembrance.toml").write_text("max_hourly_bytes = 3000000\n")
    with serving(home, tmp_path / "log", f"127.0.0.1:{port}"):
        token = form_token(page(port, given))
        kind, body = with_files(token, [("film.bin", b"x" * MUCH)])
        status, text = post(port, given, "/give/files", kind, body)
        assert status == 429 and "Go on in an hour. What has arrived is kept." in text


def test_one_person_may_begin_as_much_over_one_line_as_over_many_whichever_process_answers(
    tmp_path: Path, home: Path, port: int, given: Giver, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "remembrance.toml").write_text("max_hourly_files = 6\n")
    monkeypatch.setenv("REMEMBRANCE_WEB_PROCESSES", "3")
    with serving(home, tmp_path / "log", f"127.0.0.1:{port}"):
        token = form_token(page(port, given))
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(6):
            kind, body = with_files(token, [(f"{number}.txt", b"%d" % number)])
            line.request("POST", "/give/files", body, given.headers | {"Content-Type": kind})
            answer = line.getresponse()
            assert (answer.status, answer.read()[:0]) == (303, b"")
        line.close()
        assert len(given.contents) == 6
        for number in range(6, 15):
            more = with_files(token, [(f"{number}.txt", b"%d" % number)])
            assert post(port, given, "/give/files", *more, ("Connection", "close"))[0] == 303
        assert "More was sent within an hour than one person may send." in page(port, given)
        assert len(given.contents) == 6


@pytest.mark.parametrize("rest", [b"zz\r\n", b"5\r\nhello", b"5\r\nhelloXX0\r\n\r\n"])
def test_what_breaks_after_the_answer_is_answered_no_second_time(served: int, rest: bytes) -> None:
    asked = b"POST /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served), timeout=30) as line:
        line.sendall(asked + rest)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while block := line.recv(65536):
            heard += block
    assert heard.startswith(b"HTTP/1.1 404 ")
    assert heard.count(b"HTTP/1.1 ") == 1
