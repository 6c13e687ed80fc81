"""The IIIF Image API 3.0 (https://iiif.io/api/image/3.0/): what a request asks for, and what may be asked of a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from archive.models.errors import BadInputError

CONTEXT = "http://iiif.io/api/image/3/context.json"
PROTOCOL = "http://iiif.io/api/image"
PROFILE = "level1"
# What is understood beyond that profile (section 5.7).
BEYOND = ("regionByPct", "sizeByConfinedWh", "sizeByPct", "sizeByWh")
TILE = 512
# The longest side of one answer: a picture may be seen to its last pixel, but not decoded whole for everybody who asks.
LONGEST = 2048
NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)
PERCENT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,10})?", re.ASCII)


@dataclass(frozen=True)
class Cut:
    """A part of a picture, in its pixels, and the size in pixels at which it is wanted: never larger than the part."""

    left: int
    top: int
    width: int
    height: int
    out_width: int
    out_height: int

    def __str__(self) -> str:
        """The region and size of the canonical address (section 4.7)."""
        return f"{self.left},{self.top},{self.width},{self.height}/{self.out_width},{self.out_height}"


def cut(region: str, size: str, rotation: str, name: str, *, width: int, height: int) -> Cut:
    """What a request asks of a picture of that many pixels; BadInputError (`iiif-request`) where that cannot be given."""
    if rotation != "0" or name != "default.jpg":
        raise _refused()
    left, top, right, bottom = _region(region, width, height)
    wide, high = _size(size, right - left, bottom - top)
    return Cut(left, top, right - left, bottom - top, wide, high)


def information(address: str, width: int, height: int) -> dict[str, Any]:
    """The document that tells what may be asked (section 5), of the picture at that address."""
    factors = scale_factors(width, height)
    levels = [(-(-width // factor), -(-height // factor)) for factor in factors]
    return {
        "@context": CONTEXT,
        "id": address,
        "type": "ImageService3",
        "protocol": PROTOCOL,
        "profile": PROFILE,
        "width": width,
        "height": height,
        "maxWidth": LONGEST,
        "maxHeight": LONGEST,
        "sizes": [
            {"width": wide, "height": high} for wide, high in reversed(levels) if max(wide, high) <= LONGEST
        ],
        "tiles": [{"width": TILE, "height": TILE, "scaleFactors": factors}],
        "extraFeatures": list(BEYOND),
    }


def scale_factors(width: int, height: int) -> list[int]:
    """1, 2, 4 ... until the whole picture is one tile."""
    factors = [1]
    while max(width, height) > TILE * factors[-1]:
        factors.append(2 * factors[-1])
    return factors


def _region(asked: str, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a region (section 4.1), cut at the picture's edges."""
    if asked == "full":
        return 0, 0, width, height
    if asked == "square":
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        return left, top, left + side, top + side
    if asked.startswith("pct:"):
        across, down, wide, high = _numbers(asked.removeprefix("pct:"), PERCENT)
        left, right = round(across * width / 100), round((across + wide) * width / 100)
        top, bottom = round(down * height / 100), round((down + high) * height / 100)
    else:
        left, top, wide, high = map(int, _numbers(asked, NUMBER))
        right, bottom = left + wide, top + high
    right, bottom = min(right, width), min(bottom, height)
    if right <= left or bottom <= top:
        raise _refused()
    return left, top, right, bottom


def _numbers(asked: str, form: re.Pattern[str]) -> tuple[float, float, float, float]:
    parts = asked.split(",")
    if len(parts) != 4 or not all(form.fullmatch(part) for part in parts):
        raise _refused()
    first, second, third, fourth = map(float, parts)
    return first, second, third, fourth


def _size(asked: str, width: int, height: int) -> tuple[int, int]:
    """The pixels of the answer for a region of that size (section 4.2): never more than it has, nor than is given at once."""
    if asked == "max":
        return _within(width, height, LONGEST, LONGEST)
    wide, high = _wanted(asked, width, height)
    if not 0 < wide <= min(width, LONGEST) or not 0 < high <= min(height, LONGEST):
        raise _refused()
    return wide, high


def _wanted(asked: str, width: int, height: int) -> tuple[int, int]:
    if asked.startswith("pct:"):
        share = asked.removeprefix("pct:")
        if not PERCENT.fullmatch(share):
            raise _refused()
        return round(width * float(share) / 100), round(height * float(share) / 100)
    across, comma, down = asked.removeprefix("!").partition(",")
    if not comma or not all(NUMBER.fullmatch(one) for one in (across, down) if one) or not (across or down):
        raise _refused()
    if asked.startswith("!"):
        if not (across and down):
            raise _refused()
        return _within(width, height, int(across), int(down))
    # A side that is not said follows the other, and a sliver stays one pixel thick.
    wide = int(across) if across else max(1, round(width * int(down) / height))
    high = int(down) if down else max(1, round(height * int(across) / width))
    return wide, high


def _within(width: int, height: int, most_wide: int, most_high: int) -> tuple[int, int]:
    """The largest size of the same shape that fits there, never above its own."""
    share = min(1.0, most_wide / width, most_high / height)
    if share == 0:
        raise _refused()
    return max(1, round(width * share)), max(1, round(height * share))


def _refused() -> BadInputError:
    return BadInputError(
        "This part of the picture cannot be given.",
        code="iiif-request",
        remedy="Ask as the picture's info.json says: IIIF Image API 3, never larger than the picture.",
    )
