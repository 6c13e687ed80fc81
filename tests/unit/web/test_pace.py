"""Hourly limits hold for one person, whichever process answers."""

from __future__ import annotations

import pytest

from archive.models.errors import TooOftenError
from archive.web.pace import Pace

ADDRESS = "203.0.113.9"


def begun(paces: list[Pace], size: int) -> int:
    """How many files somebody begins, one at each process in turn, until every one refuses."""
    count = refused = 0
    while refused < len(paces):
        try:
            paces[count % len(paces)].spend("session", ADDRESS, size)
            count, refused = count + 1, 0
        except TooOftenError:
            paces.append(paces.pop(0))
            refused += 1
    return count


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_processes_that_each_count_allow_no_more_together_than_one(processes: int) -> None:
    paces = [Pace(8) for _ in range(processes)]
    sized = [Pace(0, 800) for _ in range(processes)]
    for pace in (*paces, *sized):
        pace.processes = processes
    assert begun(paces, 1) == 8
    assert begun(sized, 100) == 8


def test_one_large_file_is_not_refused_because_there_are_more_processes() -> None:
    pace = Pace(8, 800)
    pace.processes = 4
    pace.spend("session", ADDRESS, 800)
    with pytest.raises(TooOftenError):
        pace.spend("session", ADDRESS, 1)
    with pytest.raises(TooOftenError):
        pace.spend("another", ADDRESS, 801)
