"""Of a bag in the store and one that is brought, a rebuild takes the newer, and a whole one for one that is damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Consent, Item
from archive.services import consents, rebuild, records
from archive.services.opening import Archive
from tests.fixtures.letters_kept import bag, empty, shelf
from tests.fixtures.shelf import Shelf

__all__ = ["empty", "shelf"]


def narrowed(shelf: Shelf, home: Path) -> Path:
    """The bags as they are once the first letter was narrowed, in a folder to rebuild from."""
    archive = shelf.archive
    with archive.db.read() as session:
        given = session.get_one(Item, shelf.items["one"]).submission_id
    consents.revise(archive, OPERATOR, given, {"audience": "staff"})
    records.write_waiting(archive)
    return Path(shutil.copytree(archive.bag_folder("bags"), home / "newer" / "bags")).parent


def audience(archive: Archive, item_id: str) -> str | None:
    with archive.db.read() as session:
        query = select(Consent.audience).join(Item, Item.consent_id == Consent.id).where(Item.id == item_id)
        return session.scalar(query)


def spoil(folder: Path) -> None:
    path = next((folder / "data").iterdir())
    path.chmod(0o600)
    path.write_bytes(b"rotten")


def apart(archive: Archive) -> list[str]:
    return [
        one.name.partition("-")[0] for one in (archive.bag_folder("bags").parent / ".quarantine").glob("*")
    ]


def test_the_newer_one_counts_and_the_older_one_is_kept_apart(
    shelf: Shelf, empty: Archive, tmp_path: Path
) -> None:
    one = shelf.items["one"]
    assert rebuild.bring_back(empty, narrowed(shelf, tmp_path)).refused == []
    assert audience(empty, one) == "staff"
    assert apart(empty) == [one]
    assert (bag(empty, one) / "metadata/2").is_dir()


def test_a_whole_one_takes_the_place_of_one_that_is_damaged(
    shelf: Shelf, empty: Archive, tmp_path: Path
) -> None:
    two = shelf.items["two"]
    source = narrowed(shelf, tmp_path)
    spoil(bag(empty, two))
    found = rebuild.bring_back(empty, source)
    assert found.refused == [] and two in found.items
    assert two in apart(empty)


def test_an_older_one_that_is_brought_changes_nothing(shelf: Shelf, empty: Archive, tmp_path: Path) -> None:
    one = shelf.items["one"]
    older = shutil.copytree(empty.bag_folder("bags"), tmp_path / "older" / "bags").parent
    source = narrowed(shelf, tmp_path)
    shutil.rmtree(empty.bag_folder("bags"))
    shutil.copytree(source / "bags", empty.bag_folder("bags"))
    assert rebuild.bring_back(empty, older).refused == []
    assert audience(empty, one) == "staff" and apart(empty) == []


def test_where_the_newer_one_is_damaged_the_older_one_opens_nothing(
    shelf: Shelf, empty: Archive, tmp_path: Path
) -> None:
    one = shelf.items["one"]
    source = narrowed(shelf, tmp_path)
    spoil(source / "bags" / one)
    (refused,) = rebuild.bring_back(empty, source).refused
    assert (refused.name, refused.code) == (one, "rebuild-newer-damaged")
    assert audience(empty, one) is None


def test_histories_that_parted_are_named_and_neither_is_taken(
    shelf: Shelf, empty: Archive, tmp_path: Path
) -> None:
    one = shelf.items["one"]
    source = narrowed(shelf, tmp_path)
    shutil.copytree(source / "bags" / one, tmp_path / "kept")
    rebuilt = rebuild.bring_back(empty)
    assert rebuilt.refused == []
    with empty.db.read() as session:
        given = session.get_one(Item, one).submission_id
    for item_id in rebuilt.items:
        rebuild.finish(empty, item_id)
    consents.revise(empty, OPERATOR, given, {"reuse": ""})
    consents.revise(empty, OPERATOR, given, {"people": "none"})
    records.write_waiting(empty)
    again = shelf.archive
    shutil.rmtree(again.bag_folder("bags"))
    shutil.copytree(empty.bag_folder("bags"), again.bag_folder("bags"))
    with again.db.write() as session:
        for item in session.scalars(select(Item)):
            session.delete(item)
    (refused,) = rebuild.bring_back(again, source).refused
    assert (refused.name, refused.code) == (one, "rebuild-parted")
