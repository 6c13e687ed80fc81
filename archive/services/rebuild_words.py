"""Writes into the database the names, places and terms that records speak of, and what curators wrote down about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import (
    Agent,
    AlternativeName,
    Authority,
    AuthorityLink,
    Item,
    ItemAgent,
    ItemPlace,
    ItemTerm,
    Place,
    Term,
    new_id,
)
from archive.services.rooms import ROOMS, SUBJECTS

Said = Mapping[str, Any]


def write_words(session: Session, record: Said) -> None:
    """Write what is known of the words of a record, in the caller's transaction; what is known already stays."""
    for entry in (*record["words"], *record.get("related_words", ())):
        word_id = _word(session, entry["room"], entry["name"], entry)
        if session.get(Authority, word_id) is not None:
            continue
        preferred = entry["preferred"] and _word(
            session, entry["room"], entry["preferred"], {"vocabulary": entry.get("vocabulary")}
        )
        known = Authority(id=word_id, room=entry["room"], preferred_id=preferred or None)
        known.standing, known.note, known.precision = entry["standing"], entry["note"], entry["precision"]
        known.names = [
            AlternativeName(name=one["name"], former=one["former"], position=position)
            for position, one in enumerate(entry["other_names"])
        ]
        known.links = [
            AuthorityLink(uri=uri, position=position) for position, uri in enumerate(entry["links"])
        ]
        session.add(known)
        session.flush()


def link_words(session: Session, item: Item, said: Said) -> None:
    """Link an item to its names, places and subjects, each by the very word that its record has."""
    for position, one in enumerate(said["names"]):
        agent = _word(session, "agents", one["name"], one)
        session.add(ItemAgent(item_id=item.id, agent_id=agent, role=one["role"], position=position))
    for position, one in enumerate(said["places"]):
        place = _word(session, "places", one["name"], one)
        session.add(ItemPlace(item_id=item.id, place_id=place, position=position, **(one["here"] or {})))
    for position, label in enumerate(said["subjects"]):
        term = _word(session, "terms", label, {})
        session.add(ItemTerm(item_id=item.id, term_id=term, position=position))


def _word(session: Session, room: str, name: str, borne: Said) -> str:
    """The id of a word, made when it is not there; nobody is led on to another one that bore the name once."""
    model = ROOMS[room].model
    key = {ROOMS[room].label.key: name}
    if model is Term:
        key["vocabulary"] = borne.get("vocabulary") or SUBJECTS
    found: str | None = session.scalar(select(model.id).filter_by(**key))
    if found is None:
        row = model(id=borne.get("id") or new_id(), **key)
        if isinstance(row, Agent):
            row.kind = borne.get("kind") or "person"
        if isinstance(row, Place):
            row.latitude, row.longitude = borne.get("latitude"), borne.get("longitude")
        session.add(row)
        session.flush()
        found = str(row.id)
    return found
