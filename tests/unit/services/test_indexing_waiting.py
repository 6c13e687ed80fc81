"""What waits to be indexed: in which order it is taken, who takes it, and what another day has to do with it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import update

from archive.access import OPERATOR, PUBLIC
from archive.models import Consent, Item, ItemState, days_now, new_id, today
from archive.services import indexing, lifecycle, withdrawing
from archive.services.opening import Archive, exclusively
from archive.services.upkeep import TurnOfDay
from tests.fixtures.items import give, item_of
from tests.unit.services.test_indexing import OVER, TOMORROW, found, hits, index


@pytest.fixture
def word() -> str:
    """A word that only this test's items hold."""
    return f"word{new_id()}"


def test_an_item_that_changes_while_it_is_indexed_is_indexed_again(
    archive: Archive, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = give(archive, title=word, state=ItemState.ACCEPTED)
    indexing.drain(archive)
    lifecycle.publish(archive, OPERATOR, item_id)
    whole, changed = archive.indexes.staff.update, []

    def meanwhile(*arguments: object) -> None:
        whole(*arguments)  # type: ignore[arg-type]
        if not changed:
            changed.append(True)
            withdrawing.withdraw_item(archive, OPERATOR, item_id)

    monkeypatch.setattr(archive.indexes.staff, "update", meanwhile)
    indexing.drain(archive)
    assert changed
    assert indexing.pending(archive) == 1
    indexing.drain(archive)
    assert hits(archive, word) == (0, 0)
    assert indexing.pending(archive) == 0


def test_the_turn_of_the_day_opens_and_closes_what_consent_says(archive: Archive, word: str) -> None:
    opening = give(archive, title=word, state=ItemState.PUBLISHED, not_before=TOMORROW)
    closing = give(archive, title=word, state=ItemState.PUBLISHED, not_after=TOMORROW)
    index(archive, opening, closing)
    assert found(archive, PUBLIC, word) == {closing}
    # A day passes: what began tomorrow begins today, what ended tomorrow ended yesterday.
    with archive.db.write() as session:
        for item_id, dates in ((opening, {"not_before": days_now().first}), (closing, {"not_after": OVER})):
            consent = session.get_one(Item, item_id).consent_id
            session.execute(update(Consent).where(Consent.id == consent).values(**dates))
    TurnOfDay(archive)()
    indexing.drain(archive)
    assert hits(archive, word) == (1, 2)
    assert found(archive, PUBLIC, word) == {opening}


def test_a_day_on_which_nothing_opens_or_closes_has_nothing_indexed_again(
    archive: Archive, word: str
) -> None:
    shown = give(archive, title=word, state=ItemState.PUBLISHED, not_after=TOMORROW)
    waiting = give(archive, title=word, state=ItemState.PUBLISHED, not_before=TOMORROW)
    index(archive, shown, waiting)
    indexing.mark_turn_of_day(archive)
    assert not any(item_of(archive, one).index_pending for one in (shown, waiting))


def test_what_was_published_or_taken_back_does_not_wait_for_what_many_items_use(
    archive: Archive, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "SHARE", 2)
    many = [give(archive, title=word, state=ItemState.PUBLISHED) for _ in range(4)]
    hidden = give(archive, title=word, state=ItemState.PUBLISHED)
    index(archive, *many, hidden)
    shown = give(archive, title=word, state=ItemState.PUBLISHED)
    withdrawing.withdraw_item(archive, OPERATOR, hidden)
    with archive.db.write() as session:
        session.execute(update(Item).where(Item.id.in_([*many, shown])).values(index_pending=True))
    real, written = indexing._write, []

    def write(archive: Archive, batch: Sequence[tuple[str, int]]) -> None:
        written.append({item_id for item_id, _ in batch})
        real(archive, batch)

    monkeypatch.setattr(indexing, "_write", write)
    assert indexing.drain(archive) == 6
    assert written[0] == {shown, hidden} and hits(archive, word) == (5, 5)


def test_in_a_burst_what_anybody_waits_for_is_pressing_and_what_is_on_its_way_to_the_desk_is_not(
    archive: Archive, word: str
) -> None:
    def mark(item_id: str, **more: object) -> None:
        with archive.db.write() as session:
            session.execute(update(Item).where(Item.id == item_id).values(index_pending=True, **more))

    indexing.drain(archive)
    mark(give(archive, title=word, state=ItemState.IN_REVIEW))
    assert not indexing.is_pressing(archive)
    for state in (ItemState.ACCEPTED, ItemState.PUBLISHED, ItemState.WITHDRAWN):
        item_id = give(archive, title=word, state=state)
        mark(item_id)
        assert indexing.is_pressing(archive)
        indexing.drain(archive)
    # What was public once and is on the desk again must leave the index as fast as ever.
    mark(give(archive, title=word, state=ItemState.IN_REVIEW), published_on=today())
    assert indexing.is_pressing(archive)
    indexing.drain(archive)


def test_one_writer_at_a_time_and_the_others_leave_it_to_them(archive: Archive, word: str) -> None:
    give(archive, title=word, state=ItemState.PUBLISHED)
    item_id = give(archive, title=word, state=ItemState.PUBLISHED)
    with archive.db.write() as session:
        session.execute(update(Item).where(Item.id == item_id).values(index_pending=True))
    with exclusively(archive.settings.run / indexing.LOCK):
        assert indexing.drain(archive) == 0
    assert indexing.drain(archive) == 1
