"""bag-info.txt: labels and values (RFC 8493 section 2.2.2), one line each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from archive.bags.errors import Problem
from archive.models.errors import BadInputError

_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")
_UNSAFE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def format_info(values: Mapping[str, str]) -> bytes:
    """Return the bytes of bag-info.txt; blanks and separators of every kind become one space, empty values go.

    Raises BadInputError (`bag-label`) for a label that is not ASCII letters, digits, `-` and `_`.
    """
    lines = []
    for label, value in values.items():
        if not _LABEL.fullmatch(label):
            raise BadInputError(f"{label!a} cannot be a label of bag-info.txt.", code="bag-label")
        if cleaned := clean_value(value):
            lines.append(f"{label}: {cleaned}\n")
    return "".join(lines).encode("utf-8")


def clean_value(value: str) -> str:
    """Return `value` on one line, without what some reader takes for the end of a line."""
    seen = "".join(" " if unicodedata.category(character) in _UNSAFE else character for character in value)
    return " ".join(seen.split())


def parse_info(data: bytes) -> tuple[dict[str, str], list[Problem]]:
    """Read bag-info.txt: `{label: value}` and what is wrong; a label that comes twice is wrong too."""
    wrong = [Problem("bag-info-line", "bag-info.txt")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return {}, wrong
    values: dict[str, str] = {}
    label = ""
    for line in re.split("\r\n|\n|\r", text.rstrip("\r\n")) if text else ():
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and label:
            values[label] += f" {line.strip()}"
        elif colon and _LABEL.fullmatch(name) and name not in values:
            label = name
            values[label] = value.strip()
        else:
            return values, wrong
    if any(clean_value(value) != value for value in values.values()):
        return values, wrong
    return values, []
