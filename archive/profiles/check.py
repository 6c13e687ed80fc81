"""Reads values out of one TOML table and writes down everything that is wrong, without stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from archive.profiles.model import Texts
from archive.profiles.problems import Problem

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


class Table:
    """One table of one file; every value is asked for once, and what nobody asked for is reported by `done`."""

    def __init__(self, values: Any, file: str, problems: list[Problem], prefix: str = "") -> None:
        self.file, self.problems, self.prefix = file, problems, prefix
        self.values: dict[str, Any] = values if isinstance(values, dict) else {}
        self.asked: set[str] = set()
        if not isinstance(values, dict):
            self.wrong("", "must be a table")

    def wrong(self, key: str, reason: str) -> None:
        """Writes down one problem with a key of this table."""
        dotted = ".".join(part for part in (self.prefix, key) if part)
        self.problems.append(Problem(self.file, dotted, reason))

    def _take(self, key: str, kind: type | tuple[type, ...], called: str, required: bool) -> Any:
        self.asked.add(key)
        value = self.values.get(key)
        if value is None:
            if required:
                self.wrong(key, "is missing")
            return None
        # bool is an int in Python and is not meant where a number is asked for
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.wrong(key, f"must be {called}")
            return None
        return value

    def string(self, key: str, *, required: bool = True) -> str:
        """A string that is not blank; "" when it is missing or wrong."""
        value = self._take(key, str, "a text in quotation marks", required)
        if value is not None and not value.strip():
            self.wrong(key, "must not be empty")
        return (value or "").strip()

    def slug(self, key: str) -> str:
        """What something is known by, also in addresses; "" when it is missing."""
        value = self.string(key)
        if value and not SLUG.fullmatch(value):
            self.wrong(key, "is made of small letters, digits and single hyphens")
        return value

    def address(self, key: str) -> str | None:
        """A web address, of http or https and with a host; None when it is missing."""
        value = self.string(key, required=False)
        if value and not (ADDRESS.fullmatch(value) and _host(value)):
            self.wrong(key, "must be a web address that begins with http:// or https://")
        return value or None

    def choice(self, key: str, allowed: Sequence[str] | frozenset[str], *, required: bool = True) -> str:
        """A string out of a list; "" when it is missing or wrong."""
        value = self.string(key, required=required)
        if value and value not in allowed:
            self.wrong(key, f"“{value}” is not one of: {', '.join(sorted(allowed))}")
            return ""
        return value

    def flag(self, key: str) -> bool:
        """true or false; false when it is missing."""
        return bool(self._take(key, bool, "true or false", required=False))

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number between two others, both allowed; `low` when it is missing or wrong."""
        value = self._take(key, int, "a whole number", required=True)
        if value is not None and not low <= value <= high:
            self.wrong(key, f"must be between {low} and {high}")
            value = None
        return low if value is None else int(value)

    def day(self, key: str) -> date:
        """A day, written as 2026-03-25; the first there ever was when it is missing or wrong."""
        value = self._take(key, date, "a day such as 2026-03-25", required=True)
        return value if isinstance(value, date) else date.min

    def degrees(self, key: str, limit: float) -> float | None:
        """Degrees between -limit and limit; None when it is missing or wrong."""
        value = self._take(key, (int, float), "a number", required=False)
        if value is not None and not -limit <= value <= limit:
            self.wrong(key, f"must be between {-limit:g} and {limit:g}")
            return None
        return None if value is None else float(value)

    def strings(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of strings; () when it is missing or wrong."""
        value = self._take(key, list, "a list", required)
        if value is None:
            return ()
        if not all(isinstance(one, str) and one.strip() for one in value):
            self.wrong(key, "must be a list of texts in quotation marks")
            return ()
        return tuple(one.strip() for one in value)

    def texts(self, key: str, languages: Sequence[str], *, required: bool = True) -> Texts:
        """The same words in every language of the collection; a missing language is a problem."""
        value = self._take(key, dict, "a table with one text a language", required)
        if value is None:
            return {}
        below = Table(value, self.file, self.problems, ".".join(part for part in (self.prefix, key) if part))
        texts = {language: below.string(language) for language in languages}
        below.done(unknown="is not a language of this collection")
        return texts

    def tables(self, key: str, *, required: bool = True) -> list[Table]:
        """The tables of an array of tables, such as `[[fields]]`."""
        value = self._take(key, list, "an array of tables", required)
        dotted = ".".join(part for part in (self.prefix, key) if part)
        return [
            Table(one, self.file, self.problems, f"{dotted}[{_name(one, number)}]")
            for number, one in enumerate(value or [], start=1)
        ]

    def table(self, key: str) -> Table:
        """One table below this one; empty when it is missing or wrong."""
        value = self._take(key, dict, "a table", required=True)
        dotted = ".".join(part for part in (self.prefix, key) if part)
        return Table({} if value is None else value, self.file, self.problems, dotted)

    def done(self, unknown: str = "is not known here; is it misspelt?") -> None:
        """Reports the keys that nobody asked for."""
        for key in sorted(set(self.values) - self.asked):
            self.wrong(key, unknown)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _name(value: Any, number: int) -> str:
    """What a person would call an entry of a list: its id or name, else its number."""
    if isinstance(value, dict):
        for key in ("id", "name"):
            if isinstance(value.get(key), str) and value[key]:
                return str(value[key])
    return str(number)
