"""Text in, a date out: EDTF first, then what people write; never a silent guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.dates import bounds, words
from archive.dates.expression import DateError, parse
from archive.dates.languages import LANGUAGES
from archive.dates.natural import readings

MAX_LENGTH = 200
EDTF_CHARACTERS = re.compile(r"[0-9XSTZ?~%/.,\[\]{}: +-]+")
YEAR_AND_TWO_DIGITS = re.compile(r"(\d{2})(\d{2})-(\d{2})")


@dataclass(frozen=True)
class UnderstoodDate:
    """A date as it is kept: `edtf`; first and last possible day as YYYYMMDD, None where that side is open or not known;
    `decades` (1850 stands for 1850-1859), every one it may belong to. An unknown date is XXXX, with no days and none.
    `years` are those of a date of several that leaves out a year between them, as `reach` tells them."""

    edtf: str
    start: int | None
    end: int | None
    decades: tuple[int, ...]
    years: tuple[int, ...] = ()

    def words(self, language: str = "en") -> str:
        """The date in words, such as “about 1879”."""
        return in_words(self.edtf, language)


@dataclass(frozen=True)
class Ambiguous:
    """A text with more than one reading: the person who wrote it chooses."""

    text: str
    choices: tuple[UnderstoodDate, ...]

    def question(self, language: str = "en") -> str:
        """The question to ask; the choices are its answers, each in `words(language)`."""
        return LANGUAGES.get(language, LANGUAGES["en"]).question.format(self.text)


def understand(text: str, *, language: str = "en") -> UnderstoodDate | Ambiguous:
    """Reads EDTF (levels 0 to 2, years 1 to 9999) or words in en, es, fr, pt; DateError says what cannot be read.

    All four languages are understood everywhere; `language` only decides which reading of 3/4/1807 comes first, and
    whether Natal, which is a place too, is Christmas."""
    text = " ".join(text.split())
    if not text:
        raise DateError("No date was given.")
    if len(text) > MAX_LENGTH:
        raise DateError(f"This is too long for a date: {len(text)} characters.")
    written = _as_edtf(text)
    if written is not None:
        return _years_or_season(text, written)
    if (match := YEAR_AND_TWO_DIGITS.fullmatch(text)) and match[3] <= match[2]:
        raise DateError(f"There is no month {match[3]}.", code="date-impossible")
    found = _valid(readings(text, language=language))
    if not found:
        raise DateError(f"“{text}” could not be read as a date.")
    return found[0] if len(found) == 1 else Ambiguous(text, found)


def read_edtf(edtf: str) -> UnderstoodDate:
    """A date out of its EDTF string; DateError where it is none."""
    found = _as_edtf(edtf)
    if found is None:
        raise DateError(f"“{edtf}” is not an EDTF date.")
    return found


@lru_cache(4096)
def reach(edtf: str) -> UnderstoodDate:
    """A date as a search looks for it: its days and decades are wider where it is only about right.

    DateError where it is none. How much wider: `archive.dates.bounds.ABOUT`.
    """
    expression = parse(edtf)
    if expression is None:
        raise DateError(f"“{edtf}” is not an EDTF date.")
    found = bounds.reach(expression)
    return UnderstoodDate(edtf, *bounds.outer(found), bounds.decades(found), bounds.years_apart(found))


@lru_cache(4096)
def in_words(edtf: str, language: str = "en") -> str:
    """An EDTF string said in words, nothing for no date; DateError where it is none."""
    if not edtf:
        return ""
    expression = parse(edtf)
    if expression is None:
        raise DateError(f"“{edtf}” is not an EDTF date.")
    return words.say(expression, language)


def _as_edtf(text: str) -> UnderstoodDate | None:
    """The date where the text is EDTF; a form of EDTF with a day that no calendar has is an error."""
    if not EDTF_CHARACTERS.fullmatch(text):
        return None
    text = re.sub(r"T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}(:?\d{2})?)?$", "", text)
    expression = parse(text)
    if expression is None:
        return None
    found = bounds.spans(expression)
    start, end = bounds.outer(found)
    return UnderstoodDate(re.sub(r", +", ",", text), start, end, bounds.decades(found))


def _years_or_season(text: str, written: UnderstoodDate) -> UnderstoodDate | Ambiguous:
    """1821-25 is a spring in EDTF, and for most people who write it a span of five years."""
    match = YEAR_AND_TWO_DIGITS.fullmatch(text)
    if match is None or not 21 <= int(match[3]) <= 41 or int(match[3]) <= int(match[2]):
        return written
    return Ambiguous(text, (read_edtf(f"{match[1]}{match[2]}/{match[1]}{match[3]}"), written))


def _valid(candidates: Sequence[str]) -> tuple[UnderstoodDate, ...]:
    """The candidates that are dates; where none is, the reason for the first is told."""
    found: list[UnderstoodDate] = []
    reasons: list[DateError] = []
    for candidate in dict.fromkeys(candidates):
        try:
            found.append(read_edtf(candidate))
        except DateError as error:
            reasons.append(error)
    if reasons and not found:
        raise reasons[0]
    return tuple(found)
