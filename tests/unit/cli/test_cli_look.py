"""Searching and looking from the command line: words to leave out, an index that is gone, and all that is said of an item."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from archive.models import Item, ItemState
from archive.services import indexing
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from tests.fixtures.commands import Run
from tests.fixtures.home_databases import lose_indexes
from tests.fixtures.items import give


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def filled(home: Path, *, names: tuple[tuple[str, str], ...] = (), **items: str) -> dict[str, str]:
    """An archive with published items of these titles, indexed, all of them with these names; their ids by name."""
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(home)}))
    ids = {
        name: give(archive, state=ItemState.PUBLISHED, title=title, names=names)
        for name, title in items.items()
    }
    indexing.rebuild(archive)
    archive.close()
    return ids


def found(run: Run, home: Path, *words: str) -> set[str]:
    done = run(home, "search", "--json", *words)
    assert done.returncode == 0, done.stderr
    return {one["id"] for one in json.loads(done.stdout)["items"]}


def test_a_word_after_a_minus_is_left_out_wherever_it_stands(run: Run, home: Path) -> None:
    ids = filled(home, spoken="Interview with Mae", shown="Interview and photo", house="Interview house")
    assert found(run, home, "interview") == set(ids.values())
    without = {ids["spoken"], ids["house"]}
    assert found(run, home, "interview", "-photo") == without
    assert found(run, home, "-photo", "interview") == without
    assert found(run, home, "interview", "-photo", "--sort", "date") == without
    assert found(run, home, "--", "interview", "-photo") == without
    # With letters in it that are options by themselves.
    assert found(run, home, "interview", "-house") == {ids["spoken"], ids["shown"]}
    assert found(run, home, "interview", '-"and photo"') == without
    assert found(run, home, "interview", "-title:photo") == without


def test_one_person_can_be_chosen_as_on_the_pages(run: Run, home: Path) -> None:
    ids = filled(home, names=(("Mae Green", "creator"),), letter="A letter")
    assert found(run, home, "--only", "name=Mae Green") == set(ids.values())
    assert found(run, home, "--only", "name=Mae") == set()


def test_what_is_an_option_stays_one(run: Run, home: Path) -> None:
    assert "Usage:" in run(home, "search", "-h").stdout
    assert "Usage:" in run(home, "search", "--help").stdout
    assert run(home, "search", "--page", "-3", "x").returncode == 2
    told = run(home, "search", "--sort", "-photo", "x")
    assert (told.returncode, "'-photo' is not one of" in told.stderr) == (2, True)


def test_an_index_that_is_gone_is_told_and_is_no_success(run: Run, home: Path) -> None:
    ids = filled(home, one="A marigold", other="Another marigold")
    assert run(home, "search", "marigold").stderr == ""
    lose_indexes(home)
    for more in ([], ["--staff"]):
        told = run(home, "search", "marigold", *more)
        assert told.returncode == 1
        assert told.stdout == "0 found\n"
        assert told.stderr == (
            "The index lacks 2 items of the database, so not everything can be found. Run `remembrance index rebuild`.\n"
        )
        told = run(home, "search", "marigold", "--json", *more)
        assert (told.returncode, json.loads(told.stdout)["complete"]) == (1, False)
    assert run(home, "index", "rebuild").returncode == 0
    assert found(run, home, "marigold") == set(ids.values())
    assert json.loads(run(home, "search", "marigold", "--json").stdout)["complete"] is True


def test_what_waits_to_be_indexed_or_is_hidden_is_not_lacking(archive: Archive) -> None:
    give(archive, state=ItemState.PUBLISHED)
    give(archive, state=ItemState.PUBLISHED, audience="staff")
    with archive.db.write() as session:
        session.execute(update(Item).values(index_pending=True))
    assert (indexing.lacking(archive, staff=False), indexing.lacking(archive, staff=True)) == (0, 0)
    indexing.drain(archive)
    assert (indexing.lacking(archive, staff=False), indexing.lacking(archive, staff=True)) == (0, 0)


def test_a_published_item_that_only_staff_sees_is_shown_as_that(
    run: Run, home: Path, archive: Archive
) -> None:
    shut = give(archive, state=ItemState.PUBLISHED, not_before=date(2999, 1, 1))
    seen = give(archive, state=ItemState.PUBLISHED)
    assert "published, for public; only staff sees it now" in run(home, "show", shut).stdout
    assert "only staff sees it" not in run(home, "show", seen).stdout


def test_a_person_reads_all_that_is_said_of_an_item(run: Run, home: Path, archive: Archive) -> None:
    extra = {
        "observances": ["day-of-remembrance"],
        "relation": ["A letter of hers", "https://example.org/letters"],
        "shoe size": "44",
    }
    said = {"description": "Two\nlines.", "source": "From an attic.", "content_note": "Names a whipping."}
    item = give(archive, title="A note", languages=("pt", "yo"), extra=extra, **said)
    shown = run(home, "show", item).stdout
    rows = dict(line.split("  ", 1) for line in shown.splitlines() if "  " in line.strip())
    rows = {name: value.strip() for name, value in rows.items()}
    assert rows["Belongs with"] == "A letter of hers; https://example.org/letters"
    assert rows["shoe size (only staff sees it)"] == "44"
    assert "International Day of Remembrance" in shown
    assert "day-of-remembrance" not in shown
    assert rows["languages"] == "pt; yo"
    assert [rows[name] for name in ("description", "source", "content note")] == [
        "Two lines.",
        "From an attic.",
        "Names a whipping.",
    ]


def test_a_page_that_is_not_there_is_told_and_not_taken_for_the_one_that_was_asked_for(
    run: Run, home: Path
) -> None:
    filled(home, **{f"letter{number}": f"Letter {number}" for number in range(25)})
    said = run(home, "search", "letter", "--page", "99").stdout
    assert said.startswith(
        "25 found, page 2 of 2\nThere is no page 99 of it: it has 2 pages, and this is the last.\n"
    )
    assert "There is no page" not in run(home, "search", "letter", "--page", "2").stdout
    alone = run(home, "search", "letter", "24", "--page", "3").stdout
    assert "There is no page 3 of it: it has 1 page, and this is it." in alone
    assert "There is no page" not in run(home, "search", "nothing", "--page", "3").stdout
