"""An item that is being split is whole at every moment, whenever the process is killed."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.models import (
    Action,
    ItemState,
)
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from tests.fixtures.arranging import (
    PAGES,
    archive,
    curator,
    do_the_work,
    files_of,
    history,
    master,
    named,
    originals,
    post,
)
from tests.fixtures.command_line import environment
from tests.fixtures.items import item_of
from tests.fixtures.warm import Heard

__all__ = ["archive", "curator", "master"]


KILLED = """
import json, sys
from pathlib import Path
from archive.models import Replacement
from archive.services.opening import open_archive
from archive.settings import Settings
from ingest.item_parcel import Tools
from tests.fixtures.kill_points import Points
from tests.fixtures.arranging import do_the_work

archive = open_archive(Settings(home=Path(sys.argv[1])))
log = open(sys.argv[2], "ab", buffering=0)
points = Points(log.fileno(), sys.argv[3], int(sys.argv[4]))
points.watch()
do_the_work(archive)
print(json.dumps(points.counts))
"""


@pytest.mark.parametrize(
    ("what", "k"),
    [
        ("rename", 1),
        pytest.param("rename", 2, marks=pytest.mark.slow),
        ("rename", 4),
        pytest.param("fsync", 3, marks=pytest.mark.slow),
        ("commit", 1),
        pytest.param("commit", 3, marks=pytest.mark.slow),
        ("commit", 6),
        pytest.param("write", 6, marks=pytest.mark.slow),
    ],
)
def test_killed_at_any_moment_nothing_is_lost_and_the_rest_is_done(
    archive: Archive, curator: FlaskClient, tmp_path: Path, what: str, k: int
) -> None:
    old = named(archive, "Three pages")
    files = [file.id for file in files_of(archive, old)][2:]
    assert post(curator, old, "split", file=files, title="Something else").status_code == 303
    home = archive.settings.home
    archive.close()
    done = Heard(KILLED, home, tmp_path / "log", what, str(k), env=environment(home)).ended(300)
    assert done.returncode == -signal.SIGKILL, done.stderr
    again = open_archive(Settings(home=home))
    try:
        # Whole before it goes on: the old bag holds everything, and is shown unless all that is new is kept.
        assert originals(again, old) == set(PAGES)
        rest, new = named(again, "Three pages", without=old), named(again, "Something else")
        if item_of(again, old).state == ItemState.PUBLISHED:
            do_the_work(again)
        assert originals(again, rest) == set(PAGES[:2]) and originals(again, new) == {PAGES[2]}
        assert item_of(again, old).state == ItemState.WITHDRAWN
        assert [one.kind for one in history(again, old)].count(Action.REPLACE) == 1
        assert list((again.settings.staging / "bags").iterdir()) == []
    finally:
        again.close()
