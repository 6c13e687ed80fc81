"""The whole record of items as plain JSON values, read from the database with one statement a table.

Every item is read for its bag twice or more.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Row
from sqlalchemy.orm import Session

from archive.bags import plain_words_readme
from archive.exchange.dublin_core import dublin_core
from archive.exchange.mets import mets
from archive.exchange.oai_dc import oai_dc
from archive.exchange.premis import premis
from archive.exchange.record_json import record_json
from archive.exchange.recorded import described_by
from archive.models.event import body_of
from archive.services.describing import place_name
from archive.services.record_statements import (
    AGENTS,
    ARRANGEMENTS,
    CONSENTS,
    EVENTS,
    FILE_FIELDS,
    FILES,
    ITEMS,
    NOTES,
    PLACES,
    REDACTIONS,
    REPLACEMENTS,
    REVISIONS,
    SUBMISSION_FIELDS,
    TERMS,
    TRANSCRIPTS,
)
from archive.services.record_words import Words, by_owner

FORMAT = "remembrance-record/1"
# What docs/record.schema.json and docs/record.context.jsonld are called; nothing is ever fetched from there.
SCHEMA = "https://w3id.org/remembrance/record/1/schema.json"
CONTEXT = "https://w3id.org/remembrance/record/1/context.jsonld"
# Records are named below it. It never changes: an item's record would have another name.
NAMES = uuid5(NAMESPACE_URL, "https://w3id.org/remembrance/record")

DESCRIBED = (
    "title",
    "description",
    "kind",
    "latitude",
    "longitude",
    "languages",
    "rights",
    "rights_uri",
    "source",
    "content_note",
    "extra",
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
NOTE_FIELDS = ("id", "words", "name")
REVISION_FIELDS = ("number", "agent", "said", "meant")
ARRANGEMENT_FIELDS = ("number", "agent", "files")
TRANSCRIPT_FIELDS = ("file_id", "number", "agent", "text")
REDACTION_FIELDS = ("id", "file_id", "kind", "page", "extent", "reason", "agent")
ITEM_DAYS = ("received_on", "published_on", "withdrawn_on")
CONSENT_DAYS = ("not_before", "not_after", "given_on")


def records(session: Session, item_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The records of items by their ids; messages and contact details are never part of one."""
    items = session.execute(ITEMS, {"given": list(item_ids)}).all()
    ids = [item.id for item in items]
    submissions = list(dict.fromkeys(item.submission_id for item in items))
    linked = [by_owner(session, query, "owner", ids) for query in (AGENTS, PLACES, TERMS)]
    agents, places, terms = linked
    files, transcripts, redactions = (
        by_owner(session, query, "owner", ids) for query in (FILES, TRANSCRIPTS, REDACTIONS)
    )
    consents = by_owner(session, CONSENTS, "submission_id", submissions)
    events = by_owner(session, EVENTS, "subject_id", [*ids, *submissions])
    revisions, arrangements, notes = (
        by_owner(session, query, "item_id", ids) for query in (REVISIONS, ARRANGEMENTS, NOTES)
    )
    replacements = by_owner(session, REPLACEMENTS, "old_id", ids)
    words = Words(session, linked)
    found = {}
    for item in items:
        own = [row.id for rows in linked for row in rows.get(item.id, ())]
        history = revisions.get(item.id, ())
        told = _places_told(places.get(item.id, ()), history)
        found[item.id] = {
            "$schema": SCHEMA,
            "@context": CONTEXT,
            "@id": named(item.id),
            "format": FORMAT,
            "revision": item.record_revision,
            "item": _facts(item),
            "submission": _given(item) | {"events": _happened(events.get(item.submission_id, ()))},
            "description": _description(item)
            | {
                "names": [_values(one, ("name", "role", "kind")) for one in agents.get(item.id, ())],
                "places": [_placed(one) for one in places.get(item.id, ())],
                "subjects": [one.label for one in terms.get(item.id, ())],
            },
            "words": words.of(own),
            "related_words": words.related_to(own),
            "files": [_values(file, FILE_FIELDS) for file in files.get(item.id, ())],
            "consent": [
                _consented(one, told)
                for one in consents.get(item.submission_id, ())
                # A later one that came with more things of the same submission says nothing of this item.
                if one.version <= item.consent_version
            ],
            "kept_back": _kept_back(item),
            "replaced_by": [
                {"item": one.new_id, "agent": one.agent, "done": one.done}
                for one in replacements.get(item.id, ())
            ],
            "history": [_dated(one, REVISION_FIELDS, "made_on") for one in history],
            "arrangements": [
                _dated(one, ARRANGEMENT_FIELDS, "made_on") for one in arrangements.get(item.id, ())
            ],
            "notes": [_dated(one, NOTE_FIELDS, "accepted_on") for one in notes.get(item.id, ())],
            "transcripts": [
                _dated(one, TRANSCRIPT_FIELDS, "made_on") for one in transcripts.get(item.id, ())
            ],
            "redactions": [
                _dated(one, REDACTION_FIELDS, "made_on", "removed_on") for one in redactions.get(item.id, ())
            ],
            "events": _happened(events.get(item.id, ())),
        }
    return found


def named(item_id: str) -> str:
    """What the record of an item is called among others (RFC 9562, version 5): an address of its own that no site gives."""
    return uuid5(NAMES, item_id).urn


def as_files(record: dict[str, Any]) -> dict[str, bytes]:
    """A record as the files of a bag's revision, by name: JSON, the same as other archives read it, a page in plain words.

    The same record always gives the same bytes: a revision that says nothing new is none.
    """
    whole = {"record.json": record_json(record), "premis.xml": premis(record)}
    said = dublin_core(described_by(record))
    readme = plain_words_readme(record["description"]["title"], record["item"]["id"])
    return {
        **whole,
        "mets.xml": mets(record, said, whole),
        "dc.xml": oai_dc(said),
        "README.txt": readme.encode(),
    }


def _facts(item: Row[Any]) -> dict[str, Any]:
    return {
        "id": item.id,
        "submission": item.submission_id,
        "collection": item.collection,
        "state": item.state,
        "position": item.position,
        "consent_version": item.consent_version,
        "withdrawal_words": item.withdrawal_words,
        "shown_to": item.shown_to,
        **{name: _day(getattr(item, name)) for name in ITEM_DAYS},
    }


def _given(item: Row[Any]) -> dict[str, Any]:
    """What the item was given with."""
    return {
        "id": item.submission_id,
        "received_on": _day(item.submission_received_on),
        **{name: getattr(item, f"submission_{name}") for name in SUBMISSION_FIELDS},
    }


def _kept_back(item: Row[Any]) -> dict[str, Any] | None:
    """What the giver themselves allowed, where staff keep it back until a later day."""
    version = item.kept_back_version
    if version is None or version > item.consent_version:
        return None
    return {"consent_version": version, "allowed_from": _day(item.allowed_from)}


def _placed(place: Row[Any]) -> dict[str, Any]:
    """A place of an item; `here` is where it is for this item alone, when somebody said so."""
    here = {
        "latitude": place.here_latitude,
        "longitude": place.here_longitude,
        "precision": place.precision,
    }
    return _values(place, ("name", "latitude", "longitude")) | {"here": here if place.precision else None}


def _description(item: Row[Any]) -> dict[str, Any]:
    return _values(item, DESCRIBED) | {
        "date": {
            "given": item.date_given,
            "edtf": item.date_edtf,
            "start": item.date_start,
            "end": item.date_end,
            "decades": item.decades,
        }
    }


def _consented(consent: Row[Any], places: Set[str]) -> dict[str, Any]:
    """A version of the consent, with the words for the item's own `places`: the others are of other items."""
    values = _dated(consent, CONSENT_FIELDS, *CONSENT_DAYS)
    shown = {name: words for name, words in consent.places_shown.items() if name in places}
    return values | {"places_shown": shown}


def _places_told(places: Sequence[Row[Any]], history: Sequence[Row[Any]]) -> Set[str]:
    """The names of an item's places, also of those that were said of it once: a change may be taken back."""
    typed = (text.splitlines() for one in history for text in one.said.values())
    return {place.name for place in places} | {place_name(line) for lines in typed for line in lines}


def _happened(events: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    return [body_of(one) | _values(one, ("previous_hash", "hash")) for one in events]


def _dated(row: Row[Any], names: Sequence[str], *days: str) -> dict[str, Any]:
    return _values(row, names) | {name: _day(getattr(row, name)) for name in days}


def _values(row: Row[Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
