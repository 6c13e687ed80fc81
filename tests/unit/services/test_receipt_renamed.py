"""A receipt holds when the Desk gives a place another name, and still tells when the place is shown wider."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from archive.access import contributor
from archive.bags import bag_key, read_bag
from archive.models import Collection, Consent, Item, Place
from archive.services import authorities, receipts, records, rewording
from archive.services.authority_changes import change
from archive.services.describe import Description, PlaceGiven
from archive.services.opening import Archive
from archive.services.receipt_choices import ChoiceVerdict
from tests.fixtures.copying import revise
from tests.fixtures.items import actor, item_of
from tests.fixtures.shelf import Shelf

CURATOR = actor("curator")
HOUSE, HOUSE_NOW = "Mill Lane 3", "Mill Lane Three"


@pytest.fixture
def kept(empty_archive: Archive) -> str:
    """An item with a bag, given with one place of which only the town is shown."""
    shelf = Shelf(empty_archive)
    with empty_archive.db.write() as session:
        if session.get(Collection, "march-25") is None:
            session.add(Collection(slug="march-25"))
            session.flush()
        item = shelf.item(session, "letter", Description(title="A letter", places=[PlaceGiven(HOUSE)]))
        consent = session.get_one(Consent, item.consent_id)
        consent.place_precision, consent.places_shown = "town", {HOUSE: "Richmond"}
        shelf.file(session, item, b"Dear sister", "letter.txt", "text/plain")
        shelf.bag(session, item)
    return item.id


@pytest.fixture
def receipt(empty_archive: Archive, kept: str) -> str:
    submission_id = item_of(empty_archive, kept).submission_id
    return receipts.receipt(empty_archive, contributor([submission_id]), submission_id)


def rename(archive: Archive) -> None:
    with archive.db.read() as session:
        place = session.scalars(select(Place.id).where(Place.name == HOUSE)).one()
    seen = authorities.one(archive, CURATOR, "places", place).wording.mark
    assert not change(archive, CURATOR, "places", place, {"name": HOUSE_NOW}, seen)
    for one in rewording.waiting(archive):
        rewording.carry_on(archive, one)
    records.write_waiting(archive)


def shown_as(archive: Archive, item_id: str, **said: Any) -> None:
    with archive.db.write() as session:
        consent = session.get_one(Consent, session.get_one(Item, item_id).consent_id)
        for name, value in said.items():
            setattr(consent, name, value)
    revise(archive, item_id)


def verdicts(archive: Archive, text: str, item_id: str) -> list[tuple[str, ChoiceVerdict]]:
    """What the archive and the bag say to the receipt where they do not say the same as it; the bag is no better."""
    answer = receipts.verify_bag(text, archive.bag_folder(bag_key(item_id)))
    ours = [(one.name, one.verdict) for one in receipts.allowed(archive, text).choices]
    assert answer.held.choices and ours == [(one.name, one.verdict) for one in answer.held.choices]
    assert answer.ok is all(verdict != ChoiceVerdict.DIFFERENT for _, verdict in ours)
    return [one for one in ours if one[1] != ChoiceVerdict.SAME]


def test_a_place_that_bears_another_name_raises_no_alarm(
    empty_archive: Archive, kept: str, receipt: str
) -> None:
    rename(empty_archive)
    assert HOUSE_NOW.encode() in read_bag(empty_archive.bag_folder(bag_key(kept))).record("record.json")
    assert item_of(empty_archive, kept).consent.places_shown == {HOUSE: "Richmond", HOUSE_NOW: "Richmond"}
    assert verdicts(empty_archive, receipt, kept) == []


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"places_shown": {HOUSE: "Richmond", HOUSE_NOW: HOUSE_NOW}}, "places_shown"),
        ({"place_precision": "exact"}, "place_precision"),
    ],
)
def test_a_place_that_is_shown_wider_raises_it_under_its_new_name_too(
    said: dict[str, Any], name: str, empty_archive: Archive, kept: str, receipt: str
) -> None:
    rename(empty_archive)
    shown_as(empty_archive, kept, **said)
    assert verdicts(empty_archive, receipt, kept) == [(name, ChoiceVerdict.DIFFERENT)]
