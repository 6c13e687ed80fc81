"""What was taken off or taken out of stories, introductions, names and words comes back with no older copy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from archive.access import OPERATOR
from archive.models import Agent, Authority, Introduction, ItemAgent, Story, today
from archive.models.errors import BadInputError
from archive.services import (
    authorities,
    authority_changes,
    checkpoint_audit,
    checkpoints,
    doctor,
    erasing,
    rebuild,
    rebuild_compare,
    shared_bags,
    shared_reapplying,
    shared_withdrawing,
    shared_writing,
    stories,
    upkeep,
    withdrawing,
    word_revisions,
)
from archive.services.describe import Description, describe
from archive.services.lifecycle import load_for_change
from archive.services.opening import Archive, open_archive
from archive.services.restore_ledgers import check_known
from archive.services.shared_reapplying import TAKEN_AWAY
from archive.services.withdrawal_ledger import Act, Entry, WithdrawalLedger, parse
from archive.settings import Settings
from tests.fixtures.backups import backed_up, restored
from tests.fixtures.letters_kept import shelf
from tests.fixtures.outside import bytes_below
from tests.fixtures.shared_things import COLLECTION, Written, bag_of, introduce, reword, show, word, written
from tests.fixtures.shelf import Shelf

__all__ = ["shelf", "written"]
WRONG, RIGHT = "Misspelt Person", "Rightly Spelt"
NOTE = "Said in confidence."


@contextmanager
def made_again(shelf: Shelf, objects: Path, home: Path) -> Iterator[Archive]:
    """An archive that is made again of older bags, with the ledger of withdrawals as it is now."""
    shutil.copytree(objects, home / "objects")
    shutil.copytree(shelf.archive.settings.withdrawals.parent, home / "withdrawals")
    archive = open_archive(Settings(home=home), beside_bags=True)
    try:
        assert rebuild.bring_back(archive, awaits_copies=False).refused == []
        upkeep.catch_up(archive)
        yield archive
    finally:
        archive.close()


@pytest.fixture
def misnamed(shelf: Shelf, written: Written, tmp_path: Path) -> str:
    """The id of somebody who was called by a wrong name, with a note; copies of the bags and of all lie beside."""
    word_id = word(shelf.archive, "agents", WRONG, note=NOTE, others="M. Person")
    shared_writing.write_waiting(shelf.archive)
    shutil.copytree(shelf.archive.settings.home / "objects", tmp_path / "old")
    backed_up(shelf.archive, tmp_path / "backups")
    return word_id


def take_all_away(shelf: Shelf, written: Written, word_id: str) -> None:
    archive = shelf.archive
    show(archive, written.stories["published"], publish=False)
    introduce(archive, "es", "")
    reword(archive, "agents", word_id, name=RIGHT, note="", keep_name="no")
    place = written.words["Sandy Lane"]
    mark = authorities.one(archive, OPERATOR, "places", place).wording.mark
    authority_changes.remove(archive, OPERATOR, "places", place, mark)
    upkeep.catch_up(archive)


def is_gone(archive: Archive, written: Written, word_id: str) -> None:
    """Nothing of it is in the database, and no bag says the name or holds the word any more."""
    with archive.db.read() as session:
        story = session.get_one(Story, written.stories["published"])
        assert not story.published
        assert session.get_one(Story, written.stories["translated"]).published
        assert session.get(Introduction, (COLLECTION, "es")) is None
        assert session.get_one(Introduction, (COLLECTION, "en")).body == "We keep *that*."
        assert session.get(Authority, written.words["Sandy Lane"]) is None
        assert session.get_one(Authority, word_id).note == ""
        assert session.get_one(Agent, word_id).name != WRONG
    held = bytes_below(archive.bag_folder("shared")).values()
    assert not any(WRONG.encode() in one or written.words["Sandy Lane"].encode() in one for one in held)


@pytest.mark.parametrize("way", ["rebuild", "restore"])
def test_what_was_taken_away_since_stays_away(
    shelf: Shelf, written: Written, misnamed: str, tmp_path: Path, way: str
) -> None:
    take_all_away(shelf, written, misnamed)
    is_gone(shelf.archive, written, misnamed)
    if way == "rebuild":
        with made_again(shelf, tmp_path / "old", tmp_path / "again") as archive:
            is_gone_and_told(archive, written, misnamed)
            assert rebuild_compare.compare(archive).is_equal
    else:
        (folder,) = (one for one in (tmp_path / "backups").iterdir() if one.is_dir())
        key = shelf.archive.settings.withdrawals
        archive, _ = restored(folder, tmp_path / "again", key)
        try:
            upkeep.catch_up(archive)
            is_gone_and_told(archive, written, misnamed)
        finally:
            archive.close()


def is_gone_and_told(archive: Archive, written: Written, word_id: str) -> None:
    is_gone(archive, written, word_id)
    with archive.db.read() as session:
        # The ledger holds no name: what else it was called is all that is known.
        assert session.get_one(Agent, word_id).name == "M. Person"
    told = [one for one in doctor.examine(archive) if one.what in ("withdrawals", "history", "bags")]
    assert {one.verdict for one in told} == {"ok"}
    assert next(one for one in told if one.what == "withdrawals").sentence.startswith("0 items were taken")
    checkpoints.make_due(archive)
    assert checkpoint_audit.audit(archive).problems == []
    # Looked at once more, nothing is done once more.
    before = archive.withdrawals.lines()
    shared_reapplying.reapply(archive)
    assert shared_writing.write_waiting(archive) == frozenset()
    assert archive.withdrawals.lines() == before


def test_what_was_put_back_on_later_is_there(
    shelf: Shelf, written: Written, misnamed: str, tmp_path: Path
) -> None:
    take_all_away(shelf, written, misnamed)
    show(shelf.archive, written.stories["published"], publish=True)
    introduce(shelf.archive, "es", "Guardamos esto.")
    reword(shelf.archive, "agents", misnamed, note=NOTE, others=f"M. Person\n{WRONG}")
    with made_again(shelf, tmp_path / "old", tmp_path / "again") as archive, archive.db.read() as session:
        assert session.get_one(Story, written.stories["published"]).published
        assert session.get_one(Introduction, (COLLECTION, "es")).body == "Guardamos esto."
        assert session.get_one(Authority, misnamed).note == NOTE
        assert session.get_one(Agent, misnamed).name == WRONG
        assert session.get(Authority, written.words["Sandy Lane"]) is None


def test_a_name_that_was_the_only_one_is_told_to_be_taken_away(
    shelf: Shelf, written: Written, tmp_path: Path
) -> None:
    archive = shelf.archive
    ids = [word(archive, "agents", one) for one in ("Wrong One", "Wrong Two")]
    shared_writing.write_waiting(archive)
    objects = shutil.copytree(archive.settings.home / "objects", tmp_path / "old")
    for number, one in enumerate(ids):
        reword(archive, "agents", one, name=f"Right {number}", keep_name="no")
    with made_again(shelf, objects, tmp_path / "again") as again, again.db.read() as session:
        called = {session.get_one(Agent, one).name for one in ids}
        assert called == {TAKEN_AWAY, f"{TAKEN_AWAY} (2)"}


def test_another_name_that_was_taken_away_stays_away_and_in_what_was_said_before(
    shelf: Shelf, written: Written, tmp_path: Path
) -> None:
    archive, word_id = shelf.archive, written.words["Esther Moss"]
    objects = shutil.copytree(archive.settings.home / "objects", tmp_path / "old")
    reword(archive, "agents", word_id, others="E. Moss")
    upkeep.catch_up(archive)
    said = word_revisions.history(archive, OPERATOR, "agents", word_id)
    with made_again(shelf, objects, tmp_path / "again") as again:
        assert authorities.one(again, OPERATOR, "agents", word_id).wording.others == ("E. Moss",)
        assert any(
            "Esther" in change[1].splitlines()
            for one in word_revisions.history(again, OPERATOR, "agents", word_id)[0]
            for change in one.changed
        )
    newest = Path(archive.settings.home / "objects")
    with made_again(shelf, newest, tmp_path / "newest") as again:
        # Nobody let it go: where it was said it stays.
        assert word_revisions.history(again, OPERATOR, "agents", word_id) == said


def test_of_whom_the_last_item_was_destroyed_nothing_comes_back(
    shelf: Shelf, written: Written, tmp_path: Path
) -> None:
    archive, item_id = shelf.archive, shelf.items["two"]
    word_id = written.words["Esther Moss"]
    with archive.db.write() as session:
        describe(session, load_for_change(session, item_id), Description(names=[("Esther Moss", "creator")]))
        assert session.scalars(select(ItemAgent.agent_id).where(ItemAgent.item_id == item_id)).all() == [
            word_id
        ]
    upkeep.catch_up(archive)
    objects = shutil.copytree(archive.settings.home / "objects", tmp_path / "old")
    withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=True)
    assert erasing.clear(archive)
    with made_again(shelf, objects, tmp_path / "again") as again:
        with again.db.read() as session:
            assert session.get(Agent, word_id) is None and session.get(Authority, word_id) is None
        held = bytes_below(again.bag_folder("shared")).values()
        assert not any(b"Esther" in one for one in held)


def test_a_wish_of_which_the_database_did_not_hear_is_carried_out(shelf: Shelf, written: Written) -> None:
    archive, story_id = shelf.archive, written.stories["published"]
    shared_withdrawing.hide(archive, [shared_bags.story(story_id)])
    withdrawing.reapply(archive)
    assert stories.one(archive, OPERATOR, story_id).published_on
    with archive.db.read() as session:
        assert not session.get_one(Story, story_id).published
    upkeep.catch_up(archive)
    record = json.loads(bag_of(archive, shared_bags.story(story_id)).record("record.json"))
    assert record["story"]["published"] is False and record["events"][-1]["detail"] == {"by": "ledger"}


def test_what_was_off_before_the_ledger_heard_of_stories_is_entered(shelf: Shelf, written: Written) -> None:
    archive, story_id = shelf.archive, written.stories["published"]
    with archive.db.write() as session:
        off = update(Story).where(Story.id == story_id)
        session.execute(off.values(published=False, published_on=today()))
    assert shared_withdrawing.taken_back(archive) == frozenset()
    withdrawing.reapply(archive)
    assert shared_withdrawing.taken_back(archive) == {(f"story/{story_id}", "")}
    (line,) = archive.withdrawals.lines()
    assert (line.act, line.files) == ("hide", ())


def test_the_ledger_holds_no_words_and_no_names(shelf: Shelf, written: Written, misnamed: str) -> None:
    take_all_away(shelf, written, misnamed)
    said = archive_ledger(shelf).read_text("utf-8")
    for words in (WRONG, RIGHT, NOTE, "Sandy", "Guardamos", "Rivers"):
        assert words not in said
    assert shelf.archive.withdrawals.standing() == {} and shelf.archive.withdrawals.first_broken() is None


def archive_ledger(shelf: Shelf) -> Path:
    return shelf.archive.settings.withdrawals


def test_of_two_ledgers_that_went_apart_each_is_obeyed_as_it_ends(tmp_path: Path) -> None:
    one, other = (WithdrawalLedger(tmp_path / name / "ledger.jsonl") for name in ("one", "other"))
    one.append([Entry(Act.HIDE, "story/a", "")])
    for act, subject in (
        (Act.HIDE, "story/b"),
        (Act.HIDE, "story/c"),
        (Act.REINSTATE, "story/b"),
        (Act.REINSTATE, "story/a"),
    ):
        other.append([Entry(act, subject, "")])
    one.adopt(other.lines())
    standing = {what[0]: line.act for what, line in one.standing_shared().items()}
    assert standing == {"story/a": "hide", "story/c": "hide"}
    assert parse((tmp_path / "one" / "ledger.jsonl").read_bytes()) == one.lines()


def test_a_ledger_that_knows_of_stories_alone_is_that_of_its_archive(
    shelf: Shelf, written: Written, tmp_path: Path
) -> None:
    backup = backed_up(shelf.archive, tmp_path / "backups").backup
    show(shelf.archive, written.stories["published"], publish=False)
    ledger = Path(shutil.copy(archive_ledger(shelf), tmp_path / "ledger.jsonl"))
    nowhere = Settings(home=tmp_path / "nowhere")
    check_known(backup, nowhere, [ledger])
    foreign = WithdrawalLedger(tmp_path / "foreign" / "ledger.jsonl")
    foreign.append([Entry(Act.HIDE, "story/of-another-archive", "")])
    with pytest.raises(BadInputError) as refused:
        check_known(backup, nowhere, [tmp_path / "foreign" / "ledger.jsonl"])
    assert refused.value.code == "ledger-other"
