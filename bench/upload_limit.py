"""What uploads are measured against: a plain copy that hashes, and the same bytes through bare sockets with nothing around them."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

from bench.plain_copy import BLOCK, copy_and_hash

KEPT = b"1"


def together(number: int, work: Callable[[int], None]) -> float:
    """How long it takes, by the wall, to do it so many times at once."""
    with ThreadPoolExecutor(number) as pool:
        start = time.perf_counter()
        list(pool.map(work, range(number)))
        return time.perf_counter() - start


def copies(root: Path, number: int, source: Path) -> float:
    """How long so many plain copies at once take, in seconds."""
    took = together(number, lambda one: copy_and_hash(source, root / f"copy-{one}"))
    for path in root.glob("copy-*"):
        path.unlink()
    return took


def by_sockets(root: Path, number: int, source: Path) -> float:
    """How long so many senders at once take to a process that reads its sockets, hashes, writes and flushes, in seconds.

    As with uploads the senders are a process of their own and use `sendfile`; there is no HTTP, no form, no database.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=number) as listening:
        spawn = multiprocessing.get_context("spawn")
        hears, says = spawn.Pipe(False)
        port = listening.getsockname()[1]
        sender = spawn.Process(target=_send_all, args=(port, number, str(source), says))
        sender.start()
        says.close()
        size = source.stat().st_size
        together(number, lambda one: _receive(listening, root / f"bare-{one}", size))
        took = float(hears.recv())
        sender.join()
    for path in root.glob("bare-*"):
        path.unlink()
    return took


def _receive(listening: socket.socket, target: Path, size: int) -> None:
    connection, _ = listening.accept()
    sha512, buffer = hashlib.sha512(), memoryview(bytearray(BLOCK // 2))
    with connection, target.open("wb", buffering=0) as writing:
        while size:
            received = connection.recv_into(buffer, min(len(buffer), size), socket.MSG_WAITALL)
            assert received, "the sender hung up"
            sha512.update(buffer[:received])
            writing.write(buffer[:received])
            size -= received
        os.fsync(writing.fileno())
        connection.sendall(KEPT)


def _send_all(port: int, number: int, source: str, says: Connection) -> None:
    says.send(together(number, lambda _: _send(port, source)))


def _send(port: int, source: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=600) as line, Path(source).open("rb") as file:
        line.sendfile(file)
        assert line.recv(1) == KEPT
