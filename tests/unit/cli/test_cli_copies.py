"""The commands for copies in a restored home: they say that it was restored, and not that a store should be named."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.services import restore_copies
from archive.services.opening import open_archive
from archive.settings import Settings
from tests.fixtures.commands import Run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that a store was set aside in by a restore."""
    home = tmp_path / "home"
    open_archive(Settings(home=home)).close()
    (home / "remembrance.toml").write_text(f'copies = ["{tmp_path / "disk"}"]\n', encoding="utf-8")
    (tmp_path / "disk").mkdir()
    restore_copies.set_aside(home)
    return home


@pytest.mark.parametrize(
    "command", ["copies run", "copies run DISK", "bags compare", "bags compare DISK", "copies adopt DISK"]
)
def test_a_restored_home_says_that_it_leaves_the_stores_alone_and_not_to_name_one(
    run: Run, home: Path, tmp_path: Path, command: str
) -> None:
    done = run(home, *command.replace("DISK", str(tmp_path / "disk")).split())
    assert done.returncode != 0
    assert (
        "This home was restored from a backup" in done.stderr
        and "copies adopt` without a name" in done.stderr
    )
    assert "Name one in the setting" not in done.stderr and "names no store" not in done.stderr
    assert list((tmp_path / "disk").iterdir()) == []


def test_a_home_that_was_not_restored_is_told_where_to_name_a_store(run: Run, home: Path) -> None:
    (home / "copies.set-aside").unlink()
    assert "Name one in the setting copies." in run(home, "copies", "run").stderr
