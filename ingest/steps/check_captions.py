"""Says by line and reason what is wrong in captions, so that whoever made them can put it right."""

from __future__ import annotations

from archive.captions import FAULTS, read_captions
from ingest.parcel import FileParcel, Note
from ingest.readers import captions, reader_for
from ingest.steps.tools import Tools

LONGEST = 4 << 20
MOST_NOTES = 10


def run(parcel: FileParcel, tools: Tools) -> FileParcel:
    """Note the first faults of WebVTT or SubRip; whether it can be read all the same is for the next step to find."""
    identification = parcel.found.identification
    if identification is None or reader_for(identification, parcel.given_name) is not captions:
        return parcel
    with parcel.path.open("rb") as stream:
        data = stream.read(LONGEST)
    # What is not UTF-8 differs in its letters only; UTF-16, which is rare, is full of zeros and left to the reader.
    if b"\0" in data:
        return parcel
    faults = read_captions(data.decode("utf-8", "replace")).faults[:MOST_NOTES]
    return parcel.with_notes(
        *(Note(f"captions-{one.code}", f"Line {one.line}: {FAULTS[one.code]}") for one in faults)
    )
