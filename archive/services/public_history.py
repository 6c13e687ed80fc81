"""Of what happened to an item, what is anybody's business: how it came, that it is shown, and that what is read of it changed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from archive.models import Event, Item
from archive.services.arrangements import ARRANGE
from archive.services.kept import MOVE
from archive.services.shown import tells_name
from archive.services.standing_marks import of_item, touched_by

TRANSCRIBE, REWORD = "transcribe", "reword"
# What changes the record that everybody reads: of it only what came after the publication is told.
CHANGES = frozenset({"describe", "correct", ARRANGE, MOVE, TRANSCRIBE, REWORD})
PUBLIC_EVENTS = frozenset({"receive", "accession", "validate", "fixity", "accept", "publish"}) | CHANGES


def public_events(session: Session, item: Item, history: Iterable[Event]) -> tuple[Event, ...]:
    """The events that everybody is told of: none that speaks of a text, a file or a word of the item that they are not shown."""
    events = [one for one in history if one.kind in PUBLIC_EVENTS]
    texts = _texts_shown(session, item) if any(one.kind == TRANSCRIBE for one in events) else frozenset()
    files, words = {file.id for file in item.files}, _words_told(item)
    return tuple(
        one
        for one in events
        if (one.kind != TRANSCRIBE or one.detail.get("file") in texts)
        and (one.kind != ARRANGE or not files.isdisjoint(one.detail.get("files", ())))
        and (one.kind != REWORD or one.detail.get("word") in words)
    )


def _texts_shown(session: Session, item: Item) -> frozenset[str]:
    """The files, by id, whose text is shown whole: where something is taken out of it, it may be that which was corrected."""
    hidden = {file.id for mark in of_item(session, item.id) for file in touched_by(mark, item.files)}
    return frozenset(file.id for file in item.files if file.passages and file.id not in hidden)


def _words_told(item: Item) -> frozenset[str]:
    """The names, subjects and places of an item, by id, that its consent lets others read."""
    places = [link.place_id for link in item.places] if tells_name(item.consent) else []
    return frozenset(
        [*places, *(link.agent_id for link in item.agents), *(link.term_id for link in item.terms)]
    )
