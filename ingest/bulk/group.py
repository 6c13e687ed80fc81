"""Makes items of files: those that share an `item` value are one, and those without it go by their name's stem."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from archive.plain_text import plain
from archive.profiles import CollectionProfile
from archive.services.beside import accompanied
from archive.services.describing import one_line
from archive.services.file_names import NameParts, bytes_of_name, role_beside, take_apart
from ingest.bulk.describing import LONGEST_TITLE, describe_rows, shortened
from ingest.bulk.model import FilePlan, ItemPlan, Problem
from ingest.bulk.table import Row

ROLE_WORDS = ("original", "transcript", "captions", "translation", "verso", "attachment")
ROLE = "role"
# What makes files one item: the value of their rows, or their folder and stem.
_Key: TypeAlias = tuple[str, str, str]


def group(
    folder: Path, files: Mapping[str, Path], rows: Mapping[str, Row], profile: CollectionProfile
) -> tuple[list[ItemPlan], list[Problem]]:
    """Items in the order of their first row (files without a row come last), and what is wrong in their rows.

    `files` lie in `folder`; what their names there are as bytes is kept where these names do not say it.
    """
    order = [name for name in rows if name in files] + [name for name in files if name not in rows]
    groups: dict[_Key, list[str]] = {}
    # What no row puts into an item goes with what is called like it, whatever item that is of, and wherever its row is.
    by_stem: dict[_Key, _Key] = {}
    for name in order:
        if key := _item_key(rows.get(name)):
            by_stem.setdefault(_stem_key(name), key)
    for name in order:
        stem = _stem_key(name)
        groups.setdefault(_item_key(rows.get(name)) or by_stem.get(stem, stem), []).append(name)
    items: list[ItemPlan] = []
    problems: list[Problem] = []
    for names in groups.values():
        item, wrong = _item(names, files, rows, profile, folder)
        items.append(item)
        problems += wrong
    return items, problems


def _item_key(row: Row | None) -> _Key | None:
    value = row.get("item") if row is not None else ""
    return ("item", "", unicodedata.normalize("NFC", value)) if value else None


def _stem_key(name: str) -> _Key:
    folder, _, last = name.rpartition("/")
    return "stem", folder, take_apart(last).stem


def _item(
    names: list[str],
    files: Mapping[str, Path],
    rows: Mapping[str, Row],
    profile: CollectionProfile,
    folder: Path,
) -> tuple[ItemPlan, list[Problem]]:
    parts = {name: take_apart(name.rpartition("/")[2]) for name in names}
    roles = {name: _role(name, parts, rows.get(name)) for name in names}
    # Originals first, in the order given: what the others accompany is one of them.
    ordered = sorted(names, key=lambda name: roles[name] != "original")
    # Where nothing is an original, the first stands for it.
    mains = [name for name in ordered if roles[name] == "original"] or ordered[:1]
    plans = tuple(
        FilePlan(
            path=files[name],
            given_name=name,
            title=shortened(one_line(rows[name].get("title")), LONGEST_TITLE) if name in rows else "",
            role=roles[name],
            accompanies=None
            if roles[name] == "original" or name == ordered[0]
            else accompanied(name, roles[name], mains),
            language=parts[name].language,
            given_bytes=bytes_of_name(os.fsencode(files[name].relative_to(folder).as_posix()), name),
        )
        for name in ordered
    )
    described = [rows[name] for name in ordered if name in rows]
    description, problems = describe_rows(
        described, profile, fallback_title=title_of_name(parts[ordered[0]].stem)
    )
    return ItemPlan(description, plans), [*_unknown_roles(described), *problems]


def title_of_name(stem: str) -> str:
    """The title that a file's name gives, on one line and as it is written; "" where nobody would see any of it."""
    title = one_line(plain(stem))
    return title if any(letter.isprintable() and not letter.isspace() for letter in title) else ""


def _unknown_roles(rows: Iterable[Row]) -> list[Problem]:
    """Words for what a file is that no file is; then its name tells it, as where nothing is said."""
    return [
        Problem(row.number, ROLE, f"“{word}” is none of: {', '.join(ROLE_WORDS)}.")
        for row in rows
        if (word := row.get(ROLE)) and word.lower() not in ROLE_WORDS
    ]


def _role(name: str, parts: Mapping[str, NameParts], row: Row | None) -> str:
    given = row.get(ROLE).lower() if row is not None else ""
    if given in ROLE_WORDS:
        return given
    return role_beside(parts[name], list(parts.values()))
