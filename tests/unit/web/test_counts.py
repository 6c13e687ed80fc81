"""What is begun within an hour is counted once, whichever process it comes to, and nobody can read whose it was."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from archive.models import today
from archive.models.errors import TooOftenError
from archive.web import counts, marks
from archive.web.counts import Counts
from archive.web.pace import Charge, Pace

ADDRESS = "203.0.113.9"
# Processes of which each begins as much as it is let begin, at the same time; how much that was in all.
TOGETHER = """
import os, sys
from archive.models.errors import TooOftenError
from archive.web.counts import Counts
from archive.web.pace import Pace

counts, (said, say) = Counts(), os.pipe()
for _ in range(int(sys.argv[1])):
    if not os.fork():
        pace, begun = Pace(2000, counts=counts), 0
        try:
            while True:
                pace.spend("session", "203.0.113.9", 1)
                begun += 1
        except TooOftenError:
            os.write(say, f"{begun}\\n".encode())
            os._exit(0)
os.close(say)
with open(said) as told:
    print(sum(int(line) for line in told))
"""
# A process that dies while it counts.
DYING = """
import os, signal
from archive.web.counts import Counts
from archive.web.pace import Pace

counts = Counts()
if not (child := os.fork()):
    with counts.held():
        os.kill(os.getpid(), signal.SIGKILL)
os.waitpid(child, 0)
Pace(1, counts=counts).spend("session", "", 1)
print("counted")
"""


def run(script: str, *given: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *given], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many seconds go by."""
    moment = time.monotonic()

    def passing(seconds: float) -> None:
        nonlocal moment
        moment += seconds
        monkeypatch.setattr(counts.time, "monotonic", lambda: moment)

    return passing


@pytest.mark.parametrize("processes", [1, 4])
def test_processes_let_somebody_begin_together_as_much_as_one_does_and_no_less(processes: int) -> None:
    assert run(TOGETHER, str(processes)) == "2000"


def test_a_process_that_dies_while_it_counts_keeps_no_other_from_counting() -> None:
    assert run(DYING) == "counted"


def test_another_hour_begins_when_one_is_over(passes: Callable[[float], None]) -> None:
    pace = Pace(1)
    pace.spend("session", ADDRESS, 1)
    passes(counts.HOUR_S - 1)
    with pytest.raises(TooOftenError):
        pace.spend("session", ADDRESS, 1)
    passes(2)
    pace.spend("session", ADDRESS, 1)


def test_what_never_came_of_an_hour_that_is_over_is_not_taken_off_the_next(
    passes: Callable[[float], None],
) -> None:
    pace = Pace(0, 1000)
    slow = Charge(pace, "session", ADDRESS, 1000)
    passes(counts.HOUR_S + 1)
    pace.spend("session", ADDRESS, 1000)
    slow.end()
    with pytest.raises(TooOftenError):
        pace.spend("session", ADDRESS, 1)


def test_whoever_begins_much_is_not_forgotten_because_many_begin_a_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counts, "PLACES", counts.BESIDE)
    pace = Pace(2)
    pace.spend("much", "", 1)
    pace.spend("much", "", 1)
    for number in range(3 * counts.BESIDE):
        pace.spend(f"little {number}", "", 1)
    with pytest.raises(TooOftenError):
        pace.spend("much", "", 1)


def test_what_one_limit_counts_is_not_counted_by_another() -> None:
    shared = Counts()
    files, requests = Pace(1, counts=shared), Pace(1, counts=shared, of="requests")
    files.spend("session", ADDRESS, 1)
    requests.spend("session", ADDRESS, 0)
    with pytest.raises(TooOftenError):
        requests.spend("session", ADDRESS, 0)


def test_nobody_can_read_who_was_counted_and_on_the_next_day_not_compare_it_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = Counts()
    Pace(1, counts=shared).spend("a session", ADDRESS, 1)
    # One memory without a name in any folder.
    assert not os.fstat(vars(shared)["_file"]).st_nlink
    held = bytes(vars(shared)["_memory"])
    assert any(held) and ADDRESS.encode() not in held and b"a session" not in held
    with shared.held():
        before = shared.mark(ADDRESS)
        assert shared.mark(ADDRESS) == before
        day = today() + timedelta(days=1)
        monkeypatch.setattr(marks, "today", lambda: day)
        assert shared.mark(ADDRESS) != before
    assert held[: marks.Marks.SIZE] not in bytes(vars(shared)["_memory"])
