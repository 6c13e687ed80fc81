"""Sending is done once, whatever is in its way: it goes on where it stopped, and refuses in words what it cannot take."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Audience, File, Submission
from archive.profiles import CollectionProfile
from archive.services.opening import Archive
from ingest.bulk import SubmissionPlan, plan, stage
from ingest.bulk import send as sending
from ingest.bulk.send import Sent, send

Write = Callable[..., Path]


@pytest.fixture
def gift(write: Write, tmp_path: Path) -> Path:
    """A folder of two items in three files."""
    for name in ("a.jpg", "a.txt", "b.txt"):
        write(f"gift/{name}", f"the bytes of {name}")
    return tmp_path / "gift"


def planned(folder: Path, profile: CollectionProfile) -> SubmissionPlan:
    return plan([folder], profile).submissions[0]


def sent(archive: Archive, folder: Path, profile: CollectionProfile) -> list[Sent]:
    return send(archive, planned(folder, profile), "march-25", Audience.STAFF)


def files(archive: Archive) -> list[str]:
    with archive.db.read() as session:
        return sorted(session.scalars(select(File.given_name)))


def refusals(parts: Sequence[Sent]) -> dict[str, str]:
    return {one.path.name: one.code for part in parts for one in (*part.plan.refusals, *part.refusals)}


def staged(archive: Archive) -> list[str]:
    return [path.name for path in archive.settings.staging.iterdir()]


def test_what_is_sent_is_staged_once_and_described(
    archive: Archive, gift: Path, profile: CollectionProfile
) -> None:
    (one,) = sent(archive, gift, profile)
    assert (one.already, len(one.item_ids), len(one.job_ids)) == (False, 2, 2)
    assert files(archive) == ["a.jpg", "a.txt", "b.txt"]
    with archive.db.read() as session:
        rows = session.scalars(select(File)).all()
        assert session.scalars(select(Submission.title)).all() == ["gift"]
    for row in rows:
        arrived = archive.settings.staging / row.staged_as
        assert arrived.read_bytes() == (gift / row.given_name).read_bytes()
        assert arrived.stat().st_size == row.size


def test_sending_again_doubles_nothing(archive: Archive, gift: Path, profile: CollectionProfile) -> None:
    (first,) = sent(archive, gift, profile)
    (again,) = sent(archive, gift, profile)
    assert again.already
    assert (again.submission_id, again.item_ids, again.job_ids) == (
        first.submission_id,
        first.item_ids,
        first.job_ids,
    )
    assert len(staged(archive)) == 3


def test_another_gift_in_a_folder_called_alike_keeps_the_file_that_both_have(
    archive: Archive, write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for year in ("2019", "2020"):
        write(f"{year}/photos/p.txt", f"what was said in {year}")
        write(f"{year}/photos/p.en.vtt", "WEBVTT")
    (first,) = sent(archive, tmp_path / "2019" / "photos", profile)
    (second,) = sent(archive, tmp_path / "2020" / "photos", profile)
    assert not second.already
    assert files(archive) == ["p.en.vtt", "p.en.vtt", "p.txt", "p.txt"]
    for year, one in (("2019", first), ("2020", second)):
        (again,) = sent(archive, tmp_path / year / "photos", profile)
        assert (again.already, again.item_ids) == (True, one.item_ids)


def test_a_file_more_or_a_file_less_in_a_folder_is_no_other_gift(
    archive: Archive, gift: Path, write: Write, profile: CollectionProfile
) -> None:
    (first,) = sent(archive, gift, profile)
    (gift / "a.jpg").unlink()
    (fewer,) = sent(archive, gift, profile)
    assert (fewer.already, fewer.submission_id) == (True, first.submission_id)
    write("gift/a.jpg", "the bytes of a.jpg")
    write("gift/a.en.txt")
    old, new = sent(archive, gift, profile)
    assert (old.submission_id, new.already) == (first.submission_id, False)
    assert files(archive) == ["a.en.txt", "a.jpg", "a.txt", "b.txt"]


def test_a_folder_is_the_same_one_however_it_is_named(
    archive: Archive, gift: Path, profile: CollectionProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(archive, gift, profile)
    monkeypatch.chdir(gift)
    assert sent(archive, Path(), profile)[0].already
    monkeypatch.chdir(gift.parent)
    assert sent(archive, Path("gift"), profile)[0].already


def test_what_was_added_since_is_a_submission_of_its_own(
    archive: Archive, gift: Path, profile: CollectionProfile, write: Write
) -> None:
    sent(archive, gift, profile)
    write("gift/c.txt", "new")
    write("gift/b.txt", "changed")
    known, new = sent(archive, gift, profile)
    assert (known.already, new.already) == (True, False)
    assert files(archive) == ["a.jpg", "a.txt", "b.txt", "b.txt", "c.txt"]
    assert all(part.already for part in sent(archive, gift, profile))
    assert len(files(archive)) == 5


def test_another_folder_of_the_same_name_is_another_gift(
    archive: Archive, gift: Path, profile: CollectionProfile, write: Write, tmp_path: Path
) -> None:
    sent(archive, gift, profile)
    write("elsewhere/gift/a.jpg", "another picture of the same name")
    (other,) = sent(archive, tmp_path / "elsewhere" / "gift", profile)
    assert not other.already


def test_a_file_that_went_or_became_a_pipe_since_it_was_planned_is_refused_and_the_rest_goes_on(
    archive: Archive, gift: Path, profile: CollectionProfile
) -> None:
    looked_at = planned(gift, profile)
    (gift / "a.txt").unlink()
    (gift / "b.txt").unlink()
    os.mkfifo(gift / "b.txt")
    parts = send(archive, looked_at, "march-25", Audience.STAFF)
    assert refusals(parts) == {"a.txt": "unreadable", "b.txt": "not-a-file"}
    assert files(archive) == ["a.jpg"]
    assert len(staged(archive)) == 1


def test_a_link_that_took_a_files_place_is_not_followed(
    archive: Archive, gift: Path, profile: CollectionProfile
) -> None:
    looked_at = planned(gift, profile)
    (gift / "b.txt").unlink()
    (gift / "b.txt").symlink_to("/etc/hosts")
    parts = send(archive, looked_at, "march-25", Audience.STAFF)
    assert refusals(parts) == {"b.txt": "unreadable"}


def test_what_could_not_be_read_before_is_added_when_it_can(
    archive: Archive, gift: Path, profile: CollectionProfile, write: Write
) -> None:
    looked_at = planned(gift, profile)
    (gift / "a.txt").unlink()
    send(archive, looked_at, "march-25", Audience.STAFF)
    assert files(archive) == ["a.jpg", "b.txt"]
    write("gift/a.txt", "the bytes of a.txt")
    known, new = sent(archive, gift, profile)
    assert (known.already, new.already) == (True, False)
    assert refusals([known, new]) == {}
    assert files(archive) == ["a.jpg", "a.txt", "b.txt"]


def test_a_file_over_the_limit_is_refused_each_time_and_the_rest_is_taken_once(
    archive: Archive, gift: Path, profile: CollectionProfile, write: Write
) -> None:
    small = replace(archive, settings=replace(archive.settings, max_file_bytes=100))
    write("gift/large.txt", "x" * 101)
    for already in (False, True):
        (part,) = sent(small, gift, profile)
        assert part.already is already
        assert refusals([part]) == {"large.txt": "too-large"}
        assert "100 bytes" in part.refusals[0].reason
    assert files(archive) == ["a.jpg", "a.txt", "b.txt"]
    assert len(staged(archive)) == 3


def test_a_file_that_grows_over_the_limit_while_it_is_read_is_refused(
    archive: Archive, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(archive, settings=replace(archive.settings, max_file_bytes=10))
    monkeypatch.setattr(stage, "_check_room", lambda *_: None)
    with pytest.raises(stage.TooLargeError):
        stage.stage(small, write("growing.txt", "x" * 11))
    assert staged(archive) == []


def test_without_room_for_all_nothing_is_taken_and_nothing_lies_about(
    archive: Archive, gift: Path, profile: CollectionProfile
) -> None:
    full = replace(archive, settings=replace(archive.settings, free_space_floor=2**62))
    (put_off,) = sent(full, gift, profile)
    assert put_off.submission_id is None
    assert set(refusals([put_off]).values()) == {"storage-full"}
    assert len(refusals([put_off])) == 3
    assert (files(archive), staged(archive)) == ([], [])
    (after,) = sent(archive, gift, profile)
    assert not after.already
    assert len(files(archive)) == 3


def test_a_disk_that_fills_up_on_the_way_leaves_nothing_either(
    archive: Archive, gift: Path, profile: CollectionProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, count = stage.stage, iter(range(10))

    def filling(archive: Archive, source: Path) -> stage.Staged:
        if next(count) == 2:
            raise stage.StorageFullError("There is no room left for this file.")
        return whole(archive, source)

    monkeypatch.setattr(sending, "stage", filling)
    sent(archive, gift, profile)
    assert (files(archive), staged(archive)) == ([], [])


def test_two_commands_at_once_take_one_folder_in_once(
    archive: Archive, gift: Path, profile: CollectionProfile
) -> None:
    parts: list[Sent] = []
    start = threading.Barrier(3)

    def one() -> None:
        looked_at = planned(gift, profile)
        start.wait()
        parts.extend(send(archive, looked_at, "march-25", Audience.STAFF))

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(parts) == 3
    assert len({part.submission_id for part in parts}) == 1
    assert files(archive) == ["a.jpg", "a.txt", "b.txt"]
    assert len(staged(archive)) == 3
