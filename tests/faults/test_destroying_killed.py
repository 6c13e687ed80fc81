"""Killed by SIGKILL anywhere while something is destroyed, the next run goes on, and in the end nothing of it is left."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Event, Item, Submission, first_broken_link
from archive.services import withdrawing
from archive.services.opening import Archive
from ingest.bulk import ingest
from tests.fixtures.faults import open_home
from tests.fixtures.warm import Heard
from tests.fixtures.withdrawn import SECRET, history, settle, traces, troubles

THINGS = 8
KILLS = (
    *((kind, k) for kind in ("write", "fsync", "rename") for k in (1, 2, 4)),
    *(("statement", k) for k in (1, 3, 6, 9, 13, 17, 21, 25)),
    *(("commit", k) for k in (1, 2, 3, 4)),
)


def lives(archive: Archive) -> int:
    """Processes that destroy, one after the other; how many were killed."""
    done = Heard("tests.fixtures.destroying", str(archive.settings.home), json.dumps(KILLS)).ended(300)
    assert done.returncode == 0, done.stderr
    return int(json.loads(done.stdout))


def test_killed_anywhere_while_it_is_destroyed_nothing_of_it_is_left_in_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "given" / f"{SECRET}-things"
    folder.mkdir(parents=True)
    for number in range(THINGS):
        (folder / f"{SECRET}-{number}.txt").write_text(f"{SECRET}, number {number}.\n", encoding="utf-8")
    archive = open_home(tmp_path / "home")
    try:
        ingest(archive, [folder], "march-25", publish=True)
        with archive.db.read() as session:
            submission = session.scalars(select(Submission.id)).one()
        withdrawing.withdraw_submission(archive, OPERATOR, submission, destroy=True)
        assert lives(archive) >= THINGS
        settle(archive)
        assert traces(archive) == []
        assert troubles(archive) == []
        with archive.db.read() as session:
            items = session.scalars(select(Item)).all()
            kinds = [event.kind for event in session.scalars(select(Event))]
        assert {item.erasure for item in items} == {"done"}
        assert all(first_broken_link(history(archive, item.id)) is None for item in items)
        assert kinds.count("destroy") == len(items) == THINGS
    finally:
        archive.close()
