"""One point in time as people write it, turned into EDTF. Nothing is guessed: two readings are two candidates."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable

from archive.dates import lexicon
from archive.dates.expression import DateError, calendar_day, parse_point
from archive.dates.feasts import moveable

Candidates = tuple[str, ...]
"""EDTF strings, each a possible reading; () where the text is no date."""

DAY = re.compile(rf"(\d{{1,2}}){lexicon.ORDINAL}")
YEAR = re.compile(r"\d{4}")
DECADE = re.compile(r"\d{3}(?:0'?s?|x)")
HUNDREDS = re.compile(r"\d\d00'?s?")
# “winter 1962/63”: one season that begins in one year and ends in the next
SEASON_OF_TWO_YEARS = re.compile(r"(\S+) (\d{4}) ?[/-] ?(\d{2}|\d{4})")
SMALL_NUMERALS = re.compile(r"[ivx]+")
CENTURY = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th|e|eme)?|([ivx]+)(?:e|eme)?)")
# The three parts of a year: the EDTF codes of its thirds, the years of a decade and of a century
THIRD_OF_YEAR, THIRD_OF_DECADE, THIRD_OF_CENTURY = (
    (37, 38, 39),
    ((0, 3), (4, 6), (7, 9)),
    ((0, 33), (34, 66), (67, 99)),
)
THIRD_OF_MONTH = ((1, 10), (11, 20), (21, 31))
HALF_OF_YEAR, HALF_OF_MONTH = ((1, 6), (7, 12)), ((1, 15), (16, 31))
HALF_OF_DECADE, HALF_OF_CENTURY = ((0, 4), (5, 9)), ((0, 49), (50, 99))

Parts = tuple[tuple[int, int], ...]
"""The parts of something, each with its first and its last."""


def month_of(year: int, month: int) -> str:
    """A month in EDTF; DateError where there is no such month."""
    if not 1 <= month <= 12:
        raise DateError(f"There is no month {month}.", code="date-impossible")
    return f"{year:04}-{month:02}"


def point(text: str, month_first: bool) -> Candidates:
    """Readings of a normalised text that has no marks of doubt; `month_first` orders 3/4/1807."""
    for rule in (_iso, _library, _decade, _numeric):
        found = rule(text, month_first)
        if found:
            return found
    if feast := moveable(text):
        return feast
    words = _tokens(text)
    return _season_of_two_years(words) or _third_of_hundreds(words) or _by_shape(words)


def _iso(text: str, _: bool) -> Candidates:
    """2007-12-17, 185x, 1852-05, and the basic form 20071217."""
    if re.fullmatch(r"\d{8}", text):
        return (calendar_day(int(text[:4]), int(text[4:6]), int(text[6:])),)
    if not re.fullmatch(r"[0-9x]{4}(-[0-9x]{2}){0,2}", text) or text.startswith("xx"):
        return ()
    parts = text.split("-")
    if text.count("-") == 2 and "x" not in text:
        return (calendar_day(*(int(part) for part in parts)),)
    return (text.upper(),) if parse_point(text.upper()) else ()


def _library(text: str, _: bool) -> Candidates:
    """The way of library catalogues: 185- for a decade, 18-- for a century."""
    match = re.fullmatch(r"(\d{3})-|(\d{2})--", text)
    return ((match[1] + "X" if match[1] else match[2] + "XX"),) if match else ()


def _decade(text: str, _: bool) -> Candidates:
    """1860s; the 1800s may be a decade or a century, so both are offered."""
    match = re.fullmatch(r"(?:the )?(\d{3}0)'?s", text)
    if match is None:
        return ()
    decade = f"{match[1][:3]}X"
    return (decade, f"{match[1][:2]}XX") if match[1].endswith("00") else (decade,)


def _numeric(text: str, month_first: bool) -> Candidates:
    """25/3/1807, 1807/3/25, 1807-3-25, 3/1807. Where day and month could change places, both readings are candidates."""
    if match := re.fullmatch(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})", text):
        return (calendar_day(int(match[1]), int(match[3]), int(match[4])),)
    if match := re.fullmatch(r"(\d{1,2})[/.](\d{4})", text):
        return (month_of(int(match[2]), int(match[1])),)
    match = re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", text)
    if match is None:
        return ()
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if max(first, second) > 12 or first == second:
        month, number = (second, first) if first > 12 else (first, second)
        return (calendar_day(year, month, number),)
    readings = (calendar_day(year, first, second), calendar_day(year, second, first))
    return readings if month_first else readings[::-1]


def _tokens(text: str) -> list[str]:
    words = text.replace(",", " ").replace(".", " ").split()
    return [word for word in words if word not in lexicon.FILLERS and word not in lexicon.WEEKDAYS]


def _season_of_two_years(words: list[str]) -> Candidates:
    """Winter is December to February. Summer is that only in the south, so there two summers are offered as well."""
    match = SEASON_OF_TWO_YEARS.fullmatch(" ".join(words))
    season = lexicon.SEASONS.get(match[1]) if match else None
    if match is None or season not in (22, 24):
        return ()
    first, last = int(match[2]), match[3]
    if last not in (str(first + 1), str(first + 1)[2:]):
        return ()
    turn = f"{first}-12/{first + 1}-02"
    return (turn,) if season == 24 else (turn, f"{first}-{season}/{first + 1}-{season}")


def _third_of_hundreds(words: list[str]) -> Candidates:
    """The late 1800s may end a decade or a century, so both are offered, as for the 1800s."""
    # “fin des années 1800” says no more than “late 1800s”; “fin de la décennie 1800” would
    said = [word for word in words if word not in ("annees", "anos")]
    if len(said) != 2 or _kind(said[0]) != "third" or not HUNDREDS.fullmatch(said[1]):
        return ()
    if said == words and not said[1].endswith("s"):
        return ()
    century = _span(int(said[1][:4]), _part(said[0], THIRD_OF_CENTURY, HALF_OF_CENTURY))
    return _third_of_decade(said), century


def _by_shape(words: list[str]) -> Candidates:
    """Reads words by what kind each is, in whatever language and order: day month year, season year, century..."""
    kinds = " ".join(_kind(word) for word in words)
    reader = SHAPES.get(kinds)
    return (reader(words),) if reader else ()


def _kind(word: str) -> str:
    lists: tuple[tuple[str, object], ...] = (
        ("month", lexicon.MONTHS),
        ("season", lexicon.SEASONS),
        ("third", lexicon.THIRDS),
        ("third", lexicon.HALVES),
        ("decade", lexicon.DECADE_WORDS),
        ("century", lexicon.CENTURY_WORDS),
        ("ordinal", lexicon.ORDINAL_WORDS),
    )
    for kind, known in lists:
        if word in known:  # type: ignore[operator]
            return kind
    if YEAR.fullmatch(word):
        return "year"
    if DECADE.fullmatch(word):
        return "decades"
    if DAY.fullmatch(word):
        return "number"
    return "numeral" if CENTURY.fullmatch(word) else "other"


def _number(word: str) -> int:
    match = DAY.fullmatch(word)
    assert match is not None
    return int(match[1])


def _day_of(number: str, month: str, year: str) -> str:
    return calendar_day(int(year), lexicon.MONTHS[month], _number(number))


def _century(word: str) -> str:
    """The years of a century as a mask: 18XX for the nineteenth."""
    if word in lexicon.ORDINAL_WORDS:
        number = lexicon.ORDINAL_WORDS[word]
    else:
        match = CENTURY.fullmatch(word)
        number = _from_roman(match[2]) if match and match[2] else _number(re.sub(r"e(me)?$", "", word))
    if not 2 <= number <= 100:
        raise DateError(f"There is no century {number} here.", code="date-impossible")
    return f"{number - 1:02}XX"


def _from_roman(letters: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in letters]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-one if one < following else one for one, following in pairs)


def _part(word: str, thirds: Parts, halves: Parts) -> tuple[int, int]:
    """Which part a word says: the early one of three, or the first of two."""
    return halves[lexicon.HALVES[word]] if word in lexicon.HALVES else thirds[lexicon.THIRDS[word]]


def _third_of_year(words: list[str]) -> str:
    if words[0] in lexicon.HALVES:
        first, last = HALF_OF_YEAR[lexicon.HALVES[words[0]]]
        return f"{words[1]}-{first:02}/{words[1]}-{last:02}"
    return f"{words[1]}-{THIRD_OF_YEAR[lexicon.THIRDS[words[0]]]}"


def _third_of_month(words: list[str]) -> str:
    first, last = _part(words[0], THIRD_OF_MONTH, HALF_OF_MONTH)
    year, month = int(words[2]), lexicon.MONTHS[words[1]]
    return f"{calendar_day(year, month, first)}~/{calendar_day(year, month, min(last, monthrange(year, month)[1]))}~"


def _third_of_decade(words: list[str]) -> str:
    return _span(int(words[-1][:3]) * 10, _part(words[0], THIRD_OF_DECADE, HALF_OF_DECADE))


def _third_of_century(words: list[str]) -> str:
    start = int(_century(next(word for word in words[1:] if word not in lexicon.CENTURY_WORDS))[:2]) * 100
    return _span(start, _part(words[0], THIRD_OF_CENTURY, HALF_OF_CENTURY))


def _span(start: int, part: tuple[int, int]) -> str:
    return f"{start + part[0]}~/{start + part[1]}~"


SHAPES: dict[str, Callable[[list[str]], str]] = {
    "year": lambda words: words[0],
    "number month year": lambda words: _day_of(*words),
    "month number year": lambda words: _day_of(words[1], words[0], words[2]),
    "year month number": lambda words: _day_of(words[2], words[1], words[0]),
    "year number month": lambda words: _day_of(words[1], words[2], words[0]),
    "month year": lambda words: month_of(int(words[1]), lexicon.MONTHS[words[0]]),
    "year month": lambda words: month_of(int(words[0]), lexicon.MONTHS[words[1]]),
    "season year": lambda words: f"{words[1]}-{lexicon.SEASONS[words[0]]}",
    "year season": lambda words: f"{words[0]}-{lexicon.SEASONS[words[1]]}",
    # Its early part is within it; how seasons are divided depends on where one is.
    "third season year": lambda words: f"{words[2]}-{lexicon.SEASONS[words[1]]}",
    "decade year": lambda words: f"{words[1][:3]}X",
    "decades": lambda words: f"{words[0][:3]}X",
    "decade decades": lambda words: f"{words[1][:3]}X",
    "number century": lambda words: _century(words[0]),
    "numeral century": lambda words: _century(words[0]),
    "ordinal century": lambda words: _century(words[0]),
    "century numeral": lambda words: _century(words[1]),
    "century number": lambda words: _century(words[1]),
    "third year": _third_of_year,
    "third month year": _third_of_month,
    "third decades": _third_of_decade,
    "third decade year": _third_of_decade,
    "third decade decades": _third_of_decade,
    "third number century": _third_of_century,
    # “début XXe”
    "third numeral": _third_of_century,
    "third numeral century": _third_of_century,
    "third ordinal century": _third_of_century,
    "third century numeral": _third_of_century,
    "third century number": _third_of_century,
}
