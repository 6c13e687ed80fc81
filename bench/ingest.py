"""How near the pipeline is to what the machine can do: `python -m bench.ingest`.

Everything is measured in one run, each figure beside its limit: bytes beside a plain copy that hashes them,
photographs beside Pillow's own thumbnails on the same cores, small items for the pipeline's own share.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from bench.plain_copy import copy_and_hash
from ingest.bulk import ingest
from ingest.examine import examine
from ingest.item_parcel import Tools
from ingest.options import ExamineOptions
from ingest.work import worker

MB = 1_000_000
WARM = 4


def make_photos(folder: Path, count: int) -> list[Path]:
    """Photographs of 12 megapixels with detail enough that they compress as camera pictures do."""
    folder.mkdir(parents=True)
    dice = np.random.default_rng(25)
    paths = []
    for number in range(count):
        small = dice.integers(0, 255, (500, 667, 3), dtype=np.uint8)
        picture = Image.fromarray(small).resize((4000, 3000), Image.Resampling.BICUBIC)
        paths.append(folder / f"photo-{number:03}.jpg")
        picture.save(paths[-1], quality=90)
    return paths


def make_documents(folder: Path, count: int) -> list[Path]:
    """Short letters as plain text, each its own item."""
    folder.mkdir(parents=True)
    paths = [folder / f"letter-{number:04}.txt" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(f"Letter {number}, written for this measurement.\n" * 40, encoding="utf-8")
    return paths


def make_large(folder: Path, megabytes: int) -> Path:
    """One large file of a kind that is kept as it is."""
    folder.mkdir(parents=True)
    path = folder / "recording.bin"
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(os.urandom(MB))
    return path


def thumbnails(path: Path) -> None:
    """What Pillow's manual shows, for the two sizes that we make."""
    for size in (1600, 360):
        with Image.open(path) as picture:
            picture.thumbnail((size, size))
            picture.save(path.with_suffix(f".{size}.tmp"), "JPEG", quality=85)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, by the wall."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cpu() -> float:
    """Processor seconds of this process and all below it that run now or have ended."""
    parents, used = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[int(folder.name)] = int(fields[1])
            # Its own, and that of its children which have ended.
            used[int(folder.name)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def is_ours(pid: int) -> bool:
        return pid == os.getpid() or (pid in parents and is_ours(parents[pid]))

    return sum(used[pid] for pid in used if is_ours(pid))


def run(archive: Archive, folder: Path) -> float:
    """Take a folder in and wait until all of it is kept."""
    return seconds(lambda: ingest(archive, [folder], "march-25", publish=False))


def examined_alone(archive: Archive, paths: list[Path], scratch: Path) -> tuple[float, float]:
    """Seconds by the wall and of processors that the readers alone take for these files, on as many cores."""
    tools = Tools(archive)
    # Where a sandbox may read.
    staged = [Path(shutil.copy(path, archive.settings.staging / f"alone-{path.name}")) for path in paths]

    def one(path: Path) -> None:
        out = scratch / path.name
        out.mkdir(parents=True)
        with tools.sandboxes.lend() as sandbox:
            if failure := examine(path, path.name, out, sandbox, ExamineOptions()).failure:
                raise RuntimeError(failure.sentence)

    try:
        with ThreadPoolExecutor(archive.settings.concurrency) as pool:
            list(pool.map(one, staged[:WARM]))  # children started and warm
            before = cpu()
            wall = seconds(lambda: list(pool.map(one, staged[WARM:])))
            scale = len(staged) / (len(staged) - WARM)
            return wall * scale, (cpu() - before) * scale
    finally:
        tools.close()
        for path in staged:
            path.unlink()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=24)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--megabytes", type=int, default=400)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as name:
        root = Path(name)
        photos = make_photos(root / "photos", asked.photos)
        documents = make_documents(root / "documents", asked.documents)
        large = make_large(root / "large", asked.megabytes)
        archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(root / "home")}))
        cores = archive.settings.concurrency
        with worker(archive, "bench"):
            run(archive, make_documents(root / "warm", WARM)[0].parent)
            copied = seconds(lambda: copy_and_hash(large, root / "copy"))
            kept = run(archive, large.parent)
            print(
                f"bytes      {asked.megabytes / kept:7.0f} MB/s kept; copy + SHA-512 {asked.megabytes / copied:.0f} MB/s; ratio {kept / copied:.2f} (kept = copied and hashed, then read back and validated)"
            )
            with ProcessPoolExecutor(cores) as pool:
                pillow = seconds(lambda: list(pool.map(thumbnails, photos)))
            for left in photos[0].parent.glob("*.tmp"):
                left.unlink()
            shown = run(archive, photos[0].parent)
            print(
                f"photos     {len(photos) / shown:7.2f} photos/s; Pillow alone on {cores} cores {len(photos) / pillow:.2f} photos/s; ratio {shown / pillow:.2f}"
            )
            # Long enough that every helper is there.
            run(archive, make_documents(root / "again", asked.documents)[0].parent)
            alone, alone_cpu = examined_alone(archive, documents, root / "scratch")
            before = cpu()
            took = run(archive, documents[0].parent)
            share = (took - alone) / len(documents) * 1000
            worked = (cpu() - before - alone_cpu) / len(documents) * 1000
            print(
                f"documents  {len(documents) / took:7.1f} documents/s; readers alone {len(documents) / alone:.1f} documents/s; own share {share:.1f} ms an item (limit 40), {worked:.1f} ms of processor on {cores} cores"
            )
        archive.close()
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"memory     {own:.0f} MiB at most in the worker, {child:.0f} MiB in the largest child")


if __name__ == "__main__":
    main()
