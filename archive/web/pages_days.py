"""The pages of the days of remembrance, and what of them stands on the first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from archive.exchange.ics import YearlyDay
from archive.services.days import Day, Today
from archive.services.opening import Archive
from archive.services.story_lines import StoryLine
from archive.services.views import Card
from archive.web import labels, words
from archive.web.pages_list import ListedItem, listed
from archive.web.pages_search import Asked
from archive.web.pages_stories import StoryLink, links
from archive.web.public_address import whole


@dataclass(frozen=True)
class DayLine:
    """A day in a list; `is_today` when it is kept now.

    `name_lang` and `welcome_lang` are the languages of its words, where the page has another.
    """

    href: str
    name: str
    welcome: str
    next_on: str
    is_today: bool
    source: str
    name_lang: str = ""
    welcome_lang: str = ""


@dataclass(frozen=True)
class DayPage:
    """A day with its words, what bears it, and who keeps it: address, title and its language of each collection.

    `told` are the stories that lead to it; `newest` is what the collections have new besides and is not of the day.
    """

    line: DayLine
    total: int
    items: tuple[ListedItem, ...]
    all_href: str
    collections: tuple[tuple[str, str, str], ...]
    newest: tuple[ListedItem, ...]
    told: tuple[StoryLink, ...]


def day_line(day: Day, on: Today) -> DayLine:
    """A day as a list shows it `on` a day."""
    return DayLine(
        url_for("observances.day", slug=day.id),
        day.name,
        day.welcome,
        words.day(day.next_on),
        on.holds(day),
        day.uri,
        labels.language_beside(day.name_in),
        labels.language_beside(day.welcome_in),
    )


def day_page(
    archive: Archive,
    day: Day,
    on: Today,
    total: int,
    cards: Sequence[Card],
    told: Sequence[StoryLine],
    besides: Sequence[Card] = (),
) -> DayPage:
    """The page of one day with the stories `told` of it and the `cards` that bear it, of which there are so many in all."""
    return DayPage(
        day_line(day, on),
        total,
        tuple(listed(card) for card in cards),
        Asked(filters={"observance": (day.id,)}, sort="newest").href(),
        tuple(
            (
                url_for("public.collection", slug=slug),
                labels.facet_value(archive, "collection", slug),
                labels.facet_language(archive, "collection", slug),
            )
            for slug in day.collections
        ),
        tuple(listed(card) for card in besides),
        links(archive, told),
    )


def yearly(archive: Archive, day: Day) -> YearlyDay:
    """A day as calendars take it, with the whole address of its page."""
    address = whole(archive, url_for("observances.day", slug=day.id))
    return YearlyDay(
        day.id,
        day.month,
        day.day,
        day.name,
        day.welcome,
        address,
        labels.language_beside(day.name_in),
        labels.language_beside(day.welcome_in),
    )
