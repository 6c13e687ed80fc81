"""The map of places: where its dots stand, as classes of the style sheet, and the search behind each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from flask import url_for

from archive.services.browse import Counted
from archive.services.browse_kept import Listed
from archive.web import projections
from archive.web.i18n import language
from archive.web.pages_box import box_of
from archive.web.pages_list import names_line
from archive.web.pages_search import MOST_CHOSEN, Asked
from archive.web.projections import Point
from archive.web.words import _

# How near two dots may come, as a part of the map's width: a finger needs 24 pixels, and this is how small each map gets.
WIDE, NARROW = 24 / 860, 24 / 285
# From how many items on a dot is larger, and larger again.
LARGER, LARGEST = 5, 25
Project = Callable[[float, float], Point | None]


@dataclass(frozen=True)
class Dot:
    """A dot for a place, or for several that lie too near each other; `classes` say where it stands and how large."""

    href: str
    names: str
    count: int
    classes: str


@dataclass(frozen=True)
class Map:
    """A map with its dots, for a wide screen and, with more of them put together, for a narrow one."""

    picture: str
    words: str
    width: int
    height: int
    wide: tuple[Dot, ...]
    narrow: tuple[Dot, ...]


@dataclass
class _Group:
    at: Point
    places: list[Counted] = field(default_factory=list)


class _Together:
    """Which places items bear besides each other, so that behind a dot for several none is counted twice."""

    def __init__(self, together: Mapping[tuple[str, ...], int]) -> None:
        self._counts = together
        self._of: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for names in together:
            for name in names:
                self._of[name].append(names)

    def counted_again(self, names: Sequence[str]) -> int:
        """How much the sum of what is counted for each of `names` is more than the items that there are."""
        inside = set(names)
        some = {one for name in inside for one in self._of.get(name, ())}
        return sum((len(inside.intersection(one)) - 1) * self._counts[one] for one in some)


def maps(places: Sequence[Counted], together: Mapping[tuple[str, ...], int] | None = None) -> tuple[Map, ...]:
    """The maps that show these places: of the United States where most lie there, of the world where some do not.

    `together` are places that one item bears besides each other, with how many items bear just these.
    """
    again = _Together(together or {})
    inside = _placed(places, projections.states)
    everywhere = _placed(places, projections.world)
    shown = []
    if len(inside) * 2 > len(everywhere):
        shape = projections.STATES_WIDTH / projections.STATES_HEIGHT
        shown.append(_map("vendor/map-states.png", _("Map of the United States"), shape, inside, again))
    if len(inside) < len(everywhere):
        shape = projections.WORLD_SHAPE
        shown.append(_map("vendor/map-world.png", _("Map of the world"), shape, everywhere, again))
    return tuple(shown)


def maps_of(found: Listed) -> tuple[Map, ...]:
    """The same for a list of places, made once in each language for as long as the list is kept."""
    return _maps_in(found, language())


@lru_cache(8)
def _maps_in(found: Listed, _language: str) -> tuple[Map, ...]:
    return maps(found.names, found.together)


def percent(axis: str, part: float) -> str:
    """The classes that say a part of the whole (0 to 1) to the thousandth, such as `xa4 xb0 xc7` for 0.407."""
    digits = f"{min(999, max(0, round(part * 1000))):03}"
    return " ".join(f"{axis}{place}{digit}" for place, digit in zip("abc", digits, strict=True))


def _placed(places: Iterable[Counted], project: Project) -> list[tuple[Point, Counted]]:
    found = []
    for one in places:
        if one.latitude is not None and one.longitude is not None:
            at = project(one.latitude, one.longitude)
            found += [(at, one)] if at else []
    return found


def _map(
    picture: str, words: str, shape: float, placed: Sequence[tuple[Point, Counted]], again: _Together
) -> Map:
    wide, narrow = (
        tuple(_dot(group, again) for group in _grouped(placed, apart, apart * shape))
        for apart in (WIDE, NARROW)
    )
    return Map(picture, words, 1500, round(1500 / shape), wide, narrow)


def _href(places: Sequence[Counted]) -> str:
    """What lies behind a dot: the items, or of more places than a search is narrowed to at once, the places."""
    if len(places) <= MOST_CHOSEN:
        return Asked(filters={"place": tuple(one.name for one in places)}).href()
    return url_for("browse.places", near=box_of(places).words)


def _grouped(placed: Iterable[tuple[Point, Counted]], across: float, down: float) -> list[_Group]:
    """The places by where they stand; one too near to another's dot is found behind that."""
    groups: list[_Group] = []
    for (x, y), place in sorted(placed, key=lambda one: (-one[1].count, one[1].name)):
        near = (one for one in groups if abs(one.at[0] - x) < across and abs(one.at[1] - y) < down)
        group = next(near, None)
        if group is None:
            group = _Group((x, y))
            groups.append(group)
        group.places.append(place)
    # From west to east, as somebody passes who goes through them with the keyboard.
    return sorted(groups, key=lambda one: one.at)


def _dot(group: _Group, again: _Together) -> Dot:
    x, y = group.at
    names = tuple(one.name for one in group.places)
    count = sum(one.count for one in group.places) - again.counted_again(names)
    size = "largest" if count >= LARGEST else "larger" if count >= LARGER else "small"
    side = "east" if x > 0.5 else "west"
    return Dot(
        _href(group.places),
        names_line(names),
        count,
        f"{percent('x', x)} {percent('y', y)} {size} {side}",
    )
