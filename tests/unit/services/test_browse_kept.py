"""Lists of names are counted once for as long as nothing happens, and never a moment longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archive.access import OPERATOR
from archive.models import Days, ItemState, new_id, today
from archive.services import browse_kept, withdrawing
from archive.services.browse import Counted
from archive.services.browse_kept import Line, Listed
from archive.services.describe import PlaceGiven
from archive.services.opening import Archive
from tests.fixtures.items import give

PUBLISHED = ItemState.PUBLISHED


def test_a_list_is_kept_while_nothing_happens_and_made_anew_after_anything_did(archive: Archive) -> None:
    word = new_id()
    item_id = give(archive, state=PUBLISHED, names=[(f"{word} Ada", "creator")])
    before = browse_kept.people(archive)
    assert f"{word} Ada" in {one.name for one in before.names}
    assert browse_kept.people(archive) is before
    give(archive, state=PUBLISHED, names=[(f"{word} Rosa", "creator")], places=[PlaceGiven(f"{word} town")])
    after = browse_kept.people(archive)
    assert {one.name for one in after.names} - {one.name for one in before.names} == {f"{word} Rosa"}
    assert f"{word} town" in {one.name for one in browse_kept.places(archive).names}
    withdrawing.withdraw_item(archive, OPERATOR, item_id, "")
    assert f"{word} Ada" not in {one.name for one in browse_kept.people(archive).names}


def test_what_opens_with_a_day_is_named_from_that_day_on(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    word, tomorrow = new_id(), today() + timedelta(days=1)
    give(archive, state=PUBLISHED, not_before=tomorrow, subjects=[word])
    assert word not in {one.name for one in browse_kept.subjects(archive).names}
    for module in ("archive.services.browse_kept", "archive.access"):
        monkeypatch.setattr(f"{module}.days_now", lambda: Days(tomorrow, tomorrow))
    assert word in {one.name for one in browse_kept.subjects(archive).names}


def test_names_stand_under_their_letters_without_accents_and_another_name_leads_on() -> None:
    found = Listed(
        (Counted("Écija", 2), Counted("earth", 1), Counted("1852", 1), Counted("Araminta", 3, ("Harriet",)))
    )
    assert found.letters == {
        "A": (Line("Araminta", 3),),
        "E": (Line("earth", 1), Line("Écija", 2)),
        "H": (Line("Harriet", see="Araminta"),),
        "0–9": (Line("1852", 1),),
    }
