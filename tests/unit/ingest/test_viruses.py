"""A file is looked through for viruses before anything opens it, where the archive has a program for that."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.jobs.retrying import is_transient
from ingest.scanner import ScannerAwayError
from tests.fixtures import given

# What every such program takes for a virus, so that they can be tried: https://www.eicar.org. Put together here only.
HARMLESS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MOST = 2_000_000


class Daemon(socketserver.StreamRequestHandler):
    """Talks as clamd does."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            data += self.rfile.read(length)
            if len(data) > MOST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        found = b"stream: Eicar-Test-Signature FOUND\0" if HARMLESS in data else b"stream: OK\0"
        self.wfile.write(b"nonsense\0" if data == b"confuse it" else found)


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("clamd") / "s"
    with socketserver.ThreadingUnixStreamServer(str(place), Daemon) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"unix:{place}"
        server.shutdown()


def test_a_file_with_a_virus_is_opened_by_nothing(look, clamd: str) -> None:
    found = look(given.jpeg() + HARMLESS, "photo.jpg", virus_scanner=clamd)
    assert found.failure.code == "virus-found"
    assert found.identification is None and not found.copies and not found.passages


def test_a_file_without_one_goes_its_way_and_says_so(look, clamd: str) -> None:
    found = look(given.jpeg(), "photo.jpg", virus_scanner=clamd)
    assert found.failure is None and found.copies
    assert "virus-none" in {note.code for note in found.notes}


def test_a_file_too_large_to_be_looked_through_is_shown_and_says_so(look, clamd: str) -> None:
    found = look(b"word " * 800_000, "notes.txt", virus_scanner=clamd)
    assert found.failure is None
    assert "virus-not-looked-for" in {note.code for note in found.notes}


@pytest.mark.parametrize("address", ["unix:{}/nobody", "tcp:127.0.0.1:1"])
def test_while_the_program_is_away_the_file_waits(look, tmp_path: Path, address: str) -> None:
    with pytest.raises(ScannerAwayError) as away:
        look(given.jpeg(), "photo.jpg", virus_scanner=address.format(tmp_path))
    assert is_transient(away.value)


def test_an_answer_that_cannot_be_understood_is_not_taken_for_a_clean_file(look, clamd: str) -> None:
    with pytest.raises(ScannerAwayError):
        look(b"confuse it", "notes.txt", virus_scanner=clamd)


def test_where_there_is_no_such_program_nothing_is_claimed(look) -> None:
    assert not {note.code for note in look(given.jpeg(), "photo.jpg").notes} & {"virus-none", "virus-found"}
