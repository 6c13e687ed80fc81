"""What is for members alone is found by members wherever they look, told to nobody else, and leaves with its days."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from archive.access import OPERATOR, PUBLIC
from archive.models import Audience, Consent, Item, ItemState, new_id, today
from archive.models.errors import BadInputError
from archive.services import browse, index_due, indexing, withdrawing
from archive.services.describe import PlaceGiven
from archive.services.find import find
from archive.services.opening import Archive
from archive.services.readers import MEMBERS, as_reader
from archive.services.upkeep import TurnOfDay
from tests.fixtures.items import actor, give, item_of
from tests.unit.services.test_indexing import OVER, TOMORROW, found, index

PUBLISHED = ItemState.PUBLISHED


@pytest.fixture
def word() -> str:
    """A word that only this test's items hold."""
    return f"word{new_id()}"


def inside(archive: Archive, title: str, **more: object) -> str:
    return give(archive, title=title, state=PUBLISHED, audience=Audience.COMMUNITY, **more)  # type: ignore[arg-type]


def test_members_find_what_is_for_them_among_what_everybody_finds(archive: Archive, word: str) -> None:
    public = give(archive, title=word, state=PUBLISHED, kind="text")
    here = inside(archive, word, kind="text")
    there = inside(archive, word, collection="convenings", kind="sound")
    hidden = [
        give(archive, title=word, state=ItemState.ACCEPTED, audience=Audience.COMMUNITY),
        give(archive, title=word, state=PUBLISHED, audience=Audience.STAFF),
        inside(archive, word, not_before=TOMORROW),
        inside(archive, word, not_after=OVER),
    ]
    index(archive, public, here, there, *hidden)
    member, bound = actor("member"), actor("member", "convenings")
    assert found(archive, member, word) == {public, here, there}
    assert found(archive, bound, word) == {public, there}
    assert found(archive, PUBLIC, word) == found(archive, actor("contributor"), word) == {public}
    kinds = {one.value: one.count for one in find(archive, member, word).facets["kind"]}
    assert kinds == {"text": 2, "sound": 1}
    # One looks after a collection, is a member of everything, and is told of each thing once.
    both = actor("curator", "convenings")
    both.roles["member"] = frozenset()
    assert found(archive, both, word) == {public, here, there}
    leaves = [find(archive, member, word, per_page=1, page=page) for page in (1, 2, 3, 4)]
    assert {leaf.total for leaf in leaves} == {3} and leaves[3].page == 3
    assert {card.id for leaf in leaves[:3] for card in leaf.cards} == {public, here, there}


def test_the_ways_in_count_for_members_what_is_for_them(archive: Archive, word: str) -> None:
    more = {
        "names": [(f"{word} Ada", "creator")],
        "subjects": [f"{word} bells"],
        "places": [PlaceGiven(f"{word} town")],
        "decades": [1730],
        "date_edtf": "1733",
        "date_start": 17330101,
        "date_end": 17331231,
    }
    index(archive, inside(archive, word, **more))
    lists = (browse.people, browse.subjects, browse.places)
    for listed in lists:
        for reader, count in ((MEMBERS, 1), (as_reader(actor("curator")), 1), (PUBLIC, 0)):
            borne = [one.count for one in listed(archive, "en", reader) if word in one.name]
            assert borne == [1] * count
    assert dict(browse.decades(archive, MEMBERS)).get("1730") == 1
    assert "1730" not in dict(browse.decades(archive)) and as_reader(actor("contributor")) == PUBLIC


def test_what_is_for_members_opens_and_closes_with_its_days(archive: Archive, word: str) -> None:
    opening, closing = inside(archive, word, not_before=TOMORROW), inside(archive, word, not_after=TOMORROW)
    index(archive, opening, closing)
    member = actor("member")
    assert found(archive, member, word) == {closing}
    index_due.mark_turn_of_day(archive)
    assert not any(item_of(archive, one).index_pending for one in (opening, closing))
    with archive.db.write() as session:
        for item_id, days in (
            (opening, {"not_before": today() - timedelta(days=1)}),
            (closing, {"not_after": OVER}),
        ):
            consent = session.get_one(Item, item_id).consent_id
            session.execute(update(Consent).where(Consent.id == consent).values(**days))
    TurnOfDay(archive)()
    indexing.drain(archive)
    assert found(archive, member, word) == {opening}


def test_where_their_index_cannot_tell_what_it_holds_all_that_may_have_turned_is_indexed_again(
    archive: Archive, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closing, other = inside(archive, word, not_after=TOMORROW), inside(archive, word)
    public = give(archive, title=word, state=PUBLISHED, not_after=TOMORROW)
    index(archive, closing, other)
    with archive.db.write() as session:
        session.execute(update(Item).where(Item.id == public).values(index_pending=False))

    def too_much(*_asked: object, **_more: object) -> None:
        raise BadInputError("It takes too long.", code="query-too-costly")

    monkeypatch.setattr(archive.indexes.members, "search", too_much)
    index_due.mark_turn_of_day(archive)
    marked = {one: item_of(archive, one).index_pending for one in (closing, other, public)}
    assert marked == {closing: True, other: False, public: True}


def test_what_was_taken_back_from_members_is_in_no_file_of_their_index(archive: Archive, word: str) -> None:
    if not archive.db.is_sqlite:
        pytest.skip("where PostgreSQL keeps the words, other tests look into its files")
    item_id = inside(archive, word)
    with archive.db.write() as session:
        session.execute(update(Item).where(Item.id == item_id).values(published_on=today()))
    index(archive, item_id)

    def holding() -> list[Path]:
        files = (path for path in archive.settings.index.rglob("*") if path.is_file())
        return [path for path in files if word.encode() in path.read_bytes()]

    assert {path.relative_to(archive.settings.index).parts[0] for path in holding()} == {"members", "staff"}
    withdrawing.withdraw_item(archive, OPERATOR, item_id)
    indexing.drain(archive)
    assert holding() == [] and found(archive, actor("member"), word) == set()
