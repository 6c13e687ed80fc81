"""A connection is cut, the server is killed: what had arrived stays, and the same client goes on from there."""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import signal
import socket
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tusclient.client import TusClient
from tusclient.fingerprint.fingerprint import Fingerprint
from tusclient.storage.filestorage import FileStorage

from archive.models import File, FileState
from archive.services.sweep import stray_bytes
from tests.fixtures.outside import bytes_below
from tests.fixtures.serving import Served, serving, wait_until
from tests.fixtures.uploading import BYTES, TUS, Giver, form_token, given, metadata, multipart, port

__all__ = ["given", "port"]

MIB = 1024**2
CANARY = {"User-Agent": "Canary-Browser/7.31", "Referer": "https://canary.example/from-here"}


@contextmanager
def served(tmp_path: Path, port: int) -> Iterator[Served]:
    """The archive, served at that port."""
    with serving(tmp_path / "home", tmp_path / "log", f"127.0.0.1:{port}") as running:
        yield running


def kill(running: Served) -> None:
    """As a power cut would: every process of it, at once."""
    for name in running.tree():
        os.kill(int(name.partition("@")[0]), signal.SIGKILL)
    running.process.wait()


def content(size: int) -> bytes:
    """Bytes like no others, the same each time."""
    return random.Random(25).randbytes(size)


def is_there_once(given: Giver, data: bytes) -> None:
    """One file, byte for byte, looked at; and nothing beside it."""
    (file,) = given.files
    assert (file.size, file.sha512) == (len(data), hashlib.sha512(data).hexdigest())
    assert given.contents[file.given_name] == data
    assert given.arriving == ()
    assert stray_bytes(given.archive) == []

    def is_examined() -> bool:
        with given.archive.db.read() as session:
            return session.get_one(File, file.id).state != FileState.RECEIVED

    wait_until(is_examined)


def ask(
    port: int, method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> http.client.HTTPResponse:
    """One request, one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def begin_upload(port: int, given: Giver, length: int, name: str = "film.bin") -> str:
    """Where an upload that was begun is."""
    headers = given.headers | TUS | metadata(name) | {"Upload-Length": str(length)}
    answer = ask(port, "POST", "/give/tus", headers)
    assert answer.status == 201
    return str(answer.headers["Location"])


def offset_of(port: int, given: Giver, where: str) -> int:
    """How much has arrived."""
    return int(ask(port, "HEAD", where, given.headers | TUS).headers["Upload-Offset"])


def test_tuspy_goes_on_after_the_server_was_killed_halfway(tmp_path: Path, port: int, given: Giver) -> None:
    data = content(24 * MIB)
    path = tmp_path / "film.bin"
    path.write_bytes(data)
    storage = FileStorage(str(tmp_path / "remembered.json"))
    client = TusClient(f"http://127.0.0.1:{port}/give/tus", headers=given.headers)
    options = {
        "chunk_size": 3 * MIB,
        "metadata": {"filename": "film.bin"},
        "store_url": True,
        "url_storage": storage,
        "fingerprinter": Fingerprint(),
    }
    with served(tmp_path, port) as running:
        first = client.uploader(str(path), **options)
        first.upload(stop_at=12 * MIB)
        assert first.offset == 12 * MIB
        kill(running)
    with served(tmp_path, port):
        second = client.uploader(str(path), **options)
        assert second.offset == 12 * MIB
        assert second.url == first.url
        second.upload()
        is_there_once(given, data)
        # Whoever did not hear the last answer asks again, and hears the same.
        third = client.uploader(str(path), **options)
        third.upload()
        is_there_once(given, data)
    storage.close()


def test_killed_in_the_middle_of_a_part_what_was_acknowledged_is_there(
    tmp_path: Path, port: int, given: Giver
) -> None:
    data = content(8 * MIB)
    with served(tmp_path, port) as running:
        where = begin_upload(port, given, len(data))
        headers = given.headers | BYTES
        assert ask(port, "PATCH", where, headers | {"Upload-Offset": "0"}, data[: 2 * MIB]).status == 204
        with half_a_part(port, given, where, data):
            wait_until(lambda: (given.archive.settings.staging / where[-16:]).stat().st_size > 3 * MIB)
            kill(running)
    with served(tmp_path, port):
        offset = offset_of(port, given, where)
        assert offset >= 2 * MIB
        last = ask(port, "PATCH", where, headers | {"Upload-Offset": str(offset)}, data[offset:])
        assert last.status == 204
        is_there_once(given, data)


@contextmanager
def half_a_part(port: int, given: Giver, where: str, data: bytes) -> Iterator[socket.socket]:
    """A connection on which a part from 2 MiB on has come to its half."""
    lines = [f"PATCH {where} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(data) - 2 * MIB}"]
    sent = given.headers | BYTES | {"Upload-Offset": str(2 * MIB)}
    lines += [f"{name}: {value}" for name, value in sent.items()]
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + data[2 * MIB : 5 * MIB])
        yield line


def test_a_cut_connection_keeps_what_arrived_and_another_goes_on_at_once(
    tmp_path: Path, port: int, given: Giver
) -> None:
    data = content(8 * MIB)
    with served(tmp_path, port):
        where = begin_upload(port, given, len(data))
        headers = given.headers | BYTES
        ask(port, "PATCH", where, headers | {"Upload-Offset": "0"}, data[: 2 * MIB])
        with half_a_part(port, given, where, data):
            wait_until(lambda: offset_of(port, given, where) >= 4.5 * MIB)
            # The old connection still hangs: the phone has changed its network, and the server does not know.
            offset = offset_of(port, given, where)
            part = ask(port, "PATCH", where, headers | {"Upload-Offset": str(offset)}, data[offset : 6 * MIB])
            assert part.status == 204
        assert offset_of(port, given, where) == 6 * MIB
        ask(port, "PATCH", where, headers | {"Upload-Offset": str(6 * MIB)}, data[6 * MIB :])
        is_there_once(given, data)


def test_a_form_that_is_cut_loses_only_the_file_that_was_cut(tmp_path: Path, port: int, given: Giver) -> None:
    with served(tmp_path, port) as running:
        token = form_token(read(port, given))
        for ends in ("gone", "killed"):
            body = multipart(token, [(f"{ends}.bin", b"whole"), ("cut.bin", content(4 * MIB))])
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.sendall(form_head(given, len(body)) + body[: 2 * MIB])
                wait_until(lambda: given.arriving == ("cut.bin",))
                if ends == "killed":
                    kill(running)
            if ends == "gone":
                wait_until(lambda: given.arriving == ())
                # Whoever opens the page again is told which one it was.
                wait_until(lambda: "The connection broke before the file was whole" in read(port, given))
    with served(tmp_path, port):
        assert [file.given_name for file in given.files] == ["gone.bin", "killed.bin"]
        assert given.arriving == ()
        assert stray_bytes(given.archive) == []


def read(port: int, given: Giver) -> str:
    """What the page of files says."""
    page = http.client.HTTPConnection("127.0.0.1", port)
    page.request("GET", "/give/files", headers=given.headers)
    text = page.getresponse().read().decode()
    page.close()
    return text


def form_head(given: Giver, length: int | None) -> bytes:
    """The head of a form with files; without a length it comes in chunks."""
    measure = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = ["POST /give/files HTTP/1.1", "Host: 127.0.0.1", measure, "Connection: close"]
    lines += ["Content-Type: multipart/form-data; boundary=----cut-here"]
    lines += [f"{name}: {value}" for name, value in (given.headers | CANARY).items()]
    return "\r\n".join([*lines, "", ""]).encode()


def test_a_body_of_no_announced_length_or_of_a_false_one_is_measured_as_it_comes(
    tmp_path: Path, port: int, given: Giver
) -> None:
    limits = "max_file_bytes = 1000000\nmax_submission_bytes = 5000000\n"
    (tmp_path / "home" / "remembrance.toml").write_text(limits)
    with served(tmp_path, port):
        token = form_token(read(port, given))
        files = [("one.txt", b"1"), ("film.bin", content(2 * MIB)), ("two.txt", b"2")]
        body = multipart(token, files)
        assert b" 303 " in talk(port, form_head(given, None) + in_chunks(body))
        assert sorted(given.contents) == ["one.txt", "two.txt"]
        # Shorter than it is: the rest is no part of it. Longer: it breaks off.
        short = multipart(token, [("three.txt", b"3"), ("never.txt", b"x" * 1000)])
        assert b" 303 " in talk(port, form_head(given, len(short) - 500) + short)
        long = multipart(token, [("four.txt", b"4")])
        talk(port, form_head(given, len(long) + 1000) + long, half=True)
        wait_until(lambda: sorted(given.contents) == ["four.txt", "one.txt", "three.txt", "two.txt"])
        # By tus, where a part of no length brings more than was announced: no more than that is kept, and it goes on.
        film = content(700_000)
        where = begin_upload(port, given, len(film))
        more = talk(port, part_head(given, where, 0) + in_chunks(film + film[:200_000]))
        assert b" 413 " in more.partition(b"\r\n")[0]
        offset = offset_of(port, given, where)
        assert offset <= len(film) and given.arriving == ("film.bin",)
        rest = talk(port, part_head(given, where, offset) + in_chunks(film[offset:]))
        assert b" 204 " in rest.partition(b"\r\n")[0]
        assert given.contents["film.bin"] == film
        # So long that it can only be refused, and is, before it comes.
        refused = talk(port, form_head(given, 10**10) + body[:1000], wait=True)
        assert b" 413 " in refused.partition(b"\r\n")[0]
    kept = b"".join(bytes_below(tmp_path / "home").values())
    for canary in ("Canary-Browser", "canary.example", "127.0.0.1"):
        assert canary.encode() not in kept


def in_chunks(body: bytes) -> bytes:
    """A body in chunks of uneven length."""
    pieces = (body[at : at + 70_001] for at in range(0, len(body), 70_001))
    return b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in pieces) + b"0\r\n\r\n"


def part_head(given: Giver, where: str, offset: int) -> bytes:
    """The head of a part by tus that says no length."""
    lines = [f"PATCH {where} HTTP/1.1", "Host: 127.0.0.1", "Transfer-Encoding: chunked", "Connection: close"]
    lines += [
        f"{name}: {value}" for name, value in (given.headers | BYTES | {"Upload-Offset": str(offset)}).items()
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def talk(port: int, request: bytes, *, half: bool = False, wait: bool = False) -> bytes:
    """Send raw bytes and hear the answer; with `half` the sending ends there, and the answer is not waited for."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(request)
        if half:
            line.shutdown(socket.SHUT_WR)
        answer = b""
        while block := line.recv(65536):
            answer += block
            if wait and b"\r\n\r\n" in answer:
                return answer
        return answer


def test_urls_of_uploads_lead_within_the_site(tmp_path: Path, port: int, given: Giver) -> None:
    with served(tmp_path, port):
        where = urllib.parse.urlsplit(begin_upload(port, given, 3))
        assert (where.scheme, where.netloc) == ("", "")
