"""Reads the words, with the page or the time where each stands."""

from __future__ import annotations

from ingest.parcel import FileParcel, Passage
from ingest.sandbox import Limits
from ingest.steps.tools import Tools

SECONDS_A_PAGE = 0.25
OCR_STALL_S = 70.0


def run(parcel: FileParcel, tools: Tools) -> FileParcel:
    """Extract the text of a file that has a reader."""
    if not parcel.is_readable:
        return parcel
    options = tools.options
    pages = (parcel.found.inspection and parcel.found.inspection.pages) or 1
    limits = Limits(
        stall_s=OCR_STALL_S if options.ocr else tools.patience.left,
        wall_s=60 + pages * (OCR_STALL_S if options.ocr else SECONDS_A_PAGE),
        memory_mb=options.copy_memory_mb if options.ocr else tools.memory_mb(parcel),
    )
    answer = tools.read("text", parcel, limits)
    passages = tuple(Passage(**passage) for passage in answer["passages"])
    return parcel.with_found(passages=passages).noted(*answer["notes"])
