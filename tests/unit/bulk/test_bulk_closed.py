"""What somebody closed in a table stays closed, however badly the row or the column is written in which they did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.models import Audience
from archive.profiles import CollectionProfile, find_collections_root, load_profiles
from archive.services.consent_columns import CONSENT_COLUMNS, consent_column
from ingest.bulk import Problem, SubmissionPlan, plan
from ingest.bulk.table import OWN_COLUMNS

Write = Callable[..., Path]
Given = Callable[..., SubmissionPlan]


@pytest.fixture
def given(write: Write, tmp_path: Path, profile: CollectionProfile) -> Given:
    """Plans a folder with the files `a.txt` and `b.txt` and a table of these lines."""

    def made(*lines: str) -> SubmissionPlan:
        write("gift/a.txt")
        write("gift/b.txt")
        write("gift/metadata.csv", "\n".join(lines) + "\n")
        return plan([tmp_path / "gift"], profile).submissions[0]

    return made


def audience(planned: SubmissionPlan) -> str:
    assert planned.consent is not None
    return planned.consent.audience


def wrong(planned: SubmissionPlan) -> list[Problem]:
    return [problem for problem in planned.problems if not problem.note]


def refused(planned: SubmissionPlan) -> dict[str, str]:
    assert planned.items == ()
    return {one.path.name: one.code for one in planned.refusals}


@pytest.mark.parametrize(
    "row",
    ["a.txt,Again,no", ",Of all,no", "gone.txt,Gone,no"],
    ids=["a file described twice", "a row without a file", "a file that is not there"],
)
def test_what_a_row_that_cannot_be_used_does_not_allow_to_be_kept_is_not_kept(given: Given, row: str) -> None:
    planned = given("file,title,consent_keep", "a.txt,A,yes", row)
    assert refused(planned) == dict.fromkeys(["a.txt", "b.txt"], "not-to-be-kept")


@pytest.mark.parametrize(
    "rows",
    [
        ("a.txt,A,public", "a.txt,A,staff"),
        ("a.txt,A,public", ",Of all,staff"),
        (",Of all,staff",),
        ("a.txt,A,public", "b.txt,Two, three,public"),
        ("a.txt,A, with a comma,public",),
        (),
    ],
    ids=[
        "a file described twice",
        "a row without a file",
        "no other row",
        "a comma not in quotes",
        "a comma in the only row",
        "no row",
    ],
)
def test_what_a_row_that_cannot_be_used_closes_stays_closed(given: Given, rows: tuple[str, ...]) -> None:
    assert audience(given("file,title,consent_audience", *rows)) == Audience.STAFF


@pytest.mark.parametrize("others", [(), ("b.txt,B,yes",)])
def test_where_nobody_can_tell_whether_it_may_be_kept_the_folder_waits_and_the_row_is_named(
    given: Given, others: tuple[str, ...]
) -> None:
    planned = given("file,title,consent_keep", *others, "a.txt,One, with a comma,no")
    assert refused(planned) == dict.fromkeys(["a.txt", "b.txt"], "bad-table")
    assert {problem.row for problem in planned.problems} == {2 + len(others)}


def test_a_row_with_too_many_cells_does_not_hide_that_another_one_says_no(given: Given) -> None:
    planned = given("file,title,consent_keep", "a.txt,One, with a comma,yes", "b.txt,B,no")
    assert refused(planned) == dict.fromkeys(["a.txt", "b.txt"], "not-to-be-kept")


def test_a_table_that_asks_nothing_of_consent_goes_on_without_a_row_of_too_many_cells(given: Given) -> None:
    planned = given("file,title", "a.txt,One, with a comma", "b.txt,B")
    assert planned.consent is None
    assert [problem.row for problem in wrong(planned)] == [2]


def test_the_header_decides_that_there_is_a_consent_and_not_the_first_row(given: Given) -> None:
    planned = given("file,title,consent_audience,consent_keep", "a.txt,A", "b.txt,B,staff")
    assert (audience(planned), planned.problems) == (Audience.STAFF, ())
    # Also of a part that is misspelt.
    short = given("file,title,consent_audience,consent_whatever", "a.txt,A,public", "b.txt,B,public,x")
    assert audience(short) == Audience.STAFF
    assert [(one.row, one.column) for one in short.problems] == [(1, "consent_whatever")]


@pytest.mark.parametrize("cells", ["staff,public", "public,staff", "public,public"])
def test_of_an_answer_whose_column_is_there_twice_everything_is_left_to_staff(
    given: Given, cells: str
) -> None:
    planned = given("file,consent_audience,consent_audience", f"a.txt,{cells}")
    assert audience(planned) == Audience.STAFF
    (problem,) = wrong(planned)
    assert (problem.row, problem.column, problem.note) == (1, "consent_audience", False)


@pytest.mark.parametrize("cells", ["no,yes", "yes,no"])
def test_of_two_answers_whether_it_may_be_kept_the_stricter_counts(given: Given, cells: str) -> None:
    planned = given("file,consent_keep,consent_keep", f"a.txt,{cells}")
    assert set(refused(planned).values()) == {"not-to-be-kept"}


@pytest.mark.parametrize(
    "column",
    [
        "Consent audience",
        "consent-audience",
        "CONSENT AUDIENCE",
        "consentaudience",
        "concent_audience",
        "Consent",
        "consentimiento",
    ],
)
def test_a_consent_whose_column_is_misspelt_is_told_and_left_to_staff(given: Given, column: str) -> None:
    planned = given(f"file,title,{column}", "a.txt,A,public")
    assert audience(planned) == Audience.STAFF
    (problem,) = wrong(planned)
    assert (problem.row, problem.column, problem.note) == (1, column.lower(), False)


def test_what_a_misspelt_column_does_not_allow_to_be_kept_is_not_kept(given: Given) -> None:
    planned = given("file,title,Consent keep", "a.txt,A,no")
    assert set(refused(planned).values()) == {"not-to-be-kept"}


def test_no_column_of_any_collection_is_taken_for_a_consent() -> None:
    every = load_profiles(find_collections_root()).values()
    columns = {field.column for one in every for field in one.fields if field.column}
    others = (columns | OWN_COLUMNS | {"type", "content_note"}) - set(CONSENT_COLUMNS)
    assert {name: consent_column(name) for name in others} == dict.fromkeys(others)
    assert all(consent_column(name) == name for name in CONSENT_COLUMNS)
