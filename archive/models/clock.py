"""Which days it is where the people of the archive live: the finest that an opening or a closing goes by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from archive.models.base import now

# Until somebody says where people live: everywhere on earth, so that nothing opens early nor closes late.
_zones: tuple[tzinfo, ...] = (timezone(timedelta(hours=-12)), timezone(timedelta(hours=14)))


@dataclass(frozen=True)
class Days:
    """The days that it is at one time, from where it is earliest to where it is latest: mostly one, for some hours two."""

    first: date
    last: date

    @classmethod
    def within(cls, day: date) -> Days:
        """Those that it is, where people live, from the beginning of a day in UTC to its end."""
        begins = datetime.combine(day, time.min, UTC)
        ends = begins + timedelta(days=1, microseconds=-1)
        return cls(_at(begins, _zones).first, _at(ends, _zones).last)

    def has_begun(self, day: date) -> bool:
        """Whether a day has begun for everybody: what opens with it may be shown."""
        return day <= self.first

    def not_before(self, day: date | None) -> Days:
        """These days, or a day that is still to come."""
        return self if day is None else Days(max(self.first, day), max(self.last, day))

    def is_over(self, day: date) -> bool:
        """Whether a day is over for anybody: what closes with it is hidden."""
        return day < self.last


def live_in(zones: Sequence[str]) -> None:
    """Have the days of this process be those of some time zones (IANA), of UTC where these are none.

    They are the whole process's, as its clock is: one archive is opened in it, by whom they are said.
    """
    global _zones
    _zones = _read(zones)


def days_now() -> Days:
    """Which days it is at this moment where people live."""
    return _at(now(), _zones)


def days_at(moment: datetime, zones: Sequence[str]) -> Days:
    """Which days it is at a moment in some time zones, in UTC where these are none."""
    return _at(moment, _read(zones))


def _read(zones: Sequence[str]) -> tuple[tzinfo, ...]:
    return tuple(map(ZoneInfo, zones)) or (UTC,)


def _at(moment: datetime, zones: Sequence[tzinfo]) -> Days:
    found = [moment.astimezone(zone).date() for zone in zones]
    return Days(min(found), max(found))
