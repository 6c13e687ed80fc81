"""Whoever wishes that places are forgotten has them told nowhere any more, but by the words in their stead."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, contributor
from archive.bags import bag_key, read_bag, verify
from archive.models import Consent, DeskDraft, Item, Place, Revision
from archive.models.errors import BadInputError
from archive.search import whoosh_writer
from archive.services import (
    accounts,
    consents,
    copies,
    export_standing,
    exports,
    indexing,
    revisions,
    withdrawing,
)
from archive.services.answers import asked_again
from archive.services.closing_marks import forgotten, wishes
from archive.services.describe import Description, PlaceGiven, describe
from archive.services.lifecycle import load_for_change
from archive.services.opening import Archive
from archive.services.withdrawal_ledger import WithdrawalLedger
from tests.fixtures.ages import rebuild_with
from tests.fixtures.backups import backed_up, restored
from tests.fixtures.copying import revise as revised
from tests.fixtures.exporting import every_byte, ready, user
from tests.fixtures.items import actor, give, item_of
from tests.fixtures.letters_kept import shelf
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import files_with, settle, troubles

__all__ = ["shelf"]

# Stands in every place of the gift, now and before.
STREET, BEFORE, TOWN = "12 Thistlegate lane", "9 Thistlegate lane", "Dorset"
LATITUDE, LONGITUDE = 37.123456, -77.654321
TRACES = b"Thistlegate", b"37.123456", b"77.654321"
NONE: dict[str, Any] = {"place_precision": "none", "places_shown": {}}
WITH_TOWN: dict[str, Any] = {"place_precision": "town", "places_shown": {STREET: TOWN}}
NO_TOWN: dict[str, Any] = {"place_precision": "town", "places_shown": {}}
LESS = {"no place": NONE, "only the town": WITH_TOWN, "only a town that is not named": NO_TOWN}


@pytest.fixture
def gift(shelf: Shelf) -> str:
    """Both letters are of one submission, at a place that was written otherwise before; its bags tell of it in revisions."""
    archive, curator = shelf.archive, actor("curator", "march-25")
    with archive.db.write() as session:
        one, two = (session.get_one(Item, shelf.items[name]) for name in ("one", "two"))
        two.submission_id, two.consent_id = one.submission_id, one.consent_id
        consent = session.get_one(Consent, one.consent_id)
        consent.place_precision, consent.people = "exact", "none"
        # As of a version that named a town once.
        consent.places_shown = {STREET: "Thistlegate parish"}
        for item in (one, two):
            describe(session, item, replace(revisions.as_described(item), places=[PlaceGiven(BEFORE)]))
        one.latitude, one.longitude = LATITUDE, LONGITUDE
    user_id = accounts.create_user(archive, "curator", "four random plain words", {"curator": ""})
    for item_id in shelf.items.values():
        revised(archive, item_id)
        at = Description(places=[PlaceGiven(STREET, LATITUDE, LONGITUDE)])
        with archive.db.write() as session:
            item = load_for_change(session, item_id)
            profile = archive.profiles[item.collection]
            fields = [one for one in asked_again(profile) if one.kind == "place"]
            revisions.revise(session, item, profile, fields, at, curator, "describe")
            session.add(
                DeskDraft(
                    user_id=user_id,
                    form="description",
                    window_id=item_id,
                    item_id=item_id,
                    number=1,
                    mark="",
                    typed={"place": f"{STREET}, corner", "title": "A letter"},
                )
            )
        revised(archive, item_id)
    settle(archive)
    assert {*archive.profiles} and telling(archive.settings.home)
    return one.submission_id


def telling(*places: Path) -> list[str]:
    return [found for place in places for found in files_with(place, *TRACES)]


def forget(archive: Archive, submission_id: str, less: dict[str, Any]) -> None:
    giver = contributor([submission_id])
    consents.revise(archive, giver, submission_id, less, forget_places=True)
    settle(archive)


@pytest.mark.parametrize("less", LESS)
def test_the_place_is_in_no_file_of_the_archive_and_in_no_bag_of_what_was_given_together(
    shelf: Shelf, gift: str, less: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = shelf.archive
    # A large archive does not write its whole index anew at each change.
    monkeypatch.setattr(whoosh_writer, "LEFT_APART", 1_000)
    for _other in range(3):
        give(archive)
    indexing.rebuild(archive, lambda _: None)
    forget(archive, gift, LESS[less])
    assert telling(archive.settings.home) == []
    assert troubles(archive) == []
    for item_id in shelf.items.values():
        folder = archive.bag_folder(bag_key(item_id))
        assert verify(folder).ok
        assert len(read_bag(folder).revisions) == 1
        with archive.db.read() as session:
            item = session.get_one(Item, item_id)
            assert [link.place.name for link in item.places] == ([TOWN] if less == "only the town" else [])
            # Everything else that was said stays, in the description, its history and in drafts.
            assert item.title.startswith("quillfeather")
            said = session.scalars(select(Revision.said).where(Revision.item_id == item_id)).all()
            assert len(said) == 2 and all(one["title"] == item.title for one in said)
            drafts = session.scalars(select(DeskDraft.typed).where(DeskDraft.item_id == item_id)).all()
            assert drafts == [{"title": "A letter"}]
    for item_id in shelf.items.values():
        revised(archive, item_id)
        assert len(read_bag(archive.bag_folder(bag_key(item_id))).revisions) == 2


@pytest.mark.parametrize("less", LESS)
def test_hidden_alone_the_place_is_kept_for_those_who_look_after_it(
    shelf: Shelf, gift: str, less: str
) -> None:
    archive = shelf.archive
    consents.revise(archive, contributor([gift]), gift, LESS[less])
    settle(archive)
    for item_id in shelf.items.values():
        assert [link.place.name for link in item_of(archive, item_id).places] == [STREET]


def test_what_an_older_backup_brings_back_is_forgotten_again_and_the_ledger_names_no_place(
    shelf: Shelf, gift: str, tmp_path: Path
) -> None:
    folder = backed_up(shelf.archive, tmp_path / "target").backup.folder
    forget(shelf.archive, gift, WITH_TOWN)
    ledger = shelf.archive.settings.withdrawals
    assert (
        f"places/{gift}/1" in ledger.read_text() and files_with(ledger.parent, *TRACES, TOWN.encode()) == []
    )
    archive, _ = restored(folder, tmp_path / "new", ledger)
    settle(archive)
    assert telling(archive.settings.home) == [] and troubles(archive) == []
    # It is done once, and an older ledger hears of it from the archive.
    withdrawing.reapply(archive)
    archive.withdrawals.adopt(WithdrawalLedger(ledger).lines())
    with archive.db.read() as session:
        assert wishes(session, [gift]) == forgotten(archive.withdrawals) == {gift: 1}
    archive.settings.withdrawals.unlink()
    withdrawing.reapply(archive)
    assert forgotten(archive.withdrawals) == {gift: 1}
    archive.close()
    # Without a ledger a newer record of it at hand says the same.
    ledger.unlink()
    archive, _ = restored(folder, tmp_path / "newer", newer=(shelf.archive.bag_folder("bags").parent,))
    settle(archive)
    assert telling(archive.settings.home) == [] and forgotten(archive.withdrawals) == {gift: 1}
    archive.close()


def test_a_place_that_something_else_bears_too_stays_there(shelf: Shelf, gift: str) -> None:
    archive = shelf.archive
    with archive.db.write() as session:
        other = shelf.item(session, "other", Description(title="Of others", places=[PlaceGiven(STREET)]))
    forget(archive, gift, NONE)
    with archive.db.read() as session:
        assert [link.place.name for link in session.get_one(Item, other.id).places] == [STREET]
        assert session.scalars(select(Place.name).where(Place.name == BEFORE)).all() == []


def test_nobody_but_its_giver_has_it_forgotten_and_not_beside_the_place_as_it_was_written(
    shelf: Shelf, gift: str
) -> None:
    archive = shelf.archive
    consents.revise(archive, OPERATOR, gift, NONE, forget_places=True)
    with pytest.raises(BadInputError) as refused:
        consents.revise(archive, contributor([gift]), gift, {"place_precision": "exact"}, forget_places=True)
    assert refused.value.code == "bad-consent"
    for item_id in shelf.items.values():
        assert item_of(archive, item_id).places


def test_exports_that_were_made_before_are_had_no_more_and_those_made_after_do_not_tell_it(
    shelf: Shelf, gift: str
) -> None:
    archive = shelf.archive
    accounts.create_user(archive, "archivist", "four random plain words", {"archivist": ""})
    archivist = user(archive, "archivist")
    before = ready(archive, archivist, "preservation")
    forget(archive, gift, WITH_TOWN)
    found = exports.one(archive, archivist, before)
    assert (found.state, found.why) == ("removed", export_standing.CHANGED)
    for form in ("preservation", "safe"):
        ready(archive, archivist, form)
    made = [path for path in archive.settings.exports.rglob("*") if path.is_file()]
    assert made and not any(trace in every_byte(path) for path in made for trace in TRACES)


def test_copies_forget_it_also_one_that_was_away(shelf: Shelf, gift: str, tmp_path: Path) -> None:
    stores = tmp_path / "disk", tmp_path / "other"
    for one in stores:
        one.mkdir()
    archive = replace(shelf.archive, settings=replace(shelf.archive.settings, copies=tuple(map(str, stores))))
    copies.run(archive)
    assert telling(*stores)
    stores[1].rename(tmp_path / "drawer")
    forget(archive, gift, NONE)
    copies.run(archive)
    assert telling(stores[0]) == []
    (tmp_path / "drawer").rename(stores[1])
    copies.run(archive)
    assert telling(*stores) == []


@pytest.mark.parametrize("behind", ["one", "two"])
def test_a_rebuild_from_bags_of_which_one_has_not_heard_yet_forgets_it_in_all(
    shelf: Shelf, gift: str, tmp_path: Path, behind: str
) -> None:
    archive, key = shelf.archive, bag_key(shelf.items[behind])
    old = shutil.copytree(archive.bag_folder(key), tmp_path / "old")
    forget(archive, gift, WITH_TOWN)
    home = tmp_path / "again"
    rebuild_with(archive, old, key, home)
    assert telling(home) == []


def test_what_is_added_afterwards_with_a_place_of_its_own_keeps_it(shelf: Shelf, gift: str) -> None:
    archive = shelf.archive
    forget(archive, gift, NONE)
    with archive.db.write() as session:
        more = shelf.item(session, "more", Description(title="More", places=[PlaceGiven("Amberlynd row")]))
        more.submission_id, more.consent_id = gift, session.get_one(Item, shelf.items["one"]).consent_id
        shelf.file(session, more, b"more", "more.txt", "text/plain")
        session.flush()
        shelf.bag(session, more)
    revised(archive, more.id)
    revised(archive, more.id)
    settle(archive)
    assert len(read_bag(archive.bag_folder(bag_key(more.id))).revisions) == 3
    assert [link.place.name for link in item_of(archive, more.id).places] == ["Amberlynd row"]
