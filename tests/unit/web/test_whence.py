"""Where a request comes from: what the trusted proxy says, and what nobody else may invent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from archive.services.opening import Archive
from archive.web.app import create_app
from archive.web.marks import network
from archive.web.whence import whence
from tests.architecture.sources import ROOT

PROXY, VISITOR, INVENTED = "127.0.0.1", "203.0.113.7", "198.51.100.9"


def served(archive: Archive, trusted: str) -> Flask:
    return create_app(
        archive.settings, replace(archive, settings=replace(archive.settings, trusted_proxy=trusted))
    )


@pytest.mark.parametrize(
    ("trusted", "connected", "told", "found"),
    [
        ("", PROXY, VISITOR, PROXY),
        (PROXY, PROXY, VISITOR, VISITOR),
        ("127.0.0.0/8", PROXY, VISITOR, VISITOR),
        # What stands before the proxy's own word came with the request.
        (PROXY, PROXY, f"{INVENTED}, {VISITOR}", VISITOR),
        # Whoever comes to the server by another way says nothing about themselves that counts.
        (PROXY, VISITOR, INVENTED, VISITOR),
        (PROXY, PROXY, None, PROXY),
        (PROXY, PROXY, f"{VISITOR}, ", PROXY),
        (PROXY, PROXY, "unknown", PROXY),
        (PROXY, PROXY, "2001:db8::1", "2001:db8::1"),
        ("::1", "::1", VISITOR, VISITOR),
        (PROXY, "", VISITOR, ""),
    ],
)
def test_only_the_last_word_of_the_trusted_proxy_counts(
    archive: Archive, trusted: str, connected: str, told: str | None, found: str
) -> None:
    app = served(archive, trusted)
    headers = {"X-Forwarded-For": told} if told is not None else {}
    with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": connected}):
        assert whence() == found


def test_nothing_but_the_counts_in_memory_reads_where_somebody_comes_from() -> None:
    reads = {"remote_addr", "REMOTE_ADDR", "access_route", "X-Forwarded-For", "ProxyFix", "whence()"}
    found = {
        str(path.relative_to(ROOT))
        for folder in ("archive", "ingest")
        for path in (ROOT / folder).rglob("*.py")
        if any(one in path.read_text(encoding="utf-8") for one in reads)
    }
    counting = {"archive/web/asking.py", "archive/web/intake.py", "archive/web/tries.py"}
    # The settings say what it is for.
    assert found == {"archive/web/whence.py", "archive/settings.py"} | counting


def test_visitors_of_a_server_that_listens_to_both_kinds_of_address_are_told_apart() -> None:
    assert network("::ffff:203.0.113.7") == network("203.0.113.7") != network("::ffff:203.0.113.8")
    assert network("::ffff:127.0.0.1") == ""
