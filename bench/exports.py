"""How near an export comes to what the machine can do, and in how much memory: `python -m bench.exports [GIGABYTES]`.

One bag of that size (10 GB unless told otherwise; its files are holes, so that it takes no room itself) in the same run: packed by
`zip -0` and flushed, written as an export by us, and read back, unpacked and validated as an export is before it leaves. Each of ours runs in a
process of its own, whose largest memory is told. Needs three times the size free in the folder of temporary files.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import multiprocessing.connection
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from archive.bags import PayloadFile, StockValidator, patience, write_bag
from archive.bags.arriving import read_bundle
from archive.bags.leaving import INSIDE, kept_parts, write_bundle

ITEM, NAME = "7k3m9qx2v0t4hsbd", "remembrance-measured"
FILES = 10
MB = 1_000_000


def made_of_holes(folder: Path, size: int) -> Path:
    """A bag of ten files of zeros that take no room."""
    sha512, block = hashlib.sha512(), bytes(1 << 20)
    each = size // FILES >> 20 << 20
    for _ in range(each >> 20):
        sha512.update(block)
    payload = []
    for number in range(FILES):
        source = folder / f"arriving-{number}"
        source.touch()
        os.truncate(source, each)
        payload.append(PayloadFile(source, f"recording-{number}.wav", sha512.hexdigest(), each))
    record = {"record.json": b"{}", "README.txt": b"Measured.\n"}
    return write_bag(folder / ITEM, item_id=ITEM, payload=payload, info={}, revision=record).path


def zip_0(folder: Path, target: Path) -> None:
    """What only stores, by others."""
    subprocess.run(["zip", "-0", "-q", "-r", str(target), ITEM], cwd=folder, check=True)
    with target.open("rb") as stream:
        os.fsync(stream.fileno())


def write(folder: Path, target: Path, wrapping: str) -> None:
    """Write the export."""
    parts = (one.inside(f"{INSIDE}/{ITEM}") for one in kept_parts(folder / ITEM))
    write_bundle(target, wrapping, NAME, parts, info={}, readme=b"Measured.\n")


def check(folder: Path, target: Path, wrapping: str) -> None:
    """Read it back, unpack it, have it validated."""
    with StockValidator() as stock, tempfile.TemporaryDirectory(dir=folder) as scratch:

        def look(_: str, root: Path, size: int) -> None:
            assert stock.validate(root, patience(size)).valid

        assert read_bundle(target, wrapping, NAME, Path(scratch), look) == 1
        assert stock.validate(Path(scratch), patience(target.stat().st_size)).valid


def measured(work: Callable[..., None], *arguments: object) -> tuple[float, float]:
    """Seconds, and megabytes of memory at most, of a process that does only this."""
    reading, writing = multiprocessing.Pipe(False)
    child = multiprocessing.get_context("spawn").Process(target=_run, args=(writing, work, arguments))
    child.start()
    found: tuple[float, float] = reading.recv()
    child.join()
    return found


def _run(
    told: multiprocessing.connection.Connection, work: Callable[..., None], arguments: tuple[object, ...]
) -> None:
    begun = time.perf_counter()
    work(*arguments)
    told.send((time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main(gigabytes: float) -> None:
    """Measure, and print a line for each."""
    size = int(gigabytes * 1000 * MB)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        made_of_holes(folder, size)
        begun = time.perf_counter()
        zip_0(folder, folder / "theirs.zip")
        theirs = time.perf_counter() - begun
        (folder / "theirs.zip").unlink()
        print(f"{'zip -0':24} {size / MB / theirs:8.0f} MB/s")
        for wrapping in ("zip", "tar"):
            target = folder / f"ours.{wrapping}"
            for words, work in (("written", write), ("read back, validated", check)):
                seconds, memory = measured(work, folder, target, wrapping)
                ratio = f"{theirs / seconds:5.2f} of zip -0" if work is write else ""
                print(
                    f"{wrapping + ', ' + words:24} {size / MB / seconds:8.0f} MB/s {memory:6.0f} MB of memory {ratio}"
                )
            target.unlink()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
