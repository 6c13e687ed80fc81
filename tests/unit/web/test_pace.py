"""Hourly limits hold for one person."""

from __future__ import annotations

import pytest

from archive.models.errors import TooOftenError
from archive.web.pace import PEOPLE_AT_ONE_ADDRESS, Charge, Pace

ADDRESS = "203.0.113.9"


@pytest.mark.parametrize("limits", [(2, 0), (0, 2)])
def test_a_session_begins_so_much_and_one_address_as_much_as_many_sessions(limits: tuple[int, int]) -> None:
    pace = Pace(*limits)
    for person in range(PEOPLE_AT_ONE_ADDRESS):
        for _ in range(2):
            pace.spend(f"session {person}", ADDRESS, 1)
        with pytest.raises(TooOftenError):
            pace.spend(f"session {person}", "203.0.113.10", 1)
    with pytest.raises(TooOftenError):
        pace.spend("one more", ADDRESS, 1)
    # Of whom nobody knows from where they come, each counts alone.
    pace.spend("one more", "127.0.0.1", 1)


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
def test_one_sending_may_be_all_that_one_person_may_begin(announced: int) -> None:
    charge = Charge(Pace(8, 800), "session", ADDRESS, announced)
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
