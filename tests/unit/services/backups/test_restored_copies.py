"""A restored home leaves the copies of the archive that was backed up alone, until somebody says that it takes its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive.access import OPERATOR
from archive.models import today
from archive.models.errors import BadInputError, ConflictError
from archive.services import copies, copies_health, copies_settle, copies_stores, restore_copies
from archive.services.backup_keys import write_keys
from archive.services.backup_manifest import read
from archive.services.opening import open_archive
from archive.services.restore import restore
from archive.services.restore_ledgers import newer_at_hand
from archive.settings import Settings
from tests.fixtures.backups import backed_up, restored, to
from tests.fixtures.outside import bytes_below
from tests.fixtures.shelf import Shelf


def test_a_drill_writes_nothing_into_the_copies_of_the_archive_that_goes_on(
    shelf: Shelf, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mine = replace(shelf.archive, settings=replace(shelf.archive.settings, copies=(str(disk),)))
    (ran,) = copies.run(mine, copies_stores.places(mine.settings))
    assert ran.copied and not ran.trouble
    before = bytes_below(disk)
    keys = tmp_path / "keys"
    write_keys(keys, {"keys/copies.toml": b'[bucket]\naccess_key_id = "x"\n'})
    folder = backed_up(mine, tmp_path / "target").backup.folder
    assert str(disk) in (folder / "remembrance.toml").read_text(encoding="utf-8")
    assert disk in newer_at_hand(read(folder), Settings(home=tmp_path / "elsewhere"))
    again, done = restored(folder, tmp_path / "new", keys=keys)
    home = tmp_path / "new"
    again.close()
    loaded = Settings.load({"REMEMBRANCE_HOME": str(home)})
    assert done.stores == (str(disk),) and loaded.copies == ()
    assert not loaded.copy_keys.exists()
    restore_copies.take_up(loaded)
    settings = Settings.load({"REMEMBRANCE_HOME": str(home)})
    assert settings.copies == (str(disk),) and settings.copy_keys.read_bytes().startswith(b"[bucket]")
    archive = open_archive(replace(settings, database_url=again.settings.database_url))
    try:
        found, away = restore_copies.close_by_stores(archive)
        assert (found.items, away) == (0, ())
        # What the backup says lies there is looked at again.
        (ran,) = copies.run(archive, copies_stores.places(archive.settings))
        assert ran.copied and ran.waiting == 0
    finally:
        archive.close()
    assert bytes_below(disk) == before
    with pytest.raises(BadInputError) as refused:
        restore_copies.take_up(settings)
    assert refused.value.code == "no-such-store"


def test_a_setting_that_was_written_anew_meanwhile_counts(shelf: Shelf, tmp_path: Path) -> None:
    mine = replace(shelf.archive, settings=replace(shelf.archive.settings, copies=("/mnt/old",)))
    restore(read(backed_up(mine, tmp_path / "target").backup.folder), to(tmp_path / "new"))
    with (tmp_path / "new/remembrance.toml").open("a", encoding="utf-8") as stream:
        stream.write('copies = ["/mnt/other"]\n')
    restore_copies.take_up(Settings(home=tmp_path / "new"))
    assert Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "new")}).copies == ("/mnt/other",)


def test_a_restored_home_writes_to_no_bucket_whatever_is_set_until_somebody_says_so(
    shelf: Shelf, tmp_path: Path, new_bucket: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = new_bucket()
    mine = replace(shelf.archive, settings=replace(shelf.archive.settings, copies=(bucket,)))
    (ran,) = copies.run(mine, copies_stores.places(mine.settings))
    assert ran.copied and not ran.trouble
    store = copies_stores.reach(mine, copies_stores.places(mine.settings)[0])
    before = sorted(store.list(""))
    again, done = restored(backed_up(mine, tmp_path / "target").backup.folder, tmp_path / "new")
    assert done.stores == (bucket,), "the backup knows the bucket, with its endpoint"
    item_id = next(iter(again.store.list("bags"))).split("/")[1]
    archive = replace(again, settings=replace(again.settings, copies=(bucket,)))
    try:
        ((verdict, sentence, remedy),) = [*copies_health.look(archive)]
        assert verdict == "note" and "writes to no store of copies" in sentence and "copies adopt" in remedy
        monkeypatch.setattr(copies_health, "today", lambda: today() + timedelta(days=3))
        assert [one[0] for one in copies_health.look(archive)] == ["problem"], "forgotten"
        (place,) = copies_stores.places(archive.settings)
        (ran,) = copies.run(archive, [place])
        assert (ran.trouble, ran.copied, ran.removed) == ("store-set-aside", 0, 0)
        for write in (
            lambda: copies_stores.adopt(archive, place),
            lambda: copies_settle.settle(archive, OPERATOR, item_id, place),
        ):
            with pytest.raises(ConflictError) as refused:
                write()
            assert refused.value.code == "store-set-aside"
        assert sorted(store.list("")) == before
        restore_copies.take_up(archive.settings)
        assert copies.run(archive, [place])[0].trouble == "store-set-aside", "not before it was looked at"
        restore_copies.close_by_stores(archive)
        (ran,) = copies.run(archive, [place])
        assert (ran.trouble, ran.waiting) == ("", 0)
    finally:
        archive.close()
