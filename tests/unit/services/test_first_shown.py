"""What opens on a day is new on that day, wherever what is new is told; not on the day when a curator published it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from archive.access import PUBLIC
from archive.models import Audience, Item, ItemState, new_id, today
from archive.services import browse, exchanging, find, first_shown, for_members, indexing, news, show
from archive.services.opening import Archive
from tests.fixtures.items import actor, give

OPENED = timedelta(days=3)
MEMBER = actor("member")


# Far more than the items of other tests, in the same archive.
ALL = 10_000


def published(archive: Archive, days_ago: int, **more: Any) -> str:
    item_id = give(archive, state=ItemState.PUBLISHED, **more)
    with archive.db.write() as session:
        item = session.get_one(Item, item_id)
        item.published_on, item.index_pending = today() - timedelta(days=days_ago), True
    return item_id


@pytest.fixture
def kind() -> str:
    """A kind that nothing else is of."""
    return f"kind{new_id()}"


@pytest.fixture
def order(archive: Archive, kind: str) -> list[str]:
    """Ids in the order in which they came to be shown, the last first."""
    opened = today() - OPENED
    early = published(archive, 200, not_before=opened, kind=kind)
    allowed_long_ago = published(archive, 2, not_before=today() - timedelta(days=400), kind=kind)
    months_ago = [published(archive, days, kind=kind) for days in (5, 50, 90)]
    for days in (4, 6):
        published(archive, days, not_before=today() + timedelta(days=9), kind=kind)
    indexing.drain(archive)
    return [allowed_long_ago, early, *months_ago]


def test_it_stands_where_what_was_published_on_that_day_would(
    archive: Archive, order: list[str], kind: str
) -> None:
    for limit in range(1, len(order) + 2):
        for who in (PUBLIC, MEMBER):
            newest = show.newest(archive, who, limit, collection="march-25", kinds={kind})
            assert [card.id for card in newest] == order[:limit]


def test_whoever_looks_after_it_sees_what_is_still_to_open_where_it_was_published(
    archive: Archive, order: list[str], kind: str
) -> None:
    staff = actor("curator")
    newest = [card.id for card in show.newest(archive, staff, ALL, kinds={kind})]
    closed, earlier = newest[2], newest[4]
    assert newest == [*order[:2], closed, order[2], earlier, *order[3:]]
    # However few are asked for, what is closed takes nobody's place.
    for limit in range(1, len(newest)):
        few = show.newest(archive, staff, limit, kinds={kind})
        assert [card.id for card in few] == newest[:limit]
    found = find.find(archive, staff, "", sort="newest", filters={"kind": [kind]})
    assert [card.id for card in found.cards] == newest


def test_the_feed_the_sitemap_the_search_and_what_programs_read_name_the_day_on_which_it_opened(
    archive: Archive, order: list[str], kind: str
) -> None:
    opened, new = today() - OPENED, news.latest(archive, ALL)
    assert [one.card.id for one in new if one.card.id in order] == order
    assert [one.on for one in new] == sorted((one.on for one in new), reverse=True)
    days = dict(browse.some(archive, 0, ALL))
    assert all(days[one] == show.item(archive, PUBLIC, one).shown_since for one in order)
    assert days[order[1]] == opened and days[order[0]] == today() - timedelta(days=2)
    told = exchanging.described(archive, show.item(archive, PUBLIC, order[1]), "", lambda _copy: "")
    assert told.published_on == opened
    found = find.find(archive, PUBLIC, "", sort="newest", filters={"kind": [kind]})
    assert [card.id for card in found.cards] == order


def test_what_opens_for_members_is_new_to_them_on_that_day(archive: Archive) -> None:
    inside = {"audience": Audience.COMMUNITY}
    later = published(archive, 40, **inside)
    opened = published(archive, 80, not_before=today() - OPENED, **inside)
    leaves = [for_members.leaf(archive, MEMBER, 1)]
    leaves += [for_members.leaf(archive, MEMBER, number) for number in range(2, leaves[0].pages + 1)]
    listed = [card.id for leaf in leaves for card in leaf.cards]
    assert listed.index(opened) < listed.index(later)


def test_what_was_never_published_is_shown_since_no_day(archive: Archive) -> None:
    item_id = give(archive, not_before=date(2020, 1, 1))
    with archive.db.read() as session:
        assert first_shown.shown_since(session.get_one(Item, item_id)) is None
