"""An import killed at any moment, and run again: the bag is there once and whole, and nothing else lies about."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.bags import verify
from archive.models import File, Item
from archive.services.doctor import examine
from archive.services.sweep import stray_bytes, sweep
from tests.fixtures.faults import open_home
from tests.fixtures.foreign import FILES, foreign_bag

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_an_import_killed_at_any_moment_takes_the_bag_in_once(tmp_path: Path, seed: int) -> None:
    root = foreign_bag(tmp_path / "bag")
    packed = tmp_path / "bag.tar.gz"
    with tarfile.open(packed, "w:gz") as made:
        made.add(root, "bag")
    plan = [str(tmp_path / "home"), str(packed), str(tmp_path / "log"), "12", str(seed)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fixtures.importing_killed", *plan],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert int(done.stdout) >= 3
    archive = open_home(tmp_path / "home")
    try:
        sweep(archive)
        assert stray_bytes(archive) == []
        assert [path for path in archive.settings.run.iterdir() if path.name.startswith("unzip-")] == []
        with archive.db.read() as session:
            (item,) = session.scalars(select(Item)).all()
            assert len(session.scalars(select(File)).all()) == len(FILES)
        assert item.state == "in_review"
        assert verify(archive.bag_folder(item.bag_key)).ok
        assert [one.sentence for one in examine(archive) if one.verdict == "problem"] == []
    finally:
        archive.close()
