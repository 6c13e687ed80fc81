"""Writes into the database the names, places and terms that records speak of, and what curators wrote down about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import (
    Agent,
    Authority,
    Item,
    ItemAgent,
    ItemPlace,
    ItemTerm,
    MergedAuthority,
    Place,
    Term,
    new_id,
)
from archive.services.authority_changes import carry_consents
from archive.services.authority_rows import replace_links, replace_names
from archive.services.rebuild_heard import Heard, entries_of, version_of
from archive.services.rooms import ROOMS, SUBJECTS, name_of
from archive.services.upsert import put_row_once

Said = Mapping[str, Any]
Link = tuple[tuple[str, ...], int, Said]


def write_words(session: Session, record: Said, heard: Heard | None = None) -> None:
    """Write what is known of the words of a record, in the caller's transaction: what `heard` knows is newest of each.

    Without it that is what the record says. What the database knows of a newer version stays.
    """
    known = heard or Heard([record])
    # Rows first: a word may prefer one that only comes after it.
    entries = [(_row(session, known, entry), entry) for entry in _all_needed(session, known, record)]
    for row, entry in entries:
        _write_down(session, known, row, entry)


def link_words(
    session: Session, item: Item, said: Said, words: Iterable[Said] = (), heard: Heard | None = None
) -> None:
    """Link an item to its names, places and subjects, each by the very word that its record has.

    `words` are what the record says of them: two bags may call one word by two names, and two words by one.
    """
    told = _Told(session, words, heard or Heard([{"words": list(words)}]))
    for (agent, role), position, _ in told.links("agents", said["names"]):
        session.add(ItemAgent(item_id=item.id, agent_id=agent, role=role, position=position))
    for (place, _), position, one in told.links("places", said["places"]):
        session.add(ItemPlace(item_id=item.id, place_id=place, position=position, **(one["here"] or {})))
    for (term, _), position, _ in told.links("terms", [{"name": label} for label in said["subjects"]]):
        session.add(ItemTerm(item_id=item.id, term_id=term, position=position))
    session.flush()
    for place_id, name in told.called_otherwise:
        # What is read in its stead is read there by the name that it has now, or the place itself would be.
        carry_consents(session, place_id, name, session.get_one(Place, place_id).name)


class _Told:
    """The words of one item by what its record calls them."""

    def __init__(self, session: Session, words: Iterable[Said], heard: Heard) -> None:
        self._session, self._heard = session, heard
        self._ids: dict[tuple[str, str], list[str]] = {}
        for entry in words:
            self._ids.setdefault((entry["room"], entry["name"]), []).append(entry["id"])
        self.called_otherwise: list[tuple[str, str]] = []

    def links(self, room: str, said: Sequence[Said]) -> list[Link]:
        """Each word once in a role, with its place; of several that were made one the one that stayed keeps its own."""
        found: dict[tuple[str, ...], tuple[bool, Link]] = {}
        for position, one in enumerate(said):
            word_id, is_itself = self._word(room, one)
            key = (word_id, one.get("role", ""))
            if key not in found or (is_itself and not found[key][0]):
                found[key] = is_itself, (key, position, one)
        return [link for _, link in found.values()]

    def _word(self, room: str, one: Said) -> tuple[str, bool]:
        ids = self._ids.get((room, one["name"]), [])
        if not ids:
            return _by_name(self._session, room, one["name"], one), True
        # Two lists may have one word: their entries stand in the order of the links.
        told = ids.pop(0) if len(ids) > 1 else ids[0]
        row = _bearing(self._session, self._heard, room, told)
        if row is None:
            return _by_name(self._session, room, one["name"], one), True
        if room == "places" and name_of(row) != one["name"]:
            self.called_otherwise.append((row.id, one["name"]))
        return row.id, row.id == told


def _all_needed(session: Session, heard: Heard, record: Said) -> Iterator[Said]:
    """What is known of every word of a record, and of those that these say to use instead."""
    ids = [entry["id"] for entry in entries_of(record)]
    seen: set[str] = set()
    while ids:
        word_id = _led_on(session, heard, ids.pop(0))
        entry = heard.newest(word_id)
        if entry is None or word_id in seen:
            continue
        seen.add(word_id)
        if entry["preferred_id"]:
            ids.append(entry["preferred_id"])
        yield entry


def _led_on(session: Session, heard: Heard, word_id: str) -> str:
    found = heard.leads(word_id)
    merged = session.get(MergedAuthority, found)
    return found if merged is None else merged.new_id


def _bearing(session: Session, heard: Heard, room: str, word_id: str) -> Any:
    """The row of a word by its id, or of that which bears its name in this database; None when neither is there."""
    found = _led_on(session, heard, word_id)
    row = session.get(ROOMS[room].model, found)
    entry = heard.newest(found)
    if row is None and entry is not None:
        row = _named(session, room, entry["name"], entry)
    return row


def _row(session: Session, heard: Heard, entry: Said) -> Any:
    """The row of a word, made when it is not there, called as the newer of the two calls it."""
    room = entry["room"]
    row = _bearing(session, heard, room, entry["id"])
    if row is None:
        return session.get(ROOMS[room].model, _made(session, room, entry["name"], entry))
    known = session.get(Authority, row.id)
    before, told = known.version if known else 0, version_of(entry)
    if told > before and _named(session, room, entry["name"], entry) is None:
        setattr(row, ROOMS[room].label.key, entry["name"])
    # Where nobody wrote anything down, any record may be the one that knows.
    if told > before or told == before == 0:
        _bear(row, entry, is_newer=told > before)
    session.flush()
    return row


def _bear(row: Any, entry: Said, *, is_newer: bool) -> None:
    if isinstance(row, Agent) and (is_newer or row.kind == "person"):
        row.kind = entry.get("kind") or row.kind
    if isinstance(row, Place) and (is_newer or row.latitude is None):
        row.latitude, row.longitude = entry.get("latitude"), entry.get("longitude")


def _write_down(session: Session, heard: Heard, row: Any, entry: Said) -> None:
    """Write what curators wrote about a word, unless as much is known of it already."""
    known, version = session.get(Authority, row.id), version_of(entry)
    if version <= (known.version if known else 0):
        return
    if known is None:
        known = Authority(id=row.id, room=entry["room"])
        session.add(known)
    known.version, known.preferred_id = version, _preferred(session, heard, entry)
    known.standing, known.note, known.precision = entry["standing"], entry["note"], entry["precision"]
    replace_names(known, [(one["name"], one["former"]) for one in entry["other_names"]])
    replace_links(known, entry["links"])
    session.flush()
    for old_id in entry.get("merged", ()):
        # What stands in the database by itself is led on nowhere.
        if session.get(ROOMS[entry["room"]].model, old_id) is None:
            led = {"old_id": old_id, "room": entry["room"], "new_id": row.id}
            put_row_once(session, MergedAuthority, ["old_id"], led)


def _preferred(session: Session, heard: Heard, entry: Said) -> str | None:
    if not entry["preferred"]:
        return None
    row = _bearing(session, heard, entry["room"], entry["preferred_id"]) if entry["preferred_id"] else None
    if row is not None:
        return str(row.id)
    return _by_name(session, entry["room"], entry["preferred"], {"vocabulary": entry.get("vocabulary")})


def _by_name(session: Session, room: str, name: str, borne: Said) -> str:
    """The id of a word of which a record has the name alone, made when it is not there.

    Nobody is led on to another one that bore the name once.
    """
    row = _named(session, room, name, borne)
    if row is None:
        return _made(session, room, name, {**borne, "id": new_id()})
    _bear(row, borne, is_newer=False)
    return str(row.id)


def _named(session: Session, room: str, name: str, borne: Said) -> Any:
    return session.scalars(select(ROOMS[room].model).filter_by(**_key(room, name, borne))).first()


def _made(session: Session, room: str, name: str, borne: Said) -> str:
    row = ROOMS[room].model(id=borne["id"], **_key(room, name, borne))
    if isinstance(row, Agent):
        row.kind = borne.get("kind") or "person"
    if isinstance(row, Place):
        row.latitude, row.longitude = borne.get("latitude"), borne.get("longitude")
    session.add(row)
    session.flush()
    return str(row.id)


def _key(room: str, name: str, borne: Said) -> dict[str, str]:
    model = ROOMS[room].model
    key = {ROOMS[room].label.key: name}
    return key | {"vocabulary": borne.get("vocabulary") or SUBJECTS} if model is Term else key
