"""A ledger that stands still is told as that: by doctor, by verify-ledger, to a monitor and on the page of what is held."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from archive.access import OPERATOR
from archive.cli.main import main
from archive.models.errors import BadInputError, IntegrityError
from archive.models.event import GENESIS
from archive.services import (
    checkpoint_anew,
    checkpoint_begun,
    checkpoint_keys,
    checkpoint_standing,
    checkpoints,
    doctor,
    health,
    holdings,
)
from archive.services.opening import Archive
from tests.fixtures.ledgers import Ledger, ledger

__all__ = ["ledger"]

Verify = Callable[[], tuple[int, str]]


@pytest.fixture
def it_is(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Sets the day on which somebody looks."""

    def set_day(day: date) -> None:
        monkeypatch.setattr(checkpoint_standing, "today", lambda: day)

    return set_day


@pytest.fixture
def verify(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[], tuple[int, str]]:
    """Runs verify-ledger on the archive here: its exit code, and what it complains of."""
    monkeypatch.setenv("REMEMBRANCE_HOME", str(ledger.archive.settings.home))
    monkeypatch.setattr(sys, "argv", ["remembrance", "verify-ledger"])

    def run() -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().err

    return run


def told(archive: Archive) -> list[str]:
    """What doctor says is wrong with the public ledger."""
    return [
        one.sentence for one in doctor.examine(archive) if (one.what, one.verdict) == ("ledger", "problem")
    ]


def behind(archive: Archive) -> tuple[int, int]:
    """What a monitor hears, and what the page of what is held counts."""
    states = {one.about: dict(one.counts) for one in holdings.holdings(archive, OPERATOR).states}
    return health.check(archive)["ledger"]["behind"], states["ledger"]["ledger-behind"]


@pytest.mark.parametrize(("days", "unsigned"), [(0, 0), (1, 0), (2, 1), (3, 2), (12, 11)])
def test_days_that_were_not_signed_are_counted_from_the_newest_checkpoint(
    ledger: Ledger, it_is: Callable[[date], None], verify: Verify, days: int, unsigned: int
) -> None:
    newest = ledger.grown()[-1].day
    it_is(newest + timedelta(days=days))
    assert behind(ledger.archive) == (unsigned, unsigned)
    late = [f"The public ledger has not signed for {unsigned} days that are over."] if unsigned > 1 else []
    assert told(ledger.archive) == late
    code, said = verify()
    assert (code, said != "") == (1 if late else 0, bool(late))
    assert "NOT whole" not in said


@pytest.mark.parametrize(("days", "unsigned"), [(0, 0), (1, 1), (2, 2), (30, 30)])
def test_days_on_which_nothing_was_ever_signed_are_counted_from_the_first_that_had_something(
    ledger: Ledger, it_is: Callable[[date], None], verify: Verify, days: int, unsigned: int
) -> None:
    first = ledger.on
    it_is(first + timedelta(days=300))
    assert behind(ledger.archive) == (0, 0) and told(ledger.archive) == [], "nothing is to be signed"
    ledger.come()
    it_is(first + timedelta(days=days))
    assert behind(ledger.archive) == (unsigned, unsigned)
    assert len(told(ledger.archive)) == verify()[0] == int(unsigned > 1)


def test_a_lost_key_is_told_at_once_and_nothing_is_made_in_its_place(ledger: Ledger, verify: Verify) -> None:
    assert checkpoint_keys.can_sign(ledger.archive.settings), (
        "before the first checkpoint there is none to lose"
    )
    ledger.grown()
    assert told(ledger.archive) == []
    well = {"behind": 0, "key": "there", "checkpoints": "there", "gaps": 0}
    assert health.check(ledger.archive)["ledger"] == well
    key = ledger.archive.settings.home / "keys" / "ledger-1.key"
    kept = key.read_bytes()
    for lose in (key.unlink, lambda: key.write_bytes(b"1" * len(kept)), lambda: key.write_bytes(b"")):
        lose()
        (sentence,) = told(ledger.archive)
        assert sentence.startswith("The secret key of the public ledger is gone")
        checked = health.check(ledger.archive)
        assert (checked["ledger"], checked["status"]) == (well | {"key": "lost"}, "degraded")
        code, said = verify()
        assert code == 1 and said.endswith("The ledger is whole, but does not go on.\n")
        assert not key.exists() or key.read_bytes() != kept
    key.write_bytes(kept)
    assert told(ledger.archive) == []


def test_a_monitor_hears_of_days_that_were_not_signed(
    ledger: Ledger, it_is: Callable[[date], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = ledger.grown()[-1].day
    monkeypatch.setattr(type(ledger.archive.jobs), "is_worker_alive", lambda _: True)
    statuses = []
    for days in (2, 3):
        it_is(newest + timedelta(days=days))
        statuses.append(health.check(ledger.archive)["status"])
    assert statuses == ["ok", "degraded"]


def test_a_clock_that_was_ahead_is_told_and_stops_no_signature(
    ledger: Ledger, it_is: Callable[[date], None], verify: Verify
) -> None:
    ledger.grown()
    right = ledger.on
    ledger.come()
    wrong = ledger.a_day_passes(400)
    assert wrong is not None
    it_is(right)
    ledger.a_day_passes(-400)
    (sentence,) = told(ledger.archive)
    assert f"is of {wrong.day}, a day that is still to come" in sentence
    assert behind(ledger.archive)[0] == (wrong.day - right).days
    code, said = verify()
    assert code == 1 and said.endswith("The ledger is whole, but does not go on.\n")
    assert ledger.a_day_passes() is None, "nothing new, so nothing is signed"
    item_id = ledger.come()
    made = ledger.a_day_passes()
    assert made is not None and made.day == wrong.day + timedelta(days=1)
    assert made.size > wrong.size and item_id
    assert ledger.problems() == []
    assert ledger.a_day_passes(0) is None, "once"


@pytest.mark.parametrize("told_by", ["its key", "the history"])
def test_a_ledger_that_is_gone_is_told_and_the_past_is_not_signed_again_unless_somebody_says_so(
    ledger: Ledger, verify: Verify, told_by: str
) -> None:
    archive, home = ledger.archive, ledger.archive.settings.home
    if told_by == "its key":
        # A database of before beginnings were noted.
        ledger.monkeypatch.setattr(checkpoint_begun, "note_begun", lambda *_: None)
    newest = ledger.grown()[-1]
    ledger.folder.rename(home / "away")
    if told_by == "the history":
        (home / "keys" / "ledger-1.key").rename(home / "kept.key")
        ledger.folder.mkdir()
    for refused in (lambda: ledger.a_day_passes(), lambda: checkpoints.rotate_key(archive)):
        with pytest.raises(IntegrityError) as error:
            refused()
        assert error.value.code == "checkpoint-cut-off"
    assert [one for one in told(archive) if "are gone" in one] == told(archive) != []
    checked = health.check(archive)
    assert (checked["ledger"]["checkpoints"], checked["status"]) == ("cut-off", "degraded")
    code, said = verify()
    assert code == 1 and "all of its checkpoints are gone" in said and said.endswith("NOT whole.\n")
    assert ledger.problems() == [("cut-off", None)]
    if told_by == "its key":
        (home / "away").rename(ledger.folder)
        made = ledger.a_day_passes()
        assert made is not None and made.previous == newest.fingerprint, "put back, it goes on"
        with pytest.raises(BadInputError) as there:
            checkpoint_anew.begin_anew(archive, OPERATOR, "No reason.")
        assert there.value.code == "ledger-there"
        return
    left = checkpoint_anew.begin_anew(archive, OPERATOR, "The disk failed, and no backup was kept.")
    assert left == ()
    made = ledger.a_day_passes()
    assert made is not None and (made.previous, made.size) == (GENESIS, newest.size)
    assert made.origin == newest.origin and ledger.problems() == [] and verify()[0] == 0
