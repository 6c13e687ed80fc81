"""What everybody may know of an item, as documents for other programs are made from it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

POINT = re.compile(r"(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?[~?%]?")
UNSURE = "~?%"
_PLAIN = re.compile(r"(?<![-\d])(-?\d{4})(?![\dX])(?:-(\d\d)(?:-(\d\d))?)?(?!X)")
_LAST_MONTH = 12
# Whoever did that made it; others had to do with it.
MADE_BY = frozenset({"", "creator", "author", "photographer", "artist", "singer", "speaker", "interviewee"})
# They join letters or keep them apart: some scripts cannot be written without.
JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class Copy:
    """An access copy: its whole address, its media type, its size in bytes."""

    address: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Described:
    """An item as anybody may read of it; `creators` made it, each once; `others` had to do with it, each as (role, name).

    `kind` is a DCMI type in small letters, `date_edtf` an EDTF date that `date_words` tells in words, `keeper` who
    keeps the archive; addresses are whole, `keeper` and everything that nobody said is "". `organisations` and
    `families` are those of the names that are no person's, `role_words` the roles of `others` in words, by role.
    """

    id: str
    address: str
    title: str
    kind: str = ""
    creators: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    organisations: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    role_words: Mapping[str, str] = field(default_factory=dict)
    date_edtf: str = ""
    date_words: str = ""
    description: str = ""
    subjects: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    rights: str = ""
    rights_uri: str = ""
    source: str = ""
    collection: str = ""
    archive: str = ""
    keeper: str = ""
    published_on: date | None = None
    thumbnail: str = ""
    copies: tuple[Copy, ...] = ()

    def names_of(self, *roles: str) -> tuple[str, ...]:
        """Of `others` those who did one of these things, or anything; each once, also who did several."""
        return tuple(dict.fromkeys(name for role, name in self.others if not roles or role in roles))


def one_line(text: str) -> str:
    """The text on one line, without signs that are none to read: no line of it can become another field."""
    return " ".join("".join(map(_seen, text)).split())


def points(edtf: str) -> list[list[int]] | None:
    """The day, month or year of a date, or the two of an interval, as numbers; None for what is no such thing."""
    found = [POINT.fullmatch(one) for one in edtf.split("/")]
    if not 0 < len(found) <= 2:
        return None
    numbers = [[int(part) for part in one.groups() if part] for one in found if one is not None]
    # A season is written as a month from 21 on.
    if len(numbers) != len(found) or any(part[1] > 12 for part in numbers if len(part) > 1):
        return None
    return numbers


def plain_date(edtf: str) -> str:
    """A date without signs of EDTF, YYYY, YYYY-MM or YYYY-MM-DD: of several the first; "" where not even a year is whole."""
    found = None if edtf.startswith("Y") else _PLAIN.search(edtf)
    if found is None:
        return ""
    year, month, day = found.groups()
    # A season is written as a month from 21 on.
    parts = (year, month, day) if month and int(month) <= _LAST_MONTH else (year,)
    return "-".join(part for part in parts if part)


def _seen(sign: str) -> str:
    if sign.isprintable() or sign in JOINERS:
        return sign
    # Marks that turn the direction of writing, or show nothing at all, stand inside of words.
    return "" if unicodedata.category(sign) == "Cf" else " "
