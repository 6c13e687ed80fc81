"""The pages one looks around in: places, years, people, subjects, and what is for members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from flask import url_for

from archive.services.browse_kept import Line, Listed
from archive.services.for_members import Leaf
from archive.web import labels
from archive.web.labels import UNDATED
from archive.web.numbering import is_number
from archive.web.pages_box import Box
from archive.web.pages_list import ListedItem, Pager, listed, pager
from archive.web.pages_map import Map, maps_of, percent
from archive.web.pages_search import Asked, by_name
from archive.web.words import _

# More names than these are read letter by letter, and so many at once.
ALL_AT_ONCE = 150


@dataclass(frozen=True)
class At:
    """Where in a long list somebody is: a letter, and a leaf of its names (from 1); of places those `near` each other."""

    letter: str = ""
    page: int = 1
    near: Box | None = None


@dataclass(frozen=True)
class Entry:
    """A name with how many items bear it; or another name of it, with the one to see.

    `lang` is the language of the name that leads there, where the page has another.
    """

    name: str
    href: str
    count: int = 0
    see: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Letter:
    """One letter of the alphabet with its names, and where it stands on this page or which page it has."""

    letter: str
    href: str
    anchor: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class NamesPage:
    """A list of names by their letters: all of them, or with `chosen` those of one letter, leaf by leaf.

    `all_href` leads to the whole list, where these are a part of it.
    """

    title: str
    lead: str
    total: int
    letters: tuple[Letter, ...]
    shown: tuple[Letter, ...]
    chosen: str = ""
    maps: tuple[Map, ...] = ()
    pager: Pager | None = None
    all_href: str = ""


@dataclass(frozen=True)
class DecadeLine:
    """A decade, how many items may belong to it, and the class that says how long its bar is."""

    words: str
    count: int
    href: str
    bar: str


@dataclass(frozen=True)
class Century:
    """A hundred years with their decades."""

    words: str
    decades: tuple[DecadeLine, ...]


@dataclass(frozen=True)
class YearsPage:
    """The timeline, and what bears no date."""

    centuries: tuple[Century, ...]
    undated: DecadeLine | None


def people_page(found: Listed, at: At) -> NamesPage:
    """Everyone who is named."""
    lead = _("Everyone whom something here names: who wrote, spoke, made it, or is remembered in it.")
    return _names(_("People"), lead, found, at, "browse.people", by_name)


def subjects_page(found: Listed, at: At) -> NamesPage:
    """What things are about."""
    lead = _("What the things kept here are about, from A to Z.")
    return _names(_("Subjects"), lead, found, at, "browse.subjects", partial(_found, "subject"))


def places_page(found: Listed, at: At) -> NamesPage:
    """Where things come from, on maps and in a table; or the places alone for which one dot stands."""
    near = [one for one in found.names if at.near.holds(one)] if at.near else []
    if at.near and near:
        lead = _("These places lie so near each other that the map has one dot for all of them.")
        names, href = Listed(tuple(near)), partial(_found, "place")
        page = _names(_("Places"), lead, names, at, "browse.places", href, near=at.near.words)
        return replace(page, all_href=url_for("browse.places"))
    lead = _(
        "Where the things kept here are from, or what they tell of, no more exactly than whoever gave them allows."
    )
    shown_on = maps_of(found)
    return _names(_("Places"), lead, found, at, "browse.places", partial(_found, "place"), shown_on)


def _found(facet: str, value: str) -> str:
    return Asked(filters={facet: (value,)}).href()


def years_page(found: Sequence[tuple[str, int]]) -> YearsPage:
    """The decades by their centuries."""
    most = max((count for _value, count in found), default=1)
    lines = {
        value: DecadeLine(
            labels.decade(value),
            count,
            Asked(filters={"decade": (value,)}).href(),
            percent("x", count / most),
        )
        for value, count in found
    }
    dated = [value for value in lines if is_number(value)]
    return YearsPage(
        tuple(
            Century(f"{first}00–{first}99", tuple(lines[value] for value in values))
            for first, values in groupby(sorted(dated, key=int), key=lambda value: int(value) // 100)
        ),
        lines.get(UNDATED),
    )


def _names(
    title: str,
    lead: str,
    found: Listed,
    at: At,
    endpoint: str,
    href: Callable[[str], str],
    shown_on: tuple[Map, ...] = (),
    near: str = "",
) -> NamesPage:
    letters = found.letters
    total = len(found.names)
    if sum(map(len, letters.values())) <= ALL_AT_ONCE:
        whole = tuple(
            Letter(letter, f"#names-{number}", f"names-{number}", _entries(lines, href))
            for number, (letter, lines) in enumerate(letters.items(), 1)
        )
        return NamesPage(title, lead, total, whole, whole, maps=shown_on)
    chosen = at.letter if at.letter in letters else next(iter(letters))
    links = tuple(
        Letter(letter, url_for(endpoint, letter=letter, near=near or None), "") for letter in letters
    )
    lines = letters[chosen]
    pages = -(-len(lines) // ALL_AT_ONCE)
    page = min(at.page, pages)
    entries = _entries(lines[ALL_AT_ONCE * (page - 1) : ALL_AT_ONCE * page], href)
    leaves = pager(
        page, pages, lambda number: url_for(endpoint, letter=chosen, page=number, near=near or None)
    )
    shown = (Letter(chosen, "", "names-1", entries),)
    return NamesPage(title, lead, total, links, shown, chosen, shown_on, leaves)


@dataclass(frozen=True)
class MembersPage:
    """What is for members of the community alone, a page of it."""

    items: tuple[ListedItem, ...]
    total: int
    pager: Pager


def members_page(leaf: Leaf) -> MembersPage:
    """A leaf of it as a page shows it."""
    leaves = pager(leaf.page, leaf.pages, lambda number: url_for("browse.members", page=number))
    return MembersPage(tuple(map(listed, leaf.cards)), leaf.total, leaves)


def _entries(lines: Iterable[Line], href: Callable[[str], str]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            one.name,
            href(one.value or one.see or one.name),
            one.count,
            one.see,
            labels.language_beside(one.language),
        )
        for one in lines
    )
