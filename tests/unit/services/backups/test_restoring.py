"""What is restored is what was backed up; what was taken back since stays so; nothing is written over."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC
from archive.models import AccessCopy, Contact, File, FileState, Item, ItemState, Upload
from archive.models.errors import ArchiveError, BadInputError, IntegrityError
from archive.services import contacts, erasing, find, withdrawing
from archive.services.backup_manifest import LEDGER, read
from archive.services.opening import Archive, collections_root, open_archive
from archive.services.restore import Asked, restore
from archive.services.restore_ledgers import at_hand, check_known
from archive.settings import Settings
from tests.fixtures.backups import backed_up, history_of, originals, restored, rows_of, to
from tests.fixtures.databases import ON_POSTGRESQL
from tests.fixtures.outside import bytes_below
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import LETTER

WHERE = "letter"


def test_what_is_restored_is_what_was_backed_up(archive: Archive, tmp_path: Path) -> None:
    erasing.clear(archive, all_days=True)
    folder = backed_up(archive, tmp_path / "target", keys=tmp_path / "keys").backup.folder
    before = rows_of(archive)
    again, done = restored(folder, tmp_path / "new", keys=tmp_path / "keys")
    try:
        assert rows_of(again) == before
        assert originals(again) == originals(archive)
        assert find.find(again, PUBLIC, "carriage").total == find.find(archive, PUBLIC, "carriage").total == 1
        assert (done.taken_back, done.sealed, done.made_anew, done.has_keys) == (0, 0, 0, True)
    finally:
        again.close()
    assert not any("index" in path or path.startswith("run") for path in read(folder).files)


def test_only_an_empty_home_is_restored_to(archive: Archive, tmp_path: Path) -> None:
    backup = backed_up(archive, tmp_path / "target").backup
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        restore(backup, to(tmp_path / "full"))
    assert refused.value.code == "home-not-empty"
    assert [one.name for one in (tmp_path / "full").iterdir()] == ["mine"]
    (tmp_path / "empty").mkdir()
    restore(backup, to(tmp_path / "empty"))
    other_kind = "" if ON_POSTGRESQL else "postgresql://nowhere/x"
    with pytest.raises(BadInputError) as other:
        restore(backup, Asked(tmp_path / "third", database_url=other_kind))
    assert other.value.code == "backup-database"


def test_what_fails_leaves_no_home_that_looks_whole(archive: Archive, tmp_path: Path) -> None:
    backup = backed_up(archive, tmp_path / "target").backup
    damaged = next(path for path in sorted(backup.files) if "/data/" in path)
    (backup.folder / damaged).write_bytes(b"other bytes")
    with pytest.raises(IntegrityError, match="was changed"):
        restore(backup, to(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_what_was_taken_back_since_is_taken_back_before_anybody_sees_it(shelf: Shelf, tmp_path: Path) -> None:
    archive, item_id = shelf.archive, shelf.items[WHERE]
    folder = backed_up(archive, tmp_path / "target").backup.folder
    withdrawing.withdraw_item(archive, OPERATOR, item_id)
    again, done = restored(folder, tmp_path / "new", archive.settings.withdrawals)
    try:
        assert done.taken_back == 1 and done.is_cleared
        assert find.find(again, PUBLIC, "carriage").total == 0
        with again.db.read() as session:
            assert session.get_one(Item, item_id).state == ItemState.WITHDRAWN
            copies = (
                select(AccessCopy).join(File, File.id == AccessCopy.file_id).where(File.item_id == item_id)
            )
            assert session.scalars(copies).all() == []
    finally:
        again.close()


def test_what_was_destroyed_since_is_destroyed_and_never_lies_there_again(
    shelf: Shelf, tmp_path: Path
) -> None:
    archive, item_id = shelf.archive, shelf.items[WHERE]
    folder = backed_up(archive, tmp_path / "target").backup.folder
    withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=True)
    again, done = restored(folder, tmp_path / "new", archive.settings.withdrawals)
    try:
        assert done.taken_back == 1 and done.is_cleared
        with again.db.read() as session:
            assert session.get_one(Item, item_id).erasure == "done"
        assert [one.kind for one in history_of(again, item_id)][-1] == "destroy"
        assert again.withdrawals.is_withdrawn(item_id)
    finally:
        again.close()
    assert not any(LETTER.encode() in data for data in bytes_below(tmp_path / "new").values())


def test_a_newer_backup_beside_it_tells_what_was_taken_back(shelf: Shelf, tmp_path: Path) -> None:
    archive = shelf.archive
    folder = backed_up(archive, tmp_path / "target", name="monday").backup.folder
    withdrawing.withdraw_item(archive, OPERATOR, shelf.items[WHERE])
    backed_up(archive, tmp_path / "target", name="tuesday")
    again, done = restored(folder, tmp_path / "new")
    again.close()
    assert done.taken_back == 1


def test_a_restore_that_cannot_know_what_was_taken_back_is_asked_for_twice(
    shelf: Shelf, tmp_path: Path
) -> None:
    archive, elsewhere = shelf.archive, Settings(home=tmp_path / "elsewhere")
    backup = backed_up(archive, tmp_path / "target", name="monday").backup
    check_known(backup, archive.settings, ())
    assert at_hand(backup, archive.settings) == ()
    with pytest.raises(BadInputError) as refused:
        check_known(backup, elsewhere, ())
    assert refused.value.code == "ledger-needed"
    withdrawing.withdraw_item(archive, OPERATOR, shelf.items[WHERE])
    given = (archive.settings.withdrawals,)
    check_known(backup, elsewhere, given)
    check_known(backup, archive.settings, ())
    assert at_hand(backup, archive.settings) == at_hand(backup, elsewhere, given) == given
    # What a newer backup knows is obeyed, but something may have been taken back after it.
    tuesday = backed_up(archive, tmp_path / "target", name="tuesday").backup
    assert at_hand(backup, elsewhere) == (tuesday.folder / LEDGER,)
    with pytest.raises(BadInputError):
        check_known(backup, elsewhere, ())


@pytest.mark.slow
def test_two_ledgers_that_went_apart_are_both_obeyed(shelf: Shelf, tmp_path: Path) -> None:
    archive = shelf.archive
    folder = backed_up(archive, tmp_path / "target").backup.folder
    again, _ = restored(folder, tmp_path / "second")
    withdrawing.withdraw_item(archive, OPERATOR, shelf.items[WHERE])
    withdrawing.withdraw_item(archive, OPERATOR, shelf.items["photo"])
    withdrawing.withdraw_item(again, OPERATOR, shelf.items["talk"])
    second = again.settings.withdrawals
    again.close()
    third, done = restored(folder, tmp_path / "third", archive.settings.withdrawals, second)
    try:
        assert done.taken_back == 3
        assert third.withdrawals.first_broken() is None
        taken = {
            one for one in ("letter", "photo", "talk") if third.withdrawals.is_withdrawn(shelf.items[one])
        }
        assert taken == {"letter", "photo", "talk"}
    finally:
        third.close()


@pytest.mark.slow
def test_what_was_shown_again_after_all_is_shown(shelf: Shelf, tmp_path: Path) -> None:
    archive, item_id = shelf.archive, shelf.items[WHERE]
    folder = backed_up(archive, tmp_path / "target").backup.folder
    withdrawing.withdraw_item(archive, OPERATOR, item_id)
    earlier = tmp_path / "earlier.jsonl"
    shutil.copyfile(archive.settings.withdrawals, earlier)
    withdrawing.reinstate(archive, OPERATOR, item_id)
    again, done = restored(folder, tmp_path / "new", archive.settings.withdrawals, earlier)
    try:
        assert done.taken_back == 0
        assert find.find(again, PUBLIC, "carriage").total == 1
    finally:
        again.close()


def test_a_ledger_that_was_changed_restores_nothing(shelf: Shelf, tmp_path: Path) -> None:
    archive = shelf.archive
    backup = backed_up(archive, tmp_path / "target").backup
    withdrawing.withdraw_item(archive, OPERATOR, shelf.items[WHERE])
    withdrawing.withdraw_item(archive, OPERATOR, shelf.items["photo"])
    ledger = tmp_path / "ledger.jsonl"
    first, second = archive.settings.withdrawals.read_bytes().splitlines()
    for data in (second + b"\n", first.replace(b"hide", b"reinstate") + b"\n", b"{}\n"):
        ledger.write_bytes(data)
        with pytest.raises(IntegrityError) as refused:
            restore(backup, to(tmp_path / "new", ledgers=(ledger,)))
        assert refused.value.code == "ledger-damaged"
    assert not (tmp_path / "new").exists()


def test_without_the_keys_only_what_they_seal_stays_closed(shelf: Shelf, tmp_path: Path) -> None:
    archive = shelf.archive
    with archive.db.write() as session:
        submission = session.get_one(Item, shelf.items[WHERE]).submission_id
        details = contacts.Details(email="somebody@example.org")
        session.add(Contact(submission_id=submission, sealed=contacts.seal(archive, submission, details)))
    folder = backed_up(archive, tmp_path / "target", keys=tmp_path / "keys").backup.folder
    shut, told = restored(folder, tmp_path / "shut")
    opened, _ = restored(folder, tmp_path / "opened", keys=tmp_path / "keys")
    try:
        assert (told.has_keys, told.sealed) == (False, 1)
        assert find.find(shut, PUBLIC, "carriage").total == 1
        assert contacts.read(opened, OPERATOR, submission) == details
        with pytest.raises(ArchiveError) as closed:
            contacts.read(shut, OPERATOR, submission)
        assert closed.value.code == "sealed-elsewhere"
        assert (tmp_path / "opened" / "keys" / "contacts.key").stat().st_mode & 0o777 == 0o600
    finally:
        shut.close()
        opened.close()


def test_bytes_that_are_still_arriving_are_there_too(shelf: Shelf, tmp_path: Path) -> None:
    archive = shelf.archive
    with archive.db.write() as session:
        submission = session.get_one(Item, shelf.items[WHERE]).submission_id
        upload = Upload(submission_id=submission, given_name="film.mp4", length=9, reserved=9)
        lost = Upload(submission_id=submission, given_name="taken away again", length=9, reserved=9)
        session.add_all([upload, lost])
    (archive.settings.staging / upload.id).write_bytes(b"so far")
    done = backed_up(archive, tmp_path / "target")
    assert done.backup.missing == ()
    # What arrives afterwards belongs to the next one.
    with (archive.settings.staging / upload.id).open("ab") as stream:
        stream.write(b"ar.")
    again, _ = restored(done.backup.folder, tmp_path / "new")
    assert (again.settings.staging / upload.id).read_bytes() == b"so far"
    again.close()


def test_a_file_that_holds_no_keys_is_told(archive: Archive, tmp_path: Path) -> None:
    backup = backed_up(archive, tmp_path / "target").backup
    (tmp_path / "keys").write_text(
        '{"format": "remembrance-keys/1", "keys": {"../x": "aaaa"}}', encoding="utf-8"
    )
    with pytest.raises(BadInputError) as refused:
        restore(backup, to(tmp_path / "new", keys=tmp_path / "keys"))
    assert refused.value.code == "bad-keys"
    assert not (tmp_path / "new").exists()


def test_access_copies_that_were_left_out_are_asked_for_anew(shelf: Shelf, tmp_path: Path) -> None:
    folder = backed_up(shelf.archive, tmp_path / "target", access=False).backup.folder
    assert not (folder / "access").exists()
    again, done = restored(folder, tmp_path / "new")
    try:
        assert done.made_anew > 3
        assert again.jobs.pending_count() == shelf.archive.jobs.pending_count() + done.made_anew
        with again.db.read() as session:
            letter = session.get_one(File, shelf.files[WHERE, 0])
            assert letter.state == FileState.RECEIVED and letter.copies == []
    finally:
        again.close()


@pytest.mark.slow
def test_collections_of_ones_own_come_back_with_it(shelf: Shelf, tmp_path: Path) -> None:
    own = tmp_path / "own-collections"
    shutil.copytree(collections_root(shelf.archive.settings), own)
    archive = open_archive(replace(shelf.archive.settings, collections_dir=str(own), site_name="Our house"))
    folder = backed_up(archive, tmp_path / "target").backup.folder
    archive.close()
    shutil.rmtree(own)
    again, _ = restored(folder, tmp_path / "new")
    again.close()
    settings = Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "new")})
    assert settings.site_name == "Our house"
    assert settings.collections_dir == str(tmp_path / "new" / "collections")
    reopened = open_archive(settings)
    assert "march-25" in reopened.profiles
    reopened.close()
