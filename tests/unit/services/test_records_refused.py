"""A bag that takes no revision alarms: what was changed since is in the database alone, and whoever can help must hear of it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from archive.access import OPERATOR
from archive.models import Fixity, Item, today
from archive.models.errors import IntegrityError
from archive.services import doctor, fixity_state, health, records
from archive.services.opening import Archive
from archive.services.upkeep import catch_up
from tests.fixtures.kept_bags import bag_of, bags_master, kept, row_of
from tests.fixtures.shelf import Shelf

__all__ = ["bags_master", "kept"]

REALLY_ADD = records.add_revision


class Disk:
    """The bag of one item takes nothing, for a reason; every other one does."""

    def __init__(self, bag: Path) -> None:
        self.bag, self.error = bag, OSError(errno.EROFS, "Read-only file system")
        self.is_whole = False

    def add(self, bag: Path, *args: Any, **more: Any) -> Any:
        if bag == self.bag and not self.is_whole:
            raise self.error
        return REALLY_ADD(bag, *args, **more)


@pytest.fixture
def disk(kept: Shelf, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    assert catch_up(kept.archive)
    broken = Disk(bag_of(kept, "letter"))
    monkeypatch.setattr(records, "add_revision", broken.add)
    with kept.archive.db.write() as session:
        for name in ("letter", "photo"):
            records.touch_history(session, session.get_one(Item, kept.items[name]))
    yield broken


def problems(archive: Archive) -> list[str]:
    return [
        one.sentence for one in doctor.examine(archive) if (one.what, one.verdict) == ("records", "problem")
    ]


def told(archive: Archive) -> object:
    return health.check(archive)["records"]


def test_a_bag_that_takes_no_revision_is_told_until_it_takes_one(kept: Shelf, disk: Disk) -> None:
    archive, letter = kept.archive, kept.items["letter"]
    # Waiting alone is nothing to be alarmed of.
    assert told(archive) == {"waiting": 2, "refused": 0} and problems(archive) == []
    catch_up(archive)
    checked = health.check(archive)
    assert (checked["records"], checked["status"]) == ({"waiting": 1, "refused": 1}, "degraded")
    (sentence,) = problems(archive)
    assert letter in sentence and str(today()) in sentence and "Read-only file system" in sentence
    assert "in the database alone" in sentence
    disk.is_whole = True
    assert catch_up(archive)
    assert told(archive) == {"waiting": 0, "refused": 0} and problems(archive) == []
    row = row_of(archive, letter)
    assert row is not None and (row.refused_on, row.refused_why) == (None, "")


def test_the_archivist_is_told_after_a_day_and_since_when_stays_true(kept: Shelf, disk: Disk) -> None:
    archive, letter = kept.archive, kept.items["letter"]
    catch_up(archive)
    assert fixity_state.alarm(archive, OPERATOR).refused == 0
    before = today() - timedelta(days=3)
    with archive.db.write() as session:
        session.execute(update(Fixity).where(Fixity.item_id == letter).values(refused_on=before))
    # Another reason, the same bag: it takes nothing for as long as before.
    disk.error = IntegrityError("It is damaged.", code="bag-damaged")  # type: ignore[assignment]
    catch_up(archive)
    row = row_of(archive, letter)
    assert row is not None and (row.refused_on, row.refused_why) == (before, "bag-damaged")
    assert fixity_state.alarm(archive, OPERATOR).refused == 1
    assert fixity_state.state(archive, OPERATOR).refused_count == 1
    disk.is_whole = True
    catch_up(archive)
    assert fixity_state.alarm(archive, OPERATOR).refused == 0
