"""After a rebuild harvesters hear of everything as of the day on which it happened, not of the day of the rebuild."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from archive.access import PUBLIC, Actor
from archive.models import Item, PublicRecord, today
from archive.models.errors import GoneError
from archive.services import indexing, public_records, rebuild, records, show, upkeep, withdrawing
from archive.services.opening import Archive
from archive.services.records import touch_history
from tests.fixtures.items import item_of
from tests.fixtures.letters_kept import empty, shelf
from tests.fixtures.shelf import Shelf

__all__ = ["empty", "shelf"]
LATER = today() + timedelta(days=40)


def told(archive: Archive) -> dict[str, tuple[date, bool]]:
    with archive.db.read() as session:
        return {one.item_id: (one.changed_on, one.deleted) for one in session.scalars(select(PublicRecord))}


@pytest.fixture
def was(shelf: Shelf) -> dict[str, tuple[date, bool]]:
    """What harvesters were told: one is public, the other was, and is taken back."""
    archive = shelf.archive
    given = item_of(archive, shelf.items["two"]).submission_id
    giver = Actor("somebody-with-an-account", {"contributor": frozenset()}, frozenset([given]))
    withdrawing.withdraw_item(archive, giver, shelf.items["two"], words="It is ours.")
    upkeep.catch_up(archive)
    with archive.db.write() as session:
        touch_history(session, session.get_one(Item, shelf.items["one"]))
    records.write_waiting(archive)
    indexing.rebuild(archive)
    return told(archive)


def test_what_harvesters_were_told_is_equal_after_a_rebuild_on_another_day(
    shelf: Shelf, was: dict[str, tuple[date, bool]], empty: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert was == {shelf.items["one"]: (today(), False), shelf.items["two"]: (today(), True)}
    monkeypatch.setattr(public_records, "today", lambda: LATER)
    assert rebuild.bring_back(empty).refused == []
    indexing.rebuild(empty)
    assert told(empty) == was
    # Of accounts no bag knows, and its history tells whose words stand there all the same.
    with pytest.raises(GoneError) as gone:
        show.item(empty, PUBLIC, shelf.items["two"])
    assert (gone.value.words, gone.value.by_giver) == ("It is ours.", True)


def test_what_comes_to_be_public_later_is_of_that_day(
    shelf: Shelf, was: dict[str, tuple[date, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_records, "today", lambda: LATER)
    with shelf.archive.db.write() as session:
        session.delete(session.get_one(PublicRecord, shelf.items["one"]))
    indexing.rebuild(shelf.archive)
    # Harvesters ask for what is new since they last asked: an older day would hide it from them.
    assert told(shelf.archive)[shelf.items["one"]] == (LATER, False)
