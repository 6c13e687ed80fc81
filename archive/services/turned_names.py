"""Names as people say them: most are kept as "Family, Given", and nobody asks for a person so."""

from __future__ import annotations

import re
from collections.abc import Iterable

from archive.exchange.citation import name_parts

_APART = re.compile(r"\([^()]*\)")


def turned(names: Iterable[str]) -> list[str]:
    """The names with a comma the other way round: "María de la Cruz" for "Cruz, María de la, 1821-1902"; others are left out.

    Years of a life, and what stands in brackets, are no part of what people say.
    """
    said = (_APART.sub(" ", name).split(",") for name in names)
    plain = (", ".join(part for part in parts if part.strip() and not _has_digit(part)) for parts in said)
    found = (name_parts(name) for name in plain)
    return list(dict.fromkeys(f"{parts[1]} {parts[0]}" for parts in found if parts))


def _has_digit(part: str) -> bool:
    return any(letter.isdigit() for letter in part)
