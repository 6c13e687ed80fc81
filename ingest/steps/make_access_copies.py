"""Makes what people will see, proves that each copy is clean, and puts it into its place whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ingest import proof
from ingest.parcel import Copy, FileParcel
from ingest.sandbox import Limits
from ingest.sandbox.limits import MB
from ingest.steps.tools import Tools, wall_s

MEGAPIXEL = 1_000_000
PIXELS_A_SECOND = 25 * MEGAPIXEL
# A picture is held as it is stored and as it is shown, a film in the frames that others are made from; a page may hold
# pictures that only its bytes tell of.
BYTES_A_PIXEL, BYTES_A_PIXEL_OF_FILM, ROOM_FOR_A_BYTE = 12, 40, 20
PLAYING_EXTRA_S = 4.0
PLAYING_MB_A_SECOND = 0.25
KINDS = frozenset(
    {"thumbnail", "web", "tiles", "page", "poster", "waveform", "audio", "video", "text", "captions"}
)


def run(parcel: FileParcel, tools: Tools) -> FileParcel:
    """Make the access copies of a file that has a reader; what stood in the folder from an earlier run is replaced."""
    if not parcel.is_readable:
        return parcel
    limits = _limits(parcel, tools)
    pages_s = None if limits.work_s is None else tools.allowance.left_s(parcel.has_pages)
    answer = tools.read("copies", parcel, limits, pages_s)
    parcel = parcel.noted(*answer["notes"])
    made = [Copy(**copy) for copy in answer["copies"]]
    with _folder(tools.out_dir) as out_dir:
        kept = [done for copy in made if (done := _keep(copy, tools.sandbox.scratch, out_dir)) is not None]
    if len(kept) < len(made):
        parcel = parcel.noted("copy-refused")
    return parcel.with_found(copies=tuple(kept))


def _limits(parcel: FileParcel, tools: Tools) -> Limits:
    inspection, options = parcel.found.inspection, tools.options
    assert inspection is not None
    pixels = (inspection.width or 0) * (inspection.height or 0)
    size = parcel.path.stat().st_size
    playing = min((inspection.duration_ms or 0) / 1000, options.longest_s(size))
    room = (
        pixels * (BYTES_A_PIXEL_OF_FILM if playing else BYTES_A_PIXEL) if pixels else size * ROOM_FOR_A_BYTE
    )
    stall = tools.patience.left + (PLAYING_EXTRA_S if playing else pixels / PIXELS_A_SECOND)
    # A recording pays for its work by its own account (`ingest.readers.media_allowance`).
    work_s = None if playing else tools.allowance.hard_s(parcel.has_pages) + pixels / PIXELS_A_SECOND
    return Limits(
        stall_s=stall,
        wall_s=min(60 + stall + 3 * playing if work_s is None else wall_s(work_s), options.max_wall_s),
        work_s=work_s,
        memory_mb=tools.memory_mb(parcel, room / MB),
        file_mb=64 + 2 * size // MB + round(playing * PLAYING_MB_A_SECOND),
    )


@contextmanager
def _folder(out_dir: Path) -> Iterator[Path]:
    """Make sure of a folder, and at the end that the names in it are on the disk."""
    out_dir.mkdir(parents=True, exist_ok=True)
    yield out_dir
    handle = os.open(out_dir, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _keep(copy: Copy, made_in: Path, out_dir: Path) -> Copy | None:
    """Take a copy out of the sandbox and prove it; None, and nothing is left of it, when it cannot be proven."""
    if copy.kind not in KINDS or Path(copy.path).name != copy.path:
        return None
    target = out_dir / copy.path
    arriving = target.with_name(f".{target.name}.arriving")
    try:
        taken = _take(made_in / copy.path, arriving)
        # Proven only now: what lies in the sandbox's folder could still be changed behind our back.
        if not taken or not proof.is_proven(arriving, copy.media_type):
            return None
        with arriving.open("rb") as stream:
            checksum = hashlib.file_digest(stream, "sha512").hexdigest()
            os.fsync(stream.fileno())
            size = os.fstat(stream.fileno()).st_size
        arriving.replace(target)
    finally:
        arriving.unlink(missing_ok=True)
    return replace(copy, size=size, sha512=checksum)


def _take(source: Path, target: Path) -> bool:
    """Copy an ordinary file; a link, a pipe or a file with a second name is left alone, for it may lead anywhere."""
    try:
        handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    with os.fdopen(handle, "rb") as stream, target.open("wb") as out:
        about = os.fstat(stream.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_nlink != 1:
            return False
        shutil.copyfileobj(stream, out, 1 << 20)
    return True
