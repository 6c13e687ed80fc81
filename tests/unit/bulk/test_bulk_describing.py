"""Rows become a description; what cannot be understood is told and kept as it was typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.models import Item
from archive.profiles import CollectionProfile, Field
from archive.services.describe import Description
from archive.services.kept import undeclared
from ingest.bulk.describing import describe_rows
from ingest.bulk.model import Problem
from ingest.bulk.table import Row


def described(profile: CollectionProfile, *rows: dict[str, str]) -> tuple[Description, list[Problem]]:
    made = [Row(number, f"{number}.txt", values) for number, values in enumerate(rows, start=2)]
    return describe_rows(made, profile, fallback_title="the-file")


def test_names_have_the_role_in_parentheses_when_the_list_knows_it(profile: CollectionProfile) -> None:
    given_names = "Hughes, Fountain; Norwood, Hermond (interviewer); Society (Boston)"
    description, problems = described(profile, {"creator": given_names})
    assert description.names == (
        ("Hughes, Fountain", "creator"),
        ("Norwood, Hermond", "interviewer"),
        ("Society (Boston)", "creator"),
    )
    assert problems == []


def test_single_values_are_the_first_rows_and_lists_are_everybodys(profile: CollectionProfile) -> None:
    description, _ = described(
        profile,
        {"title": "First", "subjects": "Freedom; Song", "place": "Lima", "date": "1949"},
        {"title": "Second", "subjects": "Song; Memory", "place": "Bahia", "date": "1850"},
    )
    assert (description.title, description.date_given) == ("First", "1949")
    assert description.subjects == ("Freedom", "Song", "Memory")
    assert [place.name for place in description.places] == ["Lima", "Bahia"]


def test_several_places_in_a_cell_are_several_places_as_subjects_are(profile: CollectionProfile) -> None:
    known = profile.places[0]
    label = next(iter(known.label.values()))
    cell = f"Illinois--Cook--Chicago; Minnesota--Ramsey--Saint Paul;; {label}\nNorfolk [36.85, -76.29, town]"
    description, problems = described(profile, {"place": cell})
    assert [place.name for place in description.places] == [
        "Illinois--Cook--Chicago",
        "Minnesota--Ramsey--Saint Paul",
        label,
        "Norfolk",
    ]
    assert (description.places[2].latitude, description.places[3].precision) == (known.latitude, "town")
    assert problems == []


def test_a_place_of_a_cell_that_cannot_be_understood_takes_no_other_with_it(
    profile: CollectionProfile,
) -> None:
    description, (problem,) = described(profile, {"place": "Lima; Norfolk [91, 0]; Bahia"})
    assert [place.name for place in description.places] == ["Lima", "Bahia"]
    assert (problem.row, problem.column, problem.note) == (2, "place", False)
    assert description.extra["place"] == "Norfolk [91, 0]"


@pytest.mark.parametrize(
    ("column", "first", "later"),
    [
        ("description", "A letter", "A transcript"),
        ("date", "1949", "1950"),
        ("type", "Sound", "Text"),
        ("source", "An attic", "A cellar"),
        ("rights", "Ask my aunt", "Ask my uncle"),
        ("latitude", "1", "2"),
        ("shoe size", "44", "45"),
    ],
)
def test_a_value_of_a_later_row_that_does_not_count_is_told_by_row_and_column_and_kept(
    profile: CollectionProfile, column: str, first: str, later: str
) -> None:
    beside = {"longitude": "3"} if column == "latitude" else {}
    one, other = {column: first, **beside}, {column: later, **beside}
    description, problems = described(profile, one, one, {}, other)
    assert [(problem.row, problem.column, problem.note) for problem in problems] == [(5, column, True)]
    assert "differs from row 2" in problems[0].reason
    alone = described(profile, one)[0]
    assert description == replace(alone, extra={**alone.extra, f"{column} (of 5.txt)": later})
    # A value that only a later row has is the first of its kind.
    assert described(profile, {}, other) == (described(profile, other)[0], [])


def test_only_staff_sees_what_a_later_row_says_of_its_file_whatever_the_file_is_called(
    profile: CollectionProfile,
) -> None:
    files = ("as given", "x (as given", "a\nb", "a b")
    rows = [Row(2, "x.mp3", {"description": "A talk"})]
    rows += [Row(3 + place, name, {"description": name}) for place, name in enumerate(files)]
    extra = describe_rows(rows, profile, fallback_title="")[0].extra
    assert extra == {
        "description (of as given)": "as given",
        "description (of x (as given)": "x (as given",
        "description (of a b)": "a\nb\na b",
    }
    assert undeclared({profile.slug: profile}, Item(collection=profile.slug), extra) == extra.keys()


def test_titles_of_later_rows_are_kept_with_their_files_and_not_told(profile: CollectionProfile) -> None:
    assert described(profile, {"title": "First"}, {"title": "Second"})[1] == []


def test_lists_of_the_collections_own_grow_with_every_row(profile: CollectionProfile) -> None:
    one, other, *_ = profile.observances
    fields = [
        replace(field, column={"relation": "with", "observances": "days"}.get(field.name, field.column))
        for field in profile.fields
    ]
    profile = replace(profile, fields=tuple(fields))
    description, problems = described(
        profile,
        {"with": "A letter", "days": one.id},
        {"with": "A photograph", "days": f"{other.id}; {one.id}"},
        {"days": "No such day"},
    )
    assert description.extra["relation"] == ["A letter", "A photograph"]
    assert description.extra["observances"] == [one.id, other.id, "No such day"]
    assert [(problem.row, problem.column) for problem in problems] == [(4, "days")]


def test_a_table_cannot_say_what_is_shown_together(profile: CollectionProfile) -> None:
    description, (problem,) = described(profile, {"title": "A whole", "parts": "abcdefgh23456789"})
    assert (problem.row, problem.column) == (2, "parts")
    assert "parts" not in description.extra


def test_a_line_is_one_line_whatever_the_cell_held_and_longer_words_keep_theirs(
    profile: CollectionProfile,
) -> None:
    row = {
        "title": "A letter\r\n to  a\u2028friend\n",
        "description": "One.\n\nTwo.",
        "content_note": "Blows\nand blood",
    }
    given, problems = described(profile, row)
    assert problems == []
    assert (given.title, given.content_note) == ("A letter to  a friend", "Blows and blood")
    assert given.description == "One.\n\nTwo."


def test_several_entries_of_a_line_each_stay_a_line_each(profile: CollectionProfile) -> None:
    banners = Field("banners", "", "text", {}, {}, repeatable=True, column="banners")
    given, _ = described(
        replace(profile, fields=(*profile.fields, banners)), {"banners": "A feast\n A march"}
    )
    assert given.extra["banners"] == "A feast\n A march"


def test_without_a_title_the_files_name_is_the_title(profile: CollectionProfile) -> None:
    assert described(profile, {"title": "  "})[0].title == "the-file"


def test_a_date_is_understood_and_kept_as_given(profile: CollectionProfile) -> None:
    description, problems = described(profile, {"date": "ca. 1879"})
    assert problems == []
    assert (description.date_given, description.date_edtf) == ("ca. 1879", "1879~")
    assert 1870 in description.decades


def test_a_date_that_can_mean_two_things_is_asked_back_once(profile: CollectionProfile) -> None:
    twice = {"date": "03/04/1974"}
    description, problems = described(profile, twice, twice)
    assert [(one.row, one.column) for one in problems] == [(2, "date")]
    assert "1974-03-04" in problems[0].reason
    assert "1974-04-03" in problems[0].reason
    assert (description.date_given, description.date_edtf) == ("03/04/1974", "")


def test_a_word_that_a_closed_list_has_not_is_told_and_kept(profile: CollectionProfile) -> None:
    closed = next(
        field
        for field in profile.fields
        if field.column and field.vocabulary and profile.vocabularies[field.vocabulary].closed
        if field.kind == "vocabulary"
    )
    description, problems = described(profile, {str(closed.column): "No such word"})
    assert [(one.row, one.column) for one in problems] == [(2, closed.column)]
    assert description.extra[closed.name] == "No such word"


@pytest.mark.parametrize(
    ("latitude", "longitude", "column"),
    [
        ("ninety", "0", "latitude"),
        ("91", "0", "latitude"),
        ("0", "181", "longitude"),
        ("1", "", "longitude"),
        ("nan", "1", "latitude"),
    ],
)
def test_coordinates_that_are_nowhere_are_told(
    profile: CollectionProfile, latitude: str, longitude: str, column: str
) -> None:
    description, problems = described(profile, {"latitude": latitude, "longitude": longitude})
    assert [(one.row, one.column) for one in problems] == [(2, column)]
    assert (description.latitude, description.longitude) == (None, None)
    good, none = described(profile, {"latitude": "-12.97", "longitude": "-38.5"})
    assert (good.latitude, good.longitude, none) == (-12.97, -38.5, [])


def test_a_place_of_the_list_brings_its_coordinates(profile: CollectionProfile) -> None:
    known = profile.places[0]
    label = next(iter(known.label.values()))
    (place,) = described(profile, {"place": label})[0].places
    assert (place.name, place.latitude, place.longitude) == (label, known.latitude, known.longitude)


def test_a_rights_statement_of_the_list_gets_its_address_and_other_words_stay_words(
    profile: CollectionProfile,
) -> None:
    term = next(term for term in profile.vocabularies["rights"].terms if term.uri)
    assert described(profile, {"rights": str(term.uri)})[0].rights_uri == term.uri
    assert described(profile, {"rights": f"See {term.uri}"})[0].rights_uri == term.uri
    own, problems = described(profile, {"rights": "Ask my aunt"})
    assert (own.rights, own.rights_uri, problems) == ("Ask my aunt", "", [])


@pytest.mark.parametrize("date", ["1863-02-29", "3/4/1807", "no day at all"])
def test_a_date_that_cannot_be_used_is_told_and_kept_in_one_place(
    profile: CollectionProfile, date: str
) -> None:
    kept, (problem,) = described(profile, {"date": date})
    assert (kept.date_given, kept.date_edtf, kept.extra, problem.column) == (date, "", {}, "date")


def test_a_column_that_no_field_takes_is_kept_under_its_name(profile: CollectionProfile) -> None:
    assert described(profile, {"shoe size": "44"})[0].extra == {"shoe size": "44"}


def test_words_that_rows_add_to_a_list_field_of_the_collection_are_all_kept(
    profile: CollectionProfile,
) -> None:
    lists = [
        field
        for field in profile.fields
        if field.kind == "vocabulary" and field.repeatable and field.column and field.name != "subjects"
    ]
    for field in lists:
        terms = (
            profile.vocabularies[str(field.vocabulary)].terms[:2]
            if field.vocabulary in profile.vocabularies
            else ()
        )
        if len(terms) == 2:
            one, other = (term.id for term in terms)
            description, _ = described(profile, {str(field.column): one}, {str(field.column): other})
            assert description.extra[field.name] == [one, other]


@given(
    st.dictionaries(
        st.sampled_from(
            ["title", "creator", "date", "place", "subjects", "type", "rights", "latitude", "longitude", "x"]
        ),
        st.text(max_size=60),
    )
)
def test_nothing_that_is_typed_breaks_the_reading(profile: CollectionProfile, values: dict[str, Any]) -> None:
    description, problems = described(profile, values)
    assert description.title
    assert all(
        (one.row == 2 and one.column in values) or one.column in ("latitude", "longitude") for one in problems
    )
