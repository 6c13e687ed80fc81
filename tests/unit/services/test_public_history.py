"""What changes in the record that everybody reads is told to everybody, and nothing by which they learn of what they are not shown."""

from __future__ import annotations

from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC
from archive.models import Event, Item, Redaction, record_event
from archive.services import show, transcribing
from archive.services.public_history import CHANGES
from tests.fixtures.desk import master, shelf
from tests.fixtures.shelf import Shelf

__all__ = ["master", "shelf"]


def told(shelf: Shelf, item_id: str) -> list[str]:
    events = show.item(shelf.archive, PUBLIC, item_id).events
    assert {(one.agent, str(one.detail)) for one in events} <= {("", "{}")}
    return [one.kind for one in events if one.kind in CHANGES]


def test_a_change_of_what_everybody_reads_is_told_and_no_other(shelf: Shelf) -> None:
    archive, item_id, file_id = shelf.archive, shelf.items["letter"], shelf.files["letter", 0]
    before = told(shelf, item_id)
    now = transcribing.written(archive, OPERATOR, item_id, file_id)
    assert transcribing.write(archive, OPERATOR, item_id, file_id, f"{now.text} Yours", now.mark) == ()
    with archive.db.write() as session:
        row = session.get_one(Item, item_id)
        place, agent, term = row.places[0].place_id, row.agents[0].agent_id, row.terms[0].term_id
        for word in (agent, term, place, "of-another"):
            record_event(session, item_id, "reword", "operator", {"word": word})
        for files in ([file_id], ["of-another"]):
            record_event(session, item_id, "arrange", "operator", {"files": files})
        record_event(session, item_id, "move", "operator", {"from": "convenings", "to": "march-25"})
        record_event(session, item_id, "sealed-read", "operator")
        row.consent.place_precision = "exact"
    shown = ["transcribe", "reword", "reword", "reword", "arrange", "move"]
    assert told(shelf, item_id) == before + shown
    with archive.db.write() as session:
        # Of a place whose name is not told, and of a text that is not shown whole, not even a change is.
        session.get_one(Item, item_id).consent.place_precision = "hidden"
        extent = {"words": "carriage", "occurrence": None, "everywhere": False}
        mark = Redaction(file_id=file_id, kind="passage", extent=extent, agent="operator")
        session.add(mark)
    assert told(shelf, item_id) == [*before, "reword", "reword", "arrange", "move"]
    with archive.db.read() as session:
        known = session.scalars(select(Event.kind).where(Event.subject_id == item_id)).all()
    staff = show.item(archive, OPERATOR, item_id).events
    assert len(staff) == len(known) and any(one.detail for one in staff)
