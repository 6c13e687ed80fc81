"""Where a table counts: in its own folder, under any capitals, and nowhere is one passed over in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.profiles import CollectionProfile
from ingest.bulk import Plan, plan

Write = Callable[..., Path]


def names(planned: Plan) -> list[list[list[str]]]:
    """Given names by submission and item."""
    return [[[file.given_name for file in item.files] for item in one.items] for one in planned.submissions]


def refused(planned: Plan) -> dict[str, str]:
    every = [*planned.refusals, *(one for each in planned.submissions for one in each.refusals)]
    return {one.path.name: one.code for one in every}


def test_what_a_table_further_down_describes_is_refused_for_nobody_would_read_what_it_says(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("high/group/a.txt")
    write("high/group/s1/b.txt")
    write("high/group/s1/more/c.txt")
    write("high/group/s1/Metadata.CSV", "file,consent_keep\nb.txt,no\nmore/c.txt,no\n")
    planned = plan([tmp_path / "high"], profile)
    assert names(planned) == [[["a.txt"]]]
    assert refused(planned) == dict.fromkeys(["Metadata.CSV", "b.txt", "c.txt"], "table-inside")
    assert names(plan([tmp_path / "high" / "group"], profile)) == [[]]


def test_a_table_further_down_is_no_file_either(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("gift/metadata.csv", "file,title\nsub/a.txt,A\n")
    write("gift/b.txt")
    write("gift/sub/a.txt")
    write("gift/sub/metadata.csv", "file,title\na.txt,Another\n")
    planned = plan([tmp_path / "gift"], profile)
    assert names(planned) == [[["b.txt"]]]
    # Its row is about a file that was met, and is not told as one that is missing.
    assert [problem.column for problem in planned.submissions[0].problems] == ["b.txt"]


@pytest.mark.parametrize("name", ["Metadata.csv", "METADATA.CSV"])
def test_a_table_is_one_in_capitals_too(
    write: Write, tmp_path: Path, profile: CollectionProfile, name: str
) -> None:
    write("all/one/a.txt")
    write(f"all/one/{name}", "file,title\na.txt,A letter\n")
    write("all/two/b.txt")
    for path in (tmp_path / "all", tmp_path / "all" / "one"):
        planned = plan([path], profile)
        assert [item.description.title for one in planned.submissions for item in one.items] == ["A letter"]
        assert [one.table and one.table.name for one in planned.submissions] == [name]


def test_of_two_tables_nobody_knows_which_one_counts(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("gift/a.txt")
    write("gift/metadata.csv", "file,title\na.txt,A\n")
    write("gift/Metadata.csv", "file,title,consent_keep\na.txt,A,no\n")
    planned = plan([tmp_path / "gift"], profile)
    assert refused(planned) == {"a.txt": "bad-table"}
    assert "Metadata.csv, metadata.csv" in planned.submissions[0].problems[0].reason


@pytest.mark.parametrize(
    "name",
    [
        "metadata.csv.txt",
        "meta data.csv",
        "Meta-Data.CSV",
        "metadata (1).csv",
        "Copy of metadata.csv",
        "metadata - Copia.csv",
        "metadata.csv.bak",
        "metadata.csv~",
        "metadata_v2.csv",
        "metadata (final).csv",
        ".metadata.csv",
        "metadata.tsv",
        "metadata.xlsx",
        "sub/metadata (2).csv",
    ],
)
@pytest.mark.parametrize("table", ["", "file,title\na.txt,A\n"])
def test_a_folder_waits_where_its_table_has_nearly_the_right_name(
    write: Write, tmp_path: Path, profile: CollectionProfile, name: str, table: str
) -> None:
    write("gift/a.txt")
    write(f"gift/{name}", "file,title,consent_keep\na.txt,A,no\n")
    if table:
        write("gift/metadata.csv", table)
    # Of one file by itself too: the table beside it is the one that describes it.
    for path in (tmp_path / "gift", tmp_path / "gift" / "a.txt")[: 1 if "/" in name else 2]:
        planned = plan([path], profile)
        assert names(planned) == [[]]
        assert refused(planned)["a.txt"] == "table-misnamed"
        (problem,) = planned.submissions[0].problems
        assert (problem.row, problem.column, problem.note) == (0, name, False)


def test_a_gift_that_has_nearly_the_name_of_a_table_is_taken_in_where_a_row_describes_it(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("gift/metadata (1).csv", "Born 1790\n")
    write("gift/metadata.csv", "file,title\nmetadata (1).csv,How records were kept\n")
    assert names(plan([tmp_path / "gift"], profile)) == [[["metadata (1).csv"]]]


def test_what_a_mac_lays_beside_a_table_holds_nothing_up(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in ("a.txt", "._metadata.csv", "~$metadata.xlsx"):
        write(f"gift/{name}")
    write("gift/metadata.csv", "file,title\na.txt,A\n")
    assert ["a.txt"] in names(plan([tmp_path / "gift"], profile))[0]


@pytest.mark.parametrize(
    "name",
    ["metadata-standards.pdf", "metadata.json", "data.csv", "old metadata of maps.csv", "metadata.csv.jpg"],
)
def test_other_names_are_those_of_gifts(
    write: Write, tmp_path: Path, profile: CollectionProfile, name: str
) -> None:
    write(f"gift/{name}")
    assert names(plan([tmp_path / "gift"], profile)) == [[[name]]]


def test_what_programs_leave_beside_a_table_is_not_taken_for_one(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("gift/a.txt")
    write("gift/metadata.csv", "file,title\na.txt,A\n")
    write("gift/._metadata.csv")
    write("gift/.~lock.metadata.csv#")
    assert names(plan([tmp_path / "gift"], profile)) == [[["a.txt"]]]
