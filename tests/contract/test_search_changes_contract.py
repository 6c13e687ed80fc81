"""Every search backend changes at once, serves while it is rebuilt, and suggests only what it holds."""

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


def test_a_typing_error_gets_a_suggestion_from_this_index_alone(search_index: SearchIndex) -> None:
    assert search_index.suggest("mothr") == "mother"
    assert search_index.suggest("the lettre") == "the letter"
    assert search_index.suggest("escravidoa") == "escravidao"
    assert search_index.suggest("mother") is None
    assert search_index.suggest("harbuor") is None
    search_index.update([], removed_ids=["song"])
    assert search_index.suggest("esclavagd") is None  # the only item with the word is gone


def test_a_slip_that_is_a_word_elsewhere_gets_a_suggestion_that_finds_something(
    empty_index: SearchIndex,
) -> None:
    empty_index.update([IndexDocument("a", "Mittie Freeman"), IndexDocument("b", "Joseph Freman, Ohio")])
    assert empty_index.suggest("mittie freman") == "mittie freeman"
    assert empty_index.suggest("mittle freman") == "mittie freeman"
    assert empty_index.suggest("mittie freeman") is None
    assert empty_index.suggest("mittie ohio") is None
    assert empty_index.suggest("mittee freeman ohio") is None  # a suggestion finds something


def test_a_suggestion_finds_something_where_the_search_was_narrowed_to(empty_index: SearchIndex) -> None:
    empty_index.update(
        [
            IndexDocument("a", "Five candles", kind="text", date_start=18630101, date_end=18631231),
            IndexDocument("b", "Candies", kind="sound"),
            IndexDocument("c", "Candies", kind="sound"),
            IndexDocument("d", "Melted candies, and candied", kind="sound"),
        ]
    )
    texts = Filters({"kind": ["text"]})
    assert empty_index.suggest("canndies") == "candies"
    assert empty_index.suggest("canndies", texts) is None
    assert empty_index.suggest("candels", texts) == "candles"
    # Of several that are near, the one that the narrowed search finds; not the one that more items hold.
    assert empty_index.suggest("candees") == "candies"
    assert empty_index.suggest("candees", texts) == "candles"
    assert empty_index.suggest("candels", Filters({"kind": ["sound"]})) is None
    assert empty_index.suggest("candels", Filters(first=18630101)) == "candles"
    assert empty_index.suggest("candels", Filters(first=18640101)) is None


def test_words_in_a_phrase_are_put_right_where_the_phrase_stands(empty_index: SearchIndex) -> None:
    empty_index.update([IndexDocument("a", "Five candles burning"), IndexDocument("b", "candles, five")])
    assert empty_index.suggest('"five candels"') == '"five candles"'
    assert empty_index.suggest('burning "fivve candels"') == 'burning "five candles"'
    assert empty_index.suggest('title:"five candels"') == 'title:"five candles"'
    assert empty_index.suggest('"burning candels"') is None  # the words are here, the phrase is not


def test_a_slip_in_the_first_letter_is_tried_where_nothing_else_is_near(empty_index: SearchIndex) -> None:
    empty_index.update(
        [IndexDocument("a", "Candles"), IndexDocument("b", "Handles"), IndexDocument("c", "Handles")]
    )
    for slip in ("xandles", "acndles", "andles", "ccandles"):
        assert empty_index.suggest(slip) in ("candles", "handles"), slip
    assert empty_index.suggest("acndles") == empty_index.suggest("ccandles") == "candles"
    # What begins as it was written comes first, however few hold it.
    assert empty_index.suggest("candels") == "candles"


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("l'abolitoin", "l'abolition"),
        ("L’esclavge", "L’esclavage"),
        ("O'Brein", "O'brien"),
        ("O’Brein letter", "O’brien letter"),
        ("slavrey's", "slavery's"),
        ('title:"l\'abolitoin"', 'title:"l\'abolition"'),
        ("abolitio\u0301in", "abolition"),
    ],
)
def test_a_slip_beside_an_apostrophe_is_put_right_and_the_rest_is_as_it_was_typed(
    empty_index: SearchIndex, typed: str, better: str
) -> None:
    empty_index.update([IndexDocument("a", "L'abolition de l’esclavage, slavery, a letter to O'Brien")])
    assert empty_index.suggest(typed) == better
    assert found(empty_index, better) == {"a"}


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
