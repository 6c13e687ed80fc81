"""How near bags are to what the machine can do: `python -m bench.bags`.

    python -m bench.bags [--scale 1.0] [--only large,photos,small] [--rounds 1] [--folder FOLDER]

The same bytes as one file of 1 GB, as 200 photographs of 5 MB and as 10,000 small files (times the scale), each in one run:

- *kept*: written once while they are hashed, packed, read back by both readers and published, as an item is; beside
  the least that any archive does one after the other (one write, one flush, one read, two hashes; the first two are
  told apart, for nothing that lasts is faster than they), and beside `bagit.py`: a copied folder, a bag made in place,
  validated. That flushes nothing, so it is told too how long it takes until its bytes are on the disk as ours are.
- *read*: our verification of the bag that is kept, beside `sha512sum` of the same files, both from memory; *audited*: as
  the audit reads it, from the disk and by two threads, beside `sha512sum` of files that are in no memory either.
- *sent*: a bag as a ZIP stream, beside `zip -0` (or Python's own zipfile, where there is no zip).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from archive.bags import (
    PayloadFile,
    StockValidator,
    bag_key,
    patience,
    read_bag,
    verify,
    write_bag,
    zip_stream,
)
from archive.durable import flush_tree, write_behind
from archive.services.arrival import WRITE_BEHIND
from archive.services.record import as_files
from archive.storage import FolderStore
from tests.fixtures.recorded import record

BLOCK = 1024 * 1024
ITEM = "7k3m9qx2v0t4hsbd"
Work: TypeAlias = Callable[["Given", Path], object]
# Name: how many files, bytes of each.
SHAPES = {"large": (1, 10**9), "photos": (200, 5 * 10**6), "small": (10_000, 4096)}


@dataclass(frozen=True)
class Given:
    """Files as somebody gives them, and a folder on the same disk to work in."""

    files: tuple[Path, ...]
    work: Path

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(path.stat().st_size for path in self.files)

    def room(self, name: str) -> Path:
        """An empty folder to work in."""
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def make(shape: str, scale: float, folder: Path) -> Given:
    """Files of random bytes; at least one, and each at least one byte. With fewer files the size of each stays."""
    count, size = SHAPES[shape]
    many = max(1, round(count * scale))
    size = size if count > 1 else max(1, round(size * scale))
    (folder / "given").mkdir(parents=True)
    paths = [folder / "given" / f"file-{number:05}.bin" for number in range(many)]
    for path in paths:
        with path.open("wb") as file:
            for start in range(0, size, BLOCK):
                file.write(os.urandom(min(BLOCK, size - start)))
    return Given(tuple(paths), folder / "work")


def copy_hashed(source: Path, target: Path, *, behind: int | None = None) -> str:
    """Read once, hash, write once: how bytes arrive; after so many bytes the disk begins with them."""
    sha512, asked, size = hashlib.sha512(), 0, source.stat().st_size
    with source.open("rb", buffering=0) as reading, target.open("xb", buffering=0) as writing:
        while block := reading.read(min(BLOCK, size + 1)):
            sha512.update(block)
            writing.write(block)
            written = writing.tell() if behind is not None else 0
            if behind is not None and (written - asked >= behind or written == size >= BLOCK):
                write_behind(writing.fileno(), asked, written - asked)
                asked = written
    return sha512.hexdigest()


def write_and_flush(given: Given, folder: Path) -> None:
    """One write with its hash, one flush."""
    for path in given.files:
        copy_hashed(path, folder / path.name)
    flush_tree(folder)


def read_again(given: Given, folder: Path) -> None:
    """One read with its hash."""
    for path in given.files:
        with (folder / path.name).open("rb", buffering=0) as file:
            hashlib.file_digest(file, "sha512").hexdigest()


def flush(_: Given, folder: Path) -> None:
    """Wait until all of it is on the disk."""
    flush_tree(folder)


def keep(stock: StockValidator, given: Given, home: Path) -> None:
    """What the pipeline does with an item between the first byte and the bag that counts."""
    staging, store = home / "staging", FolderStore(home / "objects")
    staging.mkdir()
    payload = []
    for path in given.files:
        arrived = staging / path.name
        sha512 = copy_hashed(path, arrived, behind=WRITE_BEHIND)
        payload.append(PayloadFile(arrived, path.name, sha512, path.stat().st_size))
    bag = write_bag(
        staging / ITEM, item_id=ITEM, payload=payload, info={}, revision=as_files(recorded(payload))
    )
    report = stock.validate(bag.path, patience(given.size), partial(read_bag, bag.path))
    if not report.valid:
        raise RuntimeError(report.message)
    store.publish_folder(bag.path, bag_key(ITEM))


def recorded(payload: Sequence[PayloadFile]) -> dict[str, Any]:
    """A record that speaks of these files."""
    said = record()
    some = said["files"][0]
    said["files"] = [
        some
        | {"id": f"{place:016}", "position": place, "given_name": file.name, "safe_name": file.name}
        | {"sha512": file.sha512, "size": file.size}
        for place, file in enumerate(payload)
    ]
    return said


def bagit(given: Given, home: Path) -> None:
    """The stock program, as its manual shows it, over a copy of the folder; it flushes nothing."""
    folder = home / "bag"
    shutil.copytree(given.files[0].parent, folder)
    for words in (("--sha512", str(folder)), ("--validate", str(folder))):
        subprocess.run([sys.executable, "-m", "bagit", "--quiet", *words], check=True)


def sha512sum(bag: Path) -> None:
    """All files of a bag, by the program of the system."""
    names = b"".join(os.fsencode(path) + b"\0" for path in bag.rglob("*") if path.is_file())
    subprocess.run(["xargs", "-0", "sha512sum"], input=names, stdout=subprocess.DEVNULL, check=True)


def forget(bag: Path) -> None:
    """Have what is in memory of a bag's files read from the disk again."""
    os.sync()
    for path in bag.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def export(bag: Path, target: Path) -> None:
    """A bag as it is sent."""
    with target.open("wb") as file:
        file.writelines(zip_stream(bag)[0])


def zip_0(bag: Path, target: Path) -> None:
    """The same by zip, which only stores; by Python's zipfile where there is no zip."""
    target.unlink(missing_ok=True)
    if program := shutil.which("zip"):
        subprocess.run([program, "-0", "-q", "-r", str(target), bag.name], cwd=bag.parent, check=True)
        return
    with zipfile.ZipFile(target, "w") as file:
        for path in sorted(bag.rglob("*")):
            file.write(path, path.relative_to(bag.parent))


def seconds(work: Callable[[], object], rounds: int, before: Callable[[], object] = os.sync) -> float:
    """How long it takes by the wall, in the middle of some rounds, with nothing of the last on its way to the disk."""
    took = []
    for _ in range(rounds):
        before()
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def in_turn(given: Given, ways: Mapping[str, Sequence[Work]], rounds: int) -> dict[str, list[float]]:
    """The same for some ways, each of works one after the other in an empty folder of its own: until the end of each work.

    In each round all take their turn, beginning with another one: a disk is now quicker and now slower, for whole minutes.
    """
    took: dict[str, list[list[float]]] = {name: [] for name in ways}
    for number in range(rounds):
        first = number % len(ways)
        for name in (*[*ways][first:], *[*ways][:first]):
            room = given.room(name)
            os.sync()
            start, ends = time.perf_counter(), []
            for work in ways[name]:
                work(given, room)
                ends.append(time.perf_counter() - start)
            took[name].append(ends)
    return {
        name: [statistics.median(ends) for ends in zip(*each, strict=True)] for name, each in took.items()
    }


def measure(shape: str, given: Given, rounds: int) -> None:
    """Print three lines of figures."""
    with StockValidator() as stock:
        stock.validate(given.work, 5)  # started, as it is in a worker
        ways = {
            "limit": (write_and_flush, read_again),
            "kept": (partial(keep, stock),),
            "bagit": (bagit, flush),
        }
        took = in_turn(given, ways, rounds)
    (flushed, limit), (kept,), (made, lasting) = (took[name] for name in ways)
    bag = given.work / "kept" / "objects" / bag_key(ITEM)
    mb = given.size / 1e6
    print(
        f"{shape:7} kept {kept:7.2f} s ({mb / kept:5.0f} MB/s);"
        f" limit {limit:.2f} s (written and flushed {flushed:.2f}), ratio {kept / limit:.2f};"
        f" copy + bagit.py {made:.2f} s, ratio {kept / made:.2f};"
        f" until that is on the disk {lasting:.2f} s, ratio {kept / lasting:.2f}"
    )
    read, peer = seconds(lambda: verify(bag), rounds), seconds(lambda: sha512sum(bag), rounds)
    print(
        f"{shape:7} read {read:7.2f} s ({mb / read:5.0f} MB/s); sha512sum {peer:.2f} s, speed {peer / read:.2f}"
    )
    cold = partial(forget, bag)
    audited = seconds(lambda: verify(bag, from_disk=True, threads=2), rounds, cold)
    peer = seconds(lambda: sha512sum(bag), rounds, cold)
    print(
        f"{shape:7} audited {audited:4.2f} s ({mb / audited:5.0f} MB/s); sha512sum {peer:.2f} s, speed {peer / audited:.2f}"
    )
    sent = seconds(lambda: export(bag, given.work / "ours.zip"), rounds)
    peer = seconds(lambda: zip_0(bag, given.work / "theirs.zip"), rounds)
    name = "zip -0" if shutil.which("zip") else "Python's zipfile, stored"
    print(
        f"{shape:7} sent {sent:7.2f} s ({mb / sent:5.0f} MB/s); {name} {peer:.2f} s, speed {peer / sent:.2f}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", default=",".join(SHAPES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, help="where to work; a folder of the system's own unless it is given"
    )
    asked = parser.parse_args()
    for shape in asked.only.split(","):
        with tempfile.TemporaryDirectory(prefix="bench-bags-", dir=asked.folder) as name:
            given = make(shape, asked.scale, Path(name))
            given.work.mkdir()
            measure(shape, given, asked.rounds)


if __name__ == "__main__":
    main()
