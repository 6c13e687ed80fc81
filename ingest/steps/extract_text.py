"""Reads the words, with the page or the time where each stands."""

from __future__ import annotations

from ingest.parcel import FileParcel, Passage
from ingest.sandbox import Limits
from ingest.steps.tools import Tools, wall_s

OCR_STALL_S = 70.0
# Of what is left after inspection; the rest is for what is seen, and that is never less.
SHARE = 0.5


def run(parcel: FileParcel, tools: Tools) -> FileParcel:
    """Extract the text of a file that has a reader."""
    if not parcel.is_readable:
        return parcel
    limits, pages_s = _by_machine(tools) if tools.options.ocr else _by_letters(parcel, tools)
    answer = tools.read("text", parcel, limits, pages_s)
    passages = tuple(Passage(**passage) for passage in answer["passages"])
    return parcel.with_found(passages=passages).noted(*answer["notes"])


def _by_letters(parcel: FileParcel, tools: Tools) -> tuple[Limits, float]:
    work_s = tools.allowance.hard_s(parcel.has_pages)
    limits = Limits(
        stall_s=tools.patience.left,
        wall_s=wall_s(work_s),
        memory_mb=tools.memory_mb(parcel),
        work_s=work_s,
    )
    return limits, SHARE * tools.allowance.left_s(parcel.has_pages)


def _by_machine(tools: Tools) -> tuple[Limits, float]:
    """Reading pictures is another program's work, on an allowance of its own."""
    seconds = tools.allowance.machine_s
    limits = Limits(
        stall_s=OCR_STALL_S,
        wall_s=wall_s(seconds + OCR_STALL_S),
        memory_mb=tools.options.copy_memory_mb,
    )
    return limits, seconds
