"""However large a file is, taking it in costs a server little memory, by a form as by tus."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.services.opening import open_archive
from archive.settings import Settings
from tests.fixtures.serving import Served, serving
from tests.fixtures.uploading import BYTES, TUS, Giver, form_token, giver, metadata, multipart

MIB = 1024**2
SIZE = 256 * MIB
MOST_OVER = 64 * MIB
PIECE = bytes(range(256)) * 4096


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Served, Giver]]:
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "home")}))
    with serving(tmp_path / "home", tmp_path / "log") as running:
        yield running, giver(archive)
    archive.close()


def peak_of(running: Served) -> int:
    """The most that the process which answers ever held, in bytes."""
    web = running.child("archive-web")
    below = Path(f"/proc/{web}/task/{web}/children").read_text().split()
    return max(_peak(int(pid)) for pid in (*below, str(web)))


def _peak(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 if found else 0


def begin_anew(running: Served) -> int:
    """Forget the peak until now; returns what is held."""
    web = running.child("archive-web")
    for pid in (*Path(f"/proc/{web}/task/{web}/children").read_text().split(), str(web)):
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    return peak_of(running)


def connect(running: Served) -> socket.socket:
    host, _, port = running.address.removeprefix("http://").strip("/").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=300)


def send_large(running: Served, lines: list[str], before: bytes, after: bytes) -> bytes:
    """A request with a body of that size between two pieces; returns the answer's first line."""
    length = len(before) + SIZE + len(after)
    head = [*lines, "Host: 127.0.0.1", f"Content-Length: {length}", "Connection: close", "", ""]
    with connect(running) as line:
        line.sendall("\r\n".join(head).encode() + before)
        for _ in range(SIZE // len(PIECE)):
            line.sendall(PIECE)
        line.sendall(after)
        return line.recv(65536).partition(b"\r\n")[0]


def test_a_large_file_by_a_form_costs_little_memory(served: tuple[Served, Giver]) -> None:
    running, given = served
    page = http.client.HTTPConnection(running.address.removeprefix("http://").strip("/"))
    page.request("GET", "/give/files", headers=given.headers)
    token = form_token(page.getresponse().read().decode())
    page.close()
    held = begin_anew(running)
    body = multipart(token, [("film.bin", b"<here>")])
    before, after = body.split(b"<here>")
    lines = ["POST /give/files HTTP/1.1", "Content-Type: multipart/form-data; boundary=----cut-here"]
    lines += [f"{name}: {value}" for name, value in given.headers.items()]
    assert b" 303 " in send_large(running, lines, before, after)
    assert peak_of(running) - held < MOST_OVER
    assert [file.size for file in given.files] == [SIZE]


def test_a_large_part_by_tus_costs_little_memory(served: tuple[Served, Giver]) -> None:
    running, given = served
    create = http.client.HTTPConnection(running.address.removeprefix("http://").strip("/"))
    create.request(
        "POST",
        "/give/tus",
        headers=given.headers | TUS | metadata("film.bin") | {"Upload-Length": str(SIZE)},
    )
    answer = create.getresponse()
    where = answer.headers["Location"]
    create.close()
    held = begin_anew(running)
    lines = [f"PATCH {where} HTTP/1.1", "Upload-Offset: 0"]
    lines += [f"{name}: {value}" for name, value in (given.headers | BYTES).items()]
    assert b" 204 " in send_large(running, lines, b"", b"")
    assert peak_of(running) - held < MOST_OVER
    (file,) = given.files
    assert file.size == SIZE
    # Written once, to where it stays.
    staged = given.archive.settings.staging / file.staged_as
    assert staged.stat().st_size == SIZE
