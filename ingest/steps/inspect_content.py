"""Reads technical facts and what the file says of itself, kept apart from what people say of it."""

from __future__ import annotations

from ingest.parcel import FileParcel, Inspection
from ingest.sandbox import Limits
from ingest.steps.tools import Tools


def run(parcel: FileParcel, tools: Tools) -> FileParcel:
    """Inspect a file that has a reader."""
    if not parcel.is_readable:
        return parcel
    limits = Limits(
        stall_s=tools.patience.left,
        wall_s=60,
        memory_mb=tools.memory_mb(parcel),
        work_s=tools.allowance.hard_s(has_pages=False),
    )
    answer = tools.read("inspect", parcel, limits)
    return parcel.with_found(inspection=Inspection(**answer["inspection"])).noted(*answer["notes"])
