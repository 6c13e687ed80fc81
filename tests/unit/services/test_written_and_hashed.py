"""A block is written and hashed at once, and a disk that takes none of it leaves the hash where it was."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
import zlib
from pathlib import Path

import pytest

from archive.models.errors import StorageFullError
from archive.services.arriving import WORTH_A_THREAD, Memory, Running

LARGE = bytes(range(256)) * (WORTH_A_THREAD // 128)


@pytest.mark.parametrize("block", [b"small", LARGE], ids=["here", "beside"])
def test_what_is_written_is_what_is_hashed(tmp_path: Path, block: bytes) -> None:
    memory, running = Memory(), Running()
    with (tmp_path / "file").open("ab", buffering=0) as file:
        for _ in range(5):
            running = memory.write_and_hash(file.fileno(), memoryview(block), running)
    written = (tmp_path / "file").read_bytes()
    assert written == block * 5 and running.size == len(written)
    assert running.sha512.hexdigest() == hashlib.sha512(written).hexdigest()
    assert running.crc32 == zlib.crc32(written)


@pytest.mark.parametrize("block", [b"small", LARGE], ids=["here", "beside"])
def test_a_block_that_the_disk_refused_is_not_in_the_hash_and_may_be_used_again(
    tmp_path: Path, block: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, lent = Memory(), bytearray(block)
    with (tmp_path / "file").open("ab", buffering=0) as file:
        running = memory.write_and_hash(file.fileno(), b"before", Running())

        def full(*_: object) -> int:
            raise OSError(errno.ENOSPC, "no space")

        with monkeypatch.context() as patched:
            patched.setattr(os, "write", full)
            # Taking back what was lent is an error while somebody holds a part of it.
            with memoryview(lent) as view, pytest.raises(StorageFullError):
                memory.write_and_hash(file.fileno(), view, running)
        running = memory.write_and_hash(file.fileno(), block, running)
    assert running.sha512.hexdigest() == hashlib.sha512(b"before" + block).hexdigest()


def test_many_at_once_each_have_their_own_hash(tmp_path: Path) -> None:
    memory = Memory()
    found: dict[int, str] = {}

    def one(number: int) -> None:
        running = Running()
        with (tmp_path / str(number)).open("ab", buffering=0) as file:
            for _ in range(20):
                running = memory.write_and_hash(file.fileno(), LARGE + bytes([number]), running)
        found[number] = running.sha512.hexdigest()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {
        number: hashlib.sha512((LARGE + bytes([number])) * 20).hexdigest() for number in range(8)
    }
