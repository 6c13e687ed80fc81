"""The whole record of an item as the files of a bag's revision: what is needed to make the database again from bags alone."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from archive.bags import add_revision, plain_words_readme
from archive.models import Consent, Event, File, Item
from archive.models.errors import ArchiveError
from archive.services.opening import Archive, exclusively_or_not

FORMAT = "remembrance-record/1"
BATCH = 100

log = logging.getLogger(__name__)


def revision_files(session: Session, item: Item) -> dict[str, bytes]:
    """The files of the item's next revision, by name: the record as JSON and a plain-words README."""
    return _as_files(item, record(session, item))


def record(session: Session, item: Item) -> dict[str, Any]:
    """The record of an item as plain JSON values; messages and contact details are never part of it."""
    return records(session, [item])[item.id]


def records(session: Session, items: Sequence[Item]) -> dict[str, dict[str, Any]]:
    """The records of several items by their ids, read together."""
    ids, submissions = [item.id for item in items], {item.submission_id for item in items}
    events: dict[str, list[Event]] = {}
    for event in session.scalars(select(Event).where(Event.subject_id.in_(ids)).order_by(Event.sequence)):
        events.setdefault(event.subject_id, []).append(event)
    consents: dict[str, list[Consent]] = {}
    given = select(Consent).where(Consent.submission_id.in_(submissions)).order_by(Consent.version)
    for consent in session.scalars(given):
        consents.setdefault(consent.submission_id, []).append(consent)
    return {
        item.id: _record(item, events.get(item.id, []), consents.get(item.submission_id, []))
        for item in items
    }


def _as_files(item: Item, values: dict[str, Any]) -> dict[str, bytes]:
    body = json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True)
    return {
        "record.json": body.encode() + b"\n",
        "README.txt": plain_words_readme(item.title, item.id).encode(),
    }


def _record(item: Item, events: Sequence[Event], consents: Sequence[Consent]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "revision": item.record_revision,
        "item": {
            "id": item.id,
            "submission": item.submission_id,
            "collection": item.collection,
            "state": item.state,
            "position": item.position,
            "received_on": item.received_on.isoformat(),
            "published_on": None if item.published_on is None else item.published_on.isoformat(),
        },
        "description": _description(item),
        "files": [_file(file) for file in item.files],
        "consent": [_consent(consent) for consent in consents],
        "events": [_event(event) for event in events],
    }


def write_waiting(archive: Archive) -> frozenset[str] | None:
    """Write a new revision into every bag whose record is ahead of it; return the items whose bags take none now.

    None when another process is at it. Repeating is harmless: the same record adds no revision.
    """
    with exclusively_or_not(archive.settings.run / "records.lock") as mine:
        if not mine:
            return None
        stuck: set[str] = set()
        while found := waiting(archive, stuck):
            stuck |= _write(archive, found)
        return frozenset(stuck)


def waiting(archive: Archive, without: Collection[str] = ()) -> list[str]:
    """Ids of items whose record is ahead of their bag, at most a batch of them, those of `without` left out."""
    behind = select(Item.id).where(Item.bag_key != "", Item.bag_revision < Item.record_revision)
    with archive.db.read() as session:
        return list(session.scalars(behind.where(Item.id.not_in(without)).limit(BATCH)))


def _write(archive: Archive, item_ids: Sequence[str]) -> set[str]:
    """Write the revisions of a batch, and note those that were written; return the items whose bags take none now."""
    with archive.db.read() as session:
        query = select(Item).where(Item.id.in_(item_ids)).options(selectinload(Item.files))
        items = session.scalars(query).all()
        values = records(session, items)
        due = [(item, _as_files(item, values[item.id])) for item in items]
    stuck: set[str] = set()
    for item, files in due:
        try:
            add_revision(archive.bag_folder(item.bag_key), files)
        except (ArchiveError, OSError) as error:
            # One bag that is gone or damaged must not keep the others waiting.
            log.warning("the bag of %s takes no revision: %s", item.id, type(error).__name__)
            stuck.add(item.id)
    with archive.db.write_again() as session:
        for item, _ in due:
            if item.id not in stuck:
                note_revision(session, item.id, item.record_revision)
    return stuck


def touch_history(session: Session, item: Item) -> None:
    """Have the bag hear of an event that changed nothing else: neither the row version nor the indexes."""
    table = Item.__table__
    ahead = table.update().where(table.c.id == item.id).values(record_revision=table.c.record_revision + 1)  # type: ignore[attr-defined]
    session.execute(ahead)


def note_revision(session: Session, item_id: str, revision: int) -> None:
    """Remember that the bag holds the record as of `revision`; the row version stays, nothing a person sees changed."""
    table = Item.__table__
    session.execute(table.update().where(table.c.id == item_id).values(bag_revision=revision))  # type: ignore[attr-defined]


def _description(item: Item) -> dict[str, Any]:
    return {
        "title": item.title,
        "description": item.description,
        "kind": item.kind,
        "names": [{"name": link.agent.name, "role": link.role} for link in item.agents],
        "date": {
            "given": item.date_given,
            "edtf": item.date_edtf,
            "start": item.date_start,
            "end": item.date_end,
            "decades": item.decades,
        },
        "places": [
            {
                "name": link.place.name,
                "latitude": link.place.latitude,
                "longitude": link.place.longitude,
            }
            for link in item.places
        ],
        "latitude": item.latitude,
        "longitude": item.longitude,
        "subjects": [link.term.label for link in item.terms],
        "languages": item.languages,
        "rights": item.rights,
        "rights_uri": item.rights_uri,
        "source": item.source,
        "content_note": item.content_note,
        "extra": item.extra,
    }


FILE_FIELDS = (
    "id",
    "position",
    "given_name",
    "safe_name",
    "title",
    "role",
    "accompanies_id",
    "language",
    "size",
    "sha512",
    "crc32",
    "state",
    "failure_code",
    "failure",
    "notes",
    "media_type",
    "format_name",
    "puid",
    "pages",
    "width",
    "height",
    "duration_ms",
    "says",
)
CONSENT_FIELDS = (
    "version",
    "audience",
    "naming",
    "name_shown",
    "place_precision",
    "places_shown",
    "people",
    "people_words",
    "reuse",
    "agreement_version",
    "agreement_language",
    "agreement_fingerprint",
    "agreement_text",
)


def _file(file: File) -> dict[str, Any]:
    return {name: getattr(file, name) for name in FILE_FIELDS}


def _consent(consent: Consent) -> dict[str, Any]:
    days = {
        name: None if (day := getattr(consent, name)) is None else day.isoformat()
        for name in ("not_before", "not_after", "given_on")
    }
    return {name: getattr(consent, name) for name in CONSENT_FIELDS} | days


def _event(event: Event) -> dict[str, Any]:
    return json.loads(event.canonical()) | {"previous_hash": event.previous_hash, "hash": event.hash}  # type: ignore[no-any-return]
