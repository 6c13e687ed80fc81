"""Who takes a thing has it, of two at once one; the other is told who."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import func, select, update

from archive.models import ItemState, Looking, NotToday, Taking, new_id, today
from archive.models.errors import ForbiddenError, NotFoundError
from archive.services import desk_queue, reviewing, taking
from archive.services.desk_queue import Asked
from archive.services.opening import Archive
from archive.services.taking import Holding
from archive.services.upkeep import TurnOfDay
from tests.fixtures.curators import curator
from tests.fixtures.items import give, put

RACES = 20


def held(archive: Archive, item_id: str) -> str | None:
    with archive.db.read() as session:
        return session.scalar(select(Taking.user_id).where(Taking.item_id == item_id))


def at_once(acts: list[Callable[[], Holding]]) -> list[Holding]:
    """Do all at the same moment, each in a thread; what each was told."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Holding]) -> Holding:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_who_take_a_thing_at_once_one_has_it_and_the_other_is_told_who(archive: Archive) -> None:
    pair = [curator(archive), curator(archive)]
    for _ in range(RACES):
        item_id = give(archive, state=ItemState.IN_REVIEW)
        told = at_once([partial(taking.take, archive, one, item_id) for one in pair])
        assert held(archive, item_id) in {one.id for one in pair}
        assert {one.user_id for one in told} == {held(archive, item_id)}


def test_of_two_who_take_a_thing_over_at_once_one_has_it(archive: Archive) -> None:
    first, *pair = (curator(archive) for _ in range(3))
    for _ in range(RACES // 4):
        item_id = give(archive, state=ItemState.IN_REVIEW)
        taking.take(archive, first, item_id)
        acts = [partial(taking.take, archive, one, item_id, instead_of=first.id) for one in pair]
        told = at_once(acts)
        assert held(archive, item_id) in {one.id for one in pair}
        assert {one.user_id for one in told} == {held(archive, item_id)}


def test_what_was_put_off_is_back_when_it_is_taken(archive: Archive) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.IN_REVIEW)
    taking.not_today(archive, somebody, item_id)
    taking.not_today(archive, somebody, item_id)
    assert held(archive, item_id) is None
    taking.take(archive, somebody, item_id)
    with archive.db.read() as session:
        mine = select(func.count()).select_from(NotToday).where(NotToday.user_id == somebody.id)
        assert session.scalar(mine) == 0
    queue = desk_queue.queue(archive, somebody, Asked(mine=True))
    assert [one.card.id for one in queue.items] == [item_id]


def test_nobody_takes_what_they_may_not_decide_about(archive: Archive) -> None:
    item_id = give(archive, state=ItemState.IN_REVIEW)
    for act in (taking.take, taking.put_back, taking.not_today):
        with pytest.raises(ForbiddenError):
            act(archive, curator(archive, role="archivist"), item_id)
        for nobody, which in ((curator(archive, "convenings"), item_id), (curator(archive), new_id())):
            with pytest.raises(NotFoundError):
                act(archive, nobody, which)
    stranger = curator(archive, "convenings")
    with pytest.raises(NotFoundError):
        reviewing.opened(archive, stranger, item_id, looks=True)
    with archive.db.read() as session:
        looks = select(func.count()).select_from(Looking).where(Looking.user_id == stranger.id)
        assert session.scalar(looks) == 0


def test_at_the_turn_of_the_day_it_is_forgotten_who_had_what_is_done(archive: Archive) -> None:
    somebody = curator(archive)
    done, waiting = (give(archive, state=ItemState.IN_REVIEW) for _ in range(2))
    for item_id in (done, waiting):
        taking.take(archive, somebody, item_id)
    taking.not_today(archive, curator(archive), waiting)
    put(archive, done, ItemState.DECLINED)
    with archive.db.write() as session:
        session.execute(update(NotToday).values(until=today()))
    TurnOfDay(archive)()
    assert held(archive, done) is None and held(archive, waiting) == somebody.id
    with archive.db.read() as session:
        assert session.scalars(select(NotToday).where(NotToday.item_id == waiting)).all() == []
