"""The whole record of items as plain JSON values, read from the database with one statement a table.

Every item is read for its bag twice or more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from archive.bags import plain_words_readme
from archive.exchange.dublin_core import dublin_core
from archive.exchange.mets import mets
from archive.exchange.oai_dc import oai_dc
from archive.exchange.premis import premis
from archive.exchange.recorded import described_by
from archive.models import Agent, Place, Term
from archive.models.event import body_of
from archive.services.record_statements import (
    AGENTS,
    AUTHORITIES,
    CONSENTS,
    EVENTS,
    FILE_FIELDS,
    FILES,
    GIVEN,
    ITEMS,
    LINKS,
    NOTES,
    OTHERS,
    PLACES,
    REDACTIONS,
    REVISIONS,
    TERMS,
    TRANSCRIPTS,
)

FORMAT = "remembrance-record/1"

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
TRANSCRIPT_FIELDS = ("file_id", "number", "agent", "text")
REDACTION_FIELDS = ("id", "file_id", "kind", "page", "extent", "reason", "agent")
CONSENT_DAYS = ("not_before", "not_after", "given_on")


def records(session: Session, item_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The records of items by their ids; messages and contact details are never part of one."""
    items = session.execute(ITEMS, {"given": list(item_ids)}).all()
    ids = [item.id for item in items]
    agents, places, terms, files = (
        _by_owner(session, query, "owner", ids) for query in (AGENTS, PLACES, TERMS, FILES)
    )
    consents = _by_owner(session, CONSENTS, "submission_id", [*{item.submission_id for item in items}])
    events = _by_owner(session, EVENTS, "subject_id", ids)
    revisions, notes = (_by_owner(session, query, "item_id", ids) for query in (REVISIONS, NOTES))
    transcripts = _by_owner(session, TRANSCRIPTS, "owner", ids)
    redactions = _by_owner(session, REDACTIONS, "owner", ids)
    words = _known(session, (agents, places, terms))
    return {
        item.id: {
            "format": FORMAT,
            "revision": item.record_revision,
            "item": _facts(item),
            "description": _description(item)
            | {
                "names": [{"name": one.name, "role": one.role} for one in agents.get(item.id, ())],
                "places": [_placed(one) for one in places.get(item.id, ())],
                "subjects": [one.label for one in terms.get(item.id, ())],
            },
            "words": [
                words[one]
                for one in dict.fromkeys(
                    row.id for rows in (agents, places, terms) for row in rows.get(item.id, ())
                )
                if one in words
            ],
            "files": [_values(file, FILE_FIELDS) for file in files.get(item.id, ())],
            "consent": [
                _consented(one, {place.name for place in places.get(item.id, ())})
                for one in consents.get(item.submission_id, ())
            ],
            "history": [
                _values(one, REVISION_FIELDS) | {"made_on": _day(one.made_on)}
                for one in revisions.get(item.id, ())
            ],
            "notes": [
                _values(one, NOTE_FIELDS) | {"accepted_on": _day(one.accepted_on)}
                for one in notes.get(item.id, ())
            ],
            "transcripts": [
                _values(one, TRANSCRIPT_FIELDS) | {"made_on": _day(one.made_on)}
                for one in transcripts.get(item.id, ())
            ],
            "redactions": [
                _values(one, REDACTION_FIELDS)
                | {"made_on": _day(one.made_on), "removed_on": _day(one.removed_on)}
                for one in redactions.get(item.id, ())
            ],
            "events": [
                body_of(one) | _values(one, ("previous_hash", "hash")) for one in events.get(item.id, ())
            ],
        }
        for item in items
    }


def as_files(record: dict[str, Any]) -> dict[str, bytes]:
    """A record as the files of a bag's revision, by name: JSON, the same as other archives read it, a page in plain words.

    The same record always gives the same bytes: a revision that says nothing new is none.
    """
    body = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    whole = {"record.json": body.encode() + b"\n", "premis.xml": premis(record)}
    said = dublin_core(described_by(record))
    readme = plain_words_readme(record["description"]["title"], record["item"]["id"])
    return {
        **whole,
        "mets.xml": mets(record, said, whole),
        "dc.xml": oai_dc(said),
        "README.txt": readme.encode(),
    }


def _by_owner(
    session: Session, query: Select[Any], owner: str, given: list[str]
) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in session.execute(query, {"given": given}):
        found.setdefault(getattr(row, owner), []).append(row)
    return found


def _known(session: Session, linked: Sequence[dict[str, list[Row[Any]]]]) -> dict[str, dict[str, Any]]:
    """What curators wrote down about the words that items are linked to, by the word's id."""
    rows = {row.id: row._mapping for owned in linked for some in owned.values() for row in some}
    written = session.execute(AUTHORITIES, {"given": list(rows)}).all() if rows else []
    ids = [one.id for one in written]
    others = _by_owner(session, OTHERS, "authority_id", ids) if ids else {}
    links = _by_owner(session, LINKS, "authority_id", ids) if ids else {}
    preferred = _preferred(session, [one.preferred_id for one in written if one.preferred_id])
    return {
        one.id: _values(one, ("room", "standing", "note", "precision"))
        | {
            "name": rows[one.id].get("name") or rows[one.id]["label"],
            "kind": rows[one.id].get("kind", ""),
            "preferred": preferred.get(one.preferred_id, ""),
            "other_names": [_values(other, ("name", "former")) for other in others.get(one.id, ())],
            "links": [link.uri for link in links.get(one.id, ())],
        }
        for one in written
    }


def _preferred(session: Session, ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for model, name in ((Agent, "name"), (Place, "name"), (Term, "label")):
        if ids:
            table = model.__table__
            query = select(table.c.id, table.c[name]).where(table.c.id.in_(GIVEN))
            found |= {row[0]: row[1] for row in session.execute(query, {"given": ids})}
    return found


def _facts(item: Row[Any]) -> dict[str, Any]:
    return {
        "id": item.id,
        "submission": item.submission_id,
        "collection": item.collection,
        "state": item.state,
        "position": item.position,
        "received_on": _day(item.received_on),
        "published_on": _day(item.published_on),
    }


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
    values = _values(consent, CONSENT_FIELDS) | {name: _day(getattr(consent, name)) for name in CONSENT_DAYS}
    shown = {name: words for name, words in consent.places_shown.items() if name in places}
    return values | {"places_shown": shown}


def _values(row: Row[Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
