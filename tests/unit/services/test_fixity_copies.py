"""Access copies that rot are put right, and whoever watches the disks hears of it all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archive.access import PIPELINE
from archive.models import AccessCopy, today
from archive.services import doctor, fixity_state, health
from archive.services.fixity_audit import check
from tests.fixtures.items import actor
from tests.fixtures.kept_bags import bags_master, flip, kept
from tests.fixtures.shelf import Shelf

__all__ = ["bags_master", "kept"]

ARCHIVIST = actor("archivist")


def spoil(shelf: Shelf, name: str) -> None:
    """Damage the first access copy of an item."""
    with shelf.archive.db.read() as session:
        copy = session.get_one(AccessCopy, shelf.copies[name][0])
    flip(shelf.archive.settings.access / copy.path, 8)


def test_a_monitor_the_doctor_and_the_page_hear_of_access_copies_that_rot(
    kept: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(kept, "letter")
    check(kept.archive, PIPELINE, kept.items["letter"])
    assert health.check(kept.archive)["fixity"]["copies_damaged"] == 1
    found = [one for one in doctor.examine(kept.archive) if one.what == "fixity"]
    assert [one.verdict for one in found] == ["note", "ok"], "no bag is damaged"
    assert ": 1." in found[0].sentence and "access" in found[0].remedy
    assert fixity_state.state(kept.archive, ARCHIVIST).copies == 1
    assert fixity_state.state(kept.archive, actor("archivist", "elsewhere")).copies == 0
    assert fixity_state.state(kept.archive, ARCHIVIST).is_well, "it was put right"
    # What happened before the running period is told no more.
    later = today() + timedelta(days=kept.archive.settings.fixity_days + 1)
    monkeypatch.setattr(fixity_state, "today", lambda: later)
    assert fixity_state.copies_damaged(kept.archive) == 0


def test_sound_access_copies_are_no_news(kept: Shelf) -> None:
    check(kept.archive, PIPELINE, kept.items["letter"])
    assert fixity_state.copies_damaged(kept.archive) == 0
