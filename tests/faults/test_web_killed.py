"""The web server killed at any moment while people give and curators decide: what it acknowledged is there, once."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.models import Item, ItemState
from archive.services import doctor, fixity
from archive.services.opening import Archive
from archive.services.sweep import stray_bytes
from archive.services.upkeep import catch_up
from ingest import work
from tests.fixtures.faults import open_home
from tests.fixtures.random_kills import (
    IN_EVERY_RUN,
    PROMISED,
    PROMISED_OF_THE_WEB,
    drawn_seed,
)
from tests.fixtures.warm import Heard

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
LONGEST_S = 900
HERE = Path(__file__).parent


def drive(tmp_path: Path, kills: int, seed: int) -> dict[str, Any]:
    done = Heard("tests.fixtures.killing_web", str(tmp_path / "home"), str(kills), str(seed)).ended(LONGEST_S)
    print(done.stderr)
    assert done.returncode == 0, seed
    assert "Traceback" not in done.stderr, seed
    return dict(json.loads(done.stdout.splitlines()[-1]))


def sent(tmp_path: Path) -> set[str]:
    lines = map(json.loads, (tmp_path / "log").read_text(encoding="utf-8").splitlines())
    return {line["acknowledged"][1] for line in lines if line.get("acknowledged", [""])[0] == "sent"}


def survived(tmp_path: Path, kills: int, seed: int) -> None:
    found = drive(tmp_path, kills, seed)
    assert found["wrong"] == [], seed
    assert found["deaths"] == kills
    died_in = set(found["died"])
    assert {"bring form", "bring tus", "decide"} <= died_in and died_in & {"send form", "send tus"}, died_in
    archive = open_home(tmp_path / "home")
    try:
        assert_all_that_was_sent_is_kept(archive, sent(tmp_path))
    finally:
        archive.close()


def assert_all_that_was_sent_is_kept(archive: Archive, titles: set[str]) -> None:
    """A worker that comes afterwards finds all of it, and nothing else."""
    with work.worker(archive, "served"):
        until = time.monotonic() + 120
        while archive.jobs.pending_count() or not catch_up(archive):
            assert time.monotonic() < until
            time.sleep(0.1)
    with archive.db.read() as session:
        given = session.scalars(
            select(Item).where(Item.state != ItemState.DRAFT, Item.title.contains("-"))
        ).all()
    assert {item.title for item in given} >= titles
    assert {item.state for item in given} == {ItemState.IN_REVIEW}
    assert all(fixity.read(line).is_sound for line in fixity.bags(archive))
    assert {item.id for item in given} <= {line.id for line in fixity.bags(archive)}
    assert stray_bytes(archive) == []
    assert [one.sentence for one in doctor.examine(archive) if one.verdict == "problem"] == []


def test_a_web_server_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    survived(tmp_path, IN_EVERY_RUN["web"], drawn_seed())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300, 305))
def test_web_servers_killed_a_thousand_times_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    survived(tmp_path, 200, seed)


def test_every_run_kills_at_two_hundred_random_moments() -> None:
    assert sum(IN_EVERY_RUN.values()) >= PROMISED
    assert IN_EVERY_RUN["web"] >= PROMISED_OF_THE_WEB
    told = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*killed.py"))
    assert {name for name in IN_EVERY_RUN if f'IN_EVERY_RUN["{name}"]' not in told} == set()
