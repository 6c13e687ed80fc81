"""Understands what people type to say which part of a file goes: numbers of a region, two moments, both, words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.models.errors import BadInputError
from archive.plain_text import plain
from archive.services.recordings import Learnt, is_film, is_recording

LONGEST_REASON, LONGEST_WORDS = 500, 2000
PERCENT, PIXELS = "percent", "pixels"
# `1:02:03.5`, `1:23` or `83,5`.
MOMENT = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,3})?)")
NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")
SIDES = ("x", "y", "width", "height")


@dataclass(frozen=True)
class Wanted:
    """One mark to be made, as `Redaction` explains it."""

    kind: str
    page: int | None
    extent: dict[str, Any]
    reason: str = ""

    def fits(self, file: Learnt, pages: int | None) -> bool:
        """Whether a file, with or without pages, has what the mark speaks of."""
        if self.kind == "range":
            return is_recording(file)
        if self.kind == "film-region":
            return is_film(file)
        if self.kind == "passage":
            return not is_recording(file)
        return is_pictured(file) and 1 <= (self.page or 1) <= (pages or 1)


def is_pictured(file: Learnt) -> bool:
    """Whether it is a picture, or has pages that are seen as pictures."""
    return file.media_type.startswith("image/") or file.media_type == "application/pdf"


def region(
    typed: Mapping[str, str], unit: str, size: tuple[int, int] | None, page: int | None, reason: str
) -> Wanted | None:
    """A region from `x`, `y`, `width` and `height`, in percent of the picture or in pixels of one of that `size`.

    None when nothing was typed; BadInputError (`mark-numbers`) when it is no region, or not in the picture.
    """
    given = [typed.get(side, "").strip().removesuffix("%").strip() for side in SIDES]
    if not any(given):
        return None
    if not all(NUMBER.fullmatch(one) for one in given):
        raise _wrong_numbers()
    if unit == PIXELS and size is None:
        raise _wrong_numbers()
    whole = (size[0], size[1]) if unit == PIXELS and size is not None else (100, 100)
    x, y, width, height = (float(one.replace(",", ".")) / whole[place % 2] for place, one in enumerate(given))
    if x >= 1 or y >= 1 or width <= 0 or height <= 0:
        raise _wrong_numbers()
    extent = {"x": x, "y": y, "width": min(width, 1 - x), "height": min(height, 1 - y)}
    return Wanted("region", page, extent, _reason(reason))


def span(start: str, end: str, *, untimed: bool, reason: str) -> Wanted | None:
    """A range of a recording from two moments; None when nothing was typed.

    BadInputError (`mark-range`) when one cannot be read, or the end is not after the beginning.
    """
    if not start.strip() and not end.strip():
        return None
    first, last = moment_ms(start), moment_ms(end)
    if first is None or last is None or last <= first:
        raise BadInputError(
            "Write where it begins and where it ends, as 1:23 or in seconds.", code="mark-range"
        )
    return Wanted("range", None, {"start_ms": first, "end_ms": last, "untimed": untimed}, _reason(reason))


def film_region(
    typed: Mapping[str, str], unit: str, size: tuple[int, int] | None, start: str, end: str, reason: str
) -> Wanted | None:
    """A region of a film from one moment to another; None when nothing was typed.

    BadInputError as of `region` and `span`, or (`mark-film-region`) when one of both is missing.
    """
    where = region(typed, unit, size, None, reason)
    when = span(start, end, untimed=False, reason=reason)
    if where is None and when is None:
        return None
    if where is None or when is None:
        raise BadInputError(
            "Write the four numbers of the region, and from when to when it is covered.",
            code="mark-film-region",
        )
    moments = {one: when.extent[one] for one in ("start_ms", "end_ms")}
    return Wanted("film-region", None, where.extent | moments, where.reason)


def passage(words: str, which: str, *, everywhere: bool, reason: str) -> Wanted | None:
    """Words of a text, wherever they stand or (`which` is a number from 1) one occurrence; None when there are none.

    BadInputError (`mark-words`) when they are too long, or `which` is no number, or only one is to go from everywhere.
    """
    words = " ".join(plain(words).split())
    if not words:
        return None
    chosen = which.strip()
    wrong = chosen and (not NUMBER.fullmatch(chosen) or not chosen.isdigit() or int(chosen) < 1 or everywhere)
    if wrong or len(words) > LONGEST_WORDS or not any(one.isalnum() for one in words):
        raise BadInputError("These words, or which of them is meant, cannot be used.", code="mark-words")
    occurrence = int(chosen) if chosen else None
    extent = {"words": words, "occurrence": occurrence, "everywhere": everywhere}
    return Wanted("passage", None, extent, _reason(reason))


def moment_ms(text: str) -> int | None:
    """A moment in milliseconds; None when it is none."""
    match = MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups())
    return math.floor((hours * 3600 + minutes * 60 + seconds) * 1000 + 0.5)


def _reason(text: str) -> str:
    reason = plain(text).strip()
    if len(reason) > LONGEST_REASON:
        raise BadInputError(f"A reason has at most {LONGEST_REASON} characters.", code="mark-reason")
    return reason


def _wrong_numbers() -> BadInputError:
    return BadInputError("These four numbers are no region of the picture.", code="mark-numbers")
