"""The page of the public ledger: counts by kind and by day, and where to get what proves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.services.checkpoint_entries import KINDS
from archive.services.checkpoint_keys import PublishedKey
from archive.services.checkpoint_text import Checkpoint
from archive.services.gap_text import KIND, Gap, in_short
from archive.web.labels import AGENTS, ROLES
from archive.web.words import _, day, later, number

KIND_WORDS = {
    "accession": later("Taken in"),
    "publication": later("Published"),
    "unpublication": later("Taken off the public pages"),
    "withdrawal": later("Taken back"),
    "reinstatement": later("Shown again after being taken back"),
    "replacement": later("Replaced, its files put together in another way"),
    "destruction": later("Destroyed for good"),
    "export": later("Handed on"),
    KIND: later("Loss acknowledged"),
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
class GapRow:
    """What the archive says that it lost: sentences, its reason as it was written, and its address."""

    title: str
    sentences: tuple[str, ...]
    reason: str
    href: str


@dataclass(frozen=True)
class LedgerPage:
    """Counts of everything, the newest days, the root and the key as they can be compared."""

    counts: tuple[tuple[str, str], ...]
    total: str
    newest_on: str
    root: str
    rows: tuple[CheckpointRow, ...]
    keys: tuple[tuple[str, str], ...]
    gaps: tuple[GapRow, ...] = ()


def ledger_page(
    found: Sequence[Checkpoint], shown: int, keys: Sequence[PublishedKey], gaps: Sequence[Gap] = ()
) -> LedgerPage | None:
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
        tuple(gap_row(one) for one in gaps),
    )


def kind_words(kind: str) -> str:
    """What a kind of entry is called."""
    return str(KIND_WORDS.get(kind, kind))


def in_words(one: Checkpoint) -> str:
    """How many entries a checkpoint covers, of which kinds."""
    counts: Mapping[str, int] = one.counts
    known = [f"{kind_words(kind)}: {number(counts[kind])}" for kind in (*KINDS, KIND) if counts.get(kind)]
    return " · ".join([_("Entries: %(count)s", count=number(one.size)), *known])


def gap_row(one: Gap) -> GapRow:
    """An acknowledgement in words."""
    return GapRow(
        gap_title(one), tuple(gap_sentences(one)), one.reason_shown, url_for("ledger.gap", number=one.number)
    )


def gap_title(one: Gap) -> str:
    """What an acknowledgement is called."""
    return _(
        "Restored from the backup of %(backup)s; what was lost, acknowledged on %(on)s",
        backup=day(one.backup),
        on=day(one.on),
    )


def gap_sentences(one: Gap) -> Iterator[str]:
    """What an acknowledgement says, and in which role somebody said it."""
    if one.entries:
        yield _(
            "These lines stand in the list and were signed, but what they stand for is not in the archive any more: %(lines)s.",
            lines=in_short(one.entries),
        )
    if one.lost:
        days = ", ".join(day(each.day) for each in one.lost)
        yield _(
            "What was signed on these days was published, and this list does not hold it any more: %(days)s.",
            days=days,
        )
    if one.until is not None and one.restored:
        yield _(
            "It was restored on %(day)s; no line after %(line)s was lost in it.",
            day=day(one.restored),
            line=one.until,
        )
    elif one.until is not None:
        yield _("Whoever runs this archive says that no line after %(line)s was lost in it.", line=one.until)
    yield _("Said by: %(role)s", role=role_words(one.by))


def role_words(role: str) -> str:
    """The role in which somebody said it."""
    return str(ROLES[role][0]) if role in ROLES else str(AGENTS.get(role, role))


def _row(one: Checkpoint, before: int) -> CheckpointRow:
    on = one.day.isoformat()
    return CheckpointRow(
        day(one.day),
        number(one.size - before),
        number(one.size),
        url_for("ledger.signed", on=on),
        url_for("ledger.of_day", on=on),
    )
