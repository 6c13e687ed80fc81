"""What a killed repair has lost is told by the next one, whatever was repaired and cleared away before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from archive.access import OPERATOR
from archive.bags import bag_key, read_bag, verify
from archive.cli.main import cli
from archive.models import Event
from archive.services import copies, copies_repair, copies_stores, copies_telling, records
from archive.services.opening import Archive
from archive.services.sweep import sweep
from tests.fixtures.copying import WithStores, revise, rotten
from tests.fixtures.items import item_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import history


def repair(archive: Archive, item_id: str) -> copies_repair.Repaired:
    return copies_repair.repair(archive, OPERATOR, item_id, copies_stores.places(archive.settings))


def repair_killed(archive: Archive, item_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is in the damaged bag's place, and nothing of it is written down."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(copies_telling, "note", dies)
        repair(archive, item_id)


def told(archive: Archive, item_id: str) -> list[tuple[object, object]]:
    """Of each repair in the history what it lost, and the name of the damaged bag."""
    events = [event for event in history(archive, item_id) if event.kind == "repair"]
    return [(event.detail.get("lost"), event.detail.get("kept")) for event in events]


@pytest.fixture
def one(shelf: Shelf) -> str:
    return shelf.items["one"]


@pytest.fixture
def copied(one: str, with_stores: WithStores, disk: Path) -> Archive:
    """An archive whose bags are on a second disk, one of them with its revisions 1 and 2."""
    archive = with_stores(disk)
    revise(archive, one)
    copies.run(archive)
    return archive


def lose_revision_3(archive: Archive, item_id: str) -> None:
    """The bag is damaged where the copy does not have it yet."""
    folder = archive.bag_folder(bag_key(item_id))
    while read_bag(folder).current_revision < 3:
        revise(archive, item_id)
    rotten(folder / "metadata/3/record.json")
    rotten(folder / "data/one.txt")


def repaired_once_and_cleared(archive: Archive, item_id: str) -> str:
    """A repair long ago, whose damaged bag was removed when somebody had looked; the name it had."""
    rotten(archive.bag_folder(bag_key(item_id)) / "data/one.txt")
    kept = Path(repair(archive, item_id).quarantined)
    shutil.rmtree(kept)
    return kept.name


@pytest.mark.parametrize("by_then", ["at once", "after a start that swept", "after the next revision"])
def test_a_killed_repair_is_told_though_the_bag_of_an_earlier_one_was_cleared_away(
    by_then: str, one: str, copied: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = repaired_once_and_cleared(copied, one)
    lose_revision_3(copied, one)
    repair_killed(copied, one, monkeypatch)
    if by_then == "after a start that swept":
        sweep(copied)
    elif by_then == "after the next revision":
        revise(copied, one)
    done = repair(copied, one)
    assert done.lost == (3, 3) and f"{one}" in done.quarantined
    assert told(copied, one) == [(None, earlier), ([3, 3], Path(done.quarantined).name)]
    # Once is enough, whether what is kept is still there or not.
    assert repair(copied, one) == copies_repair.Repaired(one)
    shutil.rmtree(done.quarantined)
    assert repair(copied, one) == copies_repair.Repaired(one)


def test_killed_before_the_damaged_bag_had_its_last_name_the_sweep_forgets_nothing(
    one: str, copied: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    repaired_once_and_cleared(copied, one)
    lose_revision_3(copied, one)

    real = copies_repair.exchange

    def dies(here: Path, there: Path) -> None:
        real(here, there)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(copies_repair, "exchange", dies)
        repair(copied, one)
    (changing,) = (copied.settings.home / "objects" / ".quarantine").glob("*")
    assert changing.suffix == ".changing"
    assert sweep(copied) == 1
    assert repair(copied, one).lost == (3, 3)


def test_a_script_hears_of_it_too(
    one: str, copied: Archive, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repaired_once_and_cleared(copied, one)
    lose_revision_3(copied, one)
    repair_killed(copied, one, monkeypatch)
    monkeypatch.setenv("REMEMBRANCE_HOME", str(copied.settings.home))
    monkeypatch.setenv("REMEMBRANCE_COPIES", str(disk))
    ran = CliRunner().invoke(cli, ["bags", "repair", one], standalone_mode=False)
    assert ran.return_value == 1 and "Revision 3 of the record" in ran.stderr


def test_a_name_that_the_history_tells_of_is_not_given_again(one: str, copied: Archive) -> None:
    names = [repaired_once_and_cleared(copied, one) for _ in range(3)]
    assert len(set(names)) == 3


def test_damaged_again_before_anybody_heard_both_are_told(
    one: str, copied: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_revision_3(copied, one)
    repair_killed(copied, one, monkeypatch)
    rotten(copied.bag_folder(bag_key(one)) / "data/one.txt")
    done = repair(copied, one)
    assert done.lost == (3, 3)
    assert [lost for lost, _ in told(copied, one)] == [[3, 3], None]
    assert len({kept for _, kept in told(copied, one)}) == 2


def test_of_a_bag_that_was_gone_a_killed_repair_is_told_by_what_the_database_knows(
    one: str, copied: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    revise(copied, one)
    folder = copied.bag_folder(bag_key(one))
    shutil.rmtree(folder)
    repair_killed(copied, one, monkeypatch)
    assert verify(folder).ok
    assert repair(copied, one).lost == (3, 0)
    assert told(copied, one) == [([3, 0], None)]
    assert repair(copied, one) == copies_repair.Repaired(one)


def test_a_repair_of_before_names_were_kept_is_rather_told_twice_than_never(
    one: str, copied: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as of_before:
        of_before.setattr(copies_telling, "KEPT", "of before")
        repaired_once_and_cleared(copied, one)
    lose_revision_3(copied, one)
    repair_killed(copied, one, monkeypatch)
    assert repair(copied, one).lost == (3, 3)
    records.write_waiting(copied)
    assert item_of(copied, one).bag_revision == item_of(copied, one).record_revision
    assert repair(copied, one).lost is None
    with copied.db.read() as session:
        assert (
            session.scalar(select(func.count()).where(Event.subject_id == one, Event.kind == "repair")) == 2
        )
