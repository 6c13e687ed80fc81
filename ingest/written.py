"""What people wrote of a file, without what is marked to be taken out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archive.models import Passage
from archive.services.standing_marks import Mark
from ingest import parcel
from ingest.marks import Marks
from ingest.readers.removing import redacted


def taken_out(marks: Sequence[Mark]) -> Callable[[Sequence[Passage]], list[Passage]]:
    """Leaves of passages what the marks let be shown.

    Nobody knows where in a picture written words stand: text of what has a region goes whole. So does text without
    times beside a span of time, unless whoever marked the span said that it may stay. Words were counted in what was
    read, which people may have corrected: they go wherever they stand.
    """
    known = Marks.from_json(marks).wherever()

    def leave(passages: Sequence[Passage]) -> list[Passage]:
        kept = [one for one in passages if not _is_beside(one, known)]
        read = [
            parcel.Passage(
                one.text, page=one.page, start_ms=one.start_ms, end_ms=one.end_ms, speaker=one.speaker
            )
            for one in kept
        ]
        for row, without in zip(kept, redacted(read, known), strict=True):
            row.text, row.speaker = without.text, without.speaker or ""
        return kept

    return leave


def _is_beside(passage: Passage, marks: Marks) -> bool:
    if passage.start_ms is None and any(not one.untimed for one in marks.ranges):
        return True
    return bool(marks.regions if passage.page is None else marks.on_page(passage.page))
