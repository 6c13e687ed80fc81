"""How near uploads come to what the machine can do: `python -m bench.upload`.

The same bytes in the same run: a plain copy that hashes them with SHA-512 and flushes, by so many threads at once, and then as
many senders at once to the archive served by gunicorn, by one form and by tus in parts of 32 MiB, as our pages send them. The senders, in
a process of their own, take part of the same processors; nothing is subtracted for them. What is left then to be saved is told by the
same senders to bare sockets, read, hashed, written and flushed without HTTP, form or database.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import re
import socket
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from archive.access import contributor
from archive.services import drafts, sessions
from archive.services.opening import Archive, open_archive
from archive.services.sessions import DRAFTING, SUBMISSION
from archive.settings import Settings
from archive.web.serving import Server
from bench.upload_limit import BLOCK, by_sockets, copies, together

PART = 32 * BLOCK
MB = 1_000_000
COOKIE = "remembrance"
BOUNDARY = "----measured"


def serve(home: str, port: int) -> None:
    """Serve in this process until it is ended."""
    Server(
        Settings.load({"REMEMBRANCE_HOME": home, "REMEMBRANCE_WEB_THREADS": "40"}), f"127.0.0.1:{port}"
    ).run()


@dataclass(frozen=True)
class Giver:
    """A new draft, the cookie it is open with, and the token of its form."""

    submission: str
    cookie: str
    token: str


def page(port: int, path: str, cookie: str = "") -> str:
    """One page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    text = connection.getresponse().read().decode("utf-8", "replace")
    connection.close()
    return text


def begin(archive: Archive, port: int) -> Giver:
    """Somebody who is about to send something."""
    submission = drafts.start(archive, "march-25", "en")
    cookie = f"{COOKIE}={sessions.save_session(archive, None, {SUBMISSION: submission, DRAFTING: True})}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(port, "/give/files", cookie))
    assert token is not None
    return Giver(submission, cookie, token[1])


def by_form(port: int, given: Giver, source: Path) -> None:
    """Send a file by the plain form."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{given.token}\r\n'
    head += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{source.name}"\r\n\r\n'
    tail = f"\r\n--{BOUNDARY}--\r\n"
    length = len(head) + source.stat().st_size + len(tail)
    with socket.create_connection(("127.0.0.1", port), timeout=600) as line, source.open("rb") as file:
        lines = ["POST /give/files HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {given.cookie}"]
        lines += [f"Content-Type: multipart/form-data; boundary={BOUNDARY}", f"Content-Length: {length}"]
        line.sendall("\r\n".join([*lines, "Connection: close", "", head]).encode())
        line.sendfile(file)
        line.sendall(tail.encode())
        assert line.recv(BLOCK).startswith(b"HTTP/1.1 303")


def by_tus(port: int, given: Giver, source: Path) -> None:
    """Send a file in parts, on one connection, as browsers do."""
    size = source.stat().st_size
    with socket.create_connection(("127.0.0.1", port), timeout=600) as line, source.open("rb") as file:
        create = [f"POST /give/tus HTTP/1.1\r\nUpload-Length: {size}\r\nContent-Length: 0"]
        where = spoken(line, given, create, "201")["location"]
        for offset in range(0, size, PART):
            part = min(PART, size - offset)
            head = [f"PATCH {where} HTTP/1.1", f"Upload-Offset: {offset}", f"Content-Length: {part}"]
            say(line, given, [*head, "Content-Type: application/offset+octet-stream"])
            line.sendfile(file, offset, part)
            heard(line, "204")


def spoken(line: socket.socket, given: Giver, head: list[str], wanted: str) -> dict[str, str]:
    """Send a request without a body and return the headers of its answer."""
    say(line, given, head)
    return heard(line, wanted)


def say(line: socket.socket, given: Giver, head: list[str]) -> None:
    """Send the head of a request."""
    lines = [*head, "Host: 127.0.0.1", f"Cookie: {given.cookie}", "Tus-Resumable: 1.0.0", "", ""]
    line.sendall("\r\n".join(lines).encode())


def heard(line: socket.socket, wanted: str) -> dict[str, str]:
    """The headers of an answer without a body, by their names in small letters."""
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        more = line.recv(BLOCK)
        assert more, "the server hung up"
        answer += more
    status, *lines = answer.decode("latin-1").split("\r\n")
    assert f" {wanted} " in f"{status} ", status
    return {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}


def send(way: str, port: int, givers: list[Giver], source: str, says: Connection) -> None:
    """In a process of its own: send so many at once, and say how long it took."""
    sender = by_form if way == "form" else by_tus
    says.send(together(len(givers), lambda one: sender(port, givers[one], Path(source))))


def memory_of(pid: int) -> int:
    """Bytes of memory that a process and those below it hold for themselves."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return (int(own[1]) * 1024 if own else 0) + sum(memory_of(int(child)) for child in listed)


class Peak:
    """The most memory a server held while it was looked at."""

    def __init__(self, pid: int) -> None:
        self.most, self._pid, self._over = 0, pid, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._over.wait(0.02):
            self.most = max(self.most, memory_of(self._pid))

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


@dataclass
class Bench:
    """A served archive, and where there is room to measure."""

    archive: Archive
    port: int
    pid: int
    root: Path

    def uploads(self, way: str, number: int, source: Path) -> float:
        """How long so many uploads at once take, until each is told to be kept."""
        givers = [begin(self.archive, self.port) for _ in range(number)]
        spawn = multiprocessing.get_context("spawn")
        hears, says = spawn.Pipe(False)
        sender = spawn.Process(target=send, args=(way, self.port, givers, str(source), says))
        sender.start()
        # Only the sender holds it now: where that one dies, nobody waits for it.
        says.close()
        took = float(hears.recv())
        sender.join()
        for giver in givers:
            draft = drafts.view(self.archive, contributor([giver.submission]), giver.submission)
            assert [file.size for file in draft.files] == [source.stat().st_size]
        for path in (one for one in self.archive.settings.staging.iterdir() if one.is_file()):
            path.unlink()
        return took

    def measure(self, way: str, number: int, source: Path, rounds: int) -> None:
        """Two lines: rounds in which copies and uploads take turns, in the median, and the best of each.

        A disk that others use too is twice as fast now and then: whichever has that round looks better by the best alone.
        """
        mb = source.stat().st_size * number / MB
        before = memory_of(self.pid)
        with Peak(self.pid) as peak:
            turns = [
                (
                    copies(self.root, number, source),
                    by_sockets(self.root, number, source),
                    self.uploads(way, number, source),
                )
                for _ in range(rounds)
            ]
        name = f"{way:5} {number:3} at once"
        for of, chosen in (("median", statistics.median), ("best", min)):
            copied, bare, took = (chosen(times) for times in zip(*turns, strict=True))
            print(
                f"{name}  {of:6} {mb / took:6.0f} MB/s; copy + SHA-512 {mb / copied:6.0f} MB/s, ratio {copied / took:.2f}; "
                f"bare sockets {mb / bare:6.0f} MB/s, ratio {bare / took:.2f}"
            )
        print(
            f"{name}  memory {max(0, peak.most - before) / MB:.0f} MB over {before / MB:.0f} MB", flush=True
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=512, help="of all uploads at once, together")
    parser.add_argument("--least", type=int, default=64, help="megabytes of one upload at least")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--at-once", type=int, nargs="*", default=[1, 8, 32])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-upload-") as name:
        root = Path(name)
        archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(root / "home")}))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(str(root / "home"), port))
        server.start()
        try:
            wait_for(port)
            bench = Bench(archive, port, server.pid or 0, root)
            for number in asked.at_once:
                source = root / f"recording-{number}.bin"
                source.write_bytes(os.urandom(max(asked.least, asked.megabytes // number) * MB))
                for way in ("form", "tus"):
                    bench.measure(way, number, source, asked.rounds)
                source.unlink()
        finally:
            server.terminate()
            server.join()
            archive.close()


def wait_for(port: int) -> None:
    """Until the server answers."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            page(port, "/health")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
