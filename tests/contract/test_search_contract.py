"""Every search backend keeps the same promises. A new backend adds one line to BACKENDS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.models.errors import BadInputError
from archive.search import (
    STAFF_FACETS,
    UNDATED,
    FacetCount,
    Filters,
    IndexDocument,
    SearchIndex,
    SearchPage,
    parse_query,
)
from archive.search.whoosh_index import WhooshIndex

BACKENDS: dict[str, Callable[[Path], SearchIndex]] = {
    "whoosh": lambda folder: WhooshIndex(folder, facets=STAFF_FACETS),
}

# Written for these tests; no real person or document is meant.
DOCUMENTS = (
    IndexDocument(
        "letter", "A letter about the crossing", names=["O'Brien, Ada"], subjects=["Middle Passage", "Families"],
        places=["Liverpool"], text="She was whipped. They sold her away from her mother. The freedmen's meeting.",
        kind="letter", collection="march-25", languages=["en"], rights="In copyright", observances=["25 March"],
        date_start=18630101, date_end=18631231, decades=[1860], added=20240101, state="published",
    ),
    IndexDocument(
        "speech", "Discurso sobre a escravidão", names=["Conceição, Joana"], subjects=["Slave trade", "Abolition"],
        places=["Salvador"], text="A abolição da escravidão e a memória do cais.", kind="speech", collection="march-25",
        languages=["pt"], rights="Public domain", observances=["25 March", "10 December"],
        date_start=18590601, date_end=18610630, decades=[1850, 1860], added=20240301, state="published",
    ),
    IndexDocument(
        "song", "Chant contre l’esclavage", names=["Dupont, Marie"], subjects=["Music"], places=["Nantes"],
        text="On chante l’espoir; d'Angelo accompagne.", kind="sound recording", collection="songs", languages=["fr"],
        date_start=19000101, date_end=19091231, decades=[1900], added=20240201, state="published",
    ),
    IndexDocument(
        "photo", "Photograph of a mother and her children", names=["Ada Lovejoy"], subjects=["Families"],
        places=["Liverpool"], text="", kind="photograph", collection="march-25", added=20240401, state="in review",
    ),
    IndexDocument("arabic", "رسالة عن الحرية", text="كُتِبَتْ هذه الرسالة عن العبودية", languages=["ar"], added=20230101),
    IndexDocument("chinese", "关于废除奴隶制的信", text="这是一封信，谈到自由与人权。", languages=["zh"], added=20230102),
    IndexDocument("yoruba", "Ọjọ́ ìrántí", text="Àwọn ọmọ wa ń kọrin fún òmìnira.", languages=["yo"], added=20230103),
    IndexDocument("creole", "Chante libète", text="N'ap chante pou libète ak diyite tout moun.", languages=["ht"], added=20230104),
)  # fmt: skip


@pytest.fixture(params=BACKENDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    index = BACKENDS[request.param](tmp_path / "index")
    yield index
    index.close()


@pytest.fixture
def index(empty: SearchIndex) -> SearchIndex:
    empty.update(DOCUMENTS)
    return empty


def found(index: SearchIndex, text: str, **more: object) -> set[str]:
    return set(page(index, text, **more).ids)


def page(index: SearchIndex, text: str, **more: object) -> SearchPage:
    return index.search(parse_query(text), **more)  # type: ignore[arg-type]


def counts(index: SearchIndex, facet: str, text: str = "", **more: object) -> dict[str, int]:
    return {each.value: each.count for each in page(index, text, **more).facets[facet]}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("whip", {"letter"}),  # stems
        ("WHIPPING", {"letter"}),
        ("escravidao", {"speech"}),  # accents fold
        ("Escravidão", {"speech"}),
        ("freedmen", {"letter"}),  # apostrophes
        ("O’Brien", {"letter"}),
        ("obrien", {"letter"}),
        ("brien", {"letter"}),
        ("esclavage", {"song"}),
        ("l'esclavage", {"song"}),
        ("d’Angelo", {"song"}),
        ("mother", {"letter", "photo"}),
        ("mother sold", {"letter"}),  # all words must match
        ('"away from her mother"', {"letter"}),  # phrases
        ('"her mother away"', set()),
        ('"mother the freedmen"', {"letter"}),
        ("mother -sold", {"photo"}),  # not
        ('mother -"sold her away"', {"photo"}),
        ("whip OR abolição", {"letter", "speech"}),  # or
        ("mother whip OR photograph", {"letter", "photo"}),
        ("abol*", {"speech"}),  # prefixes
        ("escrav*", {"speech"}),
        ("photogr*", {"photo"}),
        ("title:mother", {"photo"}),  # fields
        ("title:sold", set()),
        ('title:"letter about"', {"letter"}),
        ("creator:Ada", {"letter", "photo"}),
        ("creator:lovejoy", {"photo"}),
        ('creator:"ada lovejoy"', {"photo"}),
        ("creator:mother", set()),
        ("subject:trade", {"speech"}),
        ('subject:"slave trade"', {"speech"}),
        ('subject:"trade abolition"', set()),  # two values are not one phrase
        ("place:liverpool", {"letter", "photo"}),
        ("kind:letters", {"letter"}),
        ('kind:"sound recording"', {"song"}),
        ("kind:sound", set()),
        ("language:fr", {"song"}),
        ("colour:red", set()),  # no such field: words
        ("-mother language:pt", {"speech"}),
    ],
)
def test_a_query_finds_what_it_says(index: SearchIndex, text: str, ids: set[str]) -> None:
    assert found(index, text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("date:1863", {"letter"}),
        ("date:1860", {"speech"}),
        ("date:186X", {"letter", "speech"}),
        ("date:1861..1863", {"letter", "speech"}),
        ("date:1861-07..1862", set()),
        ("date:1861-06-30", {"speech"}),
        ("date:1864..", {"song"}),
        ("date:..1859", {"speech"}),
        ("decade:1850", {"speech"}),
        ("decade:1860s", {"letter", "speech"}),
        ("undated:yes", {"photo", "arabic", "chinese", "yoruba", "creole"}),
        ("mother undated:yes", {"photo"}),
        ("date:1863..1865 mother", {"letter"}),
    ],
)
def test_dates_find_every_item_that_may_belong_to_them(index: SearchIndex, text: str, ids: set[str]) -> None:
    assert found(index, text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("الحرية", {"arabic"}),
        ("حرية", {"arabic"}),  # without its article
        ("كتبت", {"arabic"}),  # without its vowel signs
        ("奴隶制", {"chinese"}),
        ("废除奴隶制", {"chinese"}),
        ("隶奴", set()),
        ('"自由与人权"', {"chinese"}),
        ("ominira", {"yoruba"}),
        ("òmìnira", {"yoruba"}),
        ("Ọjọ́", {"yoruba"}),
        ("ojo iranti", {"yoruba"}),
        ("libète", {"creole"}),
        ("libete diyite", {"creole"}),
        ("n'ap chante", {"creole"}),
    ],
)
def test_every_language_can_be_searched(index: SearchIndex, text: str, ids: set[str]) -> None:
    assert found(index, text) == ids


def test_facets_count_what_was_found(index: SearchIndex) -> None:
    assert counts(index, "kind", "mother") == {"letter": 1, "photograph": 1}
    assert counts(index, "place") == {"Liverpool": 2, "Nantes": 1, "Salvador": 1}
    assert counts(index, "decade") == {"1850": 1, "1860": 2, "1900": 1, UNDATED: 5}
    assert counts(index, "state") == {"published": 3, "in review": 1}
    assert counts(index, "observance", "escravidao") == {"10 December": 1, "25 March": 1}
    assert counts(index, "subject", "nothing at all like this") == {}


def test_decades_are_listed_in_the_order_of_time_and_others_by_their_counts(index: SearchIndex) -> None:
    facets = page(index, "").facets
    assert [each.value for each in facets["decade"]] == ["1850", "1860", "1900", UNDATED]
    assert facets["collection"][0] == FacetCount("march-25", 3)
    assert set(facets) == set(STAFF_FACETS)


def test_filters_keep_any_value_of_one_facet_and_all_facets(index: SearchIndex) -> None:
    assert found(index, "", filters=Filters({"kind": ["letter", "speech"]})) == {"letter", "speech"}
    assert found(index, "", filters=Filters({"kind": ["letter", "speech"], "decade": ["1850"]})) == {"speech"}
    assert found(index, "mother", filters=Filters({"decade": [UNDATED]})) == {"photo"}
    assert found(index, "", filters=Filters({"place": ["Nowhere"]})) == set()
    assert found(index, "", filters=Filters(first=18620101, last=18650101)) == {"letter"}
    assert found(index, "", filters=Filters(last=18591231)) == {"speech"}


def test_a_facet_keeps_the_counts_of_the_alternatives_to_what_was_chosen(index: SearchIndex) -> None:
    chosen = Filters({"collection": ["songs"], "place": ["Nowhere"]})
    assert counts(index, "collection", filters=Filters({"collection": ["songs"]})) == {
        "march-25": 3,
        "songs": 1,
    }
    assert counts(index, "kind", filters=Filters({"collection": ["songs"]})) == {"sound recording": 1}
    assert counts(index, "place", filters=chosen) == {"Nantes": 1, "Nowhere": 0}


def test_an_unknown_facet_is_refused_in_words(index: SearchIndex) -> None:
    with pytest.raises(BadInputError) as refused:
        page(index, "", filters=Filters({"colour": ["red"]}))
    assert refused.value.code == "unknown-facet"


def test_results_are_sorted_as_asked(index: SearchIndex) -> None:
    assert page(index, "", sort="newest").ids[:4] == ["photo", "speech", "song", "letter"]
    assert page(index, "", sort="date").ids[:4] == ["speech", "letter", "song", "photo"]
    assert page(index, "").ids == page(index, "", sort="newest").ids


def test_a_word_in_the_title_or_a_name_counts_for_more_than_several_in_the_text(empty: SearchIndex) -> None:
    empty.update(
        [
            IndexDocument("text", "Some report", text="harbour " * 3 + "filler " * 22, added=20240105),
            IndexDocument("title", "Harbour report", text="filler " * 25, added=20240101),
            IndexDocument(
                "name", "Some report", names=["Harbour, Jane"], text="filler " * 25, added=20240101
            ),
        ]
    )
    assert page(empty, "harbour").ids[-1] == "text"


def test_pages_follow_each_other_without_overlap_or_gap(index: SearchIndex) -> None:
    for sort in ("relevance", "date", "newest"):
        whole = page(index, "", sort=sort, limit=100)
        paged = [page(index, "", sort=sort, offset=at, limit=3) for at in range(0, 9, 3)]
        assert [id_ for each in paged for id_ in each.ids] == whole.ids
        assert {each.total for each in paged} == {whole.total} == {len(DOCUMENTS)}
        assert whole.facets == paged[0].facets
    assert page(index, "", offset=50).ids == []


def test_an_update_replaces_and_removes_in_one_commit(index: SearchIndex) -> None:
    index.update(
        [IndexDocument("letter", "A note", text="about harbours")], removed_ids=["song", "never-was"]
    )
    assert found(index, "harbour") == {"letter"}
    assert found(index, "whip") == found(index, "esclavage") == set()
    assert index.count() == len(DOCUMENTS) - 1
    assert "Nantes" not in counts(index, "place")


def test_many_small_updates_are_all_found(empty: SearchIndex) -> None:
    for number in range(40):
        empty.update(
            [
                IndexDocument(
                    f"id{number}", f"Testimony {number}", names=["Same Name"], added=20240101 + number
                )
            ]
        )
    empty.update([], removed_ids=[f"id{number}" for number in range(0, 40, 2)])
    result = page(empty, "testimony", sort="newest", limit=100)
    assert result.ids == [f"id{number}" for number in range(39, 0, -2)]
    assert page(empty, "title:17").ids == ["id17"]


def test_a_rebuild_replaces_everything_and_tells_its_progress(index: SearchIndex) -> None:
    told: list[int] = []
    fresh = [IndexDocument(f"new{number}", "New record") for number in range(3)]
    assert index.rebuild(fresh, told.append) == 3
    assert told == [1, 2, 3]
    assert found(index, "") == {"new0", "new1", "new2"}


def test_the_old_index_serves_while_a_new_one_is_built(index: SearchIndex) -> None:
    seen: list[set[str]] = []
    index.rebuild([IndexDocument("new", "New record")], lambda _count: seen.append(found(index, "whip")))
    assert seen == [{"letter"}]
    assert found(index, "whip") == set()


def test_a_rebuild_that_fails_leaves_the_old_index(index: SearchIndex) -> None:
    def breaking() -> Iterator[IndexDocument]:
        yield IndexDocument("new", "New record")
        raise OSError("the source went away")

    with pytest.raises(OSError, match="went away"):
        index.rebuild(breaking())
    assert found(index, "whip") == {"letter"}
    index.update([IndexDocument("later", "Later record")])
    assert found(index, "later") == {"later"}


def test_an_item_listed_twice_is_kept_once(empty: SearchIndex) -> None:
    assert empty.rebuild([IndexDocument("one", "First"), IndexDocument("one", "Second")]) == 1
    assert empty.count() == 1


def test_a_typing_error_gets_a_suggestion_from_this_index_alone(index: SearchIndex) -> None:
    assert index.suggest("mothr") == "mother"
    assert index.suggest("the lettre") == "the letter"
    assert index.suggest("escravidoa") == "escravidao"
    assert index.suggest("mother") is None
    assert index.suggest("harbuor") is None
    index.update([], removed_ids=["song"])
    assert index.suggest("esclavagd") is None  # the only item with the word is gone


def test_merging_away_keeps_what_is_still_there(index: SearchIndex) -> None:
    index.update([], removed_ids=["song"])
    before = page(index, "", limit=100)
    index.merge_away(["song", "never-was"])
    assert page(index, "", limit=100) == before
    index.update([], removed_ids=[document.id for document in DOCUMENTS])
    index.merge_away([document.id for document in DOCUMENTS])
    assert index.count() == 0
    assert found(index, "") == found(index, "mother") == set()


def test_an_index_without_documents_answers(empty: SearchIndex) -> None:
    assert page(empty, "anything").total == 0
    assert page(empty, "", sort="date").facets["decade"] == []
    assert empty.count() == 0
    assert empty.suggest("anything") is None


def test_values_with_odd_characters_stay_whole(empty: SearchIndex) -> None:
    odd = 'A "quoted"\x1f place\n, here'
    empty.update([IndexDocument("odd", "", places=[odd, odd], kind="a\tb")])
    (value,) = counts(empty, "place")
    assert value.startswith('A "quoted"')
    assert found(empty, "", filters=Filters({"place": [value]})) == {"odd"}
