"""Whoever closed something in a table is not published by `ingest --publish`, however badly the table is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.command_line import answer, run

WORD = "zarabanda"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An archive of this test's own."""
    return tmp_path / "home"


def given(tmp_path: Path, table: str, name: str = "metadata.csv") -> Path:
    folder = tmp_path / "gift"
    folder.mkdir()
    for one in ("a.txt", "b.txt"):
        (folder / one).write_text(f"What {one} says of the {WORD}.", encoding="utf-8")
    (folder / name).write_text(table, encoding="utf-8")
    return folder


def test_what_is_closed_in_rows_that_cannot_be_used_is_found_by_nobody(home: Path, tmp_path: Path) -> None:
    table = "file,title,consent_audience\na.txt,One,public\nb.txt,Two, three,staff\n,Of all,staff\n"
    told = answer(home, "ingest", given(tmp_path, table), "--collection", "march-25", "--publish")
    assert told["counts"] == {"kept": 2, "failed": 0, "refused": 0}
    assert answer(home, "search", WORD)["total"] == 0


@pytest.mark.parametrize(
    ("table", "name", "code"),
    [
        ("file,title,consent_keep\na.txt,One, two,no\n", "metadata.csv", "bad-table"),
        ("file,title,consent_keep\na.txt,One,no\n", "metadata.csv.txt", "table-misnamed"),
    ],
)
def test_where_nobody_can_tell_whether_it_may_be_kept_nothing_is(
    home: Path, tmp_path: Path, table: str, name: str, code: str
) -> None:
    folder = given(tmp_path, table, name)
    done = run(home, "ingest", folder, "--collection", "march-25", "--publish")
    assert done.returncode == 2
    assert "files: 0 kept" in done.stdout
    planned = run(home, "ingest", folder, "--collection", "march-25", "--dry-run", "--json")
    assert planned.returncode == 2
    assert code in planned.stdout
    assert answer(home, "search", WORD)["total"] == 0
    # Once it is settled, the same command takes it in.
    (folder / name).unlink()
    (folder / "metadata.csv").write_text("file,title,consent_keep,consent_audience\na.txt,One,yes,public\n")
    assert answer(home, "ingest", folder, "--collection", "march-25", "--publish")["counts"]["kept"] == 2


def test_what_has_no_title_that_can_be_seen_is_kept_and_published_without_one(
    home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "gift"
    folder.mkdir()
    (folder / "  .txt").write_text(f"What it says of the {WORD}.", encoding="utf-8")
    told = answer(home, "ingest", folder, "--collection", "march-25", "--publish")
    (item,) = told["submissions"][0]["items"]
    assert (item["title"], item["state"], item["not_published"]) == ("", "published", None)
    assert answer(home, "search", WORD)["total"] == 1
