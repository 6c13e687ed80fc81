"""What `remembrance ingest` tells a person before and while it takes in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures.commands import Run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_where_nothing_can_be_taken_in_no_bar_of_nothing_is_drawn(
    run: Run, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "gift").mkdir()
    (tmp_path / "gift" / "link.txt").symlink_to("/etc/hosts")
    told = run(home, "ingest", tmp_path / "gift", "--collection", "march-25")
    assert (told.returncode, told.stderr) == (2, "")
    (tmp_path / "gift" / "note.txt").write_text("A note.")
    assert "keeping" in run(home, "ingest", tmp_path / "gift", "--collection", "march-25").stderr


def test_what_of_a_later_row_does_not_count_is_told_and_stops_nobody(
    run: Run, home: Path, tmp_path: Path
) -> None:
    gift = tmp_path / "gift"
    gift.mkdir()
    for name in ("letter-1.txt", "letter-2.txt"):
        (gift / name).write_text(f"Page {name}.")
    (gift / "metadata.csv").write_text(
        "file,item,title,description,source\nletter-1.txt,a,A letter,First page,An attic\n"
        "letter-2.txt,a,,Second page,A cellar\n"
    )
    line = (
        "  metadata.csv, row 3, column description, source: "
        "It differs from the first row of its item, which counts; this one is not kept.\n"
    )
    for more in (["--dry-run"], []):
        told = run(home, "ingest", gift, "--collection", "march-25", *more)
        assert told.returncode == 0
        assert told.stdout.count("metadata.csv") == told.stdout.count(line) == 1
    told = run(home, "ingest", gift, "--collection", "march-25", "--dry-run", "--json")
    problems = json.loads(told.stdout)["submissions"][0]["problems"]
    assert [(one["row"], one["column"], one["note"]) for one in problems] == [
        (3, "description", True),
        (3, "source", True),
    ]
