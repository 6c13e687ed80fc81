"""What waits to be indexed: in which order it is taken, who takes it, and what another day has to do with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from archive.access import OPERATOR, PUBLIC
from archive.models import Audience, Consent, Item, ItemState, clock, days_now, new_id, today
from archive.services import index_due, indexing, lifecycle, upkeep, withdrawing
from archive.services.opening import Archive, exclusively
from archive.services.upkeep import AnotherDay, Indexing, TurnOfDay
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
    index_due.mark_turn_of_day(archive)
    assert not any(item_of(archive, one).index_pending for one in (shown, waiting))


def test_what_was_published_or_taken_back_does_not_wait_for_what_many_items_use(
    archive: Archive, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "SHARE", 2)
    many = [give(archive, title=word, state=ItemState.PUBLISHED) for _ in range(4)]
    hidden = give(archive, title=word, state=ItemState.PUBLISHED)
    index(archive, *many, hidden)
    shown = give(archive, title=word, state=ItemState.PUBLISHED)
    for_members = give(archive, title=word, state=ItemState.PUBLISHED, audience=Audience.COMMUNITY)
    withdrawing.withdraw_item(archive, OPERATOR, hidden)
    with archive.db.write() as session:
        waiting = [*many, shown, for_members]
        session.execute(update(Item).where(Item.id.in_(waiting)).values(index_pending=True))
    real, written = indexing._write, []

    def write(archive: Archive, batch: Sequence[tuple[str, int]], to_purge: indexing._ToPurge) -> None:
        written.append({item_id for item_id, _ in batch})
        real(archive, batch, to_purge)

    monkeypatch.setattr(indexing, "_write", write)
    assert indexing.drain(archive) == 7
    assert written[0] == {shown, hidden} and for_members in written[1] and hits(archive, word) == (5, 6)


def test_the_files_are_written_anew_once_for_all_that_is_taken_back(
    archive: Archive, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "SHARE", 2)
    many = [give(archive, title=word, state=ItemState.PUBLISHED) for _ in range(5)]
    with archive.db.write() as session:
        session.execute(update(Item).where(Item.id.in_(many)).values(published_on=today()))
    index(archive, *many)
    for one in many:
        withdrawing.withdraw_item(archive, OPERATOR, one)
    real, purged = archive.indexes.public.merge_away, []

    def merge_away(ids: Iterable[str]) -> None:
        purged.append(set(ids))
        # Killed here, all of them are done again.
        assert indexing.pending(archive) == len(many)
        real(purged[-1])

    monkeypatch.setattr(archive.indexes.public, "merge_away", merge_away)
    assert indexing.drain(archive) == len(many)
    assert purged == [set(many)] and indexing.pending(archive) == 0 and hits(archive, word) == (0, 0)


@pytest.mark.parametrize("by", ["drain", "rebuild"])
def test_what_closes_with_a_day_while_it_is_indexed_is_gone_after_the_next_look(
    archive: Archive, word: str, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    day, midnight = date(2041, 3, 25), datetime(2041, 3, 26, 4, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: midnight - timedelta(seconds=2))
    closing = give(archive, title=word, state=ItemState.PUBLISHED, not_after=day)
    index(archive, closing)
    with archive.db.write() as session:
        session.execute(update(Item).where(Item.id == closing).values(index_pending=by == "drain"))
    looks = AnotherDay(archive)
    looks()
    real = archive.indexes.public.update if by == "drain" else archive.indexes.public.rebuild

    def turns(*given: Any) -> Any:
        found = real(*given)
        monkeypatch.setattr(clock, "now", lambda: midnight)
        if by == "drain":
            # What waits already is marked, and looked for no second time that day.
            looks()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(archive.indexes.public, "update" if by == "drain" else "rebuild", turns)
        if by == "rebuild":
            indexing.rebuild(archive)
        else:
            indexing._write(archive, indexing._waiting(archive), indexing._ToPurge())
    assert hits(archive, word)[0] == 1
    looks()
    indexing.drain(archive)
    assert hits(archive, word)[0] == 0


def test_what_fails_is_tried_again_less_and_less_often(
    archive: Archive, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = give(archive, title=word, state=ItemState.PUBLISHED)
    with archive.db.write() as session:
        session.execute(update(Item).where(Item.id == item_id).values(index_pending=True))
    clock_s, tries = [1000.0], []
    monkeypatch.setattr(upkeep.time, "monotonic", lambda: clock_s[0])
    looks = Indexing(archive)

    def failing(_archive: Archive) -> int:
        tries.append(clock_s[0])
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "drain", failing)
        for _ in range(100):
            with suppress(OSError):
                looks()
            clock_s[0] += 0.3
    assert 4 < len(tries) < 10
    clock_s[0] += 10
    looks()
    assert not item_of(archive, item_id).index_pending


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
