"""The indexes follow the database: the public one holds what the public may see today, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from archive.access import OPERATOR, PUBLIC, Actor
from archive.dates import UnderstoodDate, read_edtf, understand
from archive.models import Audience, Item, ItemState, new_id, today
from archive.models.errors import BadInputError, NotFoundError
from archive.search import Filters, parse_query
from archive.services import deliver, desk_queue, indexing, show, withdrawing
from archive.services.authority_changes import add
from archive.services.describe import PlaceGiven
from archive.services.find import find
from archive.services.opening import Archive
from tests.fixtures.items import actor, give, item_of

# A draft is its contributor's alone, and of what was withdrawn no word stays.
NOWHERE = (ItemState.DRAFT, ItemState.WITHDRAWN, ItemState.DECLINED)
# Wherever people live.
OVER, TOMORROW = today() - timedelta(days=2), today() + timedelta(days=1)


@pytest.fixture
def word() -> str:
    """A word that only this test's items hold."""
    return f"word{new_id()}"


def index(archive: Archive, *item_ids: str) -> None:
    with archive.db.write() as session:
        session.execute(update(Item).where(Item.id.in_(item_ids)).values(index_pending=True))
    indexing.drain(archive)


def found(archive: Archive, who: Actor, word: str) -> set[str]:
    return {card.id for card in find(archive, who, word).cards}


def hits(archive: Archive, word: str) -> tuple[int, int]:
    """How many documents of the public and the staff index hold the word, whatever the database would leave out."""
    query = parse_query(word)
    public, staff = (
        one.search(query, Filters(facets={}), "relevance", 0, 20).total
        for one in (archive.indexes.public, archive.indexes.staff)
    )
    return public, staff


def test_each_item_is_in_the_indexes_that_it_belongs_in(archive: Archive, word: str) -> None:
    public = give(archive, title=word, state=ItemState.PUBLISHED)
    nowhere = [give(archive, title=word, state=state) for state in NOWHERE]
    states = [one for one in ItemState if one not in (*NOWHERE, ItemState.PUBLISHED)]
    hidden = [give(archive, title=word, state=state) for state in states]
    hidden += [
        give(archive, title=word, state=ItemState.PUBLISHED, audience=Audience.COMMUNITY),
        give(archive, title=word, state=ItemState.PUBLISHED, audience=Audience.STAFF),
        give(archive, title=word, state=ItemState.PUBLISHED, not_before=TOMORROW),
        give(archive, title=word, state=ItemState.PUBLISHED, not_after=OVER),
    ]
    index(archive, public, *hidden, *nowhere)
    assert hits(archive, word) == (1, 1 + len(hidden))
    assert found(archive, PUBLIC, word) == {public}
    assert found(archive, OPERATOR, word) == {public, *hidden}


def test_every_page_of_a_result_can_be_turned_to_and_the_last_stands_for_those_beyond(
    archive: Archive, word: str
) -> None:
    ids = [give(archive, title=word, state=ItemState.PUBLISHED) for _ in range(3)]
    index(archive, *ids)
    for asked, stands in ((3, 3), (501, 3), (1_000_000, 3)):
        leaf = find(archive, PUBLIC, word, page=asked, per_page=1)
        assert (leaf.page, leaf.pages, len(leaf.cards)) == (stands, 3, 1)
    with pytest.raises(BadInputError, match="not one that this archive makes"):
        find(archive, PUBLIC, word, page=0)


def test_words_are_stemmed_in_what_an_item_is_described_in_and_the_words_found_are_marked(
    archive: Archive, word: str
) -> None:
    portuguese = give(
        archive, title=word, description="As nações livres.", languages=["pt"], state=ItemState.PUBLISHED
    )
    described = give(
        archive,
        title=word,
        description="Les chevaux.",
        languages=["yo"],
        extra={"description_language": "fr"},
        state=ItemState.PUBLISHED,
    )
    index(archive, portuguese, described)
    (leaf,) = find(archive, PUBLIC, f"{word} nação").cards
    assert (leaf.id, [part for part, marked in leaf.snippet if marked]) == (portuguese, ["nações"])
    (leaf,) = find(archive, PUBLIC, f"{word} cheval").cards
    assert (leaf.id, [part for part, marked in leaf.snippet if marked]) == (described, ["chevaux"])


def test_what_is_dated_about_a_year_is_found_around_it_and_stands_where_it_is_dated(
    archive: Archive, word: str
) -> None:
    written = ("1878", "ca. 1879", "1880", "1879?", "late 1890s")
    ids = {}
    for date in written:
        known = read_edtf("1879?") if date == "1879?" else understand(date)
        assert isinstance(known, UnderstoodDate)
        days = {"date_start": known.start, "date_end": known.end, "decades": known.decades}
        ids[date] = give(
            archive, title=word, state=ItemState.PUBLISHED, date_given=date, date_edtf=known.edtf, **days
        )
    index(archive, *ids.values())
    about = ids["ca. 1879"]
    for asked in ("date:1877", "date:1881", "decade:1880", "decade:1870", "date:1880-05-17"):
        assert about in found(archive, PUBLIC, f"{word} {asked}"), asked
    for asked in ("date:1876", "date:1882"):
        assert about not in found(archive, PUBLIC, f"{word} {asked}"), asked
    assert found(archive, PUBLIC, f"{word} decade:1880") == {about, ids["1880"]}
    assert found(archive, PUBLIC, f"{word} date:1900") == set()
    in_order = [card.id for card in find(archive, PUBLIC, word, sort="date").cards]
    assert in_order[0] == ids["1878"] and in_order[3:] == [ids["1880"], ids["late 1890s"]]
    assert set(in_order[1:3]) == {about, ids["1879?"]}


def test_a_place_that_is_not_told_is_told_by_no_other_place_of_the_same_item(
    archive: Archive, word: str
) -> None:
    """Of two places the one that says to use the other has its name with it, and the other way round."""
    curator = actor("curator")
    use, old = f"Upper {word}", f"Lower{word}"
    add(archive, curator, "places", {"name": use, "others": f"High{word}"})
    typed = {"name": old, "others": f"Deep{word}", "standing": "historic", "preferred": use}
    assert not add(archive, curator, "places", typed)[1]
    for hidden, names in ((old, [old, f"Deep{word}"]), (use, [word, f"High{word}"])):
        item_id = give(archive, state=ItemState.PUBLISHED, places=[PlaceGiven(name) for name in (use, old)])
        with archive.db.write() as session:
            session.get_one(Item, item_id).consent.places_shown = {hidden: "near Norfolk"}
        index(archive, item_id)
        for name in names:
            assert item_id not in found(archive, PUBLIC, name), name
            assert item_id in found(archive, OPERATOR, name), name
        assert hidden not in str(show.item(archive, PUBLIC, item_id).word_notes)


def test_what_is_withdrawn_is_found_no_more_even_before_the_index_heard_of_it(
    archive: Archive, word: str
) -> None:
    item_id = give(archive, title=word, state=ItemState.PUBLISHED)
    index(archive, item_id)
    assert found(archive, PUBLIC, word) == {item_id}
    withdrawing.withdraw_item(archive, OPERATOR, item_id)
    assert found(archive, PUBLIC, word) == set()
    indexing.drain(archive)
    assert hits(archive, word) == (0, 0)
    assert not item_of(archive, item_id).index_pending


def test_of_what_is_destroyed_not_even_an_empty_entry_stays_for_staff(archive: Archive, word: str) -> None:
    kept, gone = (give(archive, title=word, state=ItemState.PUBLISHED) for _ in range(2))
    index(archive, kept, gone)
    before = indexing.rebuild(archive).staff
    for one, destroy in ((kept, False), (gone, True)):
        withdrawing.withdraw_item(archive, OPERATOR, one, destroy=destroy)
        indexing.drain(archive)
        assert archive.indexes.staff.count() == before - destroy
    assert indexing.rebuild(archive).staff == before - 1 and indexing.lacking(archive, staff=True) == 0


def test_a_rebuild_makes_what_was_there(archive: Archive, word: str) -> None:
    public = give(archive, title=word, state=ItemState.PUBLISHED)
    give(archive, title=word, state=ItemState.ACCEPTED)
    told: list[int] = []
    inside = give(archive, title=word, state=ItemState.PUBLISHED, audience=Audience.COMMUNITY)
    counts = indexing.rebuild(archive, told.append)
    assert counts == indexing.held(archive) == indexing.due(archive) and told[-1] == counts.staff
    assert hits(archive, word) == (1, 3)
    assert found(archive, PUBLIC, word) == {public}
    assert found(archive, actor("member"), word) == {public, inside}


@pytest.mark.parametrize("wrong", [{"filters": {"state": ["draft"]}}, {"sort": "shoe-size"}, {"page": 0}])
def test_the_public_cannot_ask_for_what_only_staff_may(archive: Archive, wrong: dict[str, object]) -> None:
    with pytest.raises(BadInputError) as caught:
        find(archive, PUBLIC, "river", **wrong)  # type: ignore[arg-type]
    assert caught.value.code == "bad-search"


def test_staff_of_one_collection_find_all_of_it_and_of_others_what_everybody_finds(
    archive: Archive, word: str
) -> None:
    here = give(archive, title=word, state=ItemState.IN_REVIEW)
    there = give(archive, title=word, state=ItemState.IN_REVIEW, collection="convenings")
    beside = give(archive, title="Told", state=ItemState.PUBLISHED, collection="convenings", source=word)
    mine = give(archive, title="Mine", description=word, state=ItemState.PUBLISHED)
    # What another collection keeps from everybody is found by no word of it.
    place = [PlaceGiven(word)]
    more = {"collection": "convenings", "places": place}
    unsaid = give(archive, title="Untold", state=ItemState.PUBLISHED, **more)
    with archive.db.write() as session:
        session.get_one(Item, unsaid).consent.place_precision = "none"
    index(archive, here, there, beside, mine, unsaid)
    curator = actor("curator", "march-25")
    assert found(archive, curator, word) == {here, beside, mine}
    told = find(archive, curator, word, filters={"state": ["in_review"]})
    assert [card.id for card in told.cards] == [here] and told.total == 1
    states = {one.value: one.count for one in told.facets["state"]}
    assert states == {"in_review": 1, "published": 2}
    assert show.item(archive, curator, here).state == "in_review"
    with pytest.raises(NotFoundError):
        show.item(archive, curator, there)
    queue = desk_queue.queue(archive, curator, desk_queue.Asked(state="in_review"))
    assert {one.card.collection for one in queue.items} == {"march-25"}


def test_what_is_hidden_and_what_never_was_answer_alike(archive: Archive, word: str) -> None:
    hidden = give(archive, title=word, state=ItemState.WITHDRAWN)
    answers = set()
    for item_id in (hidden, new_id(), "../../etc/passwd", ""):
        with pytest.raises(NotFoundError) as caught:
            show.item(archive, PUBLIC, item_id)
        answers.add((str(caught.value), caught.value.code, caught.value.remedy))
    assert len(answers) == 1


def test_an_access_copy_is_handed_out_only_with_its_item(filled_archive: Archive) -> None:
    shown = show.newest(filled_archive, PUBLIC, 20)
    card = next(one for one in shown if one.thumbnail is not None)
    assert card.thumbnail is not None
    delivered = deliver.access_copy(filled_archive, PUBLIC, card.thumbnail.id)
    assert Path(delivered.path).stat().st_size == delivered.size
    assert card.id in delivered.download_name
    withdrawing.withdraw_item(filled_archive, OPERATOR, card.id)
    for copy_id in (card.thumbnail.id, new_id()):
        with pytest.raises(NotFoundError, match="There is no such file"):
            deliver.access_copy(filled_archive, PUBLIC, copy_id)
    assert deliver.access_copy(filled_archive, OPERATOR, card.thumbnail.id) == delivered
