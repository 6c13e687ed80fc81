"""A reader or a validator dies while it is at work: its file is read again or marked with a reason, the rest goes on."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import File
from archive.services import doctor, fixity
from archive.services.opening import Archive
from ingest.bulk import ingest
from tests.fixtures.faults import COLLECTION, make_gift
from tests.fixtures.serving import command_of, descendants

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
DEATHS = 4


@contextlib.contextmanager
def killing(what: str, deaths: list[int]) -> Iterator[None]:
    """Children that run `what` are killed, each a little later in its life than the one before."""
    over = threading.Event()

    def kill() -> None:
        while not over.is_set() and len(deaths) < DEATHS:
            for pid in descendants(os.getpid()):
                if what in command_of(pid) and pid not in deaths and len(deaths) < DEATHS:
                    time.sleep(0.3 * (1 + len(deaths)))
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        deaths.append(pid)
            time.sleep(0.02)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("what", ["ingest.sandbox.child", "stock_child.py"])
def test_a_helper_that_is_killed_costs_at_most_its_own_file(
    archive: Archive, tmp_path: Path, what: str
) -> None:
    gifts = [make_gift(tmp_path / "gifts", number) for number in (1, 2, 3)]
    deaths: list[int] = []
    with killing(what, deaths):
        report = ingest(archive, [gift.folder for gift in gifts], COLLECTION, publish=True)

    assert deaths
    assert report.count("kept") + report.count("failed") == sum(gift.files for gift in gifts)
    assert {item.state for one in report.submissions for item in one.items} == {"published"}
    with archive.db.read() as session:
        failed = session.scalars(select(File).where(File.state == "failed")).all()
        examined = session.scalars(select(File).where(File.state == "examined")).all()
    assert len(failed) <= (len(deaths) if what == "ingest.sandbox.child" else 0)
    assert {file.failure_code for file in failed} <= {"parser-crashed"}
    assert all(file.failure for file in failed)
    assert len(failed) + len(examined) == sum(gift.files for gift in gifts)
    assert all(verdict.valid for verdict in fixity.validate(fixity.bags(archive)))
    assert [one for one in doctor.examine(archive) if one.verdict == "problem"] == []
    # Whoever was killed at the very end is waited for by whoever comes to it.
    until = time.monotonic() + 10
    while left := descendants(os.getpid()) & set(deaths):
        assert time.monotonic() < until, left
        time.sleep(0.05)
