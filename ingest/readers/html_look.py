"""How the letters of an element look: their size, their colour and the ground under them, and whether anybody sees them so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ingest.readers.css_words import split

Colour = tuple[int, int, int]
WHITE, BLACK, LINK = (255, 255, 255), (0, 0, 0), (0, 0, 238)
# Channels (0 to 255) that differ by no more look the same, as #fefefe does on white.
ALIKE = 12
# Points: letters of one are a line. A pixel of a sheet is three quarters of a point.
SMALLEST_PT, PT_OF_PX = 1.0, 0.75
SIZE = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?)(px|pt|pc|in|cm|mm|q|em|rem|ex|ch|%)?")
UNITS = {"px": 0.75, "pt": 1.0, "pc": 12.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "q": 0.709, "rem": 12.0}
RELATIVE = {"em": 1.0, "%": 0.01, "ex": 0.5, "ch": 0.5}
PART = r"(\d*\.?\d+%?)"
NUMBERS = re.compile(rf"rgba?\(\s*{PART}[\s,]+{PART}[\s,]+{PART}\s*(?:[,/]\s*{PART}\s*)?\)")
# These change how letters look in a way that only drawing tells.
DRAWN_OTHERWISE = (
    "text-shadow",
    "filter",
    "mix-blend-mode",
    "background-clip",
    "-webkit-background-clip",
    "-webkit-text-fill-color",
    "-webkit-text-stroke",
)
CLEAR = frozenset({"initial", "inherit", "unset", "none", "revert"})
UNTOUCHED = frozenset({"none", "static", "relative", "normal", "initial", "unset", "border-box"})
HEXADECIMAL = re.compile(r"[0-9a-f]{6}")
# What is said of the look of letters, as this module knows it.
LOOKS = frozenset(
    {
        "position",
        "color",
        "background-color",
        "background-image",
        "font-size",
        "color-scheme",
        *DRAWN_OTHERWISE,
    }
)
# These bring a ground of their own, which browsers choose.
OWN_GROUND = frozenset({"button", "select", "textarea", "fieldset", "dialog", "option"})


@dataclass(frozen=True)
class Look:
    """Points, the colour of letters, None where it is not known, that of their ground, None likewise, and whether letters are clear."""

    size: float = 12.0
    ink: Colour | None = BLACK
    ground: Colour | None = WHITE
    is_clear: bool = False

    @property
    def is_seen(self) -> bool:
        """Whether somebody sees such letters, as far as that is known."""
        is_ground = self.ink is not None and self.ground is not None and alike(self.ink, self.ground)
        return self.size > SMALLEST_PT and not self.is_clear and not is_ground

    @property
    def is_doubtful(self) -> bool:
        """Whether nobody would see such letters on a white page, and that they stand on one is not known."""
        return self.ground is None and self.ink is not None and alike(self.ink, WHITE)

    def of(self, tag: str, attributes: Mapping[str, str | None], said: Mapping[str, str]) -> Look:
        """That of an element inside one that looks so, of which the sheets and its own style have `said` this."""
        look = self
        if tag == "a" and "href" in attributes:
            look = replace(look, ink=LINK)
        elif tag == "mark":
            look = replace(look, ink=BLACK, ground=(255, 255, 0))
        elif tag in OWN_GROUND:
            look = replace(look, ground=None)
        return look.with_said({**_by_attributes(tag, attributes), **said})

    def with_said(self, said: Mapping[str, str]) -> Look:
        """With those declarations."""
        look = self
        if value := said.get("font-size"):
            look = replace(look, size=points(value, look.size))
        if (value := said.get("color")) and value not in ("inherit", "currentcolor", "unset"):
            look = replace(look, ink=colour(value), is_clear=_is_clear(value))
        # What stands where it is put may stand on anything, and on a picture nobody knows on what.
        if said.get("position", "static") not in UNTOUCHED:
            look = replace(look, ground=None)
        if (value := said.get("background-color")) and not _is_clear(value) and value not in CLEAR:
            look = replace(look, ground=colour(value))
        changed = any(
            said.get(name, "none") not in UNTOUCHED for name in ("background-image", *DRAWN_OTHERWISE)
        )
        if changed or "dark" in said.get("color-scheme", ""):
            look = replace(look, ground=None)
        return look


def alike(one: Colour, other: Colour) -> bool:
    """Whether letters of one colour are not seen on the other."""
    return all(abs(a - b) <= ALIKE for a, b in zip(one, other, strict=True))


def colour(value: str) -> Colour | None:
    """The colour that is meant; None where that is not known, as of what is partly transparent."""
    if found := NUMBERS.fullmatch(value):
        if found[4] and _part(found[4], 1.0) < 1:
            return None
        red, green, blue = (min(255, round(_part(found[channel], 255.0))) for channel in (1, 2, 3))
        return red, green, blue
    if "(" in value and not value.startswith("hsl("):
        return None
    from PIL import ImageColor  # few pages have colours, and the library takes a while to load

    try:
        red, green, blue, *more = ImageColor.getrgb(value)
    except ValueError:
        return None
    return None if more and more[0] < 255 else (red, green, blue)


def longhands(name: str, value: str) -> dict[str, str]:
    """What a declaration says of looks, by the properties that this module knows; `{}` where a browser would pass over it."""
    if name == "background":
        words = [word for word in split(value.replace("\t", " "), " ") if word]
        colours = [word for word in words if _is_colour(word)]
        image = next(
            (word for word in words if word.startswith(("url(", "var(", "image")) or "gradient(" in word),
            "none",
        )
        return {"background-color": colours[-1] if colours else "transparent", "background-image": image}
    if name == "font":
        sizes = [word.partition("/")[0] for word in value.split() if _is_size(word.partition("/")[0])]
        return {"font-size": sizes[0]} if sizes else {}
    if name not in LOOKS:
        return {}
    if name == "font-size" and not (_is_size(value) or "(" in value or value.replace("-", "").isalpha()):
        return {}
    if name in ("color", "background-color") and not (_is_colour(value) or value in _words_for_colours()):
        return {}
    return {name: value}


def _words_for_colours() -> frozenset[str]:
    return frozenset({"inherit", "initial", "unset", "revert", "currentcolor", "transparent"})


def _is_colour(value: str) -> bool:
    if value in ("none", "transparent"):
        return False
    return colour(value) is not None or (
        "(" in value and not value.startswith("url(") and "gradient(" not in value
    )


def _is_size(value: str) -> bool:
    found = SIZE.fullmatch(value)
    return found is not None and (found[2] is not None or float(found[1]) == 0)


def points(value: str, around: float) -> float:
    """Points; what is not known is taken for a size that can be read."""
    found = SIZE.fullmatch(value)
    if found is None:
        return around if value in ("inherit", "unset", "smaller", "larger") else 12.0
    number, unit = float(found[1]), found[2] or "px"
    return number * UNITS[unit] if unit in UNITS else number * RELATIVE[unit] * around


def _is_clear(value: str) -> bool:
    found = NUMBERS.fullmatch(value)
    is_clear = found is not None and found[4] is not None and _part(found[4], 1.0) == 0
    return value == "transparent" or is_clear or re.fullmatch(r"#(?:...0|......00)", value) is not None


def _part(value: str, whole: float) -> float:
    return float(value[:-1]) / 100 * whole if value.endswith("%") else float(value)


def _by_attributes(tag: str, attributes: Mapping[str, str | None]) -> dict[str, str]:
    """What attributes of old pages say, which e-mail still uses (HTML 15.3)."""
    said: dict[str, str] = {}
    ink = attributes.get("text") if tag == "body" else attributes.get("color") if tag == "font" else None
    for name, value in (("color", ink), ("background-color", attributes.get("bgcolor"))):
        if value:
            value = value.strip().lower()
            said[name] = f"#{value}" if HEXADECIMAL.fullmatch(value) else value
    if attributes.get("background"):
        said["background-image"] = "url()"
    return said
