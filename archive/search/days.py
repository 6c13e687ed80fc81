"""Dates in a query as ranges of days: 1863, 186X, 1863-01-01, two of them with `..` between, and all that archive.dates reads."""

from __future__ import annotations

import re
from calendar import monthrange

from archive.dates import Ambiguous, reach, understand
from archive.models.errors import BadInputError

FIRST_DAY, LAST_DAY = 10101, 99991231
MOST_YEARS = 10
APART = "apart"
"""Stands beside the years of a date of several that leaves out a year between them."""
_FIRST_DECADE, _LAST_DECADE = 1000, 2100
"""A date of several that reaches beyond them is found by the whole of its reach."""

_DATE = re.compile(r"(\d{4}|\d{3}[Xx]|\d{2}[Xx]{2})(?:-(\d{2}))?(?:-(\d{2}))?")


def day_range(text: str) -> tuple[int, int] | None:
    """First and last day (YYYYMMDD) of what was written, or None where it is no date; an open end reaches for ever.

    What is only about right reaches as far as the dates of items do, what can be read in several ways from the first to the last of them.
    """
    return _between(text) or _understood(text)


def _between(text: str) -> tuple[int, int] | None:
    first_text, dots, last_text = text.partition("..")
    if not dots:
        return _days(text)
    first = (_days(first_text) or _understood(first_text)) if first_text else (FIRST_DAY, FIRST_DAY)
    last = (_days(last_text) or _understood(last_text)) if last_text else (LAST_DAY, LAST_DAY)
    if first is None or last is None or not (first_text or last_text):
        return None
    if first[0] > last[1]:
        first, last = last, first
    return (first[0], last[1])


def years(first: int | None, last: int | None) -> list[str]:
    """The years of a date (YYYYMMDD) as words to find it by; none where it may belong to more than ten."""
    low, high = (first or last or 0) // 10000, (last or first or 0) // 10000
    return [str(year) for year in range(low, high + 1)] if low and high - low < MOST_YEARS else []


def decade_of(day: int) -> int:
    """The decade of a day (YYYYMMDD): 1860."""
    return day // 100_000 * 10


def decades_around(first: int, last: int) -> tuple[list[str], list[str], list[str]]:
    """The decades before two days, from the one to the other, and after, as values of a facet.

    A date of several (1852 and 1890) reaches over decades that it does not belong to. It is told by these: it bears one before and one
    after, and none of those that are asked for. What has no end on a side bears none there, and is found.
    """
    low, high = decade_of(first), decade_of(last)
    before, inside, after = (
        range(_FIRST_DECADE, low, 10),
        range(max(low, _FIRST_DECADE), min(high, _LAST_DECADE) + 10, 10),
        range(high + 10, _LAST_DECADE + 10, 10),
    )
    return [str(one) for one in before], [str(one) for one in inside], [str(one) for one in after]


def years_between(first: int, last: int) -> list[str]:
    """The years from one day to another, as `decades_around` has decades; none where they are many, and decades tell enough."""
    low, high = first // 10_000, last // 10_000
    return [str(year) for year in range(low, high + 1)] if high - low < 2 * MOST_YEARS else []


def _understood(text: str) -> tuple[int, int] | None:
    try:
        found = understand(text)
        readings = found.choices if isinstance(found, Ambiguous) else (found,)
        reached = [reach(one.edtf) for one in readings]
    except BadInputError:
        return None
    if any(one.start is None and one.end is None for one in reached):
        return None
    return (min(one.start or FIRST_DAY for one in reached), max(one.end or LAST_DAY for one in reached))


def _days(text: str) -> tuple[int, int] | None:
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day = found.groups()
    low, high = (int(re.sub("[Xx]", digit, year)) for digit in "09")
    if not month:
        return (low * 10000 + 101, high * 10000 + 1231)
    if low != high or low == 0 or not 1 <= int(month) <= 12:
        return None
    last = monthrange(low, int(month))[1]
    if day and not 1 <= int(day) <= last:
        return None
    base = low * 10000 + int(month) * 100
    return (base + int(day or 1), base + int(day or last))
