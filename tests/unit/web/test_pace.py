"""Hourly limits hold for one person, whichever process answers."""

from __future__ import annotations

import pytest

from archive.models.errors import TooOftenError
from archive.web.pace import Charge, Pace

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


def test_what_arrives_at_once_comes_no_further_together_than_one_may_alone() -> None:
    pace = Pace(0, 1000)
    first, second = (Charge(pace, "session", ADDRESS) for _ in range(2))
    for _ in range(5):
        first.take(100)
        second.take(100)
    for charge in (first, second):
        with pytest.raises(TooOftenError):
            charge.take(1)
    first.end()
    with pytest.raises(TooOftenError):
        Charge(pace, "session", ADDRESS, 1)


def test_what_is_announced_counts_before_it_comes_and_is_given_back_where_it_never_did() -> None:
    pace = Pace(0, 1000)
    first = Charge(pace, "session", ADDRESS, 900)
    with pytest.raises(TooOftenError):
        Charge(pace, "session", ADDRESS, 900)
    first.take(300)
    first.end()
    second = Charge(pace, "session", ADDRESS, 700)
    with pytest.raises(TooOftenError):
        second.take(701)
    second.end()
    Charge(pace, "session", ADDRESS, 700).end()


@pytest.mark.parametrize("announced", [0, 800])
def test_one_large_sending_is_let_through_whole_by_one_of_several_processes(announced: int) -> None:
    pace = Pace(8, 800)
    pace.processes = 4
    charge = Charge(pace, "session", ADDRESS, announced)
    charge.begin_file()
    for _ in range(8):
        charge.take(100)
    with pytest.raises(TooOftenError):
        charge.take(1)


def test_files_of_one_sending_are_counted_one_by_one() -> None:
    charge = Charge(Pace(2), "session", ADDRESS)
    charge.begin_file()
    charge.begin_file()
    with pytest.raises(TooOftenError):
        charge.begin_file()
