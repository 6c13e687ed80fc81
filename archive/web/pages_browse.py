"""The pages one looks around in: places, years, people, subjects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import url_for

from archive.profiles.model import fold
from archive.services.browse import Counted
from archive.web import labels
from archive.web.labels import UNDATED
from archive.web.pages_map import Map, maps, percent
from archive.web.pages_search import Asked, by_creator
from archive.web.words import _

# More names than these are read letter by letter.
ALL_AT_ONCE = 150
# Names that begin with so many of the same letters stand near each other.
ALIKE = 4
NUMBERS, SIGNS = "0–9", "…"


@dataclass(frozen=True)
class Entry:
    """A name with how many items bear it; or another name of it, with the one to see."""

    name: str
    href: str
    count: int = 0
    see: str = ""


@dataclass(frozen=True)
class Letter:
    """One letter of the alphabet with its names, and where it stands on this page or which page it has."""

    letter: str
    href: str
    anchor: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class NamesPage:
    """A list of names by their letters: all of them, or with `chosen` those of one letter."""

    title: str
    lead: str
    total: int
    letters: tuple[Letter, ...]
    shown: tuple[Letter, ...]
    chosen: str = ""
    maps: tuple[Map, ...] = ()


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


def people_page(found: Sequence[Counted], letter: str) -> NamesPage:
    """Everyone who is named."""
    lead = _("Everyone whom something here names: who wrote, spoke, made it, or is remembered in it.")
    entries = [entry for one in found for entry in _entries(one, by_creator(one.name))]
    return _names(_("People"), lead, len(found), entries, letter, "browse.people")


def subjects_page(found: Sequence[Counted], letter: str) -> NamesPage:
    """What things are about."""
    lead = _("What the things kept here are about, from A to Z.")
    entries = [
        entry for one in found for entry in _entries(one, Asked(filters={"subject": (one.name,)}).href())
    ]
    return _names(_("Subjects"), lead, len(found), entries, letter, "browse.subjects")


def places_page(found: Sequence[Counted], letter: str) -> NamesPage:
    """Where things come from, on maps and in a table."""
    lead = _(
        "Where the things kept here are from, or what they tell of, no more exactly than whoever gave them allows."
    )
    entries = [
        entry for one in found for entry in _entries(one, Asked(filters={"place": (one.name,)}).href())
    ]
    return _names(_("Places"), lead, len(found), entries, letter, "browse.places", maps(found))


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
    dated = [value for value in lines if value.isdigit()]
    return YearsPage(
        tuple(
            Century(f"{first}00–{first}99", tuple(lines[value] for value in values))
            for first, values in groupby(sorted(dated, key=int), key=lambda value: int(value) // 100)
        ),
        lines.get(UNDATED),
    )


def _entries(one: Counted, href: str) -> Iterable[Entry]:
    yield Entry(one.name, href, one.count)
    # Who looks for a name that begins alike sees this one anyway.
    begins = fold(one.name)[:ALIKE]
    others = (other for other in one.others if fold(other)[:ALIKE] != begins)
    yield from (Entry(other, href, see=one.name) for other in others)


def _names(
    title: str,
    lead: str,
    total: int,
    entries: Sequence[Entry],
    chosen: str,
    endpoint: str,
    shown_on: tuple[Map, ...] = (),
) -> NamesPage:
    is_long = len(entries) > ALL_AT_ONCE
    ordered = sorted(entries, key=lambda one: (_place(_initial(one.name)), fold(one.name), one.see))
    grouped = {letter: tuple(some) for letter, some in groupby(ordered, key=lambda one: _initial(one.name))}
    letters = tuple(
        Letter(
            letter,
            url_for(endpoint, letter=letter) if is_long else f"#names-{number}",
            f"names-{number}",
            some,
        )
        for number, (letter, some) in enumerate(grouped.items(), 1)
    )
    if not is_long:
        return NamesPage(title, lead, total, letters, letters, maps=shown_on)
    shown = tuple(one for one in letters if one.letter == chosen) or letters[:1]
    return NamesPage(title, lead, total, letters, shown, shown[0].letter, shown_on)


def _initial(name: str) -> str:
    first = next((sign for sign in fold(name) if sign.isalnum()), "")
    return NUMBERS if first.isdigit() else first.upper() or SIGNS


def _place(letter: str) -> tuple[int, str]:
    """Letters in their order, then numbers and signs."""
    return ((NUMBERS, SIGNS).index(letter) + 1 if letter in (NUMBERS, SIGNS) else 0, letter)
