"""Every search backend changes at once, and serves while it is rebuilt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.search import Filters, IndexDocument, SearchIndex
from tests.fixtures.search_backends import DOCUMENTS, counts, found, page


def test_an_update_replaces_and_removes_in_one_commit(search_index: SearchIndex) -> None:
    search_index.update(
        [IndexDocument("letter", "A note", text="about harbours")], removed_ids=["song", "never-was"]
    )
    assert found(search_index, "harbour") == {"letter"}
    assert found(search_index, "whip") == found(search_index, "esclavage") == set()
    assert search_index.count() == len(DOCUMENTS) - 1
    assert "Nantes" not in counts(search_index, "place")


def test_many_small_updates_are_all_found(empty_index: SearchIndex) -> None:
    for number in range(40):
        empty_index.update(
            [
                IndexDocument(
                    f"id{number}", f"Testimony {number}", names=["Same Name"], added=20240101 + number
                )
            ]
        )
    empty_index.update([], removed_ids=[f"id{number}" for number in range(0, 40, 2)])
    result = page(empty_index, "testimony", sort="newest", limit=100)
    assert result.ids == [f"id{number}" for number in range(39, 0, -2)]
    assert page(empty_index, "title:17").ids == ["id17"]


@pytest.mark.parametrize("text", ["", "testimony", "-letter", "undated:yes"])
def test_items_of_one_day_stand_as_they_did_whichever_came_last_and_when_all_is_made_anew(
    empty_index: SearchIndex, text: str
) -> None:
    ids = ["0ah4", "5cvt", "5gn8", "7v15", "q2", "z14y", "zmjr"]
    given = [IndexDocument(one, "Testimony", text="The same.", added=20240325) for one in ids]
    for at in (3, 5, 6, 0, 4, 2, 1):
        empty_index.update([given[at]])
    assert page(empty_index, text, sort="newest").ids == ids
    assert page(empty_index, text).ids == ids
    empty_index.update([given[5]])
    assert page(empty_index, text, sort="newest").ids == ids
    empty_index.rebuild(reversed(given))
    assert page(empty_index, text, sort="newest").ids == ids
    assert page(empty_index, text, sort="newest", offset=2, limit=3).ids == ids[2:5]


def test_a_rebuild_replaces_everything_and_tells_its_progress(search_index: SearchIndex) -> None:
    told: list[int] = []
    fresh = [IndexDocument(f"new{number}", "New record") for number in range(3)]
    assert search_index.rebuild(fresh, told.append) == 3
    assert told == [1, 2, 3]
    assert found(search_index, "") == {"new0", "new1", "new2"}


def test_the_old_index_serves_while_a_new_one_is_built(search_index: SearchIndex) -> None:
    seen: list[set[str]] = []
    search_index.rebuild(
        [IndexDocument("new", "New record")], lambda _count: seen.append(found(search_index, "whip"))
    )
    assert seen == [{"letter"}]
    assert found(search_index, "whip") == set()


def test_a_rebuild_that_fails_leaves_the_old_index(search_index: SearchIndex) -> None:
    def breaking() -> Iterator[IndexDocument]:
        yield IndexDocument("new", "New record")
        raise OSError("the source went away")

    with pytest.raises(OSError, match="went away"):
        search_index.rebuild(breaking())
    assert found(search_index, "whip") == {"letter"}
    search_index.update([IndexDocument("later", "Later record")])
    assert found(search_index, "later") == {"later"}


def test_an_item_listed_twice_is_kept_once(empty_index: SearchIndex) -> None:
    assert empty_index.rebuild([IndexDocument("one", "First"), IndexDocument("one", "Second")]) == 1
    assert empty_index.count() == 1


def test_merging_away_keeps_what_is_still_there(search_index: SearchIndex) -> None:
    search_index.update([], removed_ids=["song"])
    before = page(search_index, "", limit=100)
    search_index.merge_away(["song", "never-was"])
    assert page(search_index, "", limit=100) == before
    search_index.update([], removed_ids=[document.id for document in DOCUMENTS])
    search_index.merge_away([document.id for document in DOCUMENTS])
    assert search_index.count() == 0
    assert found(search_index, "") == found(search_index, "mother") == set()


def test_an_index_without_documents_answers(empty_index: SearchIndex) -> None:
    assert page(empty_index, "anything").total == 0
    assert page(empty_index, "", sort="date").facets["decade"] == []
    assert empty_index.count() == 0
    assert empty_index.suggest("anything") is None


def test_a_date_without_a_beginning_or_an_end_is_found_in_every_year_on_that_side(
    empty_index: SearchIndex,
) -> None:
    empty_index.update(
        [
            IndexDocument("before", "A letter", date_end=18501231),
            IndexDocument("after", "A letter", date_start=18500101),
            IndexDocument("early", "A letter", date_end=14551231),
            IndexDocument("undated", "A letter"),
        ]
    )
    assert found(empty_index, "date:1850") == {"before", "after"}
    assert found(empty_index, "date:1620") == {"before"}
    assert found(empty_index, "date:1851..1990") == {"after"}
    assert found(empty_index, "date:1455") == {"early"}
    assert found(empty_index, "undated:yes") == {"undated"}
    # In order it stands by the day that was said.
    empty_index.update(
        [
            IndexDocument("between", "A letter", date_start=17000101, date_end=17001231),
            IndexDocument("late", "A letter", date_start=19000101, date_end=19001231),
        ]
    )
    ordered = page(empty_index, "", sort="date").ids
    assert ordered == ["early", "between", "after", "before", "late", "undated"]


def test_every_decade_is_listed_and_those_that_bear_no_date_however_wide_dates_are(
    empty_index: SearchIndex,
) -> None:
    wide = [*range(990, 2030, 10)]
    days = {"date_start": 9900101, "date_end": 20251231, "decades": wide}
    empty_index.update([IndexDocument("one", "A", **days), IndexDocument("other", "A", **days)])
    empty_index.update([IndexDocument("undated", "A")])
    told = page(empty_index, "").facets["decade"]
    assert [(one.value, one.count) for one in told] == [*((str(one), 2) for one in wide), ("undated", 1)]


def test_a_date_of_several_is_found_in_no_decade_that_it_only_reaches_over(empty_index: SearchIndex) -> None:
    empty_index.update(
        [
            IndexDocument(
                "1852 and 1890", "A letter", date_start=18520101, date_end=18901231, decades=[1850, 1890]
            ),
            IndexDocument(
                "1852, 1875 or 1890", "A", date_start=18520101, date_end=18901231, decades=[1850, 1870, 1890]
            ),
            IndexDocument(
                "1852/1890",
                "A",
                date_start=18520101,
                date_end=18901231,
                decades=[1850, 1860, 1870, 1880, 1890],
            ),
            IndexDocument("before 1890", "A", date_end=18901231, decades=[*range(1790, 1900, 10)]),
            IndexDocument("since 1852", "A letter", date_start=18520101, decades=[*range(1850, 2030, 10)]),
            IndexDocument("no decades", "A letter", date_start=18520101, date_end=18901231),
        ]
    )
    wide = {"1852/1890", "before 1890", "since 1852", "no decades"}
    of_three, of_two = {"1852, 1875 or 1890"}, {"1852 and 1890"}
    asked = {
        (18650101, 18651231): wide,
        (18700101, 18701231): wide | of_three,  # as near as decades tell
        (18610101, 18791231): wide | of_three,
        (18610101, 18891231): wide | of_three,
        (18520101, 18521231): wide | of_three | of_two,
        (18850101, 18901231): wide | of_three | of_two,
        (16200101, 16201231): {"before 1890"},
        (20900101, 20901231): {"since 1852"},
    }
    for (first, last), ids in asked.items():
        assert found(empty_index, f"date:{first // 10000}..{last // 10000}") == ids, first
        assert found(empty_index, "", filters=Filters(first=first, last=last)) == ids, first
    assert found(empty_index, "date:1865.. -date:1865") == of_three | of_two
    assert found(empty_index, "", filters=Filters(first=18650101)) == wide | of_three | of_two
    assert found(empty_index, "", filters=Filters(last=18651231)) == wide | of_three | of_two


def test_a_date_of_several_years_is_found_in_none_that_lies_between_them(empty_index: SearchIndex) -> None:
    days = {"date_start": 18610101, "date_end": 18641231, "decades": [1860]}
    far = {"date_start": 18610101, "date_end": 18781231, "decades": [1860, 1870]}
    empty_index.update(
        [
            IndexDocument("1861 or 1864", "A letter", years=[1861, 1864], **days),
            IndexDocument("1861/1864", "A letter", **days),
            IndexDocument("1861 or 1878", "A letter", years=[1861, 1878], **far),
        ]
    )
    apart, span, wide = {"1861 or 1864"}, {"1861/1864"}, {"1861 or 1878"}
    asked = {
        (18620101, 18631231): span,
        (18630501, 18630502): span,
        (18610601, 18631231): span | apart | wide,  # as near as years tell
        (18620101, 18641231): span | apart,
        (18600101, 18601231): set(),
        (18690101, 18701231): set(),
        (18610101, 18611231): span | apart | wide,
        (18500101, 18991231): span | apart | wide,
    }
    for (first, last), ids in asked.items():
        assert found(empty_index, "", filters=Filters(first=first, last=last)) == ids, first
    assert found(empty_index, "date:1862..1863 letter") == span
    assert found(empty_index, "letter -date:1862..1863") == apart | wide
    assert found(empty_index, "date:1862..") == span | apart | wide
    empty_index.update([IndexDocument("1861 or 1864", "A letter", **days)])
    assert found(empty_index, "date:1862") == span | apart


def test_what_is_looked_for_around_its_date_stands_in_order_by_the_date_itself(
    empty_index: SearchIndex,
) -> None:
    empty_index.update(
        [
            IndexDocument("1878", "A letter", date_start=18780101, date_end=18781231),
            IndexDocument("about", "A letter", date_start=18770101, date_end=18811231, date_order=18790101),
            IndexDocument("1880", "A letter", date_start=18800101, date_end=18801231),
        ]
    )
    assert found(empty_index, "date:1877") == {"about"}
    assert page(empty_index, "", sort="date").ids == ["1878", "about", "1880"]
