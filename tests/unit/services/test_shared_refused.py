"""The bag of a story, an introduction, a name or a word that takes no revision is told like that of an item."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from archive.access import OPERATOR
from archive.bags.layout import TAG_MANIFEST
from archive.models import SharedBag, today
from archive.services import doctor, health, shared_bags, shared_fixity, shared_writing
from archive.services.opening import Archive
from tests.fixtures.items import actor
from tests.fixtures.letters_kept import shelf
from tests.fixtures.shared_things import Written, bag_of, show, written
from tests.fixtures.shelf import Shelf

__all__ = ["shelf", "written"]


def told(archive: Archive) -> list[tuple[str, str]]:
    return [(one.verdict, one.sentence) for one in doctor.examine(archive)
            if (one.what == "records" and "shared/" in one.sentence + one.remedy) or "word waits" in one.sentence]  # fmt: skip


def test_one_that_takes_no_revision_is_told_until_it_takes_one(shelf: Shelf, written: Written) -> None:
    archive, story = shelf.archive, written.stories["published"]
    bag = bag_of(archive, shared_bags.story(story))
    listed = bag.root / TAG_MANIFEST
    was = listed.read_bytes()
    listed.unlink()
    before = health.check(archive)["records"]
    show(archive, story, publish=False)
    # Waiting alone is nothing to be alarmed of.
    assert health.check(archive)["records"] == before | {"waiting": before["waiting"] + 1}
    assert [one[0] for one in told(archive)] == ["note"]
    assert shared_writing.write_waiting(archive) == {bag.id}
    checked = health.check(archive)
    assert (checked["records"], checked["status"]) == (
        {"waiting": before["waiting"] + 1, "refused": before["refused"] + 1},
        "degraded",
    )
    ((verdict, sentence),) = told(archive)
    assert verdict == "problem" and f"shared/{bag.id} takes no new record since {today()}" in sentence
    # As of items, who looks after bags hears of it after a day; when it began stays true.
    assert shared_fixity.alarm(archive, OPERATOR).refused == 0
    began = today() - timedelta(days=3)
    with archive.db.write() as session:
        at = update(SharedBag).where(SharedBag.id == bag.id)
        session.execute(at.values(refused_on=began, refused_why="ENOSPC"))
    shared_writing.write_waiting(archive)
    ((_, sentence),) = told(archive)
    assert str(began) in sentence and "No space left" not in sentence
    assert (
        shared_fixity.alarm(archive, OPERATOR).refused == shared_fixity.refused_count(archive, OPERATOR) == 1
    )
    assert shared_fixity.refused_count(archive, actor("archivist", "march-25")) == 0
    listed.write_bytes(was)
    assert shared_writing.write_waiting(archive) == frozenset()
    assert health.check(archive)["records"] == before and told(archive) == []
    assert shared_fixity.alarm(archive, OPERATOR).refused == 0
    with archive.db.read() as session:
        row = session.get_one(SharedBag, bag.id)
        assert (row.refused_on, row.refused_why) == (None, "")
