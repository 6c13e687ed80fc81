"""Killed by SIGKILL anywhere, a backup that looks whole is whole, and a home that is there is one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.services import backup_check, doctor
from archive.services.backup_manifest import newest, read
from archive.services.opening import open_archive
from archive.settings import Settings
from tests.fixtures.backups import backed_up
from tests.fixtures.desk import master
from tests.fixtures.faults import open_home
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import copy_of
from tests.fixtures.warm import Heard

__all__ = ["master"]

# Nothing is renamed so often: the last two come to their ends.
TO_THE_END = ("rename", 9999)
FEW = (("write", 60), ("fsync", 4), ("rename", 2), TO_THE_END)
MANY = (
    *(("write", k) for k in range(1, 160, 3)),
    *(("fsync", k) for k in range(1, 14)),
    *(("rename", k) for k in range(1, 8)),
    *(("commit", k) for k in range(1, 14)),
    TO_THE_END,
)


def killed(home: Path, target: Path, new: Path, kills: tuple[tuple[str, int], ...]) -> int:
    """Processes that back up and restore, one after the other; how many were killed."""
    done = Heard("tests.fixtures.backing_up", str(home), str(target), str(new), json.dumps(kills)).ended(600)
    assert done.returncode == 0, done.stderr
    return int(json.loads(done.stdout))


@pytest.mark.parametrize("kills", [FEW, pytest.param(MANY, marks=pytest.mark.slow)], ids=["few", "many"])
def test_killed_anywhere_what_looks_whole_is_whole(
    master: Shelf, tmp_path: Path, kills: tuple[tuple[str, int], ...]
) -> None:
    copy_of(master, tmp_path / "home").archive.close()
    home, target, new = tmp_path / "home", tmp_path / "target", tmp_path / "new"
    archive = open_home(home)
    backed_up(archive, target, name="whole")
    url = archive.settings.database
    archive.close()
    assert killed(home, target, new, kills) >= len(kills) - 1
    named = [one for one in target.iterdir() if not one.name.startswith(".")]
    for folder in named:
        backup_check.check(read(folder), url)
    assert newest(target) is not None
    # What a killed one left is cleared away by the next, of either kind.
    archive = open_home(home)
    backed_up(archive, target, verify=True)
    archive.close()
    assert {one.name for one in target.iterdir() if one.name.startswith(".")} == {".lock"}
    url = new.with_name("new.database").read_text(encoding="utf-8")
    again = open_archive(Settings(home=new, database_url=url))
    wrong = [
        one for one in doctor.examine(again) if one.what in ("home", "database", "bags", "history", "search")
    ]
    assert {one.verdict for one in wrong} == {"ok"}, wrong
    again.close()
