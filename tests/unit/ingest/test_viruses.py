"""A file is looked through for viruses before anything opens it, where the archive has a program for that."""

from __future__ import annotations

import os
import pwd
import shutil
import socketserver
import struct
import subprocess
import threading
import time
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
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("clamd") / "s"
    with socketserver.ThreadingUnixStreamServer(str(place), Daemon) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"unix:{place}"
        server.shutdown()


@pytest.fixture(scope="module", params=["stand-in", pytest.param("ClamAV", marks=pytest.mark.slow)])
def clamd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of what talks like clamd, or in the thorough run of clamd itself, with one signature of our own."""
    if request.param == "stand-in":
        yield request.getfixturevalue("stand_in")
        return
    program = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("clamd is not installed: apt-get install -y --no-install-recommends clamav-daemon")
    place = tmp_path_factory.mktemp("clamav")
    (place / "signatures").mkdir()
    (place / "signatures" / "ours.ndb").write_text(f"Ours:0:*:{HARMLESS.hex()}\n")
    lines = {
        "DatabaseDirectory": place / "signatures",
        "LocalSocket": place / "s",
        "StreamMaxLength": MOST,
        "Foreground": "yes",
        "User": pwd.getpwuid(os.getuid()).pw_name,
    }
    (place / "conf").write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
    daemon = subprocess.Popen([program, "-c", str(place / "conf")], stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while not (place / "s").exists():
            assert daemon.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        yield f"unix:{place / 's'}"
    finally:
        daemon.terminate()
        daemon.wait(30)


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


def test_an_answer_that_cannot_be_understood_is_not_taken_for_a_clean_file(look, stand_in: str) -> None:
    with pytest.raises(ScannerAwayError):
        look(b"confuse it", "notes.txt", virus_scanner=stand_in)


def test_where_there_is_no_such_program_nothing_is_claimed(look) -> None:
    assert not {note.code for note in look(given.jpeg(), "photo.jpg").notes} & {"virus-none", "virus-found"}
