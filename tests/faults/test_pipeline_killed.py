"""Ingest and worker killed at any moment: what was acknowledged is there once, nothing is doubled, nothing lies about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.models import Item, ItemState
from archive.services.opening import Archive
from archive.services.sweep import sweep
from tests.fixtures.faults import Gift, assert_whole, open_home
from tests.fixtures.random_kills import IN_EVERY_RUN, drawn_seed
from tests.fixtures.warm import Heard

LONGEST_S = 3600


def drive(tmp_path: Path, **changes: Any) -> tuple[list[Gift], dict[str, Any], list[dict[str, Any]]]:
    log = tmp_path / "lives.jsonl"
    plan = {"home": str(tmp_path / "home"), "gifts": str(tmp_path / "gifts"), "log": str(log)}
    done = Heard("tests.fixtures.killing", json.dumps(plan | changes)).ended(LONGEST_S)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Traceback" not in done.stderr, done.stderr[-4000:]
    result = json.loads(done.stdout.splitlines()[-1])
    gifts = [Gift(**{**gift, "folder": Path(gift["folder"])}) for gift in result["gifts"]]
    return gifts, result, [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def assert_everything_acknowledged_is_there(archive: Archive, lines: Sequence[dict[str, Any]]) -> None:
    told = [line["acknowledged"] for line in lines if "acknowledged" in line]
    with archive.db.read() as session:
        states = {row.id: row.state for row in session.execute(select(Item.id, Item.state))}
    assert {what for what, *_ in told} >= {"received", "published", "withdrawn"}
    withdrawn = {ids[0] for what, *ids in told if what == "withdrawn"}
    for what, *ids in told:
        for id_ in ids:
            expected = ItemState.WITHDRAWN if id_ in withdrawn else ItemState.PUBLISHED
            assert states[id_] == expected, (what, id_)


def assert_survived(tmp_path: Path, deaths: int, **changes: Any) -> None:
    gifts, result, lines = drive(tmp_path, kills=deaths, **changes)
    assert result["deaths"] >= deaths
    # They died all over the place, not again and again at the same.
    assert len({line["died"] for line in lines if "died" in line}) >= deaths // 5
    archive = open_home(tmp_path / "home")
    try:
        # As the next start of a worker does.
        sweep(archive)
        assert_whole(archive, gifts)
        assert_everything_acknowledged_is_there(archive, lines)
    finally:
        archive.close()


def test_an_ingest_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    assert_survived(tmp_path, IN_EVERY_RUN["ingest"], seed=drawn_seed())


def test_a_worker_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    assert_survived(tmp_path, IN_EVERY_RUN["worker"], of="worker", seed=drawn_seed())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 110))
def test_ingests_killed_a_thousand_times_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    assert_survived(tmp_path, 200, seed=seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 205))
def test_workers_killed_a_thousand_times_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    assert_survived(tmp_path, 200, of="worker", seed=seed)
