"""From degrees to places on the two maps, as fractions of their width and height; the build draws the maps by the same.

Nothing of ours is imported here, because the build reads this file before the archive is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt

# Width over height, and the parallels between which the world is shown: no place that speaks lies beyond them.
WORLD_SHAPE = 2.1
WORLD_NORTH, WORLD_SOUTH = 84.0, -58.0
# The picture into which the states were projected (us-atlas: geoAlbersUsa of d3-geo, scale 1300), in its own units.
STATES_WIDTH, STATES_HEIGHT, STATES_SCALE = 975.0, 610.0, 1300.0

Point = tuple[float, float]


def world(latitude: float, longitude: float) -> Point:
    """A place of the whole world, by the Natural Earth projection (T. Patterson, B. Šavrič 2011)."""
    x, y = _natural_earth(latitude, longitude)
    half, _ = _natural_earth(0, 180)
    _, top = _natural_earth(WORLD_NORTH, 0)
    _, bottom = _natural_earth(WORLD_SOUTH, 0)
    return (x / half + 1) / 2, (top - y) / (top - bottom)


def states(latitude: float, longitude: float) -> Point | None:
    """A place of the fifty states, with Alaska and Hawaii set below the others; None elsewhere."""
    part = next((one for one in _PARTS if one.holds(latitude, longitude)), None)
    if part is None:
        return None
    x, y = part.at(latitude, longitude)
    point = x / STATES_WIDTH, y / STATES_HEIGHT
    return point if all(0 <= one <= 1 for one in point) else None


def _natural_earth(latitude: float, longitude: float) -> Point:
    phi, squared = radians(latitude), radians(latitude) ** 2
    fourth = squared**2
    x = 0.8707 - 0.131979 * squared + fourth * (-0.013791 + fourth * (0.003971 * squared - 0.001529 * fourth))
    y = 1.007226 + squared * (0.015085 + fourth * (-0.044475 + 0.028874 * squared - 0.005916 * fourth))
    return radians(longitude) * x, phi * y


@dataclass(frozen=True)
class _Part:
    """One part of the map of the states: Albers' conic projection of what lies between these degrees."""

    south: float
    north: float
    west: float
    east: float
    parallels: Point
    meridian: float
    centre: Point
    scale: float
    middle: Point

    def holds(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east

    def at(self, latitude: float, longitude: float) -> Point:
        project = _albers(*self.parallels)
        x, y = project(latitude, longitude - self.meridian)
        centre_x, centre_y = project(self.centre[1], self.centre[0])
        return self.middle[0] + self.scale * (x - centre_x), self.middle[1] - self.scale * (y - centre_y)


def _albers(first: float, second: float) -> Callable[[float, float], Point]:
    low, high = sin(radians(first)), sin(radians(second))
    n = (low + high) / 2
    c = 1 + low * (2 * n - low)
    origin = sqrt(c) / n

    def project(latitude: float, longitude: float) -> Point:
        around = ((radians(longitude) + pi) % (2 * pi) - pi) * n
        radius = sqrt(c - 2 * n * sin(radians(latitude))) / n
        return radius * sin(around), origin - radius * cos(around)

    return project


_X, _Y, _K = STATES_WIDTH / 2, STATES_HEIGHT / 2, STATES_SCALE
_PARTS = (
    _Part(51, 72, -180, -129.5, (55, 65), -154, (-2, 58.5), 0.35 * _K, (_X - 0.307 * _K, _Y + 0.201 * _K)),
    _Part(18.5, 22.5, -161, -154, (8, 18), -157, (-3, 19.9), _K, (_X - 0.205 * _K, _Y + 0.212 * _K)),
    _Part(24.3, 49.5, -125.2, -66.8, (29.5, 45.5), -96, (-0.6, 38.7), _K, (_X, _Y)),
)
