"""Checks what was published of a ledger, with nothing but what was published: signatures, order, and that each goes on where the last ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from archive.exchange import signed_note
from archive.exchange.merkle import EMPTY, Tree, is_consistent
from archive.models.event import GENESIS
from archive.services.checkpoint_keys import PublishedKey, first_unvouched, is_signed
from archive.services.checkpoint_text import Checkpoint


@dataclass(frozen=True)
class Problem:
    """What is wrong: a stable word, a sentence, and where: the checkpoint's day, the entry's number."""

    code: str
    sentence: str
    day: date | None = None
    entry: int | None = None


def check_published(keys: Sequence[PublishedKey], found: Sequence[Checkpoint]) -> Iterator[Problem]:
    """Everything that is wrong with a whole list of checkpoints, in the order in which they were published."""
    unvouched = first_unvouched(keys)
    if unvouched is not None:
        yield Problem("wrong-key", f"Key {unvouched.number} is not vouched for by the key before it.")
    before: Checkpoint | None = None
    signed_by = 0
    for one in found:
        number = signed_number(keys, one)
        if number is None:
            yield Problem(
                "wrong-signature", f"No key of this ledger signed the checkpoint of {one.day}.", one.day
            )
        elif number < signed_by:
            yield Problem(
                "wrong-key",
                f"The checkpoint of {one.day} is signed by key {number}, which key {signed_by} had replaced.",
                one.day,
            )
        signed_by = max(signed_by, number or 0)
        yield from follows(before, one)
        before = one
    yield from _leaves(found)


def check_kept(
    keys: Sequence[PublishedKey], found: Sequence[Checkpoint], kept: Sequence[Checkpoint]
) -> Iterator[Problem]:
    """Everything by which what is published now differs from checkpoints that somebody kept."""
    now = {one.day: one for one in found}
    newest = found[-1].day if found else None
    for one in kept:
        if signed_number(keys, one) is None:
            yield Problem(
                "wrong-signature",
                f"No key of this ledger signed the checkpoint of {one.day} that was kept.",
                one.day,
            )
        if one.day not in now:
            cut = newest is None or one.day > newest
            yield Problem(
                "cut-off" if cut else "deleted",
                f"There is a checkpoint of {one.day} over {one.size} entries, and the ledger "
                + ("ends before it." if cut else "does not have it any more."),
                one.day,
            )
        elif now[one.day].text != one.text:
            yield Problem(
                "changed", f"The checkpoint of {one.day} is not the one that was published then.", one.day
            )


def signed_number(keys: Sequence[PublishedKey], one: Checkpoint) -> int | None:
    """Which key signed a checkpoint, or None: only one that bears its name and was there by then."""
    note = signed_note.read(one.note)
    for key in keys:
        if one.origin == key.verifier.name and is_signed(note, key.verifier):
            return key.number
    return None


def follows(before: Checkpoint | None, one: Checkpoint) -> Iterator[Problem]:
    """What is wrong between a checkpoint and the one before it."""
    fingerprint, size, root = (
        (before.fingerprint, before.size, before.root) if before else (GENESIS, 0, EMPTY)
    )
    if before is not None and one.day <= before.day:
        yield Problem("reordered", f"The checkpoint of {one.day} stands after that of {before.day}.", one.day)
    if one.previous != fingerprint:
        after = f"that of {before.day}" if before else "nothing"
        yield Problem(
            "deleted",
            f"The checkpoint of {one.day} does not follow {after}: one is missing, or was changed.",
            one.day,
        )
    elif not is_consistent(size, one.size, one.consistency, root, one.root):
        yield Problem(
            "not-consistent",
            f"The entries of the checkpoint of {one.day} do not begin with the {size} that were there before.",
            one.day,
        )
    elif before and any(one.counts.get(kind, 0) < count for kind, count in before.counts.items()):
        yield Problem("not-consistent", f"The counts of {one.day} are smaller than those before.", one.day)


def _leaves(found: Sequence[Checkpoint]) -> Iterator[Problem]:
    """Where the hashes of entries are given, that these make the root."""
    leaves = [leaf for one in found for leaf in one.leaves]
    if not leaves:
        return
    tree = Tree(leaves)
    for one in found:
        if one.size > tree.size or tree.root(one.size) != one.root:
            sentence = f"The hashes of entries up to {one.day} do not make the root that was signed."
            yield Problem("changed", sentence, one.day)
            return
