"""Days of remembrance: which there are, which is today, and what of the archive belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from archive.access import Actor
from archive.models import Days, days_at, now
from archive.models.errors import NotFoundError
from archive.profiles import Observance
from archive.services import find, show, stories
from archive.services.labels import worded_in
from archive.services.opening import Archive
from archive.services.story_lines import StoryLine, told_once
from archive.services.story_said import days_in
from archive.services.views import Card

YEARS_TO_A_LEAP_DAY = 8


@dataclass(frozen=True)
class Day:
    """A day of every year with its words in one language, when it comes next (today, when it is today), and who keeps it.

    `name_in` and `welcome_in` are the languages of its words: another than was asked for where its collection has none in that.
    """

    id: str
    name: str
    welcome: str
    month: int
    day: int
    uri: str
    next_on: date
    collections: tuple[str, ...]
    name_in: str = ""
    welcome_in: str = ""


@dataclass(frozen=True)
class Today(Days):
    """The days that it is now: one of remembrance is kept while it is that day anywhere."""

    def holds(self, day: Day) -> bool:
        """Whether the day is being kept."""
        return self.first <= day.next_on <= self.last


def today(archive: Archive) -> Today:
    """Which days it is in the time zones of the archive's settings; in UTC where these are none."""
    found = days_at(now(), archive.settings.timezones)
    return Today(found.first, found.last)


def all_days(archive: Archive, on: date, language: str = "en") -> tuple[Day, ...]:
    """Every day that a collection keeps, the next one from `on` first; the words are the first collection's that has it."""
    found: dict[str, Day] = {}
    for slug, profile in archive.profiles.items():
        for one in profile.observances:
            kept = found.get(one.id) or _day(one, on, language)
            found[one.id] = replace(kept, collections=(*kept.collections, slug))
    return tuple(sorted(found.values(), key=lambda one: (one.next_on, one.id)))


def one(archive: Archive, slug: str, on: date, language: str = "en") -> Day:
    """The day of that id; NotFoundError when no collection keeps it."""
    found = next((day for day in all_days(archive, on, language) if day.id == slug), None)
    if found is None:
        raise NotFoundError("There is no such day.")
    return found


def items_of(
    archive: Archive, actor: Actor, day: Day, limit: int, language: str = "en"
) -> tuple[int, tuple[Card, ...]]:
    """How many items bear the day, and the newest of them."""
    bearing = find.find(
        archive,
        actor,
        "",
        filters={"observance": [day.id]},
        sort="newest",
        per_page=limit,
        language=language,
    )
    return bearing.total, bearing.cards


def stories_of(
    archive: Archive, actor: Actor, day: Day, limit: int, language: str = "en"
) -> tuple[StoryLine, ...]:
    """The newest stories that lead to the day in any language, each once: those told in the reader's before others."""
    found = stories.published(
        archive, actor, language, holds=lambda said: day.id in days_in(said), together=True
    )
    return told_once(found, language)[:limit]


def new_besides(
    archive: Archive, actor: Actor, day: Day, shown: Sequence[Card], limit: int, language: str = "en"
) -> tuple[Card, ...]:
    """Where few items are `shown` for a day, what its collections have new besides: with them `limit` at most."""
    of_the_day = {card.id for card in shown}
    besides: dict[str, Card] = {}
    for slug in day.collections:
        if len(of_the_day) + len(besides) < limit:
            new = show.newest(archive, actor, limit, language, collection=slug)
            besides |= {one.id: one for one in new if one.id not in of_the_day}
    return tuple(besides.values())[: max(0, limit - len(of_the_day))]


def _day(observance: Observance, on: date, language: str) -> Day:
    name, welcome = worded_in(observance.name, language), worded_in(observance.welcome, language)
    return Day(
        observance.id,
        name.words,
        welcome.words,
        observance.month,
        observance.day,
        observance.uri or "",
        _next(observance.month, observance.day, on),
        (),
        name.language,
        welcome.language,
    )


def _next(month: int, day: int, on: date) -> date:
    for year in range(on.year, on.year + YEARS_TO_A_LEAP_DAY + 1):
        try:
            found = date(year, month, day)
        except ValueError:  # the 29th of February
            continue
        if found >= on:
            return found
    raise ValueError(f"{month}-{day} is no day")
