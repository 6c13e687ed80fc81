"""Reads what a bag says of its item, as strictly as the bag itself: what is not whole is refused with its reason."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DataError, InterfaceError, ProgrammingError
from sqlalchemy.orm import Session

from archive.bags import Bag, bag_key, read_bag, verify
from archive.models import Event, first_broken_link, is_id
from archive.models.errors import ArchiveError, IntegrityError
from archive.services.opening import Archive
from archive.services.record import FORMAT, records

# What comes of a member that is missing, or is something else than it should be.
# Also what a database cannot take for what it should be; a full disk is none of these.
MISSHAPEN = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    DataError,
    InterfaceError,
    ProgrammingError,
)
LOOK = "Do not change the bag. Compare it with another copy."


@dataclass(frozen=True)
class Kept:
    """A bag that was read in full, and the newest record in it."""

    folder: Path
    record: Mapping[str, Any]
    events: Sequence[Event]
    given: Sequence[Event]

    @property
    def id(self) -> str:
        """The item's id."""
        item_id: str = self.record["item"]["id"]
        return item_id


def read_kept(folder: Path) -> Kept:
    """Read every byte of a bag, and its newest record.

    BagRefusedError and IntegrityError (`bag-changed`, `record-not-understood`, `record-of-another`, `history-changed`)
    say what is wrong.
    """
    bag = prove_bytes(folder)
    record = newest_record(bag)
    try:
        events, given = (
            read_events(record["events"]),
            read_events(record.get("submission", {}).get("events", ())),
        )
        _check(bag, record)
    except MISSHAPEN as error:
        raise not_understood() from error
    check_history(record["item"]["id"], events)
    check_history(record["item"]["submission"], given)
    return Kept(folder, record, events, given)


def prove_bytes(folder: Path) -> Bag:
    """Read every byte of a bag; BagRefusedError and IntegrityError (`bag-changed`) say what is wrong."""
    bag = read_bag(folder)
    report = verify(folder)
    if not report.ok:
        first = next(iter((*report.changed, *report.missing, *report.untracked, *report.unreadable)), "")
        raise IntegrityError(f"{first} is not what the bag's manifests say.", code="bag-changed", remedy=LOOK)
    return bag


def newest_record(bag: Bag, form: str = FORMAT) -> dict[str, Any]:
    """The newest record of a bag; IntegrityError (`record-not-understood`) when it is none of ours of that form."""
    try:
        record = json.loads(bag.record("record.json"))
    except ArchiveError:
        raise
    except ValueError as error:
        raise not_understood() from error
    if not isinstance(record, dict) or record.get("format") != form:
        raise not_understood()
    return record


def differs_from_bag(archive: Archive, session: Session, item_id: str) -> bool:
    """Whether the database knows something else of an item than the newest record in its bag says."""
    known = records(session, [item_id])[item_id]
    said = newest_record(read_bag(archive.bag_folder(bag_key(item_id))))
    # Bags of an earlier version do not name the record; that is nothing that is known of an item.
    return as_json(known) | {"@id": ""} != said | {"@id": ""}


def as_json(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as it is once it was written and read again."""
    found: dict[str, Any] = json.loads(json.dumps(record))
    return found


def _check(bag: Bag, record: Mapping[str, Any]) -> None:
    """Refuse a record that is about something else than what lies beside it."""
    item = record["item"]
    if not (is_id(item["id"]) and is_id(item["submission"]) and record["consent"]):
        raise ValueError(item["id"])
    said = {(file["safe_name"], file["sha512"], file["size"]) for file in record["files"]}
    held = {(entry.name, entry.sha512, entry.size) for entry in bag.payload}
    if item["id"] != bag.id or said != held:
        raise IntegrityError(
            "The record in the bag is of other files than lie in it.", code="record-of-another", remedy=LOOK
        )


def read_events(told: Sequence[Mapping[str, Any]]) -> list[Event]:
    """The events of a record as they are kept."""
    return [
        Event(
            subject_id=one["subject"],
            at=datetime.fromisoformat(one["at"]),
            **{
                name: one[name]
                for name in ("sequence", "kind", "outcome", "agent", "detail", "previous_hash", "hash")
            },
        )
        for one in told
    ]


def check_history(subject: str, events: Sequence[Event]) -> None:
    """IntegrityError (`history-changed`) unless these are the events of a subject as they were written, from the first."""
    strangers = [one for one in events if one.subject_id != subject]
    if strangers or first_broken_link(list(events)) is not None:
        raise IntegrityError(
            "The history in the record was changed afterwards.", code="history-changed", remedy=LOOK
        )


def not_understood() -> IntegrityError:
    """What is told of a record that is none of ours, or of another form."""
    return IntegrityError(
        "The record in the bag is not one that this version understands.",
        code="record-not-understood",
        remedy="Use the newest version. If it is of no help, compare the bag with another copy.",
    )
