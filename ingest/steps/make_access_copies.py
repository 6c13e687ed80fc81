"""Makes what people will see, proves that each copy is clean, and puts it into its place whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

from ingest import proof
from ingest.parcel import Copy, FileParcel
from ingest.sandbox import Limits
from ingest.sandbox.limits import MB
from ingest.steps.tools import Tools

MEGAPIXEL = 1_000_000
PIXELS_A_SECOND = 25 * MEGAPIXEL
PLAYING_STALL_S = 30.0


def run(parcel: FileParcel, tools: Tools) -> FileParcel:
    """Make the access copies of a file that has a reader; what stood in the folder from an earlier run is replaced."""
    if not parcel.is_readable:
        return parcel
    answer = tools.read("copies", parcel, _limits(parcel, tools))
    parcel = parcel.noted(*answer["notes"])
    made = [Copy(**copy) for copy in answer["copies"]]
    proven = [copy for copy in made if proof.is_proven(tools.sandbox.scratch / copy.path, copy.media_type)]
    if len(proven) < len(made):
        parcel = parcel.noted("copy-refused")
    return parcel.with_found(copies=_keep(proven, tools.sandbox.scratch, tools.out_dir))


def _limits(parcel: FileParcel, tools: Tools) -> Limits:
    inspection, options = parcel.found.inspection, tools.options
    assert inspection is not None
    pixels = (inspection.width or 0) * (inspection.height or 0)
    playing = (inspection.duration_ms or 0) / 1000
    stall = PLAYING_STALL_S if playing else tools.patience.left + pixels / PIXELS_A_SECOND
    pages = min(inspection.pages or 1, options.max_page_images)
    return Limits(
        stall_s=stall,
        wall_s=min(60 + pages * stall + 3 * playing, options.max_wall_s),
        memory_mb=options.copy_memory_mb,
        file_mb=64 + 2 * parcel.path.stat().st_size // MB,
    )


def _keep(copies: list[Copy], made_in: Path, out_dir: Path) -> tuple[Copy, ...]:
    out_dir.mkdir(parents=True, exist_ok=True)
    kept = []
    for copy in copies:
        target = out_dir / copy.path
        arriving = target.with_name(f".{target.name}.arriving")
        shutil.copyfile(made_in / copy.path, arriving)
        with arriving.open("rb") as stream:
            checksum = hashlib.file_digest(stream, "sha512").hexdigest()
            os.fsync(stream.fileno())
            size = os.fstat(stream.fileno()).st_size
        arriving.replace(target)
        kept.append(replace(copy, size=size, sha512=checksum))
    folder = os.open(out_dir, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return tuple(kept)
