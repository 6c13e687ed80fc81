"""The page of the public ledger: counts by kind and by day, and where to get what proves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.services.checkpoint_entries import KINDS
from archive.services.checkpoint_keys import PublishedKey
from archive.services.checkpoint_text import Checkpoint
from archive.web.words import _, day, later, number

KIND_WORDS = {
    "accession": later("Taken in"),
    "publication": later("Published"),
    "unpublication": later("Taken off the public pages"),
    "withdrawal": later("Taken back"),
    "reinstatement": later("Shown again after being taken back"),
    "replacement": later("Replaced, its files put together in another way"),
    "destruction": later("Destroyed at the giver’s wish"),
    "export": later("Handed on"),
}


@dataclass(frozen=True)
class CheckpointRow:
    """A day in the table: the day in words, how many entries were new, how many there are, and its two addresses."""

    on: str
    new: str
    size: str
    text_href: str
    json_href: str


@dataclass(frozen=True)
class LedgerPage:
    """Counts of everything, the newest days, the root and the key as they can be compared."""

    counts: tuple[tuple[str, str], ...]
    total: str
    newest_on: str
    root: str
    rows: tuple[CheckpointRow, ...]
    keys: tuple[tuple[str, str], ...]


def ledger_page(found: Sequence[Checkpoint], shown: int, keys: Sequence[PublishedKey]) -> LedgerPage | None:
    """The page over the newest checkpoints, the newest first; None while there is none."""
    if not found:
        return None
    newest = found[0]
    before = [*(one.size for one in found[1:]), 0]
    return LedgerPage(
        tuple((kind_words(kind), number(count)) for kind, count in newest.counts.items()),
        number(newest.size),
        day(newest.day),
        newest.root.hex(),
        tuple(_row(one, size) for one, size in list(zip(found, before, strict=True))[:shown]),
        tuple((day(key.day), key.key) for key in keys),
    )


def kind_words(kind: str) -> str:
    """What a kind of entry is called."""
    return str(KIND_WORDS.get(kind, kind))


def in_words(one: Checkpoint) -> str:
    """How many entries a checkpoint covers, of which kinds."""
    counts: Mapping[str, int] = one.counts
    known = [f"{kind_words(kind)}: {number(counts[kind])}" for kind in KINDS if counts.get(kind)]
    return " · ".join([_("Entries: %(count)s", count=number(one.size)), *known])


def _row(one: Checkpoint, before: int) -> CheckpointRow:
    on = one.day.isoformat()
    return CheckpointRow(
        day(one.day),
        number(one.size - before),
        number(one.size),
        url_for("ledger.signed", on=on),
        url_for("ledger.of_day", on=on),
    )
