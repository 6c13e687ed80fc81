"""Spreadsheets as programs write them; what is wrong is told by row and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile
from ingest.bulk.table import LARGEST, read_table

Write = Callable[..., Path]
HEADER = "file,title,creator\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_what_any_spreadsheet_program_writes_is_read_the_same(
    write: Write, profile: CollectionProfile, encoding: str, delimiter: str, ending: str
) -> None:
    lines = [["File ", "Title"], ["a.txt", "L’été à Cayenne"], ["b.txt", f'"One{delimiter} two"']]
    table = write("metadata.csv", ending.join(delimiter.join(line) for line in lines).encode(encoding))
    read = read_table(table, profile)
    # Of what is no Unicode nobody knows more than that it looks like it.
    told = [(1, "", True)] if encoding == "cp1252" else []
    assert [(one.row, one.column, one.note) for one in read.problems] == told
    assert [(row.number, row.file, row.get("title")) for row in read.rows] == [
        (2, "a.txt", "L’été à Cayenne"),
        (3, "b.txt", f"One{delimiter} two"),
    ]


def test_rows_have_the_numbers_a_spreadsheet_shows(write: Write, profile: CollectionProfile) -> None:
    table = write("metadata.csv", HEADER + 'a.txt,"two\r\nlines",\r\n,,\r\n\r\nb.txt,Title,\r\n')
    read = read_table(table, profile)
    assert [row.number for row in read.rows] == [2, 5]
    assert read.problems == ()


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",Title,Somebody", "file", "names no file"),
        ("a.txt,Title,Somebody,else", "file", "4 cells but the header 3"),
        ("first.txt,Again,", "file", "described twice"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_and_the_others_go_on(
    write: Write, profile: CollectionProfile, row: str, column: str, reason: str
) -> None:
    table = write("metadata.csv", HEADER + "first.txt,First,\r\n" + row + "\r\nlast.txt,Last,\r\n")
    read = read_table(table, profile)
    (problem,) = read.problems
    assert [one.file for one in read.rows] == ["first.txt", "last.txt"]
    assert (problem.row, problem.column) == (3, column)
    assert reason in problem.reason


def test_columns_that_no_field_takes_and_columns_that_are_there_twice_are_told(
    write: Write, profile: CollectionProfile
) -> None:
    table = write("metadata.csv", "file,title,shoe size,title\r\na.txt,First,44,Last\r\n")
    read = read_table(table, profile)
    assert [(one.row, one.column) for one in read.problems] == [(1, "shoe size"), (1, "title")]
    assert read.rows[0].get("shoe size") == "44"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no column"),
        (b"name,title\r\na,b\r\n", "no column"),
        (b'file,title\r\na.txt,"never closed\r\nb.txt,x\r\n', "line 3"),
        (b'file,title\r\na.txt,"closed"early\r\n', "line 2"),
        (bytes(range(256)) * 4, "no column"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(
    write: Write, profile: CollectionProfile, content: bytes, reason: str
) -> None:
    with pytest.raises(BadInputError) as caught:
        read_table(write("metadata.csv", content), profile)
    assert caught.value.code == "bad-table"
    assert reason in str(caught.value)


def test_a_table_that_cannot_be_read_or_is_endless_is_refused(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    endless = write("endless.csv", HEADER)
    with endless.open("r+b") as file:
        file.truncate(LARGEST + 1)
    for path in (tmp_path / "gone.csv", tmp_path, endless):
        with pytest.raises(BadInputError) as caught:
            read_table(path, profile)
        assert caught.value.code == "bad-table"


def test_a_cell_may_hold_a_whole_transcript_and_nothing_that_no_bag_can_hold(
    write: Write, profile: CollectionProfile
) -> None:
    long = "word " * 100_000
    rows = read_table(
        write("metadata.csv", HEADER + f"a.txt,\0A\x01 \ufffetitle\x0b,{long}\r\n"), profile
    ).rows
    assert rows[0].get("title") == "A title"
    assert rows[0].get("creator") == long.strip()


@pytest.mark.parametrize("encoding", ["mac-roman", "cp850"])
def test_a_table_of_another_encoding_is_told_with_what_to_do(
    write: Write, profile: CollectionProfile, encoding: str
) -> None:
    table = write("metadata.csv", "file,title\r\na.txt,Café\r\n".encode(encoding))
    (problem,) = read_table(table, profile).problems
    assert "CSV UTF-8" in problem.reason
    assert problem.note


def test_a_letter_that_cannot_be_read_is_told_by_row_and_column(
    write: Write, profile: CollectionProfile
) -> None:
    table = write("metadata.csv", b"file,title\r\na.txt,Caf\x81\r\nb.txt,Tea\r\n")
    guessed, problem = read_table(table, profile).problems
    assert guessed.note
    assert (problem.row, problem.column, problem.note) == (2, "title", False)
    assert "cannot be read" in problem.reason


def test_a_file_is_found_however_its_slashes_are_written(write: Write, profile: CollectionProfile) -> None:
    there = {"sub/c.txt", "b.txt", "back\\slash.txt"}
    table = write("metadata.csv", "file\r\nsub\\c.txt\r\n./b.txt\r\nback\\slash.txt\r\nno\\such.txt\r\n")
    rows = read_table(table, profile, there.__contains__).rows
    assert [row.file for row in rows] == ["sub/c.txt", "b.txt", "back\\slash.txt", "no\\such.txt"]


def test_an_accent_written_in_two_ways_names_the_same_file(write: Write, profile: CollectionProfile) -> None:
    rows = read_table(write("metadata.csv", HEADER + "e\u0301te\u0301.txt,Summer,\r\n"), profile).rows
    assert rows[0].file == "\u00e9t\u00e9.txt"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: f"file,{text}".encode("utf-8", "ignore")),
    )
)
def test_any_bytes_are_a_table_or_refused_in_words(
    write: Write, profile: CollectionProfile, content: bytes
) -> None:
    try:
        read = read_table(write("metadata.csv", content), profile)
    except BadInputError as error:
        assert error.code == "bad-table"
    else:
        assert all(row.file for row in read.rows)
        assert all(problem.reason for problem in read.problems)
