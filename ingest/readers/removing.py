"""Takes words out of texts: they are found however they are written, and never half.

Text is compared without case, accents, marks that do not show, ligatures and kinds of dashes and quotation marks, and
across line ends: rather a word too many goes than one too few.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from ingest.marks import REMOVED, Marks, Words
from ingest.parcel import Passage

DASHES = dict.fromkeys("‐‑‒–—―−", "-")
QUOTES = dict.fromkeys("‘’‚‛ʼ′`´", "'") | dict.fromkeys("“”„‟«»″", '"')
ALIKE = DASHES | QUOTES
UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc", "Cn", "Co", "Cs"})
# A word may be broken at the end of a line, with a hyphen or without.
BROKEN = r"(?:-?[^\S\n]*\n\s*)?"
Span = tuple[int, int]


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
    folded, places = _folded(whole)
    for one in words:
        every = list(_find(folded, places, len(whole), one.words))
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


def _find(folded: str, places: array[int], length: int, words: str) -> Iterator[Span]:
    """Where the words stand in a text of that length, as first character and the one after the last."""
    tokens = _folded(words)[0].split()
    if not tokens:
        return
    pattern = r"\s+".join(BROKEN.join(map(re.escape, token)) for token in tokens)
    for match in re.finditer(pattern, folded):
        last = places[match.end() - 1] + 1
        # Accents that stand behind their letter, and marks that do not show, go with it.
        following = places[match.end()] if match.end() < len(places) else length
        yield places[match.start()], max(last, following)


def _folded(text: str) -> tuple[str, array[int]]:
    """The text as it is compared, and for each of its characters the one of the text that it comes from."""
    folds = {character: _fold(character) for character in set(text)}
    places = array("q")
    for place, character in enumerate(text):
        places.extend([place] * len(folds[character]))
    return "".join(folds[character] for character in text), places


def _fold(character: str) -> str:
    if character.isspace():
        return "\n" if character in "\n\r\v\f\x85\u2028\u2029" else " "
    plain = unicodedata.normalize("NFKD", ALIKE.get(character, character)).casefold()
    # Folding may itself give something that can be taken apart.
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(ALIKE.get(one, one) for one in plain if unicodedata.category(one) not in UNSEEN)
