"""Takes words out of texts: they are found however they are written, and never half.

Text is compared without case, accents, marks that do not show, ligatures and kinds of dashes and quotation marks, and
across line ends: rather a word too many goes than one too few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from archive.same_words import Span, find, folded
from ingest.marks import REMOVED, Marks, Words
from ingest.parcel import Passage


def redacted(passages: Sequence[Passage], marks: Marks) -> list[Passage]:
    """The passages without what the marks take out; those of a page, which regions are on, are the reader's own matter."""
    timed = [_in_time(one, marks) for one in passages]
    spans = spans_of([one.text for one in timed], marks.words)
    # Which of several is meant was counted in what is said, where nobody counts who says it.
    named = spans_of(
        [one.speaker or "" for one in timed], [one for one in marks.words if one.occurrence is None]
    )
    return [
        replace(one, text=_without(one.text, gone), speaker=_without(one.speaker or "", name) or None)
        for one, gone, name in zip(timed, spans, named, strict=True)
    ]


def spans_of(texts: Sequence[str], words: Sequence[Words]) -> list[list[Span]]:
    """For each text, which of its characters go; words are found and counted through all of them, as one text."""
    spans: list[Span] = []
    whole = "\n".join(texts) if words else ""
    letters, places = folded(whole)
    for one in words:
        every = list(find(letters, places, len(whole), one.words))
        spans += every if one.occurrence is None else every[one.occurrence - 1 : one.occurrence]
    starts = accumulate((len(text) + 1 for text in texts), initial=0)
    return [list(_inside(spans, start, len(text))) for text, start in zip(texts, starts, strict=False)]


def is_found(texts: Sequence[str], words: Words) -> bool:
    """Whether the mark takes anything out of the texts."""
    return any(spans_of(texts, [words]))


def _in_time(passage: Passage, marks: Marks) -> Passage:
    if passage.start_ms is None:
        return passage
    end = passage.end_ms if passage.end_ms is not None else passage.start_ms + 1
    if any(one.touches(passage.start_ms, end) for one in marks.ranges):
        return replace(passage, text=REMOVED, speaker=None)
    return passage


def _without(text: str, spans: Sequence[Span]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += (text[at:start], REMOVED)
        at = max(at, end)
    return "".join((*pieces, text[at:]))


def _inside(spans: Sequence[Span], start: int, length: int) -> Iterator[Span]:
    """What of the spans lies in a text that begins there, counted from its beginning."""
    for first, last in spans:
        if first < start + length and last > start:
            yield max(first - start, 0), min(last - start, length)
