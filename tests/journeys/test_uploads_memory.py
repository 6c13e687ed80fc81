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
MOST_OVER = 64 * MIB
# Beside the file itself: what the database writes, and the answers.
MOST_BESIDE = 4 * MIB
SIZES = pytest.mark.parametrize(
    "size",
    [
        pytest.param(256 * MIB, id="quarter"),
        pytest.param(2048 * MIB, id="two-gibibytes", marks=pytest.mark.slow),
    ],
)
PIECE = bytes(range(256)) * 4096


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Served, Giver]]:
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "home")}))
    with serving(tmp_path / "home", tmp_path / "log") as running:
        yield running, giver(archive)
    archive.close()


def of_pages(running: Served) -> list[int]:
    """The processes that answer."""
    web = running.child("archive-web")
    return [web, *map(int, Path(f"/proc/{web}/task/{web}/children").read_text().split())]


def peak_of(running: Served) -> int:
    """The most that one of the processes which answer ever held, in bytes."""
    return max(_peak(pid) for pid in of_pages(running))


def written_by(running: Served) -> int:
    """Bytes that the processes which answer wrote, to whatever it was."""
    told = (Path(f"/proc/{pid}/io").read_text() for pid in of_pages(running))
    return sum(int(found[1]) for one in told if (found := re.search(r"wchar: (\d+)", one)))


def _peak(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 if found else 0


def begin_anew(running: Served) -> int:
    """Forget the peak until now; returns what is held."""
    for pid in of_pages(running):
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    return peak_of(running)


def connect(running: Served) -> socket.socket:
    host, _, port = running.address.removeprefix("http://").strip("/").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=300)


def send_large(running: Served, size: int, lines: list[str], before: bytes, after: bytes) -> bytes:
    """A request with a body of that size between two pieces; returns the answer's first line."""
    length = len(before) + size + len(after)
    head = [*lines, "Host: 127.0.0.1", f"Content-Length: {length}", "Connection: close", "", ""]
    with connect(running) as line:
        line.sendall("\r\n".join(head).encode() + before)
        for _ in range(size // len(PIECE)):
            line.sendall(PIECE)
        line.sendall(after)
        return line.recv(65536).partition(b"\r\n")[0]


@SIZES
def test_a_large_file_by_a_form_costs_little_memory_and_is_written_once(
    served: tuple[Served, Giver], size: int
) -> None:
    running, given = served
    page = http.client.HTTPConnection(running.address.removeprefix("http://").strip("/"))
    page.request("GET", "/give/files", headers=given.headers)
    token = form_token(page.getresponse().read().decode())
    page.close()
    held, written = begin_anew(running), written_by(running)
    body = multipart(token, [("film.bin", b"<here>")])
    before, after = body.split(b"<here>")
    lines = ["POST /give/files HTTP/1.1", "Content-Type: multipart/form-data; boundary=----cut-here"]
    lines += [f"{name}: {value}" for name, value in given.headers.items()]
    assert b" 303 " in send_large(running, size, lines, before, after)
    assert peak_of(running) - held < MOST_OVER
    assert size <= written_by(running) - written < size + MOST_BESIDE
    assert [file.size for file in given.files] == [size]


@SIZES
def test_a_large_part_by_tus_costs_little_memory_and_is_written_once(
    served: tuple[Served, Giver], size: int
) -> None:
    running, given = served
    create = http.client.HTTPConnection(running.address.removeprefix("http://").strip("/"))
    create.request(
        "POST",
        "/give/tus",
        headers=given.headers | TUS | metadata("film.bin") | {"Upload-Length": str(size)},
    )
    answer = create.getresponse()
    where = answer.headers["Location"]
    create.close()
    held, written = begin_anew(running), written_by(running)
    lines = [f"PATCH {where} HTTP/1.1", "Upload-Offset: 0"]
    lines += [f"{name}: {value}" for name, value in (given.headers | BYTES).items()]
    assert b" 204 " in send_large(running, size, lines, b"", b"")
    assert peak_of(running) - held < MOST_OVER
    assert size <= written_by(running) - written < size + MOST_BESIDE
    (file,) = given.files
    assert file.size == size
    # To where it stays.
    staged = given.archive.settings.staging / file.staged_as
    assert staged.stat().st_size == size
