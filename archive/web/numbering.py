"""Numbers that an address or a form names; one that makes no sense, or that no database could hold, is left out."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

LARGEST = 2**31 - 1
LARGEST_PAGE_NUMBER = 1_000_000


def is_number(text: str) -> bool:
    """Whether it is written in the digits 0 to 9 alone, and in few enough of them; `str.isdigit` says so of ² and ① too."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))


def number_in(values: MultiDict[str, str], name: str, largest: int = LARGEST) -> int | None:
    """The number under `name`, from zero to `largest`, written in the digits 0 to 9 alone."""
    text = values.get(name, "")
    if not is_number(text):
        return None
    return int(text) if int(text) <= largest else None


def page_in(values: MultiDict[str, str]) -> int:
    """The page of a list that is asked for, from 1."""
    return min(max(1, values.get("page", 1, type=int)), LARGEST_PAGE_NUMBER)
