"""The queue is narrowed to exactly what is so, on either database, and tells of nothing that its reader may not see."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from archive.models import (
    AccessCopy,
    Consent,
    File,
    FileState,
    Item,
    ItemState,
    Message,
    PlannedPublication,
    new_id,
    today,
)
from archive.models.errors import ForbiddenError
from archive.services import desk_queue, likeness, taking
from archive.services.describe import PlaceGiven
from archive.services.desk_flags import FLAGS
from archive.services.desk_queue import ALL, Asked
from archive.services.opening import Archive
from tests.fixtures.curators import curator
from tests.fixtures.items import actor, give, item_of, put

REVIEW = ItemState.IN_REVIEW


def change(archive: Archive, item_id: str, act: Callable[[Any, Item, File], object]) -> str:
    with archive.db.write() as session:
        file = session.scalars(select(File).where(File.item_id == item_id)).one()
        act(session, session.get_one(Item, item_id), file)
    return item_id


def shown(archive: Archive, **given: Any) -> str:
    """An item that waits and of which something can be shown: nothing about it is to be noticed."""

    def copied(session: Any, _item: Item, file: File) -> None:
        file.state = FileState.EXAMINED
        session.add(
            AccessCopy(
                id=new_id(),
                file_id=file.id,
                kind="text",
                path="x",
                media_type="text/plain",
                size=1,
                sha512="0",
            )
        )

    return change(archive, give(archive, state=REVIEW, **given), copied)


def found(archive: Archive, flag: str, *collections: str) -> set[str]:
    pages = (
        desk_queue.queue(archive, curator(archive, *collections), Asked(ALL, flag=flag, page=page))
        for page in range(1, 9)
    )
    return {one.card.id for page in pages for one in page.items}


def noted(code: str) -> Callable[[Any, Item, File], object]:
    return lambda _session, _item, file: setattr(file, "notes", [{"code": code, "sentence": "So it is."}])


def planned(session: Any, item: Item, somebody: str, trouble: str = "") -> None:
    day = today() + timedelta(days=3)
    session.add(PlannedPublication(item_id=item.id, publish_on=day, user_id=somebody, trouble=trouble))


def test_every_flag_finds_what_is_so_and_nothing_else(archive: Archive) -> None:
    somebody, looks = curator(archive).id, random.Random(7).getrandbits(64)
    plain, one, other = (shown(archive) for _ in range(3))
    both = f"The same: {new_id()}".encode()
    twin, copy = shown(archive, content=both), shown(archive, content=both)
    for item_id in (one, other):
        change(archive, item_id, lambda s, _item, file: likeness.remember(archive, s, file.id, looks))
    so: dict[str, set[str]] = {
        "unanswered": {
            change(
                archive,
                shown(archive),
                lambda s, item, _file: s.add(
                    Message(submission_id=item.submission_id, written_by="contributor", text="A word.")
                ),
            )
        },
        "damage": {
            change(archive, shown(archive), lambda _s, _i, file: setattr(file, "state", FileState.FAILED))
        },
        "where": {change(archive, shown(archive), noted("says-where"))},
        "who": {change(archive, shown(archive), noted("says-who"))},
        "people": {
            change(
                archive,
                shown(archive),
                lambda s, item, _file: setattr(s.get_one(Consent, item.consent_id), "people", "agreed"),
            )
        },
        "note": {shown(archive, content_note="A whipping is told of.")},
        "same": {twin, copy},
        "alike": {one, other},
        "no-copy": {give(archive, state=REVIEW)},
        "planned": {change(archive, shown(archive), lambda s, item, _f: planned(s, item, somebody))},
        "not-published": {
            change(archive, shown(archive), lambda s, item, _f: planned(s, item, somebody, "not-accepted"))
        },
    }
    so["planned"] |= so["not-published"]
    assert set(so) == set(FLAGS)
    mine = set().union({plain}, *so.values())
    for flag, expected in so.items():
        assert found(archive, flag) & mine == expected, flag


def test_that_something_is_the_same_tells_nobody_of_what_they_may_not_see(archive: Archive) -> None:
    looks, content = random.Random(8).getrandbits(64), f"The same: {new_id()}".encode()
    here = shown(archive, content=content)
    there = shown(archive, content=content, collection="convenings")
    for item_id in (here, there):
        change(archive, item_id, lambda s, _item, file: likeness.remember(archive, s, file.id, looks))
    for flag in ("same", "alike"):
        assert here in found(archive, flag) and here not in found(archive, flag, "march-25"), flag
    with archive.db.write() as session:
        session.get_one(Item, there).state = ItemState.DRAFT
    assert not {here, there} & (found(archive, "same") | found(archive, "alike"))


def test_the_total_is_that_of_all_pages_whichever_is_open(archive: Archive) -> None:
    somebody = curator(archive)
    for where in ("", "march-25"):
        totals = {
            desk_queue.queue(archive, somebody, Asked(ALL, where, page=page)).total for page in (1, 2, 999)
        }
        assert len(totals) == 1, where


def test_what_waits_is_counted_as_it_is_listed(archive: Archive) -> None:
    somebody = curator(archive, "march-25")
    kept = [give(archive, state=state) for state in (REVIEW, REVIEW, ItemState.RECEIVED)]
    answered, unanswered, accepted, put_off_answered = (
        give(archive, state=ItemState.IN_REVIEW) for _ in range(4)
    )
    for item_id in (kept[0], accepted, put_off_answered):
        taking.not_today(archive, somebody, item_id)
    for item_id in (answered, put_off_answered):
        change(
            archive,
            item_id,
            lambda s, item, _file: s.add(
                Message(submission_id=item.submission_id, written_by="contributor", text="A word.")
            ),
        )
    for item_id in (answered, unanswered, put_off_answered):
        put(archive, item_id, ItemState.RETURNED)
    put(archive, accepted, ItemState.ACCEPTED)
    plain = desk_queue.queue(archive, somebody, Asked())
    listed: set[str] = set()
    for page in range(1, -(-plain.total // desk_queue.PER_PAGE) + 1):
        listed |= {one.card.id for one in desk_queue.queue(archive, somebody, Asked(page=page)).items}
    assert plain.waiting == plain.total == len(listed)
    assert {*kept[1:], answered} <= listed
    assert not listed & {kept[0], unanswered, accepted, put_off_answered}
    assert plain.total == desk_queue.queue(archive, somebody, Asked(collection="march-25")).total


def test_those_who_do_not_look_after_the_archive_have_no_queue(archive: Archive) -> None:
    for role in ("member", "contributor"):
        with pytest.raises(ForbiddenError):
            desk_queue.queue(archive, actor(role), Asked())
    item_id = shown(archive)
    queue = desk_queue.queue(archive, curator(archive, "convenings"), Asked(ALL))
    assert item_id not in {one.card.id for one in queue.items}
    assert item_of(archive, item_id).state == REVIEW


def test_a_page_of_the_queue_asks_the_database_as_often_for_many_items_as_for_one(archive: Archive) -> None:
    somebody = curator(archive)

    def asked() -> int:
        statements: list[str] = []

        def note(*given: Any) -> None:
            statements.append(given[2])

        event.listen(archive.db.engine, "before_cursor_execute", note)
        try:
            desk_queue.queue(archive, somebody, Asked())
        finally:
            event.remove(archive.db.engine, "before_cursor_execute", note)
        return len(statements)

    give(archive, state=REVIEW, title="one", places=(PlaceGiven("Zwolle"),))
    once = asked()
    for number in range(6):
        give(archive, state=REVIEW, title=f"another {number}", places=(PlaceGiven(f"Place {number}"),))
    assert asked() == once
