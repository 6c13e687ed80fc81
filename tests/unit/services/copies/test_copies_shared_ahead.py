"""What a store knows of stories, introductions, names and words and the archive does not, after a restore, is thrown away by nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from archive.access import OPERATOR
from archive.bags import shared_key
from archive.models import SharedBag
from archive.models.errors import ConflictError, NotFoundError
from archive.services import copies, copies_health, copies_settle, copies_stores, quarantine, shared_bags
from archive.services import shared_writing as writing
from archive.services.opening import Archive
from tests.fixtures.copying import WithStores, likenesses
from tests.fixtures.items import actor
from tests.fixtures.letters_kept import shelf
from tests.fixtures.outside import bytes_below
from tests.fixtures.shared_things import Written, bag_id, bag_of, show, written

__all__ = ["shelf", "written"]


@pytest.fixture
def archive(with_stores: WithStores, disk: Path, written: Written) -> Archive:
    archive = with_stores(disk)
    assert copies.run(archive)[0].trouble == ""
    return archive


@pytest.fixture
def story(archive: Archive, written: Written, tmp_path: Path) -> str:
    """The id of the bag of a story that is as it was at a backup; its copy is a revision ahead."""
    subject = shared_bags.story(written.stories["published"])
    bag = bag_of(archive, subject)
    shutil.copytree(bag.root, tmp_path / "was")
    show(archive, written.stories["published"], publish=False)
    writing.write_waiting(archive)
    assert copies.run(archive)[0].trouble == ""
    shutil.rmtree(bag.root)
    shutil.copytree(tmp_path / "was", bag.root)
    held = bag.current_revision
    with archive.db.write() as session:
        at = update(SharedBag).where(SharedBag.id == bag.id)
        session.execute(at.values(record_revision=held, bag_revision=held))
    return bag.id


def tree_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): data for path, data in bytes_below(folder).items()}


def kept_apart(archive: Archive) -> list[Path]:
    return sorted((archive.bag_folder("bags").parent / quarantine.FOLDER).glob("*"))


def test_a_copy_that_is_ahead_is_settled_and_kept_apart(archive: Archive, story: str, disk: Path) -> None:
    newer = tree_of(disk / shared_key(story))
    (ran,) = copies.run(archive)
    assert ran.trouble == "copy-ahead" and tree_of(disk / shared_key(story)) == newer
    (place,) = copies_stores.places(archive.settings)
    for who in (actor("curator"), actor("archivist", "elsewhere")):
        with pytest.raises(NotFoundError):
            copies_settle.settle(archive, who, story, place)
    settled = copies_settle.settle(archive, OPERATOR, story, place)
    assert tree_of(Path(settled.kept)) == newer
    assert likenesses(archive)[story] == "same"
    with pytest.raises(ConflictError) as told:
        copies_settle.settle(archive, OPERATOR, story, place)
    assert told.value.code == "copy-not-ahead"


def test_what_a_copy_knows_more_is_kept_when_the_bag_is_made_anew(
    archive: Archive, story: str, disk: Path
) -> None:
    newer = tree_of(disk / shared_key(story))
    now = writing.renew(archive, OPERATOR, writing.renew(archive, OPERATOR, story))
    assert copies.run(archive)[0].trouble == ""
    assert not (disk / shared_key(story)).exists() and (disk / shared_key(now)).is_dir()
    (kept,) = kept_apart(archive)
    assert kept.name.startswith(f"{now}-copy-") and tree_of(kept) == newer


def test_nothing_is_kept_of_a_copy_that_knows_no_more_or_is_to_be_forgotten(
    archive: Archive, story: str, written: Written, disk: Path
) -> None:
    other = bag_id(archive, shared_bags.story(written.stories["draft"]))
    writing.renew(archive, OPERATOR, other)
    with archive.db.write() as session:
        subject = session.get_one(SharedBag, story).subject
        assert subject is not None
        shared_bags.begin_anew(session, [subject])
    writing.write_waiting(archive)
    assert copies.run(archive)[0].trouble == ""
    assert not (disk / shared_key(story)).exists() and not (disk / shared_key(other)).exists()
    assert kept_apart(archive) == []


def test_doctor_says_of_a_stranger_what_can_be_done_with_it(archive: Archive, story: str, disk: Path) -> None:
    with archive.db.write() as session:
        session.execute(delete(SharedBag).where(SharedBag.id == story))
    told = [one for one in copies_health.look(archive) if one[0] == "note"]
    assert [one[1] for one in told] == [
        f"{disk} also holds bags of stories, introductions, names or words that the database does not know: "
        f"1 ({shared_key(story)})."
    ]
    assert "bags adopt ID --from STORE" in told[0][2]
