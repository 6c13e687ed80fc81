"""Pictures drawn for the demonstration: candles, water, a plaque, a garden, a table, a path; each says what it is."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from typing import Any

import pillow_heif
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

LABEL = "Demonstration picture, drawn for this archive"
NIGHT, PAPER, INK, RED, GOLD, GREEN = "#1d1a26", "#faf6ef", "#2b2621", "#7a1f2b", "#e9b44c", "#56704f"
IMAGE_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 86},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 84, "method": 2},
    "HEIF": {"quality": 70},
}
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
# TIFF/EP and EXIF 2.32 tags
MAKE, MODEL, ORIENTATION, SOFTWARE, TIME, DESCRIPTION, ARTIST = (
    0x10F,
    0x110,
    0x112,
    0x131,
    0x132,
    0x10E,
    0x13B,
)
EXIF_IFD, GPS_IFD, TAKEN = 0x8769, 0x8825, 0x9003
TURNS = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def picture(content: Mapping[str, Any], name: str) -> bytes:
    """A picture of `motif` in the format of its name, with EXIF: `taken`, `camera`, `latitude`, `longitude`, `orientation`."""
    width, height = content.get("size", (1600, 1200))
    image = draw(content["motif"], width, height, content.get("words", ""))
    orientation = content.get("orientation", 1)
    if orientation in TURNS:
        image = image.transpose(TURNS[orientation])
    kind = FORMATS[name.rpartition(".")[2]]
    target = io.BytesIO()
    if kind == "HEIF":
        heif = pillow_heif.from_pillow(image)
        heif.save(target, exif=_exif(content).tobytes(), **IMAGE_OPTIONS[kind])
    else:
        image.save(target, kind, exif=_exif(content).tobytes(), **IMAGE_OPTIONS[kind])
    return target.getvalue()


def draw(motif: str, width: int, height: int, words: str = "", phase: float = 0.0) -> Image.Image:
    """The motif in RGB, with the label that says what it is; `phase` (radians) moves what can move."""
    image = MOTIFS[motif](width, height, words, phase)
    pen = ImageDraw.Draw(image)
    small = ImageFont.load_default(max(12, height // 40))
    pen.rectangle((0, height - height // 18, width, height), fill=PAPER)
    pen.text((width / 2, height - height / 36), LABEL, fill=INK, font=small, anchor="mm")
    return image


def gradient(width: int, height: int, top: str, bottom: str) -> Image.Image:
    """One colour flowing into another, from above to below."""
    mask = Image.linear_gradient("L").resize((width, height))
    return Image.composite(
        Image.new("RGB", (width, height), bottom), Image.new("RGB", (width, height), top), mask
    )


def _candles(width: int, height: int, words: str, phase: float) -> Image.Image:
    image = gradient(width, height, NIGHT, "#3a2b33")
    # light is drawn small and enlarged: it has no edges, and blurring a small picture is quick
    glow = Image.new("RGB", (width // 8, height // 8))
    light, pen = ImageDraw.Draw(glow), ImageDraw.Draw(image)
    unit = width / 11
    places = [(unit * (2 * number + 1.5), height * (0.55 + 0.06 * (number % 2))) for number in range(5)]
    for x, y in places:
        halo = (x - unit, y - unit * 1.4, x + unit, y + unit * 0.8)
        light.ellipse([side / 8 for side in halo], fill="#6b4a1c")
    soft = glow.filter(ImageFilter.GaussianBlur(unit / 16)).resize((width, height), Image.Resampling.BICUBIC)
    image.paste(ImageChops.screen(image, soft))
    for number, (x, y) in enumerate(places):
        sway = math.sin(phase + number) * unit * 0.04
        pen.rectangle((x - unit * 0.22, y, x + unit * 0.22, height), fill="#efe6d2")
        pen.line((x, y, x, y - unit * 0.2), fill=INK, width=max(2, width // 400))
        pen.ellipse(
            (x - unit * 0.16 + sway, y - unit * 0.75, x + unit * 0.16 + sway, y - unit * 0.12), fill=GOLD
        )
        pen.ellipse(
            (x - unit * 0.07 + sway, y - unit * 0.45, x + unit * 0.07 + sway, y - unit * 0.15), fill=PAPER
        )
    return image


def _water(width: int, height: int, words: str, phase: float) -> Image.Image:
    image = gradient(width, height, "#c9d6d9", "#1f3b4d")
    pen = ImageDraw.Draw(image)
    for row in range(1, 24):
        y = height * (0.3 + 0.03 * row)
        swell = height * 0.004 * (1 + row / 6)
        line = [
            (x, y + math.sin(x / width * (26 - row) + row * 1.7 + phase) * swell)
            for x in range(0, width + 8, 8)
        ]
        pen.line(line, fill="#dfe8e8" if row % 3 == 0 else "#5d7f8c", width=max(1, height // 300))
    return image


def _plaque(width: int, height: int, words: str, phase: float) -> Image.Image:
    image = gradient(width, height, "#b9b2a3", "#8f8878")
    pen = ImageDraw.Draw(image)
    frame = (width * 0.14, height * 0.18, width * 0.86, height * 0.78)
    pen.rounded_rectangle(frame, radius=width // 60, fill="#4d4033", outline=GOLD, width=max(3, width // 200))
    large, medium = ImageFont.load_default(height // 11), ImageFont.load_default(height // 24)
    pen.text((width / 2, height * 0.38), "Demonstration", fill=GOLD, font=large, anchor="mm")
    pen.multiline_text(
        (width / 2, height * 0.58), words, fill=PAPER, font=medium, anchor="mm", align="center", spacing=14
    )
    return image


def _garden(width: int, height: int, words: str, phase: float) -> Image.Image:
    image = gradient(width, height, "#dfe9e4", GREEN)
    pen = ImageDraw.Draw(image)
    for number in range(60):
        # golden angle: an even scatter without chance, so that the same words give the same bytes
        angle, reach = number * 2.39996, math.sqrt(number / 60)
        x, y = (
            width * (0.5 + 0.45 * reach * math.cos(angle)),
            height * (0.66 + 0.24 * reach * math.sin(angle)),
        )
        size = width * (0.008 + 0.006 * (number % 4))
        pen.line((x, y, x, y + size * 3), fill="#2f4a33", width=max(2, width // 500))
        pen.ellipse((x - size, y - size, x + size, y + size), fill=(RED, GOLD, PAPER, "#8a5a7d")[number % 4])
    return image


def _table(width: int, height: int, words: str, phase: float) -> Image.Image:
    image = gradient(width, height, "#e9dcc4", "#a8794f")
    pen = ImageDraw.Draw(image)
    for number in range(7):
        x, y = width * (0.14 + 0.12 * number), height * (0.62 if number % 2 else 0.44)
        size = width * 0.05
        pen.ellipse((x - size, y - size * 0.7, x + size, y + size * 0.7), fill=PAPER, outline=INK, width=3)
        pen.ellipse(
            (x - size / 2, y - size * 0.35, x + size / 2, y + size * 0.35),
            fill=(GOLD, RED, GREEN)[number % 3],
        )
    return image


def _path(width: int, height: int, words: str, phase: float) -> Image.Image:
    image = gradient(width, height, "#f0d9c0", "#7d8f69")
    pen = ImageDraw.Draw(image)
    middle = [width * (0.5 + 0.12 * math.sin(step / 7)) for step in range(41)]
    rows = [height * (0.35 + 0.65 * step / 40) for step in range(41)]
    breadth = [width * (0.01 + 0.16 * (step / 40) ** 1.6) for step in range(41)]
    left = [(x - b, y) for x, y, b in zip(middle, rows, breadth, strict=True)]
    right = [(x + b, y) for x, y, b in zip(middle, rows, breadth, strict=True)]
    pen.polygon(left + right[::-1], fill="#cbb994")
    pen.ellipse((width * 0.44, height * 0.12, width * 0.56, height * 0.28), fill=GOLD)
    return image


MOTIFS: Mapping[str, Callable[[int, int, str, float], Image.Image]] = {
    "candles": _candles,
    "water": _water,
    "plaque": _plaque,
    "garden": _garden,
    "table": _table,
    "path": _path,
}


def _exif(content: Mapping[str, Any]) -> Image.Exif:
    exif = Image.Exif()
    exif[DESCRIPTION], exif[ARTIST] = LABEL, "Remembrance demonstration"
    exif[SOFTWARE], exif[ORIENTATION] = "Remembrance", content.get("orientation", 1)
    if "camera" in content:
        exif[MAKE], exif[MODEL] = "Demonstration", content["camera"]
    if "taken" in content:
        exif[TIME] = content["taken"]
        exif.get_ifd(EXIF_IFD)[TAKEN] = content["taken"]
    if "latitude" in content:
        gps = exif.get_ifd(GPS_IFD)
        gps[1], gps[2] = ("N" if content["latitude"] >= 0 else "S"), _sexagesimal(content["latitude"])
        gps[3], gps[4] = ("E" if content["longitude"] >= 0 else "W"), _sexagesimal(content["longitude"])
    return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    whole, rest = divmod(abs(degrees) * 60, 60)
    return float(whole), float(int(rest)), round((rest % 1) * 60, 2)
