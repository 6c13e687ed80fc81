"""Says by line and reason what is wrong in captions, so that whoever made them can put it right."""

from __future__ import annotations

from ingest.parcel import FileParcel, Note
from ingest.readers import captions, reader_for
from ingest.sandbox import Limits
from ingest.steps.tools import Tools


def run(parcel: FileParcel, tools: Tools) -> FileParcel:
    """Note the first faults of WebVTT or SubRip; whether it can be read all the same is for the next step to find."""
    identification = parcel.found.identification
    if identification is None or reader_for(identification, parcel.given_name) is not captions:
        return parcel
    limits = Limits(
        stall_s=tools.patience.left,
        memory_mb=tools.memory_mb(parcel),
        work_s=tools.allowance.hard_s(has_pages=False),
    )
    answer = tools.read("caption_faults", parcel, limits)
    return parcel.with_notes(*(Note(f"captions-{code}", sentence) for code, sentence in answer["faults"]))
