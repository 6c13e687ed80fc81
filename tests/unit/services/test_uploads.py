"""Uploads: room first, then bytes, then a file that is there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.access import contributor
from archive.models import File, Item, ItemState, Upload
from archive.models.errors import ConflictError, NotFoundError, StorageFullError, TooLargeError
from archive.services import draft_files, drafts, uploads
from archive.services.arrival import arrive
from archive.services.arriving import Memory
from archive.services.opening import Archive, open_archive
from archive.services.sweep import stray_bytes
from archive.settings import Settings
from tests.fixtures.drafts import begin
from tests.fixtures.uploading import count, upload


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive of this test's own, for what is the same on every database."""
    opened = open_archive(Settings(home=tmp_path / "alone"))
    yield opened
    opened.close()


def limited(archive: Archive, **limits: int) -> Archive:
    """The same archive with other limits."""
    return replace(archive, settings=replace(archive.settings, **limits))


def test_what_arrives_becomes_a_draft_item_with_its_file_and_is_looked_at(empty_archive: Archive) -> None:
    submission, actor = begin(empty_archive)
    content = b"Dear sister, the river was high." * 1000
    first = upload(empty_archive, actor, submission, content, "C:\\fakepath\\letter\x00.txt")
    second = upload(empty_archive, actor, submission, b"", "song.mp3")
    with empty_archive.db.read() as session:
        file = session.get_one(File, first)
        item = session.get_one(Item, file.item_id)
        assert (item.state, item.submission_id, item.position) == (ItemState.DRAFT, submission, 0)
        assert session.get_one(Item, session.get_one(File, second).item_id).position == 1
        assert (file.given_name, file.size) == ("letter.txt", len(content))
        # The name as it was sent is kept beside what was made of it, and only there.
        assert file.given_bytes == "C%3A%5Cfakepath%5Cletter%00.txt"
        assert session.get_one(File, second).given_bytes == ""
        assert file.sha512 == hashlib.sha512(content).hexdigest()
        assert file.crc32 == zlib.crc32(content)
        assert (empty_archive.settings.staging / file.staged_as).read_bytes() == content
    assert empty_archive.jobs.pending_count() == 2
    assert [one.id for one in drafts.view(empty_archive, actor, submission).files] == [first, second]
    assert stray_bytes(empty_archive) == []


@pytest.mark.parametrize(("part", "stays"), [(b"Dear sister", False), (b"Dear father", True), (b"", True)])
def test_what_came_in_part_of_a_file_is_not_waited_for_once_the_file_is_whole(
    archive: Archive, part: bytes, *, stays: bool
) -> None:
    submission, actor = begin(archive)
    content = b"Dear sister, the river was high."
    lost = uploads.begin(archive, actor, submission, "letter.txt", len(content))
    other = uploads.begin(archive, actor, submission, "letter.txt", len(content) + 1)
    for one, data in ((lost, part), (other, content)):
        with arrive(archive, Memory(), one) as arrival:
            arrival.write(data)
            arrival.flush()
    upload(archive, actor, submission, content, "letter.txt")
    waits = {one for one, _, _ in drafts.view(archive, actor, submission).arriving}
    assert waits == ({lost.id, other.id} if stays else {other.id})
    assert (archive.settings.staging / lost.id).exists() == stays
    assert (archive.settings.staging / other.id).read_bytes() == content


def test_files_stand_in_the_order_in_which_they_were_begun(empty_archive: Archive) -> None:
    submission, actor = begin(empty_archive)
    first, second, third = (
        uploads.begin(empty_archive, actor, submission, name, 1) for name in ("1", "2", "3")
    )

    def arrives(one: uploads.UploadView) -> str:
        with arrive(empty_archive, Memory(), one) as arrival:
            arrival.write(b"x")
            arrival.flush()
            return uploads.finish(empty_archive, actor, one.id, *arrival.digest())

    third_file, first_file = arrives(third), arrives(first)
    # Moved about while the second is still on its way, which keeps the place between them.
    draft_files.move_file(empty_archive, actor, submission, third_file, -1)
    second_file = arrives(second)
    order = [one.id for one in drafts.view(empty_archive, actor, submission).files]
    assert order == [third_file, second_file, first_file]


def test_the_time_of_day_at_which_it_arrived_is_not_kept(archive: Archive) -> None:
    submission, actor = begin(archive)
    upload(archive, actor, submission, b"x")
    (staged,) = [path for path in archive.settings.staging.iterdir() if path.is_file()]
    assert staged.stat().st_mtime_ns % (86_400 * 10**9) == 0


def test_asked_again_for_the_end_it_is_the_same_file(empty_archive: Archive) -> None:
    submission, actor = begin(empty_archive)
    begun = uploads.begin(empty_archive, actor, submission, "a.txt", 3)
    with arrive(empty_archive, Memory(), begun) as arrival:
        arrival.write(b"abc")
        arrival.flush()
    again = [uploads.finish(empty_archive, actor, begun.id, *arrival.digest()) for _ in range(3)]
    assert len(set(again)) == 1
    assert (count(empty_archive, File), count(empty_archive, Item), empty_archive.jobs.pending_count()) == (
        1,
        1,
        1,
    )
    assert uploads.find(empty_archive, actor, begun.id).file_id == again[0]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"max_file_bytes": 9}, "too-large"),
        ({"max_submission_bytes": 14}, "submission-full"),
        ({"max_submission_files": 1}, "too-many-files"),
        ({"total_quota_bytes": 14}, "quota-full"),
        ({"free_space_floor": 2**60}, "storage-full"),
    ],
)
def test_a_limit_is_told_before_a_byte_arrives(archive: Archive, limits: dict[str, int], code: str) -> None:
    submission, actor = begin(archive)
    upload(archive, actor, submission, b"12345")
    tight = limited(archive, **limits)
    with pytest.raises((TooLargeError, StorageFullError)) as refused:
        uploads.begin(tight, actor, submission, "b.txt", 10)
    assert refused.value.code == code
    assert count(archive, Upload) == 1


def test_more_bytes_than_were_announced_are_refused(archive: Archive) -> None:
    submission, actor = begin(archive)
    begun = uploads.begin(archive, actor, submission, "a", 3)
    with arrive(archive, Memory(), begun) as arrival, pytest.raises(TooLargeError):
        arrival.write(b"abcd")


def test_after_a_restart_the_hash_is_made_again_from_the_disk(archive: Archive) -> None:
    submission, actor = begin(archive)
    content = bytes(range(256)) * 20_000
    begun = uploads.begin(archive, actor, submission, "a.bin", len(content))
    with arrive(archive, Memory(), begun) as arrival:
        arrival.write(content[:3_000_000])
    with arrive(archive, Memory(), uploads.find(archive, actor, begun.id)) as arrival:
        assert arrival.offset == 3_000_000
        arrival.write(content[3_000_000:])
        arrival.flush()
        assert arrival.digest() == (len(content), hashlib.sha512(content).hexdigest(), zlib.crc32(content))


def test_between_parts_the_hash_is_remembered_and_nothing_is_read_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission, actor = begin(archive)
    memory = Memory()
    begun = uploads.begin(archive, actor, submission, "a", 6)
    with arrive(archive, memory, begun) as arrival:
        arrival.write(b"abc")
    read: list[int] = []
    monkeypatch.setattr("archive.services.arrival.os.pread", lambda *given: read.append(given[2]) or b"")
    with arrive(archive, memory, begun) as arrival:
        arrival.write(b"def")
        assert arrival.digest()[1] == hashlib.sha512(b"abcdef").hexdigest()
    assert read == [3], "only whether something came since"


def test_parts_that_different_processes_take_are_read_once_each_and_hashed_as_one(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission, actor = begin(archive)
    content = bytes(range(256)) * 40
    begun = uploads.begin(archive, actor, submission, "a.bin", len(content))
    read = 0
    real = os.pread

    def counted(file: int, size: int, offset: int) -> bytes:
        nonlocal read
        block = real(file, size, offset)
        read += len(block)
        return block

    monkeypatch.setattr("archive.services.arrival.os.pread", counted)
    processes = (Memory(), Memory())
    for number, start in enumerate(range(0, len(content), 1024)):
        with arrive(archive, processes[number % 2], begun) as arrival:
            assert arrival.offset == start
            arrival.write(content[start : start + 1024])
            digest = arrival.digest()
    assert digest == (len(content), hashlib.sha512(content).hexdigest(), zlib.crc32(content))
    assert read < len(content), "what the other process took, once"


def test_a_new_connection_takes_over_from_one_that_hangs(archive: Archive) -> None:
    submission, actor = begin(archive)
    memory = Memory()
    begun = uploads.begin(archive, actor, submission, "a", 6)
    with arrive(archive, memory, begun) as hanging:
        hanging.write(b"abc")
        with arrive(archive, memory, begun) as current:
            assert current.offset == 3
            current.write(b"de")
            with pytest.raises(ConflictError) as refused:
                hanging.write(b"x")
            assert refused.value.code == "upload-busy"
            current.write(b"f")
    assert (archive.settings.staging / begun.id).read_bytes() == b"abcdef"


def test_another_process_that_writes_is_not_disturbed(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.services.arrival.BUSY_FOR_S", 0.1)
    submission, actor = begin(archive)
    begun = uploads.begin(archive, actor, submission, "a", 6)
    with arrive(archive, Memory(), begun) as other:
        with pytest.raises(ConflictError), arrive(archive, Memory(), begun):
            pass
        other.write(b"abcdef")
    assert (archive.settings.staging / begun.id).read_bytes() == b"abcdef"


def test_nobody_reaches_what_another_uploads(empty_archive: Archive) -> None:
    submission, actor = begin(empty_archive)
    stranger = contributor([begin(empty_archive)[0]])
    begun = uploads.begin(empty_archive, actor, submission, "a", 3)
    file_id = upload(empty_archive, actor, submission, b"abc")
    for attempt in (
        lambda: uploads.begin(empty_archive, stranger, submission, "a", 3),
        lambda: uploads.find(empty_archive, stranger, begun.id),
        lambda: uploads.finish(empty_archive, stranger, begun.id, 3, "", 0),
        lambda: uploads.abandon(empty_archive, stranger, begun.id),
        lambda: uploads.arriving(empty_archive, stranger, submission),
        lambda: draft_files.remove_file(empty_archive, stranger, submission, file_id),
        lambda: draft_files.move_file(empty_archive, stranger, submission, file_id, 1),
        lambda: draft_files.caption_files(empty_archive, stranger, submission, {file_id: "mine"}),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    assert (count(empty_archive, File), count(empty_archive, Upload)) == (1, 2)
