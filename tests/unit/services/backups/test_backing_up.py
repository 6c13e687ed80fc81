"""A backup is whole or is none, holds no key and no moment, shares what did not change, and shows every change of it."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from archive.models import Item, today
from archive.models.database import open_engine
from archive.models.errors import ArchiveError, BadInputError, ConflictError, IntegrityError, StorageFullError
from archive.models.whole_copies import sqlite_url
from archive.services import backup as backing_up
from archive.services import backup_check, backup_plan, backup_settings, contacts, lifecycle, records
from archive.services.backup_folder import alone_in
from archive.services.backup_manifest import LISTED, MAKING, SAID, newest, read
from archive.services.opening import Archive
from archive.settings import Settings
from tests.fixtures.backups import backed_up, originals
from tests.fixtures.shelf import Shelf

DAY_NS = 86_400 * 10**9


def test_a_backup_holds_every_original_and_is_tried_out_before_it_has_its_name(
    archive: Archive, tmp_path: Path
) -> None:
    done = backed_up(archive, tmp_path / "target", verify=True)
    assert done.is_verified and done.backup.missing == ()
    assert done.backup.folder == tmp_path / "target" / today().isoformat()
    assert read(done.backup.folder) == done.backup
    kept = {held.read_bytes() for held in done.backup.folder.rglob("data/*")}
    assert set(originals(archive).values()) <= kept
    assert [one.name for one in (tmp_path / "target").iterdir() if one.name.startswith(".")] == [".lock"]


def test_it_can_be_checked_with_tools_that_everybody_has(archive: Archive, tmp_path: Path) -> None:
    folder = backed_up(archive, tmp_path / "target").backup.folder
    lines = (folder / LISTED).read_text(encoding="utf-8").splitlines()
    named = {line.split("  ", 1)[1] for line in lines}
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert named == here - {SAID, LISTED}


def test_no_key_is_in_it_and_the_file_of_keys_is_for_its_owner_alone(
    archive: Archive, tmp_path: Path
) -> None:
    sealed = contacts.seal(archive, "x", contacts.Details(email="somebody@example.org"))
    assert sealed
    key = (archive.settings.home / "keys" / "contacts.key").read_bytes()
    folder = backed_up(archive, tmp_path / "target", keys=tmp_path / "keys").backup.folder
    assert not any(key in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    # Every night again, as long as it is of the same archive.
    backed_up(archive, tmp_path / "target", keys=tmp_path / "keys")
    (tmp_path / "other").write_text("a letter", encoding="utf-8")
    with pytest.raises(BadInputError, match="does not hold keys"):
        backed_up(archive, tmp_path / "target", keys=tmp_path / "other")
    with pytest.raises(BadInputError) as refused:
        backed_up(archive, tmp_path / "target", keys=tmp_path / "target" / "keys")
    assert refused.value.code == "backup-place"


@pytest.mark.sqlite(
    "a dump of PostgreSQL holds the moments of jobs under way: docs/decisions/a-backup-is-one-that-was-restored.md"
)
def test_of_moments_only_the_day_is_in_it(archive: Archive, tmp_path: Path) -> None:
    with archive.db.write() as session:
        archive.jobs.enqueue(session, "examine", "nothing", key="waits")
    folder = backed_up(archive, tmp_path / "target").backup.folder
    moments = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mtime_ns % DAY_NS]
    assert moments == []
    engine = open_engine(sqlite_url(shutil.copyfile(folder / "database.sqlite", tmp_path / "look.db")))
    with engine.connect() as connection:
        times = connection.execute(text("SELECT created_at, updated_at FROM workflow_status")).all()
    engine.dispose()
    assert times and all(one % 86_400_000 == 0 for row in times for one in row)
    # Nobody's minute is told by what the backup says of itself either.
    assert json.loads((folder / SAID).read_text())["on"] == today().isoformat()


def test_what_did_not_change_is_shared_with_the_backup_before(archive: Archive, tmp_path: Path) -> None:
    first = backed_up(archive, tmp_path / "target")
    again = backed_up(archive, tmp_path / "target")
    assert first.shared == 0 and again.shared > 10
    assert again.backup.folder.name == f"{today().isoformat()}-2"
    bags = [path for path in again.backup.files if path.startswith("objects/")]
    shared = [(again.backup.folder / one).samefile(first.backup.folder / one) for one in bags]
    assert bags and all(shared)
    full = backed_up(archive, tmp_path / "target", full=True, name="apart")
    assert full.shared == 0
    shutil.rmtree(first.backup.folder)
    backup_check.check(again.backup, archive.settings.database)


def test_a_place_in_the_home_is_refused_and_so_is_a_name_that_is_taken(
    archive: Archive, tmp_path: Path
) -> None:
    inside = archive.settings.home / "backups"
    for place in (
        inside,
        archive.settings.home,
        archive.settings.home.parent,
        archive.settings.home / "objects",
    ):
        with pytest.raises(BadInputError) as refused:
            backed_up(archive, place)
        assert refused.value.code == "backup-place"
    assert not inside.exists()
    backed_up(archive, tmp_path / "target", name="first")
    with pytest.raises(BadInputError, match="there already"):
        backed_up(archive, tmp_path / "target", name="first")
    with pytest.raises(BadInputError, match="plain name"):
        backed_up(archive, tmp_path / "target", name="../first")


def test_too_little_room_is_told_before_anything_is_written(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("archive.services.backup_folder.shutil.disk_usage", lambda _path: usage)
    with pytest.raises(StorageFullError, match="1000 are free"):
        backed_up(archive, tmp_path / "target")
    assert [one.name for one in (tmp_path / "target").iterdir()] == [".lock"]


def test_two_backups_into_one_place_do_not_meet(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    with alone_in(tmp_path / "target"), pytest.raises(ConflictError) as refused:
        backed_up(archive, tmp_path / "target")
    assert refused.value.code == "backup-running"


def test_what_a_killed_backup_left_is_no_backup_and_goes_with_the_next(
    archive: Archive, tmp_path: Path
) -> None:
    left = tmp_path / "target" / f"{MAKING}yesterday"
    left.mkdir(parents=True)
    (left / "database.sqlite").write_bytes(b"half")
    assert newest(tmp_path / "target") is None
    with pytest.raises(BadInputError) as refused:
        read(left)
    assert refused.value.code == "no-backup"
    backed_up(archive, tmp_path / "target")
    assert not left.exists()


def harmed(folder: Path, how: str, path: str) -> None:
    """Do one thing to a file of a backup that no backup does."""
    file = folder / path
    data = bytearray(file.read_bytes())
    match how:
        case "flipped":
            data[len(data) // 2] ^= 1
            file.write_bytes(bytes(data))
        case "cut":
            file.write_bytes(bytes(data[:-1]))
        case "gone":
            file.unlink()
        case "added":
            (folder / f"{path}.more").write_bytes(b"")


@pytest.mark.parametrize(
    "how", ["flipped", *(pytest.param(one, marks=pytest.mark.slow) for one in ("cut", "gone", "added"))]
)
def test_every_harm_to_a_backup_is_found(archive: Archive, tmp_path: Path, how: str) -> None:
    backup = backed_up(archive, tmp_path / "target").backup
    kept = tmp_path / "kept"
    shutil.copytree(backup.folder, kept)
    paths = [backup.database_file, LISTED, *(one for one in backup.files if one.startswith("objects/"))]
    for path in paths:
        shutil.rmtree(backup.folder)
        shutil.copytree(kept, backup.folder)
        harmed(backup.folder, how, path)
        with pytest.raises((IntegrityError, BadInputError)) as found:
            backup_check.check(read(backup.folder), archive.settings.database)
        assert found.value.code in ("backup-damaged", "no-backup"), (how, path)


def test_a_backup_whose_rows_and_bytes_do_not_fit_is_found(
    archive: Archive, tmp_path: Path, shelf: Shelf
) -> None:
    key = archive.bag_folder(f"bags/{shelf.items['letter']}")
    (key / "data" / "letter.txt").write_bytes(b"somebody changed this")
    done = backed_up(archive, tmp_path / "target", verify=True)
    # The rest is backed up all the same, and what is not whole is named.
    assert [one for one in done.backup.missing if "letter.txt" in one] == list(done.backup.missing)
    shutil.rmtree(key)
    done = backed_up(archive, tmp_path / "other")
    assert done.backup.missing == (f"objects/bags/{shelf.items['letter']} is gone",)


def test_a_bag_that_is_revised_meanwhile_says_what_the_database_says(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, item_id = shelf.archive, shelf.items["letter"]
    look = backup_plan.read_rows

    def then_revised(*arguments: Any, **more: Any) -> Any:
        rows = look(*arguments, **more)
        for _ in range(2):
            with lifecycle.changing(archive, item_id) as (_session, item):
                item.title = "Said after the backup began"
                lifecycle.touch(item)
            records.write_waiting(archive)
        return rows

    monkeypatch.setattr(backing_up, "read_rows", then_revised)
    backup = backed_up(archive, tmp_path / "target", verify=True).backup
    bag = backup.folder / "objects" / "bags" / item_id
    told = [json.loads(path.read_text())["item"] for path in bag.glob("metadata/*/record.json")]
    assert told and not any("Said after" in json.dumps(one) for one in told)
    live = archive.bag_folder(f"bags/{item_id}")
    assert len(list(live.glob("metadata/*"))) > len(list(bag.glob("metadata/*")))


def test_no_setting_that_is_secret_or_of_one_machine_is_kept() -> None:
    settings = Settings(
        site_name='The "House" \\ é',
        smtp_url="smtps://name:secret@host",
        database_url="postgresql://u:secret@h/d",
        public_url="https://archive.example.org",
        trusted_hosts=("a.example.org", "b.example.org"),
        ocr=True,
        max_file_bytes=5,
    )
    kept, left_out = backup_settings.kept_settings(settings)
    assert b"secret" not in kept and set(left_out) == {"smtp_url", "database_url"}
    assert tomllib.loads(kept.decode()) == {
        "site_name": 'The "House" \\ é',
        "public_url": "https://archive.example.org",
        "trusted_hosts": ["a.example.org", "b.example.org"],
        "ocr": True,
        "max_file_bytes": 5,
    }
    assert backup_settings.holds_secret(("s3://bucket?secret_access_key=x",))


def test_a_disk_that_fails_while_it_is_written_ends_the_backup_and_leaves_none(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backing_up, "flush_tree", full)
    with pytest.raises(ArchiveError) as refused:
        backed_up(archive, tmp_path / "target")
    assert refused.value.code == "storage-full"
    assert newest(tmp_path / "target") is None
    with archive.db.read() as session:
        assert session.scalars(select(Item)).all()
