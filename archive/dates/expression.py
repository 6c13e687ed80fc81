"""The parts of an EDTF expression, as far as bounds and words need them (ISO 8601-2:2019, Library of Congress EDTF)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Literal

from archive.models.errors import BadInputError

EXAMPLES = (
    "17 May 1852, May 1852, summer 1852, about 1852, 1850s, between 1850 and 1855, before 1852, unknown"
)


class DateError(BadInputError):
    """The text cannot be read as a date."""

    code = "date-not-understood"
    remedy = f"Write it like one of these: {EXAMPLES}."


@dataclass(frozen=True)
class Point:
    """A year, month, day or season; X stands for a digit nobody knows. `significant` is 2 for 1950S2, else None.

    `about` says that it is not exact, `loose` the largest part of which that is said.
    """

    year: str
    month: str | None = None
    day: str | None = None
    season: int | None = None
    significant: int | None = None
    about: bool = False
    loose: Literal["year", "month", "day"] | None = None
    unsure: bool = False


@dataclass(frozen=True)
class Range:
    """From one point to another; None is a side that is open or not known."""

    first: Point | None
    last: Point | None


@dataclass(frozen=True)
class Group:
    """Several dates: one of them (`every` is false, [a, b]) or all of them ({a, b})."""

    members: tuple[Point | Range, ...]
    every: bool


Expression = Point | Range | Group

POINT = re.compile(
    r"(?P<q0>[?~%]?)(?P<year>[0-9X]{4})(?:S(?P<significant>[1-3]))?(?P<q1>[?~%]?)"
    r"(?:-(?P<q2>[?~%]?)(?P<month>[0-9X]{2})(?P<q3>[?~%]?)"
    r"(?:-(?P<q4>[?~%]?)(?P<day>[0-9X]{2})(?P<q5>[?~%]?))?)?"
)


def parse(text: str) -> Expression | None:
    """The expression that an EDTF string stands for; None where the string has another shape."""
    text = re.sub(r", +", ",", text)
    if text[:1] + text[-1:] in ("[]", "{}"):
        members = [_member(part) for part in text[1:-1].split(",")]
        whole = tuple(member for member in members if member is not None)
        # [1863] is the bracket of a library catalogue, no set
        is_set = len(whole) == len(members) and (len(whole) > 1 or isinstance(whole[0], Range))
        return Group(whole, every=text[0] == "{") if is_set else None
    if "/" in text:
        first, _, last = text.partition("/")
        return _range(first, last)
    return parse_point(text)


def parse_point(text: str) -> Point | None:
    """One year, month, day or season with its marks of doubt; None where the text is none."""
    match = POINT.fullmatch(text)
    if match is None:
        return None
    month, season = match["month"], None
    if month and month.isdigit() and int(month) > 12:
        if not 21 <= int(month) <= 41 or match["day"]:
            return None
        month, season = None, int(match["month"])
    if (match["significant"] and match["month"]) or not matching(month, 12) or not matching(match["day"], 31):
        return None
    marks = "".join(match[f"q{number}"] or "" for number in range(6))
    return Point(
        year=match["year"],
        month=month,
        day=match["day"],
        season=season,
        significant=int(match["significant"]) if match["significant"] else None,
        about=any(mark in marks for mark in "~%"),
        loose=_loose(match),
        unsure=any(mark in marks for mark in "?%"),
    )


def _loose(match: re.Match[str]) -> Literal["year", "month", "day"] | None:
    marked = [number for number in range(6) if (match[f"q{number}"] or "") in ("~", "%")]
    # A mark stands before its part, or behind it and all that is left of it.
    return None if not marked else "year" if marked[0] < 2 else "month" if marked[0] < 4 else "day"


def matching(digits: str | None, top: int) -> tuple[int, ...]:
    """Every number from 1 to `top` that two digits, some of them X, can stand for; all of them where there are none."""
    pattern = re.compile((digits or "XX").replace("X", "[0-9]"))
    return tuple(number for number in range(1, top + 1) if pattern.fullmatch(f"{number:02}"))


def calendar_day(year: int, month: int, day: int) -> str:
    """A day in EDTF; DateError where the calendar (Gregorian, as EDTF asks) has no such day."""
    if year < 1 or not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        raise DateError(f"There is no day {day} in month {month} of {year}.", code="date-impossible")
    return f"{year:04}-{month:02}-{day:02}"


def _range(first: str, last: str) -> Range | None:
    open_side = ("", "..")
    begin = None if first in open_side else parse_point(first)
    end = None if last in open_side else parse_point(last)
    if (begin is None and first not in open_side) or (end is None and last not in open_side):
        return None
    return None if first == last == "" else Range(begin, end)


def _member(part: str) -> Point | Range | None:
    if ".." in part:
        first, _, last = part.partition("..")
        return _range(first, last)
    return parse_point(part)
