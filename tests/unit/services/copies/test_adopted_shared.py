"""A story, introductions, a name or a word that only a copy holds comes back, but nothing that was taken off or taken out since."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from archive.access import OPERATOR
from archive.bags import shared_key
from archive.models import (
    Authority,
    Event,
    Introduction,
    SharedBag,
    SharedRevision,
    Story,
    StoryItem,
    StoryRevision,
)
from archive.models.errors import ArchiveError
from archive.services import authorities, copies, copies_health, doctor_proof, shared_bags, stories
from archive.services import shared_withdrawing as ledger
from archive.services import shared_writing as writing
from archive.services.authority_rows import forget
from archive.services.opening import Archive
from ingest.adopting import take
from tests.fixtures.copying import WithStores, rotten
from tests.fixtures.letters_kept import shelf
from tests.fixtures.outside import bytes_below
from tests.fixtures.shared_things import COLLECTION, Written, bag_id, bag_of, show, written

__all__ = ["shelf", "written"]


@pytest.fixture
def archive(with_stores: WithStores, disk: Path, written: Written) -> Archive:
    archive = with_stores(disk)
    assert copies.run(archive)[0].trouble == ""
    return archive


def lose(archive: Archive, subject: str) -> str:
    """Have the database and the store be as if they had never had it; the id of its bag, of which there is a copy."""
    own, (kind, _, about) = bag_id(archive, subject), subject.partition("/")
    with archive.db.write() as session:
        if kind == "story":
            for rows in (StoryItem, StoryRevision):
                session.execute(delete(rows).where(rows.story_id == about))
            session.execute(update(Story).where(Story.translation_of == about).values(translation_of=None))
            session.execute(delete(Story).where(Story.id == about))
        elif kind == "word":
            forget(session, [about])
            session.execute(delete(SharedRevision).where(SharedRevision.subject == about))
        else:
            session.execute(delete(Introduction).where(Introduction.collection == about))
            session.execute(delete(SharedRevision).where(SharedRevision.subject.contains(f"/{about}/")))
        session.execute(delete(SharedBag).where(SharedBag.id == own))
    shutil.rmtree(archive.bag_folder(shared_key(own)))
    return own


def test_a_story_comes_back_with_its_past_and_is_not_published_whatever_its_bag_says(
    archive: Archive, written: Written, disk: Path
) -> None:
    story_id = written.stories["published"]
    was = stories.one(archive, OPERATOR, story_id)
    own = lose(archive, shared_bags.story(story_id))
    told = " ".join(one[1] + one[2] for one in copies_health.look(archive))
    assert own in told and "bags adopt" in told
    before = bytes_below(disk)
    taken = take(archive, own, str(disk))
    assert taken.shared is not None and taken.shared.subject == shared_bags.story(story_id)
    assert bytes_below(disk) == before, "only read"
    now = stories.one(archive, OPERATOR, story_id)
    assert was.published and not now.published
    assert (now.said, now.shown) == (was.said, was.shown)
    with archive.db.read() as session:
        told_by = session.scalars(select(Event.kind).where(Event.subject_id == own)).all()
    assert told_by[-1] == "adopt"
    writing.write_waiting(archive)
    bag = bag_of(archive, shared_bags.story(story_id))
    assert (bag.id, bag.current_revision) == (own, 2)
    assert {one.verdict for one in doctor_proof.shared(archive)} <= {"note"}
    with pytest.raises(ArchiveError) as refused:
        take(archive, own, str(disk))
    assert refused.value.code == "already-here"
    show(archive, story_id, publish=True)


def test_a_word_and_introductions_come_back_also_from_the_store_itself(
    archive: Archive, written: Written, disk: Path
) -> None:
    word_id = written.words["Washing"]
    was = authorities.one(archive, OPERATOR, "terms", word_id).wording
    own = lose(archive, shared_bags.word(word_id))
    shutil.copytree(disk / shared_key(own), archive.bag_folder(shared_key(own)))
    assert any(own in one.remedy for one in doctor_proof.shared(archive))
    assert take(archive, own).shared is not None
    assert authorities.one(archive, OPERATOR, "terms", word_id).wording.note == was.note
    own = lose(archive, shared_bags.collection(COLLECTION))
    assert take(archive, own, str(disk)).shared is not None
    with archive.db.read() as session:
        assert (
            session.scalar(select(Introduction.body).where(Introduction.language == "en"))
            == "We keep *that*."
        )


def test_nothing_comes_back_that_was_taken_off_or_out_that_is_damaged_or_older_or_of_elsewhere(
    archive: Archive, written: Written, disk: Path, tmp_path: Path
) -> None:
    story_id = written.stories["published"]
    subject, word = shared_bags.story(story_id), shared_bags.word(written.words["Washing"])
    shutil.copytree(disk / shared_key(bag_id(archive, subject)), tmp_path / "was")
    show(archive, story_id, publish=False)
    show(archive, story_id, publish=True)
    writing.write_waiting(archive)
    assert copies.run(archive)[0].trouble == ""
    own, noted = lose(archive, subject), lose(archive, word)

    def refused(how: Callable[[], object]) -> str:
        with pytest.raises(ArchiveError) as error:
            how()
        with archive.db.read() as session:
            assert session.get(Story, story_id) is None
            assert session.get(Authority, word.partition("/")[2]) is None
        return error.value.code

    shutil.copytree(tmp_path / "was", tmp_path / own)
    assert refused(lambda: take(archive, str(tmp_path / own))) == "adopt-not-ours"
    place = archive.bag_folder(shared_key(own))
    shutil.copytree(tmp_path / "was", place)
    assert refused(lambda: take(archive, own)) == "adopt-older"
    shutil.rmtree(place)
    ledger.take_out(archive, word, [ledger.note("At the river.")])
    assert refused(lambda: take(archive, noted, str(disk))) == "bag-withdrawn"
    note = disk / shared_key(own) / "data/about.txt"
    rotten(note)
    assert refused(lambda: take(archive, own, str(disk))).startswith("bag-")
    rotten(note)
    ledger.hide(archive, [subject])
    assert refused(lambda: take(archive, own, str(disk))) == "bag-withdrawn"
    assert not place.exists()
