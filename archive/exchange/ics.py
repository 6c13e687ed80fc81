"""Days of every year as an iCalendar (RFC 5545), for calendars that follow an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

MEDIA_TYPE = "text/calendar"
PRODUCT = "-//Remembrance//Days of remembrance//EN"
# A leap year, so that every day there is has its first time. Nothing in the calendar depends on when it is asked for.
FIRST_YEAR = 2024
REFRESH = timedelta(days=7)


@dataclass(frozen=True)
class YearlyDay:
    """A day of every year; `name` makes it the same event wherever and in whichever language it is followed.

    `title_in` and `words_in` are the languages of its words, where they are not in that of the calendar.
    """

    name: str
    month: int
    day: int
    title: str
    words: str
    address: str
    title_in: str = ""
    words_in: str = ""


def calendar(title: str, language: str, days: Iterable[YearlyDay]) -> bytes:
    """The days as a calendar, in the order given; the same days give the same bytes."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("name", title, parameters={"language": language})
    made.add("x-wr-calname", title)
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for one in days:
        made.add_component(_event(one, language))
    return bytes(made.to_ical())


def _event(day: YearlyDay, language: str) -> Event:
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"remembrance:observance:{day.name}")))
    event.add("dtstamp", datetime(FIRST_YEAR, 1, 1, tzinfo=UTC))
    event.add("dtstart", date(FIRST_YEAR, day.month, day.day))
    event.add("rrule", {"freq": "yearly"})
    event.add("summary", day.title, parameters={"language": day.title_in or language})
    event.add("description", day.words, parameters={"language": day.words_in or language})
    event.add("url", day.address)
    # It is kept all day, and nobody is busy for it.
    event.add("transp", "TRANSPARENT")
    return event
