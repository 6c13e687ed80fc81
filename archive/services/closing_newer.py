"""Closes what a newer record of an item says was closed: after a restore, what lies in the old home or in a store of copies.

A record in such a place is obeyed only in what it closes: whoever could write there could at most hide.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Consent, Item, ItemState
from archive.models.errors import ArchiveError
from archive.services import closing, closing_marks, withdrawing
from archive.services.closing_marks import keyed
from archive.services.closures import DAYS, Closure, closure_of
from archive.services.copies_bag import Listed, listed_in
from archive.services.names_forgotten import wishes
from archive.services.opening import Archive
from archive.services.rebuild_record import MISSHAPEN
from archive.services.record import CONSENT_FIELDS
from archive.storage import ObjectStore

TAKEN_OFF = frozenset(closing.STANDS)


@dataclass(frozen=True)
class Newer:
    """Of how many items there is a newer record in any place, how many consents were narrowed and items hidden by them, and of how many items a record could not be read."""

    items: int = 0
    closed: int = 0
    unread: int = 0


def close_by(archive: Archive, stores: Iterable[ObjectStore]) -> Newer:
    """Look at every item's bag in each place, and have nothing shown wider than its newest record there allows."""
    query = select(Item.id, Item.bag_key, Item.bag_revision).where(Item.bag_key != "", Item.erasure == "")
    with archive.db.read() as session:
        held = session.execute(query.order_by(Item.id)).all()
    newer: set[str] = set()
    unread: set[str] = set()
    closed = 0
    for store in stores:
        for item_id, key, revision in held:
            try:
                listed = listed_in(store, key)
                if listed is None or not _may_be_newer(listed, listed_in(archive.store, key)):
                    continue
                record = _record(store, key, listed)
                if record["revision"] > revision:
                    closed += _close(archive, item_id, record)
                    newer.add(item_id)
            except (ArchiveError, OSError, *MISSHAPEN):
                unread.add(item_id)
    return Newer(len(newer), closed, len(unread))


def _may_be_newer(there: Listed, here: Listed | None) -> bool:
    """Whether a bag may hold a newer record than ours: revisions are numbered in a bag as they are written.

    How often a record changed is counted apart, and stands in it alone: several changes make one revision.
    """
    return here is None or (there.revision >= here.revision and there.tag_manifest != here.tag_manifest)


def _record(store: ObjectStore, key: str, listed: Listed) -> dict[str, Any]:
    path = f"metadata/{listed.revision}/record.json"
    with store.open(f"{key}/{path}") as stream:
        data = stream.read()
    if hashlib.sha512(data).hexdigest() != listed.hashes.get(path):
        raise ValueError(path)
    record: dict[str, Any] = json.loads(data)
    return record


def _close(archive: Archive, item_id: str, record: Mapping[str, Any]) -> int:
    """How much one record closed: its consent, and whether the item is to be seen."""
    item = record["item"]
    if item["id"] != item_id:
        raise ValueError(item["id"])
    with archive.db.read() as session:
        known = session.get_one(Item, item_id)
        state, submission_id = known.state, known.submission_id
        consent = session.get_one(Consent, known.consent_id)
        # Of places that were forgotten since, no word of before is left.
        is_forgotten = closing_marks.wishes(session, [submission_id]).get(submission_id, 0) < wishes(record)
        before = consent.version, {} if is_forgotten else dict(consent.places_shown)
    closed = 0
    said = next(
        one
        for one in record["consent"]
        if one["version"] == item.get("consent_version", record["consent"][-1]["version"])
    )
    if said["version"] > before[0]:
        kept_back = record.get("kept_back")
        if kept_back and kept_back["consent_version"] == said["version"]:
            said = {**said, "allowed_from": kept_back["allowed_from"]}
        closed += closing.narrow(archive, submission_id, _closure(archive, submission_id, said, before[1]))
    closing.forget_places(archive, submission_id, wishes(record))
    if state == ItemState.PUBLISHED and item["state"] in TAKEN_OFF:
        closed += closing.take_off(archive, item_id)
    elif (
        state != ItemState.WITHDRAWN
        and item["state"] == ItemState.WITHDRAWN
        and not record.get("replaced_by")
    ):
        withdrawing.withdraw_item(archive, OPERATOR, item_id)
        closed += 1
    return closed


def _closure(
    archive: Archive, submission_id: str, said: Mapping[str, Any], places: Mapping[str, str]
) -> Closure:
    days = [*DAYS, *({"allowed_from"} & said.keys())]
    values = {name: said.get(name, "") for name in CONSENT_FIELDS} | {day: said.get(day) for day in days}
    for day in days:
        values[day] = date.fromisoformat(values[day]) if values[day] else None
    # A record has the words for its own item's places alone: the others are of others, and stay.
    values["places_shown"] = {**places, **(values["places_shown"] or {})}
    return closure_of(values, partial(keyed, archive.withdrawals, submission_id))
