"""What is chosen by its whole value: names, which no facet counts, and subjects that count as a term."""

from __future__ import annotations

from archive.search import FACETS, KEPT, STAFF_FACETS, Filters, IndexDocument, SearchIndex
from tests.fixtures.search_backends import counts, found, page

# Written for these tests; no real person is meant.
NAMED = (
    IndexDocument("ada", "A walk", names=["Ada"], whole_names=["Ada"], kind="letter", added=20240101),
    IndexDocument("lovejoy", "A song", names=["Ada Lovejoy"], whole_names=["Ada Lovejoy"], kind="song"),
    IndexDocument("rosa", "Ada", names=["Rosa, of Ada"], whole_names=["Rosa, of Ada"], text="Ada, Ada"),
    IndexDocument("signs", "Unknown", names=["???"], whole_names=["???"]),
    IndexDocument("quoted", "Told", names=['"Aunt" O\'Neil'], whole_names=['"Aunt" O\'Neil', "Ada"]),
)


def named(index: SearchIndex, *names: str, text: str = "") -> set[str]:
    return found(index, text, filters=Filters({"name": names}))


def test_a_whole_name_finds_those_who_bear_it_and_nobody_else(empty_index: SearchIndex) -> None:
    empty_index.update(NAMED)
    assert named(empty_index, "Ada") == {"ada", "quoted"}
    assert named(empty_index, "Ada Lovejoy") == {"lovejoy"}
    assert named(empty_index, "???") == {"signs"}
    assert named(empty_index, '"Aunt" O\'Neil') == {"quoted"}
    assert named(empty_index, "ada") == named(empty_index, "Nobody at all") == set()


def test_names_narrow_a_search_beside_its_words_and_facets(empty_index: SearchIndex) -> None:
    empty_index.update(NAMED)
    assert named(empty_index, "Ada", "???") == {"ada", "quoted", "signs"}
    assert named(empty_index, "Ada", "Rosa, of Ada", text="walk") == {"ada"}
    assert found(empty_index, "", filters=Filters({"name": ["Ada"], "kind": ["letter"]})) == {"ada"}
    assert counts(empty_index, "kind", filters=Filters({"name": ["Ada"]})) == {"letter": 1}


def test_no_search_counts_names(empty_index: SearchIndex) -> None:
    assert not set(KEPT) & {*FACETS, *STAFF_FACETS}
    empty_index.update(NAMED)
    assert not set(KEPT) & set(page(empty_index, "").facets)
    assert not set(KEPT) & set(page(empty_index, "", filters=Filters({"name": ["Ada"]})).facets)


def test_a_name_that_was_taken_out_is_chosen_in_vain(empty_index: SearchIndex) -> None:
    empty_index.update(NAMED)
    empty_index.update(
        [IndexDocument("ada", "A walk", names=["Somebody"], whole_names=["Somebody"])], ["quoted"]
    )
    assert named(empty_index, "Ada") == set()
    empty_index.merge_away(["ada", "quoted"])
    assert named(empty_index, "Somebody") == {"ada"}
    assert empty_index.rebuild(NAMED) == len(NAMED)
    assert named(empty_index, "Ada") == {"ada", "quoted"}


def test_subjects_count_as_the_term_they_name_and_are_found_by_their_own_words(
    empty_index: SearchIndex,
) -> None:
    empty_index.update(
        [
            IndexDocument("en", "One", subjects=["Teaching"], subject_values=["education"]),
            IndexDocument("fr", "Deux", subjects=["Enseignement"], subject_values=["education"]),
            IndexDocument("own", "Three", subjects=["Kites"]),
        ]
    )
    assert counts(empty_index, "subject") == {"education": 2, "Kites": 1}
    assert found(empty_index, "", filters=Filters({"subject": ["education"]})) == {"en", "fr"}
    assert found(empty_index, "subject:enseignement") == {"fr"}
    assert found(empty_index, "education") == set()
