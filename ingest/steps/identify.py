"""Finds out what format the file is, by its bytes; whether it can be shown depends on it."""

from __future__ import annotations

from ingest.parcel import FileParcel, identification_from_json
from ingest.readers import reader_for
from ingest.sandbox import Limits
from ingest.steps.tools import Tools


def run(parcel: FileParcel, tools: Tools) -> FileParcel:
    """Identify the file; note when there is no reader for its format."""
    limits = Limits(
        stall_s=tools.patience.left,
        memory_mb=tools.memory_mb(parcel),
        work_s=tools.allowance.hard_s(has_pages=False),
    )
    identification = identification_from_json(tools.read("identify", parcel, limits))
    parcel = parcel.with_found(identification=identification)
    return parcel if reader_for(identification, parcel.given_name) else parcel.noted("not-shown")
