"""Proof that something given is in the public ledger: lines below a receipt, which anybody can check without the archive.

Each holds the event by which an item came, its nonce, and the audit path to the root that a checkpoint signed. With the
checksums on the receipt they make the commitment, so nothing in it need be believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.exchange import signed_note
from archive.exchange.merkle import is_included
from archive.models import Event, today
from archive.models.errors import ArchiveError
from archive.models.event import body_of, chained
from archive.services import checkpoint_entries as entries_of
from archive.services import checkpoint_keys as keys
from archive.services import checkpoints
from archive.services.checkpoint_check import signed_number
from archive.services.checkpoint_entries import Entry, commitment, content_of, leaf_of
from archive.services.checkpoint_keys import PublishedKey
from archive.services.checkpoint_text import Checkpoint, path_of, read_note, read_path
from archive.services.gap_check import point_of
from archive.services.gap_text import Point
from archive.services.receipt_text import MARK as RECEIPT
from archive.services.receipt_text import Receipt, bad_receipt
from archive.settings import Settings

MARK = "remembrance-proof/1"
CAME = "accession"
_ENTRY = re.compile(
    r"entry ([0-9a-z]{16}) ([1-9][0-9]{0,17}) ([0-9a-f]{64}) ([0-9a-f]{64}) (-|[A-Za-z0-9+/=,]{44,4000}) (\{.*\})"
)


@dataclass(frozen=True)
class Proof:
    """By what the coming of one item is proven: the entry's number, its nonce, the event, the hash before it, the path."""

    item_id: str
    number: int
    nonce: str
    previous: str
    path: tuple[bytes, ...]
    event: Mapping[str, Any]


@dataclass(frozen=True)
class Proofs:
    """The proofs of one receipt, the checkpoint and the key (as it is written down) that they lead to."""

    checkpoint: Checkpoint
    key: str
    entries: tuple[Proof, ...]


class Standing(StrEnum):
    """What a receipt says of an item's place in the ledger."""

    PROVEN = "proven"
    # It was proven, and the archive lost it in a restore, as it says itself in public.
    IN_GAP = "in-gap"
    WRONG = "wrong"
    NOT_YET = "not-yet"


def proofs_of(
    settings: Settings, session: Session, item_ids: Sequence[str]
) -> tuple[Proofs | None, date | None]:
    """The proofs of items that a checkpoint covers, and the day from which those of the others can be had, if there are any."""
    came = {row.subject_id: row for row in session.scalars(_comings(item_ids))}
    soonest = today() + timedelta(days=1)
    found = _entries(settings, came) if came else {}
    days = checkpoints.all_days(settings)
    newest = checkpoints.of_day(settings, days[-1]) if days else None
    covered = {
        item_id: one for item_id, one in found.items() if newest and one.number <= newest.size and one.nonce
    }
    later = soonest if len(covered) < len(item_ids) else None
    if not covered or newest is None:
        return None, later
    tree = checkpoints.tree_of(settings, newest.day)
    made = [
        Proof(
            item_id,
            one.number,
            one.nonce,
            came[item_id].previous_hash,
            tree.inclusion(one.number - 1, newest.size),
            body_of(came[item_id]),
        )
        for item_id, one in covered.items()
    ]
    return Proofs(newest, _key_of(keys.published(settings), newest), tuple(made)), later


def write(proofs: Proofs) -> list[str]:
    """The lines that stand below a receipt."""
    return [
        MARK,
        f"key {proofs.key}",
        f"checkpoint {json.dumps(proofs.checkpoint.note)}",
        *(
            f"entry {one.item_id} {one.number} {one.nonce} {one.previous} {path_of(one.path)} "
            + json.dumps(one.event, sort_keys=True, separators=(",", ":"))
            for one in proofs.entries
        ),
        f"end-proof {len(proofs.entries)}",
    ]


def read(text: str) -> Proofs | None:
    """The proofs below a receipt, or None when it has none; BadInputError (`bad-receipt`) when they are not whole."""
    lines = [line.strip() for line in text.splitlines()]
    if RECEIPT in lines:
        lines = lines[len(lines) - lines[::-1].index(RECEIPT) :]
    if MARK not in lines:
        return None
    body = [line for line in lines[lines.index(MARK) + 1 :] if line]
    try:
        end = next(place for place, line in enumerate(body) if line.startswith("end-proof "))
        note = json.loads(body[1].removeprefix("checkpoint "))
        key = str(signed_note.read_key(body[0].removeprefix("key ")))
        made = Proofs(read_note(note), key, tuple(_read(line) for line in body[2:end]))
        if body[end] != f"end-proof {len(made.entries)}":
            raise ValueError("a line is missing")
    except (ValueError, IndexError, StopIteration, TypeError, ArchiveError) as error:
        raise bad_receipt("The proof on the receipt is not whole: a line of it was changed.") from error
    return made


def standings(receipt: Receipt, proofs: Proofs | None) -> Mapping[str, Standing]:
    """What the receipt alone says of each of its items: of one that is `proven`, that these files had come by that day."""
    known = {one.item_id: one for one in proofs.entries} if proofs else {}
    is_signed = proofs is not None and _is_signed(proofs)
    sha512s: dict[str, list[str]] = {}
    for file in receipt.files:
        sha512s.setdefault(file.item_id, []).append(file.sha512)
    found: dict[str, Standing] = {}
    for item_id, its in sha512s.items():
        one = known.get(item_id)
        if one is None or proofs is None:
            found[item_id] = Standing.NOT_YET
        else:
            proven = is_signed and _is_proven(one, its, proofs.checkpoint)
            found[item_id] = Standing.PROVEN if proven else Standing.WRONG
    return found


def is_published(
    proofs: Proofs,
    known: Sequence[PublishedKey],
    found: Sequence[Checkpoint],
    lost: Collection[Point] = (),
) -> bool:
    """Whether the checkpoint that the proofs lead to is one of those that were published, and its key too.

    Also one that the archive says itself it has `lost`.
    """
    same = point_of(proofs.checkpoint) in lost or any(
        (one.day, one.text) == (proofs.checkpoint.day, proofs.checkpoint.text) for one in found
    )
    return (
        same
        and proofs.key in {one.key for one in known}
        and signed_number(known, proofs.checkpoint) is not None
    )


def _comings(item_ids: Sequence[str]) -> Select[Event]:
    """The events by which items came."""
    kept = (Event.subject_id.in_(item_ids), Event.kind == CAME, Event.outcome == "success")
    return select(Event).where(*kept)


def _entries(settings: Settings, came: Mapping[str, Event]) -> dict[str, Entry]:
    """The entries of those events, as far as there are any yet; looked for from the day of the first on."""
    first = min(one.at.date() for one in came.values())
    found: dict[str, Entry] = {}
    for day in entries_of.days(settings):
        if day < first:
            continue
        for one in entries_of.read_day(settings, day):
            if one.subject in came and one.event == came[one.subject].hash:
                found[one.subject] = one
        if len(found) == len(came):
            break
    return found


def _key_of(known: Sequence[PublishedKey], one: Checkpoint) -> str:
    number = signed_number(known, one)
    return next((key.key for key in known if key.number == number), known[-1].key)


def _is_signed(proofs: Proofs) -> bool:
    key = signed_note.read_key(proofs.key)
    return (
        keys.is_signed(signed_note.read(proofs.checkpoint.note), key) and proofs.checkpoint.origin == key.name
    )


def _is_proven(one: Proof, sha512s: Sequence[str], checkpoint: Checkpoint) -> bool:
    event = chained(one.previous, dict(one.event))
    day = str(one.event.get("at", ""))[:10]
    committed = commitment(one.nonce, event, content_of(sha512s))
    leaf = leaf_of(one.number, day, entries_of.KIND_OF[CAME], committed)
    about = (one.event.get("subject"), one.event.get("kind")) == (one.item_id, CAME)
    return about and is_included(leaf, one.number - 1, checkpoint.size, one.path, checkpoint.root)


def _read(line: str) -> Proof:
    found = _ENTRY.fullmatch(line)
    event = json.loads(found[6]) if found else None
    if found is None or not isinstance(event, dict):
        raise ValueError("no entry")
    return Proof(found[1], int(found[2]), found[3], found[4], read_path(found[5]), event)
