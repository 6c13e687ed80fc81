"""A title is one line that can be read and is no book; what no row describes, and what is nearly there, is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.profiles import CollectionProfile
from ingest.bulk import SubmissionPlan, plan
from ingest.bulk.describing import LONGEST_TITLE
from ingest.bulk.group import title_of_name

Write = Callable[..., Path]


@pytest.fixture
def planned(write: Write, tmp_path: Path, profile: CollectionProfile) -> Callable[..., SubmissionPlan]:
    """Plans a folder of these files with a table of these lines."""

    def made(files: list[str], *lines: str) -> SubmissionPlan:
        for name in files:
            write(f"gift/{name}")
        if lines:
            write("gift/metadata.csv", "\n".join(lines) + "\n")
        return plan([tmp_path / "gift"], profile).submissions[0]

    return made


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("a letter", "a letter"),
        ("a\nletter\r\n home", "a letter home"),
        ("a\u2028letter", "a letter"),
        ("\u202egnp.letter", "gnp.letter"),
        ("a\u2067b\u2069c", "a\u2067b\u2069c"),
        ("a\u2067bc", "abc"),
        ("שלום\u200f", "שלום\u200f"),
        ("\ufffe", ""),
        ("   ", ""),
        ("\u200b\u2060", ""),
        ("\x1b[31mred", "[31mred"),
    ],
)
def test_the_name_of_a_file_gives_a_title_of_one_line_that_can_be_seen_or_none(stem: str, title: str) -> None:
    assert title_of_name(stem) == title


def test_a_file_keeps_the_name_of_which_its_title_is_made(planned: Callable[..., SubmissionPlan]) -> None:
    (item,) = planned(["\u202egnp\nx.txt"]).items
    assert (item.description.title, item.files[0].given_name) == ("gnp x", "\u202egnp\nx.txt")


def test_a_title_of_a_table_that_is_too_long_is_told_and_all_of_it_is_kept(
    planned: Callable[..., SubmissionPlan],
) -> None:
    long = "A letter " * 25_000
    one = planned(["a.txt"], "file,title", f"a.txt,{long}")
    (problem,) = one.problems
    assert (problem.row, problem.column, problem.note) == (2, "title", False)
    assert f"{len(long.strip())} characters and may have {LONGEST_TITLE}" in problem.reason
    (item,) = one.items
    for title in (item.description.title, item.files[0].title):
        assert title.startswith("A letter A letter") and title.endswith("…")
        assert len(title) <= LONGEST_TITLE
    assert item.description.extra == {"title (as given)": long.strip()}


def test_a_title_as_long_as_may_be_is_taken_as_it_is(planned: Callable[..., SubmissionPlan]) -> None:
    long = "x" * LONGEST_TITLE
    one = planned(["a.txt"], "file,title", f"a.txt,{long}")
    assert (one.problems, one.items[0].description.title) == ((), long)


def test_titles_of_further_files_of_an_item_that_are_too_long_are_kept_too(
    planned: Callable[..., SubmissionPlan],
) -> None:
    first, second = "x" * 2000, "y" * 3000
    one = planned(["a.jpg", "b.jpg"], "file,item,title", f"a.jpg,1,{first}", f"b.jpg,1,{second}")
    assert [(problem.row, problem.column) for problem in one.problems] == [(2, "title"), (3, "title")]
    (item,) = one.items
    assert item.description.extra == {"title (as given)": f"{first}\n{second}"}
    assert [len(file.title) for file in item.files] == [LONGEST_TITLE, LONGEST_TITLE]


def test_other_fields_of_one_line_have_a_limit_too_and_what_is_told_at_length_has_none(
    planned: Callable[..., SubmissionPlan],
) -> None:
    long = "word " * 10_000
    one = planned(["a.txt"], "file,title,content_note,description", f"a.txt,A,{long},{long}")
    assert [(problem.row, problem.column) for problem in one.problems] == [(2, "content_note")]
    described = one.items[0].description
    assert len(described.content_note) <= 20_000
    assert described.extra == {"content_note (as given)": long.strip()}
    assert described.description == long.strip()


def test_what_no_row_describes_is_noted(planned: Callable[..., SubmissionPlan]) -> None:
    one = planned(["a.txt", "b.txt", "c.txt"], "file,title", "a.txt,A")
    noted = [(problem.row, problem.column, problem.note) for problem in one.problems]
    assert noted == [(0, "b.txt", True), (0, "c.txt", True)]
    assert {problem.reason for problem in one.problems} == {"No row of the table describes it."}


def test_where_there_is_no_table_nothing_is_noted(planned: Callable[..., SubmissionPlan]) -> None:
    assert planned(["a.txt"]).problems == ()


def test_of_a_file_whose_name_has_other_capitals_the_one_that_is_there_is_named(
    planned: Callable[..., SubmissionPlan],
) -> None:
    one = planned(["Photo.JPG"], "file,title", "photo.jpg,A photograph", "gone.jpg,Gone")
    assert [problem.reason for problem in one.problems if problem.row] == [
        "There is no file “photo.jpg”; there is “Photo.JPG”.",
        "There is no file “gone.jpg”.",
    ]
