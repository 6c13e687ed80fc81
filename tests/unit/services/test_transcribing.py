"""What people wrote stands until people write anew, whatever the archive reads from a file again."""

from __future__ import annotations

import json
import threading

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.bags import read_bag
from archive.models import AccessCopy, FileState, Item, ItemState, Passage
from archive.models.errors import ConflictError
from archive.services import fixity, transcribing, withdrawing
from archive.services.opening import Archive
from archive.services.upkeep import catch_up
from ingest.bulk import ingest
from ingest.work import worker
from tests.fixtures.items import give, staged
from tests.fixtures.serving import wait_until

RACES = 10


def test_a_text_that_was_corrected_outlives_a_new_examination(
    empty_archive: Archive, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("given")
    (folder / "letter.txt").write_text("Dear sister, we remember the river.\n")
    (item_id,) = (one.id for one in ingest(empty_archive, [folder], "march-25").submissions[0].items)
    (file_id,) = item_of_files(empty_archive, item_id)
    now = transcribing.written(empty_archive, OPERATOR, item_id, file_id)
    assert now.text == "Dear sister, we remember the river."
    right = now.text.replace("river", "rivers")
    assert transcribing.write(empty_archive, OPERATOR, item_id, file_id, right, now.mark) == ()
    withdrawing.withdraw_item(empty_archive, OPERATOR, item_id)
    assert catch_up(empty_archive)
    assert passages(empty_archive, file_id) == []
    withdrawing.reinstate(empty_archive, OPERATOR, item_id)
    with worker(empty_archive, "test"):
        wait_until(lambda: empty_archive.jobs.pending_count() == 0)
    assert catch_up(empty_archive)
    assert [one.text for one in passages(empty_archive, file_id)] == [right]
    assert copies(empty_archive, file_id) == [f"{right}\n"]
    (bag,) = fixity.bags(empty_archive, [item_id])
    record = json.loads(
        (bag.path / "metadata" / str(read_bag(bag.path).current_revision) / "record.json").read_text()
    )
    assert [one["text"] for one in record["transcripts"]] == [now.text, right]


def test_of_several_who_write_at_once_one_wins_and_the_others_are_told(archive: Archive) -> None:
    item_id = give(archive, state=ItemState.IN_REVIEW, files=(staged(archive, b"x"),))
    (file_id,) = item_of_files(archive, item_id)
    for race in range(RACES):
        seen = transcribing.written(archive, OPERATOR, item_id, file_id).mark
        start, outcomes = threading.Barrier(3), []

        def write(number: int, seen: str = seen, race: int = race) -> None:
            start.wait()  # noqa: B023 - all of this race wait for each other
            try:
                words = f"Race {race}, writer {number}"
                transcribing.write(archive, OPERATOR, item_id, file_id, words, seen)
                outcomes.append("written")  # noqa: B023 - joined before the next race
            except ConflictError as error:
                outcomes.append(error.code)  # noqa: B023

        writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
        for one in writers:
            one.start()
        for one in writers:
            one.join()
        assert sorted(outcomes) == ["stale-version", "stale-version", "written"]
    assert len(transcribing.wordings(archive, OPERATOR, item_id, file_id)) == RACES


def test_captions_that_are_given_with_faults_say_line_and_reason(
    empty_archive: Archive, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("given")
    (folder / "song.vtt").write_text(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nWe sang.\n\n00:04.000 --> 00:03.000\nBackwards.\n"
    )
    report = ingest(empty_archive, [folder], "march-25")
    item_id = report.submissions[0].items[0].id
    with empty_archive.db.read() as session:
        (file,) = session.get_one(Item, item_id).files
        assert {
            "code": "captions-ends-first",
            "sentence": "Line 6: This caption ends before it begins.",
        } in file.notes
        assert file.state == FileState.EXAMINED


def item_of_files(archive: Archive, item_id: str) -> list[str]:
    with archive.db.read() as session:
        return [file.id for file in session.get_one(Item, item_id).files]


def passages(archive: Archive, file_id: str) -> list[Passage]:
    with archive.db.read() as session:
        return list(session.scalars(select(Passage).where(Passage.file_id == file_id)))


def copies(archive: Archive, file_id: str) -> list[str]:
    """The copies of text that are shown, and nothing else lies beside them."""
    with archive.db.read() as session:
        paths = session.scalars(select(AccessCopy.path).where(AccessCopy.file_id == file_id)).all()
    lying = list((archive.settings.access / file_id).iterdir())
    assert len(lying) == len(paths)
    return [(archive.settings.access / path).read_text(encoding="utf-8") for path in paths]
