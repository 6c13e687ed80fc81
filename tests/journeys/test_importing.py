"""What comes from elsewhere goes the whole way of a gift: kept in a bag of its own, before curators, hidden from all others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC
from archive.bags import read_bag
from archive.cli.main import cli
from archive.models import Consent, Item
from archive.services import export_bag, find
from archive.services.doctor import examine
from archive.services.opening import Archive, open_archive
from archive.services.record import records
from archive.settings import Settings
from ingest.importing import import_bags
from tests.fixtures.foreign import foreign_bag, tar_of


def taken_out(archive: Archive, folder: Path, count: int) -> dict[str, Path]:
    """ZIPs of some items' bags, as the archive gives them away."""
    with archive.db.read() as session:
        ids = session.scalars(select(Item.id).order_by(Item.id).limit(count)).all()
    folder.mkdir()
    for item_id in ids:
        chunks = export_bag.bag_zip(archive, OPERATOR, item_id).chunks
        (folder / f"{item_id}.zip").write_bytes(b"".join(chunks))
    return {item_id: folder / f"{item_id}.zip" for item_id in ids}


def described(archive: Archive, item_id: str) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """What is said of an item, and its files by name, bytes and role."""
    with archive.db.read() as session:
        record = records(session, [item_id])[item_id]
    files = sorted((one["given_name"], one["sha512"], one["role"]) for one in record["files"])
    return record["description"], files


def test_bags_of_another_archive_come_in_with_equal_bytes_and_their_description(
    filled_archive: Archive, tmp_path: Path
) -> None:
    given = taken_out(filled_archive, tmp_path / "out", 2)
    other = foreign_bag(tmp_path / "bagger", info="External-Description: Letters of two sisters\n")
    (tmp_path / "bad.tar").write_bytes(tar_of(("b/a", "pipe")))
    there = open_archive(Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "there")}))
    try:
        paths = [*given.values(), tmp_path / "bad.tar", other]
        report = import_bags(there, paths, "march-25")
        assert [one.code for one in report.refused] == ["archive-fifo"]
        assert (report.items, report.count("kept")) == (3, sum(len(one.files) for one in report.submissions))
        for one in report.submissions:
            (item,) = one.items
            assert item.state == "in_review"
            bag = read_bag(there.bag_folder(item.bag))
            assert bag.info["External-Identifier"] == item.id
            assert item.id not in given
            if one.folder.stem in given:
                assert described(there, item.id) == described(filled_archive, one.folder.stem)
        with there.db.read() as session:
            # Their own consents say that anybody may see them.
            assert set(session.scalars(select(Consent.audience))) == {"staff"}
        assert find.find(there, PUBLIC, "").total == 0
        assert find.find(there, OPERATOR, "sisters").total == 1
        assert [one.sentence for one in examine(there) if one.verdict == "problem"] == []
        again = import_bags(there, paths, "march-25")
        assert all(one.already for one in again.submissions)
        with there.db.read() as session:
            assert len(session.scalars(select(Item.id)).all()) == 3
    finally:
        there.close()


@pytest.fixture
def command(tmp_path: Path) -> Any:
    def run(*arguments: str | Path) -> Result:
        home = {"REMEMBRANCE_HOME": str(tmp_path / "home")}
        given = [str(one) for one in arguments]
        return CliRunner().invoke(
            cli, ["import", *given], env=home, standalone_mode=False, catch_exceptions=False
        )

    return run


def test_the_commands_say_what_they_would_do_and_end_with_what_became_of_it(
    command: Any, tmp_path: Path
) -> None:
    good = foreign_bag(tmp_path / "good")
    (foreign_bag(tmp_path / "bad") / "data/letter.txt").write_bytes(b"changed")
    looked = command("bag", good, "--collection", "march-25", "--dry-run")
    assert (looked.return_value, looked.stdout) == (0, "good: 1 item, 2 files\n")
    refused = command("bag", good, tmp_path / "bad", "--collection", "march-25", "--dry-run", "--json")
    assert refused.return_value == 2
    assert [one["code"] for one in json.loads(refused.stdout)["refused"]] == ["bag-file-changed"]

    (tmp_path / "a.txt").write_text("words")
    table = tmp_path / "t.csv"
    table.write_text("title,date,filename\nA letter,some day,a.txt\nNothing,,\n")
    asked = ("table", table, "--mapping", "collectionbuilder", "--collection", "march-25")
    looked = command(*asked, "--dry-run")
    assert looked.return_value == 2
    assert looked.stdout.splitlines()[0] == "t.csv: 1 item, 1 file"
    assert "  t.csv, row 2, column date: “some day” could not be read as a date." in looked.stdout
    assert "  t.csv, row 3: The row names no file, so it is not taken in." in looked.stdout

    done = command(*asked)
    assert done.return_value == 0
    assert "1 submission, 1 item; files: 1 kept, 0 failed, 0 refused." in done.stdout
