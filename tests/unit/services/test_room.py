"""Room for what arrives: who writes has it, who only announces has none, and nobody gets past a limit together."""

from __future__ import annotations

import contextlib
import threading
from collections import namedtuple
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from archive.models import Upload
from archive.models.errors import StorageFullError, TooLargeError
from archive.services import drafts, room, uploads
from archive.services.arrival import Arrival, arrive
from archive.services.arriving import Memory
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from tests.fixtures.drafts import begin
from tests.fixtures.uploading import upload

MIB, GIB = 1024**2, 1024**3
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive of this test's own, for what is the same on every database."""
    opened = open_archive(Settings(home=tmp_path / "alone"))
    yield opened
    opened.close()


def limited(archive: Archive, **limits: int) -> Archive:
    """The same archive with other limits."""
    return replace(archive, settings=replace(archive.settings, **limits))


def announce(archive: Archive, length: int) -> uploads.UploadView:
    """Somebody new says that a file will come."""
    submission, actor = begin(archive)
    return uploads.begin(archive, actor, submission, "film.mp4", length)


def here(archive: Archive) -> int:
    """How many bytes are in the staging area."""
    return sum(path.stat().st_size for path in archive.settings.staging.iterdir() if path.is_file())


@pytest.mark.parametrize("limits", [{"total_quota_bytes": 3 * GIB}, {"free_space_floor": 4 * GIB}])
def test_whoever_announces_much_and_sends_nothing_keeps_nobody_from_giving(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _path: Usage(9 * GIB, 2 * GIB, 7 * GIB))
    tight = limited(archive, **limits)
    strangers = [announce(tight, 2 * GIB) for _ in range(37)]
    # Nor who sends one byte of each, and goes.
    for one in strangers[:5]:
        with arrive(tight, Memory(), one) as arrival:
            arrival.write(b"x")
    submission, actor = begin(tight)
    upload(tight, actor, submission, b"Dear sister", "letter.txt")
    assert drafts.view(tight, actor, submission).files[0].size == 11


def test_many_who_send_hardly_anything_leave_room_for_the_next(archive: Archive) -> None:
    tight = limited(archive, total_quota_bytes=GIB)
    announced = [announce(tight, GIB) for _ in range(100)]
    with ExitStack() as open_lines:
        for one in announced:
            open_lines.enter_context(arrive(tight, Memory(), one)).write(b"x")
        submission, actor = begin(tight)
        upload(tight, actor, submission, b"Dear sister", "letter.txt")


def test_what_was_reserved_by_an_earlier_version_and_never_came_counts_for_nothing(archive: Archive) -> None:
    tight = limited(archive, total_quota_bytes=3 * GIB)
    old = announce(tight, 2 * GIB)
    with tight.db.write() as session:
        session.get_one(Upload, old.id).reserved = 2 * GIB
    announce(tight, 2 * GIB)


def test_who_writes_has_room_a_step_ahead_and_no_more_than_the_file_needs(archive: Archive) -> None:
    long, short = announce(archive, GIB), announce(archive, 3 * MIB)
    with arrive(archive, Memory(), long) as arrival, arrive(archive, Memory(), short) as other:
        arrival.write(b"x" * MIB)
        other.write(b"x")
        with archive.db.read() as session:
            reserved = {one: session.get_one(Upload, one).reserved for one in (long.id, short.id)}
            assert reserved == {long.id: MIB + room.STEP, short.id: 3 * MIB}
            assert [room.held(archive, session.get_one(Upload, one)) for one in reserved] == [
                *reserved.values()
            ]
    with archive.db.read() as session:
        assert [room.held(archive, session.get_one(Upload, one)) for one in reserved] == [MIB, 1]


def test_room_that_somebody_else_has_taken_meanwhile_is_not_written_into(archive: Archive) -> None:
    tight = limited(archive, total_quota_bytes=10 * MIB)
    submission, actor = begin(tight)
    first = uploads.begin(tight, actor, submission, "a", 8 * MIB)
    with arrive(tight, Memory(), first) as arrival:
        arrival.write(b"x" * MIB)
    # It was cut; its room is free until it goes on.
    other, stranger = begin(tight)
    upload(tight, stranger, other, b"y" * 7 * MIB)
    with pytest.raises(StorageFullError) as told:
        uploads.look_again(tight, actor, first.id)
    assert told.value.code == "quota-full"
    with arrive(tight, Memory(), first) as arrival:
        arrival.write(b"x" * MIB)
        with pytest.raises(StorageFullError):
            arrival.write(b"x" * 2 * MIB)
    assert uploads.find(tight, actor, first.id).offset == 2 * MIB
    # Once there is room again it goes on from there.
    uploads.look_again(archive, actor, first.id)
    with arrive(archive, Memory(), first) as arrival:
        arrival.write(b"x" * 6 * MIB)
        arrival.flush()
        uploads.finish(archive, actor, first.id, *arrival.digest())


@pytest.mark.parametrize("size", [3 * MIB, 9 * MIB])
def test_uploads_at_once_never_get_past_a_quota_together(empty_archive: Archive, size: int) -> None:
    drafted = [begin(empty_archive) for _ in range(2)]
    tight = limited(empty_archive, total_quota_bytes=10 * MIB)
    whole: list[str] = []
    refused: list[str] = []
    together = threading.Barrier(8)

    def give(number: int) -> None:
        submission, actor = drafted[number % 2]
        begun = uploads.begin(tight, actor, submission, f"{number}", size)
        together.wait()
        try:
            with arrive(tight, Memory(), begun) as arrival:
                for _ in range(size // (MIB // 2)):
                    arrival.write(b"x" * (MIB // 2))
                arrival.flush()
                whole.append(uploads.finish(tight, actor, begun.id, *arrival.digest()))
        except StorageFullError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=give, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert here(tight) <= 10 * MIB
    assert len(whole) + len(refused) == 8 and set(refused) == {"quota-full"}


def test_the_floor_of_free_space_holds_for_all_who_write_at_once(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    tight = limited(archive, free_space_floor=4 * MIB)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _path: Usage(20 * MIB, 0, 10 * MIB - here(tight)))
    lines: list[Arrival] = []
    with ExitStack() as until:
        lines = [until.enter_context(arrive(tight, Memory(), announce(tight, 6 * MIB))) for _ in range(4)]
        for _ in range(8):
            for line in lines:
                with contextlib.suppress(StorageFullError):
                    line.write(b"x" * (MIB // 2))
    assert 5 * MIB <= here(tight) <= 6 * MIB


def test_without_an_announced_length_bytes_really_seen_count(empty_archive: Archive) -> None:
    submission, actor = begin(empty_archive)
    tight = limited(empty_archive, max_submission_bytes=100)
    first = uploads.begin(tight, actor, submission, "a", None)
    second = uploads.begin(tight, actor, submission, "b", None)
    with arrive(tight, Memory(), first, partial(uploads.grow, bound=60)) as arrival:
        arrival.write(b"x")
        with arrive(tight, Memory(), second) as other:
            # A form says how much of it is left: the rest of the room is for others.
            other.write(b"y" * 40)
            arrival.write(b"x" * 59)
            with pytest.raises(TooLargeError) as refused:
                arrival.write(b"x")
    assert refused.value.code == "submission-full"
    uploads.abandon(tight, actor, second.id)
    with arrive(tight, Memory(), uploads.find(tight, actor, first.id)) as arrival:
        arrival.write(b"x" * 40)
        arrival.flush()
        uploads.finish(tight, actor, first.id, *arrival.digest())
    assert drafts.view(tight, actor, submission).files[0].size == 100
