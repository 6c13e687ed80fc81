"""Refuses to open what is no ordinary file or holds nothing, and notes a name that misleads."""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Iterable

from ingest.parcel import FileParcel
from ingest.steps.tools import Tools

MISLEADING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Formats (Cf) that are seen: signs that stand over or around numbers (PropList.txt, Prepended_Concatenation_Mark).
SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Persian, Sinhala, Khmer, Mongolian are spelled with them, and emoji of several parts. Between Latin letters they only hide.
JOINERS = frozenset("\u180e\u200b\u200c\u200d")
JOINED = frozenset({"Lo", "Lm", "So", "Sk"})
# They keep signs at their place in a name from right to left, and turn no letters; without such letters they turn numbers.
DIRECTIONS = frozenset("\u061c\u200e\u200f")
# A flag of a part of a country: a black flag, letters that are not seen, and their end (UTS 51, ED-14a).
FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]+\U000e007f")


def run(parcel: FileParcel, tools: Tools) -> FileParcel:
    """Look at the file from outside, without reading it."""
    about = parcel.path.lstat()
    if misleads(parcel.given_name):
        parcel = parcel.noted("unusual-name")
    if not stat.S_ISREG(about.st_mode):
        return parcel.failed("not-a-file")
    if about.st_size == 0:
        return parcel.failed("empty")
    return parcel


def misleads(name: str) -> bool:
    """Whether a name holds characters that do not show, or that turn others around, and that its spelling does not need."""
    name = FLAG.sub("", name)
    turns = any(unicodedata.bidirectional(one) in ("R", "AL") for one in name if one not in DIRECTIONS)
    return any(
        unicodedata.category(one) in MISLEADING
        and one not in SEEN
        and not (one in JOINERS and _joins(name, place))
        and not (one in DIRECTIONS and turns)
        for place, one in enumerate(name)
    )


def _joins(name: str, place: int) -> bool:
    """Whether something stands on either side that is written with joiners."""
    return any(_first(side) in JOINED for side in (reversed(name[:place]), name[place + 1 :]))


def _first(side: Iterable[str]) -> str:
    """The category of the first letter or sign; marks upon it, as vowels and colours are, and further joiners aside."""
    kinds = (unicodedata.category(one) for one in side if one not in JOINERS)
    return next((kind for kind in kinds if kind[0] != "M"), "")
