"""The lists of places, names and subjects, kept in memory for as long as nothing happens in the archive."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from archive.access import PUBLIC, Actor
from archive.models import Database, Days, Event, days_now
from archive.profiles.model import fold
from archive.services import browse
from archive.services.browse import Counted
from archive.services.opening import Archive

# Names that begin with so many of the same letters stand near each other.
ALIKE = 4
NUMBERS, SIGNS = "0–9", "…"
# So many lists of one archive are kept: three in two languages, and of one of them those of members.
MOST_KEPT = 9
# Where several write at once, an event may be seen after a younger one; never this long after it.
RECENT = 500
# What has happened, and the day: consents open and close with days.
Mark = tuple[int, int, Days]


@dataclass(frozen=True, slots=True)
class Line:
    """A name with how many items bear it; or another name of it, with the one to see.

    `value` and `language` are those of the name that bears the count.
    """

    name: str
    count: int = 0
    see: str = ""
    value: str = ""
    language: str = ""


@dataclass(frozen=True, eq=False)
class Listed:
    """Names with their counts; the same object for as long as nothing happens, so that more can be kept by it.

    `together` are names that one item bears besides each other, with how many items bear just these: of places alone.
    """

    names: tuple[Counted, ...]
    together: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    @cached_property
    def letters(self) -> Mapping[str, tuple[Line, ...]]:
        """Every line by the letter under which it is looked for, in the order in which people read them."""
        ordered = sorted(
            ((fold(line.name), line) for one in self.names for line in _lines(one)),
            key=lambda pair: (_place(_initial(pair[0])), pair[0], pair[1].see),
        )
        return {
            letter: tuple(line for _, line in some)
            for letter, some in groupby(ordered, key=lambda pair: _initial(pair[0]))
        }


# Two readers are the same who may see the same.
_Key = tuple[str, str, Actor]
_Lists = OrderedDict[_Key, tuple[Mark, Listed]]
_kept: WeakKeyDictionary[Database, _Lists] = WeakKeyDictionary()
_lock = threading.Lock()


def people(archive: Archive, language: str = "en", reader: Actor = PUBLIC) -> Listed:
    """Everyone whom an item names that `reader` may see."""
    key = ("people", language, reader)
    return _as_long_as_nothing_happens(archive, key, lambda: Listed(browse.people(archive, language, reader)))


def subjects(archive: Archive, language: str = "en", reader: Actor = PUBLIC) -> Listed:
    """What items are about that `reader` may see."""
    key = ("subjects", language, reader)
    return _as_long_as_nothing_happens(
        archive, key, lambda: Listed(browse.subjects(archive, language, reader))
    )


def places(archive: Archive, language: str = "en", reader: Actor = PUBLIC) -> Listed:
    """The places of items that `reader` may see, as each item's consent lets others read them."""

    def made() -> Listed:
        return Listed(browse.places(archive, language, reader), browse.borne_together(archive, reader))

    return _as_long_as_nothing_happens(archive, ("places", language, reader), made)


def _as_long_as_nothing_happens(archive: Archive, key: _Key, made: Callable[[], Listed]) -> Listed:
    # The mark is read first: what happens while they are counted makes them be counted again.
    mark = _mark(archive)
    with _lock:
        lists = _kept.setdefault(archive.db, OrderedDict())
        known = lists.get(key)
        if known is not None and known[0] == mark:
            lists.move_to_end(key)
            return known[1]
    found = made()
    with _lock:
        lists[key] = (mark, found)
        lists.move_to_end(key)
        while len(lists) > MOST_KEPT:
            lists.popitem(last=False)
    return found


def _mark(archive: Archive) -> Mark:
    """What differs after anything has happened: whatever changes who may see or read what is an event of its transaction."""
    newest = select(func.coalesce(func.max(Event.id), 0)).scalar_subquery()
    query = select(newest, func.count()).where(Event.id > newest - RECENT)
    with archive.db.read() as session:
        last, recent = session.execute(query).one()
    return last, recent, days_now()


def _lines(one: Counted) -> Iterable[Line]:
    yield Line(one.name, one.count, value=one.value, language=one.language)
    # Who looks for a name that begins alike sees this one anyway.
    begins = fold(one.name)[:ALIKE] if one.others else ""
    yield from (
        Line(other, see=one.name, value=one.value, language=one.language)
        for other in one.others
        if fold(other)[:ALIKE] != begins
    )


def _initial(folded: str) -> str:
    first = next((sign for sign in folded if sign.isalnum()), "")
    return NUMBERS if first.isdigit() else first.upper() or SIGNS


def _place(letter: str) -> tuple[int, str]:
    """Letters in their order, then numbers and signs."""
    return ((NUMBERS, SIGNS).index(letter) + 1 if letter in (NUMBERS, SIGNS) else 0, letter)
