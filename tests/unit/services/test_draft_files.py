"""The files of a draft: taken out, ordered, captioned; and what nobody came back to is removed whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive.models import Draft, File, Item, Submission, Upload, today
from archive.services import draft_files, drafts, expiry, uploads
from archive.services.arrival import arrive
from archive.services.arriving import Memory
from archive.services.doctor import examine
from archive.services.opening import Archive, open_archive
from archive.services.sweep import stray_bytes, sweep
from archive.settings import Settings
from tests.fixtures.drafts import begin
from tests.fixtures.uploading import count, upload


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive of this test's own, for what is the same on every database."""
    opened = open_archive(Settings(home=tmp_path / "alone"))
    yield opened
    opened.close()


def test_a_file_that_is_taken_out_leaves_nothing(empty_archive: Archive) -> None:
    submission, actor = begin(empty_archive)
    file_id = upload(empty_archive, actor, submission, b"abc")
    kept = upload(empty_archive, actor, submission, b"def")
    copies = empty_archive.settings.access / file_id
    copies.mkdir()
    draft_files.remove_file(empty_archive, actor, submission, file_id)
    assert [one.id for one in drafts.view(empty_archive, actor, submission).files] == [kept]
    assert not copies.exists()
    assert stray_bytes(empty_archive) == []
    assert len([path for path in empty_archive.settings.staging.iterdir() if path.is_file()]) == 1
    assert (count(empty_archive, Upload), empty_archive.jobs.pending_count()) == (1, 1)


def test_files_can_be_put_in_order_and_given_captions(empty_archive: Archive) -> None:
    submission, actor = begin(empty_archive)
    one, two, three = (
        upload(empty_archive, actor, submission, name.encode(), name) for name in ("1", "2", "3")
    )
    draft_files.move_file(empty_archive, actor, submission, three, -1)
    draft_files.move_file(empty_archive, actor, submission, one, -1)
    draft_files.caption_files(empty_archive, actor, submission, {two: " My mother. ", "nobody": "x"})
    files = drafts.view(empty_archive, actor, submission).files
    assert [file.id for file in files] == [one, three, two]
    assert [file.caption for file in files] == ["", "", "My mother."]


def test_what_nobody_came_back_to_is_removed_whole(empty_archive: Archive) -> None:
    settings = empty_archive.settings
    submission, actor = begin(empty_archive)
    upload(empty_archive, actor, submission, b"abc")
    fresh_submission, fresh = begin(empty_archive)
    old = uploads.begin(empty_archive, fresh, fresh_submission, "old", 3)
    new = uploads.begin(empty_archive, fresh, fresh_submission, "new", 3)
    with arrive(empty_archive, Memory(), old) as arrival:
        arrival.write(b"ab")
    with empty_archive.db.write() as session:
        past = today() - timedelta(days=settings.draft_days + 1)
        session.get_one(Draft, submission).touched_on = past
        session.get_one(Upload, old.id).begun_on = today() - timedelta(days=settings.upload_days + 1)
    assert expiry.expire(empty_archive) == 2
    assert [one.id for one in uploads.arriving(empty_archive, fresh, fresh_submission)] == [new.id]
    assert (count(empty_archive, Submission), count(empty_archive, Item), count(empty_archive, File)) == (
        1,
        0,
        0,
    )
    assert [path for path in settings.staging.iterdir() if path.is_file()] == []
    assert [one.verdict for one in examine(empty_archive) if one.what == "staging"] == ["ok"]
    assert expiry.expire(empty_archive) == 0


def test_of_a_form_that_a_stopped_server_was_reading_nothing_stays(archive: Archive) -> None:
    submission, actor = begin(archive)
    cut = uploads.begin(archive, actor, submission, "cut", None)
    alive = uploads.begin(archive, actor, submission, "alive", None)
    with arrive(archive, Memory(), cut) as arrival:
        arrival.write(b"half")
    with arrive(archive, Memory(), alive):
        assert expiry.forget_cut(archive) == 1
        assert [one.id for one in uploads.arriving(archive, actor, submission)] == [alive.id]


def test_sweeping_leaves_what_is_arriving(archive: Archive) -> None:
    submission, actor = begin(archive)
    begun = uploads.begin(archive, actor, submission, "a", 6)
    with arrive(archive, Memory(), begun) as arrival:
        arrival.write(b"abc")
    sweep(archive)
    assert uploads.find(archive, actor, begun.id).offset == 3
