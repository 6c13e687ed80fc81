"""Every search backend finds, counts and orders the same. A new one adds a line to BACKENDS in tests/fixtures."""

from __future__ import annotations

import pytest

from archive.models.errors import BadInputError
from archive.search import STAFF_FACETS, UNDATED, FacetCount, Filters, IndexDocument, SearchIndex
from tests.fixtures.search_backends import DOCUMENTS, counts, found, page


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
def test_a_query_finds_what_it_says(filled_index: SearchIndex, text: str, ids: set[str]) -> None:
    assert found(filled_index, text) == ids


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
def test_dates_find_every_item_that_may_belong_to_them(
    filled_index: SearchIndex, text: str, ids: set[str]
) -> None:
    assert found(filled_index, text) == ids


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
def test_every_language_can_be_searched(filled_index: SearchIndex, text: str, ids: set[str]) -> None:
    assert found(filled_index, text) == ids


FORMS = {
    "es": (
        "Nación y libertades", "Las mujeres esclavizadas cantaban; huyeron los cimarrones con el francés.", ["Recuerdos"],
        {
            "naciones", "NACIONES", "libertad", "mujer", "esclavizar", "esclavizó", "cantar", "cimarrona", "franceses",
            "title:naciones", "subject:recuerdo", '"mujeres esclavizada"', '"nacion y libertad"', "libertad OR nothing",
        },
        {"nothing", "-naciones", '"libertad nacion"'},
    ),
    "fr": (
        "Les chevaux du roi", "Libérés, ils chantaient les lois; la captive affranchie.", ["Journaux"],
        {
            "cheval", "rois", "libérer", "liberee", "chanter", "loi", "captifs", "affranchi", "subject:journal",
            "title:cheval", '"cheval du roi"', '"ils chantait"',
        },
        {"chanteur", "place:cheval"},
    ),
    "pt-BR": (
        "Nações e irmãos", "Os animais e o pão; libertou-se o quilombola português.", ["Canções"],
        {
            "nação", "nacao", "irmão", "animal", "pães", "libertar", "libertada", "quilombolas", "portugueses",
            "subject:canção", '"nação e irmão"', "title:nação",
        },
        {"animado", '"irmão e nação"'},
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", FORMS)
def test_words_are_found_in_their_forms_in_the_language_of_the_record(
    empty_index: SearchIndex, language: str
) -> None:
    title, text, subjects, finding, missing = FORMS[language]
    like = {"title": title, "text": text, "subjects": subjects}
    empty_index.update(
        [
            IndexDocument("own", languages=[language], **like),
            IndexDocument("described", languages=["yo"], written_in=["en", language], **like),
            IndexDocument("unsaid", title="-", text="whatever else there is, nothing more"),
        ]
    )
    for query in sorted(finding):
        assert found(empty_index, query) >= {"own", "described"}, query
    for query in sorted(missing):
        assert not found(empty_index, query) & {"own", "described"}, query


def test_a_record_in_english_is_found_by_english_forms_alone(empty_index: SearchIndex) -> None:
    """Whoever asks for "port" means no porter; in French "porter" is what one does with a load."""
    empty_index.update(
        [
            IndexDocument("english", "A porter", text="The colony", languages=["en"]),
            IndexDocument("french", "Porter", text="La colonie", languages=["fr"]),
        ]
    )
    assert found(empty_index, "portaient") == {"french"}
    assert found(empty_index, "porter") == {"english", "french"}
    assert found(empty_index, "coloni*") == {"english", "french"}
    assert found(empty_index, "fr*") == found(empty_index, '"fr port"') == set()


def test_a_word_counts_once_whatever_the_languages_of_a_record(empty_index: SearchIndex) -> None:
    """What is stemmed several times is no more about it than what is stemmed once."""
    empty_index.update(
        [
            IndexDocument("one", "A", text="liberty now liberty", languages=["en"], added=20240102),
            IndexDocument("four", "A", text="liberty now plain", languages=["en", "es", "fr", "pt"], added=20240101),
            *(IndexDocument(f"other{at}", "B", text="plain words here") for at in range(20)),
        ]
    )  # fmt: skip
    assert page(empty_index, "liberty").ids == ["one", "four"]
    assert page(empty_index, "liberty").total == 2
    empty_index.update(
        [
            IndexDocument("as asked", "A", text="escravo escravo escravo", languages=["pt"], added=20240102),
            IndexDocument("in forms", "A", text="escravo escrava escravas", languages=["pt"], added=20240101),
        ]
    )
    assert page(empty_index, "escravo").ids == ["as asked", "in forms"]


def test_facets_count_what_was_found(filled_index: SearchIndex) -> None:
    assert counts(filled_index, "kind", "mother") == {"letter": 1, "photograph": 1}
    assert counts(filled_index, "place") == {"Liverpool": 2, "Nantes": 1, "Salvador": 1}
    assert counts(filled_index, "decade") == {"1850": 1, "1860": 2, "1900": 1, UNDATED: 5}
    assert counts(filled_index, "state") == {"published": 3, "in review": 1}
    assert counts(filled_index, "observance", "escravidao") == {"10 December": 1, "25 March": 1}
    assert counts(filled_index, "subject", "nothing at all like this") == {}


def test_decades_are_listed_in_the_order_of_time_and_others_by_their_counts(
    filled_index: SearchIndex,
) -> None:
    facets = page(filled_index, "").facets
    assert [each.value for each in facets["decade"]] == ["1850", "1860", "1900", UNDATED]
    assert facets["collection"][0] == FacetCount("march-25", 3)
    assert set(facets) == set(STAFF_FACETS)


def test_filters_keep_any_value_of_one_facet_and_all_facets(filled_index: SearchIndex) -> None:
    assert found(filled_index, "", filters=Filters({"kind": ["letter", "speech"]})) == {"letter", "speech"}
    assert found(filled_index, "", filters=Filters({"kind": ["letter", "speech"], "decade": ["1850"]})) == {
        "speech"
    }
    assert found(filled_index, "mother", filters=Filters({"decade": [UNDATED]})) == {"photo"}
    assert found(filled_index, "", filters=Filters({"place": ["Nowhere"]})) == set()
    assert found(filled_index, "", filters=Filters(first=18620101, last=18650101)) == {"letter"}
    assert found(filled_index, "", filters=Filters(last=18591231)) == {"speech"}


def test_a_facet_keeps_the_counts_of_the_alternatives_to_what_was_chosen(filled_index: SearchIndex) -> None:
    chosen = Filters({"collection": ["songs"], "place": ["Nowhere"]})
    assert counts(filled_index, "collection", filters=Filters({"collection": ["songs"]})) == {
        "march-25": 3,
        "songs": 1,
    }
    assert counts(filled_index, "kind", filters=Filters({"collection": ["songs"]})) == {"sound recording": 1}
    assert counts(filled_index, "place", filters=chosen) == {"Nantes": 1, "Nowhere": 0}


def test_an_unknown_facet_is_refused_in_words(filled_index: SearchIndex) -> None:
    with pytest.raises(BadInputError) as refused:
        page(filled_index, "", filters=Filters({"colour": ["red"]}))
    assert refused.value.code == "unknown-facet"


def test_results_are_sorted_as_asked(filled_index: SearchIndex) -> None:
    assert page(filled_index, "", sort="newest").ids[:4] == ["photo", "speech", "song", "letter"]
    assert page(filled_index, "", sort="date").ids[:4] == ["speech", "letter", "song", "photo"]
    assert page(filled_index, "").ids == page(filled_index, "", sort="newest").ids


def test_a_word_in_the_title_or_a_name_counts_for_more_than_several_in_the_text(
    empty_index: SearchIndex,
) -> None:
    empty_index.update(
        [
            IndexDocument("text", "Some report", text="harbour " * 3 + "filler " * 22, added=20240105),
            IndexDocument("title", "Harbour report", text="filler " * 25, added=20240101),
            IndexDocument(
                "name", "Some report", names=["Harbour, Jane"], text="filler " * 25, added=20240101
            ),
        ]
    )
    assert page(empty_index, "harbour").ids[-1] == "text"


def test_pages_follow_each_other_without_overlap_or_gap(filled_index: SearchIndex) -> None:
    for sort in ("relevance", "date", "newest"):
        whole = page(filled_index, "", sort=sort, limit=100)
        paged = [page(filled_index, "", sort=sort, offset=at, limit=3) for at in range(0, 9, 3)]
        assert [id_ for each in paged for id_ in each.ids] == whole.ids
        assert {each.total for each in paged} == {whole.total} == {len(DOCUMENTS)}
        assert whole.facets == paged[0].facets
    assert page(filled_index, "", offset=50).ids == []


def test_what_comes_after_the_five_hundredth_page_is_reached_too(empty_index: SearchIndex) -> None:
    many = [f"id{number:04}" for number in range(1020)]
    empty_index.update(
        IndexDocument(id_, "A page", added=20240101 + number, date_start=18000101 + number)
        for number, id_ in enumerate(many)
    )
    deep = {"offset": 1004, "limit": 2}
    assert page(empty_index, "page", sort="date", **deep).ids == ["id1004", "id1005"]
    assert page(empty_index, "page", sort="newest", **deep).ids == ["id0015", "id0014"]
    assert page(empty_index, "page", **deep).ids == ["id0015", "id0014"]
    assert page(empty_index, "page", **deep).total == 1020
    assert page(empty_index, "page", offset=2_000_000, limit=20).ids == []


def test_values_with_odd_characters_stay_whole(empty_index: SearchIndex) -> None:
    odd = 'A "quoted"\x1f place\n, here'
    empty_index.update([IndexDocument("odd", "", places=[odd, odd], kind="a\tb")])
    (value,) = counts(empty_index, "place")
    assert value.startswith('A "quoted"')
    assert found(empty_index, "", filters=Filters({"place": [value]})) == {"odd"}
