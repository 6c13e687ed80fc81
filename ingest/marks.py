"""What is to be taken out of everything that is made of a file: regions of pictures and films, spans of time, words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

REMOVED = "[removed]"
# People mark by ear and eye, and a coder smears what is beside an edge: so much more goes on each side.
MARGIN_MS = 100


@dataclass(frozen=True)
class Region:
    """A part of an upright picture, in shares of its width and height, on a page (from 1)."""

    page: int
    x: float
    y: float
    width: float
    height: float

    def box(self, width: int, height: int, more: int = 0) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in a picture of that many pixels: rounded outward, and `more` pixels on each side."""
        left, top = int(self.x * width) - more, int(self.y * height) - more
        right = -int(-(self.x + self.width) * width // 1) + more
        bottom = -int(-(self.y + self.height) * height // 1) + more
        return max(0, left), max(0, top), min(width, right), min(height, bottom)


@dataclass(frozen=True)
class Range:
    """A span of a recording, in milliseconds; `untimed`: texts beside it that have no times may still be shown."""

    start_ms: int
    end_ms: int
    untimed: bool

    def touches(self, start_ms: int, end_ms: int, margin_ms: int = 0) -> bool:
        """Whether any of that other span lies in this one, or within the margin around it."""
        return start_ms < self.end_ms + margin_ms and end_ms > self.start_ms - margin_ms


@dataclass(frozen=True)
class FilmRegion:
    """A part of the upright picture of a film, for a span of it; what is heard stays."""

    region: Region
    span: Range


@dataclass(frozen=True)
class Words:
    """Words of a text; `occurrence` says which (from 1), None means wherever they stand.

    `sought`: somebody has marked them in this very file, so they are expected to be there.
    """

    words: str
    occurrence: int | None = None
    sought: bool = False


@dataclass(frozen=True)
class Marks:
    """All marks that stand for one file; an empty one takes nothing out."""

    regions: tuple[Region, ...] = ()
    ranges: tuple[Range, ...] = ()
    words: tuple[Words, ...] = ()
    film_regions: tuple[FilmRegion, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.kinds)

    def on_page(self, page: int) -> tuple[Region, ...]:
        """The regions of a page; a picture without pages is page 1."""
        return tuple(one for one in self.regions if one.page == page)

    @property
    def withhold_untimed(self) -> bool:
        """Whether a text without times may not be shown beside the recording: some range says so, and no wider one else."""
        said = [one for one in self.ranges if one.untimed]
        return any(
            not any(other.start_ms <= one.start_ms and one.end_ms <= other.end_ms for other in said)
            for one in self.ranges
        )

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of marks there are, as readers say that they uphold them."""
        each = {
            "region": self.regions,
            "range": self.ranges,
            "passage": self.words,
            "film-region": self.film_regions,
        }
        return frozenset(kind for kind, marks in each.items() if marks)

    @classmethod
    def from_json(cls, marks: Iterable[Mapping[str, Any]]) -> Self:
        """Marks of `kind`, `page` and `extent`, as rows hold them, and `own`: whether they are of this file itself.

        KeyError for a kind that nobody knows how to uphold.
        """
        found: dict[str, list[Any]] = {kind: [] for kind in _READ}
        for mark in marks:
            found[mark["kind"]].append(_READ[mark["kind"]](mark))
        known = cls(*(tuple(found[kind]) for kind in ("region", "range", "passage", "film-region")))
        # Words were counted where nothing was taken out yet; what goes with something else counts no more.
        return known.wherever() if known.regions or known.ranges else known

    def wherever(self) -> Self:
        """The same for a text in which nobody has counted: words go wherever they stand, not one of them alone."""
        return replace(self, words=tuple(replace(one, occurrence=None) for one in self.words))


def _region(mark: Mapping[str, Any]) -> Region:
    extent = mark["extent"]
    return Region(mark["page"] or 1, extent["x"], extent["y"], extent["width"], extent["height"])


def _range(mark: Mapping[str, Any]) -> Range:
    extent = mark["extent"]
    return Range(extent["start_ms"], extent["end_ms"], bool(extent["untimed"]))


def _film_region(mark: Mapping[str, Any]) -> FilmRegion:
    extent = mark["extent"]
    # What is said is left, so no text beside the film holds any of it.
    return FilmRegion(_region(mark), Range(extent["start_ms"], extent["end_ms"], untimed=True))


def _words(mark: Mapping[str, Any]) -> Words:
    return Words(mark["extent"]["words"], mark["extent"]["occurrence"], bool(mark["own"]))


_READ = {"region": _region, "range": _range, "passage": _words, "film-region": _film_region}
