"""The first and the last day that a date can mean, so that ranges and decades find it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from archive.dates.expression import DateError, Expression, Group, Point, Range, calendar_day, matching

MOST_YEARS = 100
"""Of a date of several that belongs to more years than this, decades alone tell between which of them it is not."""

EARLIEST_YEAR = 1500
"""Where a date without a beginning is taken to begin: the century in which the trade across the Atlantic began."""

YEARS_BEFORE = 100
"""So far back a date without a beginning stands on the timeline: whoever says *before 1950* seldom means the year 1500."""

ABOUT = 2
"""So many years earlier or later *about 1879* may be, so many months *about May 1852*, so many days *about 17 May 1852*.

EDTF says only that such a date is not exact. *Perhaps 1879* is that year or another one altogether: it stays where it is.
"""

# Months of the year that each EDTF season code can cover; 24, 28 and 30 may reach into the next year.
SEASON_MONTHS = {
    21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (1, 14),
    25: (3, 5), 26: (6, 8), 27: (9, 11), 28: (1, 14),
    29: (9, 11), 30: (1, 14), 31: (3, 5), 32: (6, 8),
    33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12),
    37: (1, 4), 38: (5, 8), 39: (9, 12),
    40: (1, 6), 41: (7, 12),
}  # fmt: skip

Days = tuple[int | None, int | None]
"""First and last day as YYYYMMDD; None where a side is open or not known."""


def spans(expression: Expression) -> tuple[Days, ...]:
    """The stretches of days that an expression names, one for each member of a group; DateError when there is none."""
    if isinstance(expression, Group):
        return tuple(span for member in expression.members for span in spans(member))
    if isinstance(expression, Range):
        first = _point_days(expression.first)[0] if expression.first else None
        last = _point_days(expression.last)[1] if expression.last else None
        if first is not None and last is not None and first > last:
            raise DateError("This span of time ends before it begins.", code="date-impossible")
        return ((first, last),)
    return (_point_days(expression),)


def reach(expression: Expression) -> tuple[Days, ...]:
    """The same stretches, and wider by ABOUT where a date is only about right: where a search looks for it.

    What says its own breadth is not widened: *about the 1850s*, and a span of which both ends are about right, as which
    *early 1860s* is kept.
    """
    if isinstance(expression, Group):
        return tuple(days for member in expression.members for days in reach(member))
    if isinstance(expression, Range):
        first, last = expression.first, expression.last
        if first and last and first.about and last.about:
            return spans(expression)
        ((begin, end),) = spans(expression)
        return ((_reach(first)[0] if first else begin, _reach(last)[1] if last else end),)
    return (_reach(expression),)


def outer(found: Iterable[Days]) -> Days:
    """The first day of all and the last day of all."""
    firsts, lasts = zip(*found, strict=True)
    first = None if None in firsts else min(firsts)
    return first, None if None in lasts else max(lasts)


def decades(found: Iterable[Days]) -> tuple[int, ...]:
    """Every decade (1850 for 1850-1859) that a date may belong to.

    A date without an end reaches to this year, one without a beginning YEARS_BEFORE back.
    """
    belongs: set[int] = set()
    for first, last in found:
        if first is None and last is None:
            continue
        low = first // 10000 if first is not None else max(1, (last or 0) // 10000 - YEARS_BEFORE)
        high = last // 10000 if last is not None else max(date.today().year, low)
        belongs.update(range(low // 10 * 10, high + 1, 10))
    return tuple(sorted(belongs))


def years_apart(found: Iterable[Days]) -> tuple[int, ...]:
    """Every year that a date of several may belong to, where between two of them lies one that it does not; else none.

    None either where it has an open side, or belongs to more years than MOST_YEARS: decades tell enough of these.
    """
    belongs: set[int] = set()
    for first, last in found:
        if first is None or last is None or last // 10000 - first // 10000 > MOST_YEARS:
            return ()
        belongs.update(range(first // 10000, last // 10000 + 1))
    is_apart = bool(belongs) and max(belongs) - min(belongs) >= len(belongs)
    return tuple(sorted(belongs)) if is_apart and len(belongs) <= MOST_YEARS else ()


OPEN_BEGIN = EARLIEST_YEAR * 10000 + 101
"""The day at which such a date begins; in order it stands where it ends."""


def earliest_day(last: int) -> int:
    """The day (YYYYMMDD) at which a date that has only this last day is taken to begin."""
    return min(OPEN_BEGIN, last // 10000 * 10000 + 101)


def _point_days(point: Point) -> Days:
    if point.year == "XXXX":
        return None, None
    low, high = years(point)
    if point.season:
        begin, end = SEASON_MONTHS[point.season]
        return _day(low, begin, 1), _day(high + (end > 12), (end - 1) % 12 + 1, 31)
    months, numbers = matching(point.month, 12), matching(point.day, 31)
    if low == high and len(months) == len(numbers) == 1:
        calendar_day(low, months[0], numbers[0])
    return _day(low, months[0], numbers[0]), _day(high, months[-1], numbers[-1])


def _reach(point: Point) -> Days:
    first, last = _point_days(point)
    if first is None or last is None or point.loose is None or "X" in point.year or point.significant:
        return first, last
    return _moved(first, -ABOUT, point.loose), _moved(last, ABOUT, point.loose)


def _moved(day: int, by: int, unit: str) -> int:
    """A day so many years, months or days away; the last of a month stays the last of a month."""
    year, month, number = day // 10000, day // 100 % 100, day % 100
    if unit == "day":
        moved = min(max(date(year, month, number).toordinal() + by, 1), date.max.toordinal())
        return int(f"{date.fromordinal(moved):%Y%m%d}".rjust(8, "0"))
    months = year * 12 + month - 1 + by * (12 if unit == "year" else 1)
    is_last = number == monthrange(year, month)[1]
    return _day(max(1, months // 12), months % 12 + 1, 31 if is_last else number)


def years(point: Point) -> tuple[int, int]:
    """The first and the last year that a point can mean; its year is not XXXX."""
    year = point.year
    if point.significant:
        year = year[: point.significant] + "X" * (4 - point.significant)
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if high == 0:
        raise DateError("The year 0 is not a year.", code="date-impossible")
    return max(low, 1), high


def _day(year: int, month: int, day: int) -> int:
    year = min(year, 9999)
    return year * 10000 + month * 100 + min(day, monthrange(year, month)[1])
