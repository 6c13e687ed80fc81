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
_MONTH = "|".join(lexicon.MONTHS)
# Beside a month alone: elsewhere they count centuries, and “since the eighteenth” is no year of two digits.
_BEFORE = re.compile(rf"\b(?P<day>{_DAY})(?= (?:of |de |do mes de )?(?:{_MONTH})\b)")
_AFTER = re.compile(rf"\b(?P<month>(?:{_MONTH})\.? )(?:the )?(?P<day>{_DAY})\b")
_SIGNS = (
    # “marzo/1968”, “12/mar/1968”
    (re.compile(rf"\b({_MONTH})\.? ?/ ?(?=\d)"), r"\1 "),
    (re.compile(rf"(?<=\d) ?/ ?(?=(?:{_MONTH})\b)"), " "),
    # “12-mar-1968”; a hyphen by itself may join two dates, but none that begins with a month without a year
    (re.compile(rf"\b(\d{{1,4}})-({_MONTH})\.?-(?=\d)"), r"\1 \2 "),
    (re.compile(rf"^({_MONTH})\.?-(?=\d{{4}}$)"), r"\1 "),
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
