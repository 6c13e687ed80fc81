"""Every search backend finds beginnings in fields too, and whole values by whatever they are called, none of which is a word."""

from __future__ import annotations

import pytest

from archive.search import IndexDocument, SearchIndex
from tests.fixtures.search_backends import found


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("middle-pass*", {"letter"}),  # behind a hyphen
        ("subject:slave-trad*", {"speech"}),
        ("subject:music-trad*", set()),
        ("mother -middle-pass*", {"photo"}),
        ("d'ang*", {"song"}),
        ("families*", {"letter", "photo"}),  # longer than the stem
        ("title:crossing*", {"letter"}),
        ("title:photograph* title:children*", {"photo"}),
        ("title:Escravidão*", {"speech"}),
        ("subject:abolition*", {"speech"}),
        ("subject:families*", {"letter", "photo"}),
        ("place:Nantes*", {"song"}),
        ("place:families*", set()),
        ("title:families*", set()),
        ("creator:lovejoy*", {"photo"}),
        ("language:fra", {"song"}),
        ("language:français", {"song"}),
        ("language:French", {"song"}),
        ("language:en", {"letter"}),
    ],
)
def test_a_field_is_searched_by_beginnings_and_values(
    filled_index: SearchIndex, text: str, ids: set[str]
) -> None:
    assert found(filled_index, text) == ids


def test_the_code_of_a_kind_is_no_word_of_the_item(empty_index: SearchIndex) -> None:
    """Whoever looks for William Still means no still image of another William."""
    picture = IndexDocument("picture", "William Wells", kind="still-image", kind_names=["Picture", "Imagen"])
    person = IndexDocument("person", "William Still", kind="text", kind_names=["Writing", "Letter"])
    empty_index.update([picture, person])
    assert found(empty_index, "William Still") == found(empty_index, "still") == {"person"}
    assert found(empty_index, "william -text") == {"picture", "person"}
    assert found(empty_index, "picture OR letter OR image") == set()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("kind:picture", {"picture"}),
        ("kind:Pictures", {"picture"}),
        ("kind:imagen", {"picture"}),
        ("kind:ÉCRIT", {"letter"}),
        ("kind:still-image", {"picture"}),
        ('kind:"still image"', {"picture"}),
        ("kind:still", set()),
        ("-kind:picture", {"letter"}),
        ("kind:picture OR kind:writing", {"picture", "letter"}),
    ],
)
def test_a_kind_is_found_by_whatever_it_is_called(empty_index: SearchIndex, text: str, ids: set[str]) -> None:
    empty_index.update(
        [
            IndexDocument("picture", "A", kind="still-image", kind_names=["Picture", "Imagen"]),
            IndexDocument("letter", "B", kind="text", kind_names=["Writing", "Écrit"]),
        ]
    )
    assert found(empty_index, text) == ids


CALLED = ["pt", "por", "pt-BR", "PT", "Portuguese", "portugués", "portugais", '"português"', '"pt br"']


@pytest.mark.parametrize("kept", ["pt", "por", "pt-BR"])
def test_a_language_is_found_by_its_codes_and_its_names(empty_index: SearchIndex, kept: str) -> None:
    """Records bear the codes of two letters or of three, as they came; nobody who asks knows which."""
    empty_index.update(
        [
            IndexDocument("own", "A", languages=[kept]),
            IndexDocument("other", "B", languages=["fra", "hat"]),
            IndexDocument("none", "C"),
        ]
    )
    for called in CALLED:
        assert found(empty_index, f"language:{called}") == {"own"}, called
    for called in ("fr", "fre", "fra", "French", "Haitian", "ht", '"criollo haitiano"', '"Haitian Creole"'):
        expected = set() if called == "Haitian" else {"other"}
        assert found(empty_index, f"language:{called}") == expected, called
    assert found(empty_index, "language:en") == found(empty_index, "language:klingon") == set()


def test_words_are_stemmed_by_the_language_whichever_code_the_record_bears(empty_index: SearchIndex) -> None:
    for code in ("fr", "fra", "fre"):
        empty_index.update([IndexDocument(code, "Les chevaux", languages=[code])])
    empty_index.update([IndexDocument("english", "Les chevaux", languages=["eng"])])
    assert found(empty_index, "cheval") == {"fr", "fra", "fre"}
