"""The whole way of a gift is the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from archive.access import OPERATOR, PUBLIC
from archive.services import find, upkeep, withdrawing
from archive.services.doctor import examine
from archive.services.opening import open_archive
from archive.settings import Settings
from ingest.bulk import ingest
from tests.fixtures.faults import make_gift


def test_a_gift_is_kept_found_and_taken_back(database_url: str, tmp_path: Path) -> None:
    gifts = [make_gift(tmp_path / "gifts", number).folder for number in range(2)]
    variables = {"REMEMBRANCE_HOME": str(tmp_path / "home"), "REMEMBRANCE_DATABASE_URL": database_url}
    archive = open_archive(Settings.load(variables))
    try:
        report = ingest(archive, gifts, "march-25", publish=True)
        assert len(report.submissions) == len(gifts)
        # One picture of the first gift is cut short: kept as it is, and said to be unreadable.
        assert (report.count("kept"), report.count("failed"), report.count("refused")) == (8, 1, 0)
        assert [one.sentence for one in examine(archive) if one.verdict == "problem"] == []
        assert find.find(archive, PUBLIC, "").total == report.items

        again = ingest(archive, gifts, "march-25", publish=True)
        assert all(one.already for one in again.submissions)
        assert again.items == report.items

        item = report.submissions[0].items[0]
        withdrawing.withdraw_item(archive, OPERATOR, item.id)
        assert upkeep.catch_up(archive)
        assert item.id not in {card.id for card in find.find(archive, PUBLIC, "").cards}
        assert [one.sentence for one in examine(archive) if one.verdict == "problem"] == []
    finally:
        archive.close()
