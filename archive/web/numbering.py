"""Numbers that an address or a form names; one that makes no sense, or that no database could hold, is left out."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

LARGEST = 2**31 - 1
LARGEST_PAGE_NUMBER = 1_000_000


def number_in(values: MultiDict[str, str], name: str) -> int | None:
    """The number under `name`, not below zero."""
    number = values.get(name, type=int)
    return number if number is not None and 0 <= number <= LARGEST else None


def page_in(values: MultiDict[str, str]) -> int:
    """The page of a list that is asked for, from 1."""
    return min(max(1, values.get("page", 1, type=int)), LARGEST_PAGE_NUMBER)
