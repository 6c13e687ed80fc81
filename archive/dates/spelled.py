"""Days said in words, and months by name between the signs of a date in numbers, as the grammar reads them: “4 july 1976”."""

from __future__ import annotations

import re

from archive.dates import lexicon

_ONES = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
_TEENS = [
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
# English counts every day so; the other languages the first alone.
DAYS: dict[str, int] = {
    **{name: number for number, name in enumerate([*_ONES, *_TEENS, "twentieth"], start=1)},
    **{f"twenty-{name}": number for number, name in enumerate(_ONES, start=21)},
    "thirtieth": 30,
    "thirty-first": 31,
    **dict.fromkeys(("primero", "premier", "primeiro"), 1),
}
_DAY = "|".join(name.replace("-", "[- ]") for name in DAYS)
_MONTH, _SEASON = "|".join(lexicon.MONTHS), "|".join(lexicon.SEASONS)
# Beside a month alone: elsewhere they count centuries, and “since the eighteenth” is no year of two digits.
_BEFORE = re.compile(rf"\b(?P<day>{_DAY})(?= (?:of |de |do mes de )?(?:{_MONTH})\b)")
_AFTER = re.compile(rf"\b(?P<month>(?:{_MONTH})\.? )(?:the )?(?P<day>{_DAY})\b")
_NUMBER = rf"\d{{1,2}}{lexicon.ORDINAL}"
# “1965 March-1968” is a span: what follows a year has its own.
_WITHOUT_YEAR = r"(?<!\d{4} )(?<!\d{4}, )"
_SIGNS = (
    # “dec/25/1950”, “dec-25-1950”
    (re.compile(rf"\b({_MONTH})\.? ?/ ?({_NUMBER}) ?/ ?(?=(?:\d\d)?\d\d\b)"), r"\1 \2 "),
    (re.compile(rf"\b({_MONTH})\.?-({_NUMBER})-(?=\d{{4}}\b)"), r"\1 \2 "),
    # “marzo/1968”, “12/mar/1968”, “1º/mai/1945”
    (re.compile(rf"\b({_MONTH})\.? ?/ ?(?=\d)"), r"\1 "),
    (re.compile(rf"(\d{lexicon.ORDINAL}) ?/ ?(?=(?:{_MONTH})\b)"), r"\1 "),
    # “12-mar-1968”, “1968-mar-12”
    (re.compile(rf"\b({_NUMBER})-({_MONTH})\.?-(?=\d)"), r"\1 \2 "),
    (re.compile(rf"\b(\d{{4}})-({_MONTH})\.?-(?=\d{{1,2}}\b)"), r"\1 \2 "),
    # A hyphen may join two dates, but none that begins without a year where one follows: “mar-1968”, “may 21-1920”
    (
        re.compile(rf"{_WITHOUT_YEAR}\b((?:{_MONTH})(?:\.? {_NUMBER})?|{_SEASON})\.? ?- ?(?=\d{{4}}\b)"),
        r"\1 ",
    ),
)


def in_numbers(text: str) -> str:
    """A normalised text with its days as numbers, and with spaces around months that stand by name among numbers."""
    text = _BEFORE.sub(lambda match: _number(match["day"]), text)
    text = _AFTER.sub(lambda match: f"{match['month']}{_number(match['day'])}", text)
    for pattern, plain in _SIGNS:
        text = pattern.sub(plain, text)
    return text


def _number(day: str) -> str:
    return str(DAYS[day.replace(" ", "-")])
