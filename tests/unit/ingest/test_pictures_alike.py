"""How a picture looks is told by its examination: the same for the same picture, whatever its size and format."""

from __future__ import annotations

from PIL import Image, ImageDraw

from tests.fixtures import given


def looks(found: object) -> int | None:
    return next((copy.looks for copy in found.copies if copy.looks is not None), None)  # type: ignore[attr-defined]


def scene(width: int = 640, height: int = 480) -> Image.Image:
    """A picture with light and shade in many places."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for number, shade in enumerate((20, 200, 90, 160, 60, 240, 10, 120)):
        left, top = number * width // 8, number * 37 % 8 * height // 8
        draw.rectangle((left, top, left + width // 5, top + height // 3), fill=(shade,) * 3)
    return image


def distance(one: int | None, other: int | None) -> int:
    assert one is not None and other is not None
    return (one ^ other).bit_count()


def test_a_picture_made_smaller_or_saved_otherwise_looks_nearly_the_same(look) -> None:
    known = looks(look(given.saved(scene(), "PNG"), "scene.png"))
    smaller = looks(look(given.saved(scene().resize((320, 240)), "JPEG", quality=60), "scene.jpg"))
    assert distance(known, smaller) <= 6
    turned = looks(look(given.saved(scene().rotate(90, expand=True), "PNG"), "turned.png"))
    assert distance(known, turned) > 6


def test_a_picture_of_one_colour_looks_like_nothing(look) -> None:
    assert looks(look(given.saved(Image.new("RGB", (400, 300), "white"), "PNG"), "page.png")) is None


def test_what_is_no_picture_looks_like_nothing(look) -> None:
    assert looks(look(b"Only words.", "words.txt")) is None
