"""Rounds read every bag within the period, the longest unread first, a little at a time; killed, they go on."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from archive.access import OPERATOR
from archive.models import Fixity, Item, today
from archive.services import fixity_audit, fixity_round, fixity_state, health
from archive.services.fixity_pace import GivenUpError, Pace
from archive.services.fixity_round import Round
from archive.services.opening import Archive
from tests.fixtures.kept_bags import bags_master, checks_of, fill, flip, kept, row_of
from tests.fixtures.shelf import Shelf

__all__ = ["bags_master", "kept"]

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


class Clock:
    """The day and the hour as a test wants them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = MIDNIGHT
        for module in (fixity_round, fixity_audit, fixity_state):
            monkeypatch.setattr(module, "today", lambda: self.moment.date())
        monkeypatch.setattr(fixity_round, "now", lambda: self.moment)

    def days(self, count: int) -> Iterator[date]:
        """One day after another, each to be lived through by the hour."""
        for _ in range(count):
            yield self.moment.date()
            self.moment = MIDNIGHT + timedelta(days=(self.moment - MIDNIGHT).days + 1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def came_on(archive: Archive, day: date) -> None:
    with archive.db.write() as session:
        session.query(Item).update({"received_on": day})


def live_through(archive: Archive, clock: Clock, hours: tuple[int, ...] = (0, 12, 23)) -> None:
    for hour in hours:
        clock.moment = clock.moment.replace(hour=hour)
        Round(archive)()


def test_what_came_on_one_day_is_read_on_different_days_and_nothing_is_ever_late(
    kept: Shelf, clock: Clock
) -> None:
    came_on(kept.archive, MIDNIGHT.date())
    read_on: dict[str, list[date]] = {one: [] for one in kept.items.values()}
    for day in clock.days(62):
        live_through(kept.archive, clock)
        assert fixity_state.counts(kept.archive) == (0, 0)
        for item_id, days in read_on.items():
            row = row_of(kept.archive, item_id)
            if row is not None and row.read_on == day and (not days or days[-1] != day):
                days.append(day)
    for days in read_on.values():
        between = [
            (after - before).days for before, after in zip([MIDNIGHT.date(), *days], days, strict=False)
        ]
        assert len(days) >= 2 and max(between) <= 30 and min(between) >= 15
    a_day = Counter(day for days in read_on.values() for day in days)
    assert max(a_day.values()) == 1, "a little each day"


def test_what_was_not_read_for_longest_is_read_first(kept: Shelf, clock: Clock) -> None:
    came_on(kept.archive, MIDNIGHT.date() - timedelta(days=20))
    with kept.archive.db.write() as session:
        session.get_one(Item, kept.items["talk"]).received_on = MIDNIGHT.date() - timedelta(days=23)
    Round(kept.archive)()
    assert row_of(kept.archive, kept.items["talk"])


def test_all_that_is_late_is_read_at_once_and_told_until_then(kept: Shelf, clock: Clock) -> None:
    came_on(kept.archive, MIDNIGHT.date() - timedelta(days=40))
    assert health.check(kept.archive)["fixity"] == told(late=4)
    assert not fixity_state.state(kept.archive, OPERATOR).is_well
    Round(kept.archive)()
    assert health.check(kept.archive)["fixity"] == told()
    assert fixity_state.state(kept.archive, OPERATOR).is_well


def told(**changes: object) -> dict[str, object]:
    """What a monitor is told of the bags, when nothing else is wrong."""
    return {"damaged": 0, "late": 0, "unread": 0, "bags": "there", "copies_damaged": 0} | changes


def test_a_bag_that_was_just_read_is_left_alone(kept: Shelf) -> None:
    Round(kept.archive)()
    assert all(row_of(kept.archive, one) is None for one in kept.items.values())


def test_a_round_killed_midway_goes_on_and_counts_nothing_that_was_not_read_to_its_end(
    kept: Shelf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    came_on(kept.archive, MIDNIGHT.date() - timedelta(days=40))

    class KilledError(BaseException):
        pass

    blocks = iter(range(1000))

    def killed(_pace: Pace, _size: int) -> None:
        # In the middle of the second of four bags.
        if next(blocks) == 16:
            raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(Pace, "__call__", killed)
        with pytest.raises(KilledError):
            Round(kept.archive)()
    done = {one for one in kept.items.values() if row_of(kept.archive, one)}
    assert len(done) == 1
    Round(kept.archive)()
    assert all(len(checks_of(kept.archive, one)) == 1 for one in kept.items.values())


def test_a_bag_that_cannot_be_audited_keeps_no_other_waiting_and_is_never_said_to_be_checked(
    kept: Shelf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    came_on(kept.archive, MIDNIGHT.date() - timedelta(days=40))
    really_read = fixity_audit.fixity.read

    def failing(line: fixity_audit.BagLine, *rest: object, **more: object) -> fixity_audit.Reading:
        if line.id == kept.items["photo"]:
            raise OSError(12, "Cannot allocate memory")
        return really_read(line, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(fixity_audit.fixity, "read", failing)
    Round(kept.archive)()
    row = row_of(kept.archive, kept.items["photo"])
    assert row is not None and (row.audited_on, row.unread_on) == (None, MIDNIGHT.date())
    assert health.check(kept.archive)["fixity"] == told(late=1, unread=1)
    monkeypatch.setattr(fixity_audit.fixity, "read", really_read)
    assert fixity_audit.check(kept.archive, OPERATOR, kept.items["photo"])
    assert health.check(kept.archive)["fixity"] == told()


def test_an_audit_that_comes_to_no_end_is_told_also_of_a_bag_that_was_read_lately(
    kept: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(fixity_audit.fixity, "read", failing)
    fixity_state.ask_now(kept.archive, OPERATOR)
    Round(kept.archive)()
    assert health.check(kept.archive)["fixity"] == told(unread=4)
    assert fixity_state.alarm(kept.archive, OPERATOR).unread == 4
    assert not fixity_state.state(kept.archive, OPERATOR).is_well


def test_where_the_place_of_all_bags_is_gone_everybody_who_answers_for_them_is_told(kept: Shelf) -> None:
    fixity_state.ask_now(kept.archive, OPERATOR)
    kept.archive.bag_folder("bags").rename(kept.archive.settings.home / "unplugged")
    # No bag is blamed for it.
    Round(kept.archive)()
    assert all((row_of(kept.archive, one) or Fixity()).unread_on is None for one in kept.items.values())
    found = health.check(kept.archive)
    assert (found["status"], found["fixity"]) == ("degraded", told(bags="absent"))
    assert not fixity_state.alarm(kept.archive, OPERATOR).are_there
    assert not fixity_state.state(kept.archive, OPERATOR).is_well
    (kept.archive.settings.home / "unplugged").rename(kept.archive.bag_folder("bags"))
    Round(kept.archive)()
    assert health.check(kept.archive)["fixity"] == told()
    assert fixity_state.state(kept.archive, OPERATOR).is_well


def test_what_somebody_asks_for_is_read_before_its_turn(kept: Shelf) -> None:
    flip(kept.archive.bag_folder(f"bags/{kept.items['diary']}") / "data/diary-1.bin", 77)
    assert fixity_state.ask_now(kept.archive, OPERATOR, item_id=kept.items["diary"]) == 1
    Round(kept.archive)()
    assert fixity_state.counts(kept.archive) == (1, 0)
    assert [row_of(kept.archive, kept.items[one]) for one in ("letter", "photo", "talk")] == [None] * 3


def test_no_two_processes_read_at_once(kept: Shelf) -> None:
    fixity_state.ask_now(kept.archive, OPERATOR)
    with fixity_round.exclusively_or_not(kept.archive.settings.run / "fixity.lock") as mine:
        assert mine
        Round(kept.archive)()
    assert fixity_state.state(kept.archive, OPERATOR).collections[0].wanted == 4


def test_a_reading_waits_for_its_pace_and_eight_times_longer_beside_work() -> None:
    waited: list[float] = []

    class Stopping(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout or 0.0)
            return self.is_set()

    stopping = Stopping()
    Pace(1000, lambda: False, stopping)(500)
    Pace(1000, lambda: True, stopping)(500)
    Pace(0, lambda: True, stopping)(500)
    assert [round(one, 1) for one in waited] == [0.5, 4.0, 0.0]
    stopping.set()
    with pytest.raises(GivenUpError):
        Pace(0, lambda: False, stopping)(500)


def test_a_worker_that_is_to_stop_does_not_read_a_bag_to_its_end(kept: Shelf) -> None:
    fixity_state.ask_now(kept.archive, OPERATOR)
    stopped = Round(kept.archive)
    stopped.stop()
    stopped()
    assert all(checks_of(kept.archive, one) == [] for one in kept.items.values())


def test_what_is_known_of_bags_is_the_same_on_either_database(
    empty_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(empty_archive)
    fill(shelf)
    came_on(empty_archive, today() - timedelta(days=31))
    assert fixity_state.counts(empty_archive) == (0, 4)
    flip(empty_archive.bag_folder(f"bags/{shelf.items['diary']}") / "data/diary-1.bin", 77)
    assert fixity_state.ask_now(empty_archive, OPERATOR, "march-25") == 4
    assert fixity_state.state(empty_archive, OPERATOR).collections[0].wanted == 4
    Round(empty_archive)()
    assert fixity_state.counts(empty_archive) == (1, 0)
    found = fixity_state.state(empty_archive, OPERATOR)
    (line,), (bag,) = found.collections, found.damaged
    assert (line.bags, line.read_in_period, line.all_read_on, line.damaged) == (4, 4, today(), 1)
    assert [(one.kind, one.count, one.paths) for one in bag.damages] == [
        ("changed", 1, ("data/diary-1.bin",))
    ]
    came_on(empty_archive, today() - timedelta(days=60))
    monkeypatch.setattr(fixity_round, "today", lambda: today() + timedelta(days=24))
    assert fixity_round.has_turn(empty_archive, set()) in shelf.items.values()


def test_what_a_clock_that_was_ahead_wrote_down_is_late_and_read_at_once(kept: Shelf, clock: Clock) -> None:
    clock.moment = MIDNIGHT + timedelta(days=400)
    came_on(kept.archive, MIDNIGHT.date())
    Round(kept.archive)()
    clock.moment = MIDNIGHT
    read_ahead = [one for one in kept.items.values() if row_of(kept.archive, one) is not None]
    assert read_ahead and fixity_state.counts(kept.archive) == (0, len(read_ahead))
    assert fixity_round.has_turn(kept.archive, set()) in read_ahead
    Round(kept.archive)()
    assert fixity_state.counts(kept.archive) == (0, 0)
