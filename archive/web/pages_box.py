"""A part of the earth between two parallels and two meridians, as an address says it: the places that one dot stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.services.browse import Counted


@dataclass(frozen=True)
class Box:
    """Degrees (WGS 84), their ends belong to it; no box of ours goes over the meridian at which a map ends."""

    south: float
    west: float
    north: float
    east: float

    @property
    def words(self) -> str:
        """As the address of a page says it."""
        return f"{self.south},{self.west},{self.north},{self.east}"

    def holds(self, place: Counted) -> bool:
        """Whether a place of which that is known lies in it."""
        if place.latitude is None or place.longitude is None:
            return False
        return self.south <= place.latitude <= self.north and self.west <= place.longitude <= self.east


def box_of(places: Sequence[Counted]) -> Box:
    """The smallest that holds all these places."""
    at = [(one.latitude, one.longitude) for one in places]
    souths = [latitude for latitude, _ in at if latitude is not None]
    wests = [longitude for _, longitude in at if longitude is not None]
    return Box(min(souths), min(wests), max(souths), max(wests))


def box_in(words: str) -> Box | None:
    """The one that an address says; None where it says none."""
    try:
        south, west, north, east = map(float, words.split(","))
    except ValueError:
        return None
    return Box(south, west, north, east)
