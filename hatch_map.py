"""Draws the two maps of the pages, once, when the project is built.

The shapes are Natural Earth's land and the borders of the United States' Census Bureau, both free for any use, as the packages
world-atlas and us-atlas hand them on (TopoJSON). A map is one colour of which only how much covers the paper differs,
so that the same small picture is right on light and on dark.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageDraw
from PIL.PngImagePlugin import PngInfo

# Changes with every change of how maps are drawn, so that those drawn before are drawn anew.
DRAWING = "1"
WIDTH = 1500
SMOOTHING = 2
COLOUR = (150, 128, 96)
LAND = 105
# How many different shades a picture has: its edges are smooth with fewer than anybody sees.
SHADES = 16

Point = tuple[float, float]


def mark(sha512: str) -> str:
    """What a map bears that was drawn from the file of that SHA-512 (hexadecimal) as maps are drawn now."""
    return f"drawn {DRAWING} from {sha512}"


def draw(root: Path, kind: str, source: bytes) -> bytes:
    """The map `world` or `states` as PNG, from the TopoJSON of its package."""
    topology, rules = json.loads(source), _projections(root)
    if kind == "world":
        return _world(topology, rules, mark(hashlib.sha512(source).hexdigest()))
    shapes = [
        [[(x / rules.STATES_WIDTH, y / rules.STATES_HEIGHT) for x, y in ring] for ring in shape]
        for shape in _shapes(topology, "states")
    ]
    paper = _paper(rules.STATES_WIDTH / rules.STATES_HEIGHT)
    _fill(paper, shapes)
    for shape in shapes:
        for ring in shape:
            ImageDraw.Draw(paper).line(_on(paper, ring), fill=0, width=2 * SMOOTHING)
    return _png(paper, mark(hashlib.sha512(source).hexdigest()))


def _world(topology: dict[str, Any], rules: Any, words: str) -> bytes:
    paper, edge = _paper(rules.WORLD_SHAPE), _paper(rules.WORLD_SHAPE)
    # What lies across the edge of the map is drawn on either side of it, and cut there.
    for shift in (-360, 0, 360):
        shapes = [
            [
                [rules.world(latitude, longitude + shift) for longitude, latitude in _unbroken(ring)]
                for ring in shape
            ]
            for shape in _shapes(topology, "land")
        ]
        _fill(paper, shapes)
    round_trip = [*((one, 180) for one in range(-90, 91)), *((one, -180) for one in range(90, -91, -1))]
    ImageDraw.Draw(edge).polygon(_on(edge, [rules.world(*one) for one in round_trip]), fill=255)
    return _png(ImageChops.multiply(paper, edge), words)


def _unbroken(ring: list[Point]) -> list[Point]:
    """The ring with degrees that go on beyond 180 where it crosses the edge of the map."""
    found = ring[:1]
    for longitude, latitude in ring[1:]:
        turns = round((found[-1][0] - longitude) / 360)
        found.append((longitude + 360 * turns, latitude))
    return found


def _projections(root: Path) -> Any:
    spec = importlib.util.spec_from_file_location("projections", root / "archive" / "web" / "projections.py")
    if spec is None or spec.loader is None:
        raise OSError("projections.py cannot be read")
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its own module up.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _shapes(topology: dict[str, Any], name: str) -> Iterator[list[list[Point]]]:
    """Every polygon of an object as its rings, the outer one first."""
    arcs = [_decoded(arc, topology["transform"]) for arc in topology["arcs"]]
    for geometry in topology["objects"][name]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            yield [[at for number in ring for at in _arc(arcs, number)] for ring in polygon]


def _decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    (across, down), (left, top) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * across + left, y * down + top))
    return points


def _arc(arcs: list[list[Point]], number: int) -> list[Point]:
    """An arc, or with a number below zero the one it stands for, from its end."""
    return arcs[number] if number >= 0 else arcs[~number][::-1]


def _paper(shape: float) -> Image.Image:
    return Image.new("L", (WIDTH * SMOOTHING, round(WIDTH / shape) * SMOOTHING), 0)


def _on(paper: Image.Image, ring: list[Point]) -> list[Point]:
    return [(x * paper.width, y * paper.height) for x, y in ring]


def _fill(paper: Image.Image, shapes: list[list[list[Point]]]) -> None:
    """Draw land, and take out of it the waters that it surrounds."""
    pen = ImageDraw.Draw(paper)
    for shape in shapes:
        for number, ring in enumerate(shape):
            pen.polygon(_on(paper, ring), fill=0 if number else LAND)


def _png(paper: Image.Image, words: str) -> bytes:
    cover = paper.resize((paper.width // SMOOTHING, paper.height // SMOOTHING), Image.Resampling.LANCZOS)
    step = LAND / (SHADES - 1)
    picture = cover.point([min(SHADES - 1, round(value / step)) for value in range(256)]).convert("P")
    picture.putpalette(COLOUR * SHADES)
    shades = bytes(round(step * shade) for shade in range(SHADES))
    told = PngInfo()
    told.add_text("Source", words)
    written = io.BytesIO()
    picture.save(written, "PNG", bits=4, transparency=shades, optimize=True, pnginfo=told)
    return written.getvalue()
