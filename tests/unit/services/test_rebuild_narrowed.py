"""A rebuild shows nothing that its giver has narrowed since, and tells harvesters that it is gone."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from archive.access import OPERATOR
from archive.models import Consent, Event, Item, PublicRecord, today
from archive.services import consents, indexing, rebuild, records
from archive.services.opening import Archive
from tests.fixtures.letters_kept import bag, empty, shelf
from tests.fixtures.shelf import Shelf

__all__ = ["empty", "shelf"]


def test_an_old_bag_shows_nothing_that_its_giver_has_narrowed_since(shelf: Shelf, empty: Archive) -> None:
    archive, one = shelf.archive, shelf.items["one"]
    with archive.db.write() as session:
        given = session.get_one(Item, one)
        session.execute(
            update(Item)
            .where(Item.id == shelf.items["two"])
            .values(submission_id=given.submission_id, consent_id=given.consent_id)
        )
        records.touch_submission(session, given.submission_id)
    records.write_waiting(archive)
    old = shutil.copytree(bag(archive, shelf.items["two"]), empty.settings.home / "old")
    consents.revise(archive, OPERATOR, given.submission_id, {"audience": "staff"})
    records.write_waiting(archive)
    shutil.rmtree(empty.bag_folder("bags"))
    shutil.copytree(bag(archive, one), bag(empty, one))
    old.rename(bag(empty, shelf.items["two"]))
    assert rebuild.bring_back(empty).refused == []
    with empty.db.read() as session:
        audiences = session.scalars(select(Consent.audience).join(Item, Item.consent_id == Consent.id)).all()
        last = session.scalars(
            select(Event.kind).where(Event.subject_id == shelf.items["two"]).order_by(Event.sequence.desc())
        ).first()
    assert list(audiences) == ["staff", "staff"]
    assert last == "consent"


@pytest.mark.parametrize("narrowed_after", [9, 0])
def test_harvesters_hear_that_what_its_giver_has_narrowed_is_gone(
    shelf: Shelf, empty: Archive, narrowed_after: int
) -> None:
    """By a database that is made again, and only where everybody could see it for a day at least."""
    archive, one = shelf.archive, shelf.items["one"]
    published = today() - timedelta(days=20)
    with archive.db.write() as session:
        item = session.get_one(Item, one)
        item.published_on = published
        session.get_one(Consent, item.consent_id).given_on = published - timedelta(days=5)
    consents.revise(archive, OPERATOR, item.submission_id, {"audience": "staff"})
    with archive.db.write() as session:
        newest = session.scalars(select(Consent).where(Consent.version == 2)).one()
        newest.given_on = published + timedelta(days=narrowed_after)
    records.write_waiting(archive)
    shutil.rmtree(bag(empty, one))
    shutil.copytree(bag(archive, one), bag(empty, one))
    rebuild.bring_back(empty)
    indexing.rebuild(empty)
    with empty.db.read() as session:
        told = {row.item_id: row.deleted for row in session.scalars(select(PublicRecord))}
    two = shelf.items["two"]
    assert told == ({one: True, two: False} if narrowed_after else {two: False})
