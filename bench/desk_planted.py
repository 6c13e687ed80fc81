"""What some items of the archive that is measured have in common with another: the same bytes, or nearly the same picture."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from archive.access import SEALED
from archive.models import Base, Likeness, PictureHash
from archive.services.likeness import NEAR

TWIN_EACH, ALIKE_EACH = 100, 60
BITS, BAND_BITS = 64, 16
Row = tuple[type[Base], dict[str, Any]]


def content_of(number: int) -> bytes:
    """The bytes of a file: those of the one before in every hundredth."""
    return f"{number - 1 if number % TWIN_EACH == 1 else number}".encode()


@dataclass
class Planted:
    """How many items the queue is to find that hold the bytes of another, and how many a picture like another's.

    What is sealed is never found by what it holds; what it is like is.
    """

    same: int = 0
    alike: int = 0
    _file: str = ""
    _looks: int = 0
    _is_found: bool = False

    def looks_of(self, dice: random.Random, number: int, file: str, state: str) -> Iterator[Row]:
        """How the picture of the next file looks: like the one before in every sixtieth, else like none."""
        looks, bits = dice.getrandbits(BITS), dice.sample(range(BITS), dice.randint(1, NEAR))
        is_alike, is_found = number % ALIKE_EACH == 7, state not in SEALED
        if is_alike:
            looks = self._looks
            for bit in bits:
                looks ^= 1 << bit
        bands = (looks >> BITS - BAND_BITS * place & (1 << BAND_BITS) - 1 for place in range(1, 5))
        yield PictureHash, {"file_id": file} | {f"band_{n}": band for n, band in enumerate(bands, start=1)}
        if is_alike:
            for one, other in ((file, self._file), (self._file, file)):
                yield Likeness, {"file_id": one, "other_id": other, "distance": len(bits)}
        found = self._is_found + is_found
        self.same += found if number % TWIN_EACH == 1 else 0
        self.alike += found if is_alike else 0
        self._file, self._looks, self._is_found = file, looks, is_found
