"""A package of bags that was uploaded and waits is in the backup: after a restore it is taken in as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import BagImport, User, new_id, today
from archive.models.errors import IntegrityError
from archive.services import backup_check, bag_import_standing
from archive.services.backup import _copy
from archive.services.backup_manifest import read, write
from archive.services.bag_import_standing import ASKED, CHECKED, DONE, package_of, remove
from archive.services.opening import Archive
from ingest.importing.package import carry_out
from tests.fixtures.backups import backed_up, restored
from tests.fixtures.bringing import packed
from tests.fixtures.foreign import foreign_bag


def brought(archive: Archive, folder: Path, state: str, wish: str = "take") -> str:
    """A package that the archivist uploaded; its id."""
    data = packed(foreign_bag(folder / "bag"))
    with archive.db.write() as session:
        agent = session.scalars(select(User.id).where(User.username == "archivist")).one()
        row = BagImport(id=new_id(), agent=agent, collection="march-25", given_name="bags.zip", wish=wish)
        row.state, row.size, row.expires_on = state, len(data), today() + timedelta(days=7)
        session.add(row)
        import_id = row.id
    package_of(archive, import_id).write_bytes(data)
    return import_id


@pytest.mark.parametrize("state", [ASKED, CHECKED])
def test_a_package_that_waits_is_taken_in_after_a_restore(
    archive: Archive, tmp_path: Path, state: str
) -> None:
    import_id = brought(archive, tmp_path, state)
    data = package_of(archive, import_id).read_bytes()
    made = backed_up(archive, tmp_path / "target", verify=True)
    assert made.backup.missing == ()
    again, _ = restored(made.backup.folder, tmp_path / "new")
    try:
        assert package_of(again, import_id).read_bytes() == data
        with again.db.write() as session:
            session.get_one(BagImport, import_id).state = ASKED
        carry_out(again, import_id, lambda *_: None)
        with again.db.read() as session:
            row = session.get_one(BagImport, import_id)
        assert (row.state, row.why) == (DONE, "")
    finally:
        again.close()


def test_a_package_that_is_removed_while_the_backup_is_made_is_in_it_all_the_same(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = brought(archive, tmp_path, CHECKED)

    def removed(*args: object) -> object:
        remove(archive, import_id, "by-hand")
        return copying(*args)

    copying: Callable[..., object] = _copy
    monkeypatch.setattr("archive.services.backup._copy", removed)
    made = backed_up(archive, tmp_path / "target", verify=True)
    assert f"staging/{import_id}" in made.backup.files and made.backup.missing == ()
    assert not package_of(archive, import_id).exists()


def test_a_backup_without_a_package_that_its_database_knows_does_not_call_itself_whole(
    archive: Archive, tmp_path: Path
) -> None:
    import_id = brought(archive, tmp_path, CHECKED)
    package_of(archive, import_id).unlink()
    told = backed_up(archive, tmp_path / "told").backup
    assert told.missing == (f"staging/{import_id} is gone",)
    brought(archive, tmp_path / "more", bag_import_standing.ARRIVING)
    package_of(archive, import_id).write_bytes(b"a package")
    made = backed_up(archive, tmp_path / "target").backup
    (made.folder / f"staging/{import_id}").unlink()
    del made.files[f"staging/{import_id}"]  # type: ignore[attr-defined]
    write(made)
    with pytest.raises(IntegrityError, match=f"staging/{import_id} is gone"):
        backup_check.check(read(made.folder), archive.settings.database)
