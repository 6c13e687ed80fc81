"""Nothing that a row says is lost: what does not count for its item is kept with the name of its file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from archive.profiles import CollectionProfile
from ingest.bulk import plan

SINGLE = ("description", "source", "rights", "date")


@pytest.mark.sample
def test_no_row_of_the_shared_sample_loses_what_it_says(
    shared_sample: Path, profile: CollectionProfile
) -> None:
    kept = 0
    for submission in plan([shared_sample], profile).submissions:
        assert submission.table is not None
        with submission.table.open(encoding="utf-8-sig", newline="") as table:
            rows = {row["file"]: row for row in csv.DictReader(table)}
        for item in submission.items:
            said = item.description
            counts = dict(
                zip(SINGLE, (said.description, said.source, said.rights, said.date_given), strict=True)
            )
            for name in (file.given_name for file in item.files if file.given_name in rows):
                for column in SINGLE:
                    text = rows[name][column].strip()
                    beside = said.extra.get(f"{column} (of {name})", "")
                    assert text in ("", counts[column], beside), (name, column)
                    kept += column in ("description", "source") and bool(beside)
    assert kept >= 33
