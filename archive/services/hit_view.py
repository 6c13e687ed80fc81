"""Where an item holds what was searched for, as it is handed to whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PartOfText:
    """A place in a long text: the part (from 1) of `parts` that is read on one page, and the piece (from 1) of the text."""

    part: int
    parts: int
    piece: int


@dataclass(frozen=True)
class Hit:
    """A place where an item holds what was searched for; `snippet` alternates plain and matched text.

    `written_in` is the language (a code) of these words, "" where it is not known. `within` says where in a long text
    without pages and times they stand. `title` is that of the file, where other hits of the item are in other files.
    `field` is where the words stand that are of no text and not of the description: one of `told_beside`, "" for others;
    `label` is what a collection calls a field of its own.
    """

    snippet: tuple[tuple[str, bool], ...]
    file_id: str | None = None
    page: int | None = None
    start_ms: int | None = None
    written_in: str = ""
    within: PartOfText | None = None
    title: str = ""
    field: str = ""
    label: str = ""
