"""Nothing that is said of an item is forgotten: every column of every table is in the record, or left out for a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from archive.models import Base, Item
from archive.services.opening import Archive, open_archive
from archive.services.rebuild_links import link
from archive.services.rebuild_record import Kept, read_events
from archive.services.rebuild_rows import write_kept
from archive.services.record import records
from archive.settings import Settings
from tests.fixtures.record_columns import LEFT_OUT, RECORDED, values_at
from tests.fixtures.whole_record import write_whole

COLUMNS = {
    f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns
}
Json = dict[str, Any]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, str]]:
    archive = open_archive(Settings(home=tmp_path_factory.mktemp("whole") / "home"))
    with archive.db.write() as session:
        item_id = write_whole(session)
    yield archive, item_id
    archive.close()


def record_of(archive: Archive, item_id: str) -> Json:
    with archive.db.read() as session:
        found: Json = json.loads(json.dumps(records(session, [item_id])[item_id]))
        return found


def as_said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def test_every_column_is_in_the_record_or_left_out_for_a_reason() -> None:
    recorded = {f"{table}.{column}" for table, columns in RECORDED.items() for column in columns}
    left_out = {one for one in COLUMNS if one in LEFT_OUT or one.partition(".")[0] in LEFT_OUT}
    assert recorded & left_out == set()
    assert recorded | left_out == COLUMNS
    assert {one for one in LEFT_OUT if one not in {*COLUMNS, *Base.metadata.tables}} == set()


@pytest.mark.parametrize("table", RECORDED)
def test_what_stands_in_a_table_stands_in_the_record(whole: tuple[Archive, str], table: str) -> None:
    archive, item_id = whole
    record = record_of(archive, item_id)
    # The history of what was given together stands with it, and a word of others among those related.
    record["events"] += record["submission"]["events"]
    record["words"] += record["related_words"]
    rows = Base.metadata.tables[table]
    query = select(rows).where(rows.c.id == item_id) if table == "item" else select(rows)
    with archive.db.read() as session:
        found = session.execute(query).all()
    assert found
    for row in found:
        for column, path in RECORDED[table].items():
            assert as_said(getattr(row, column)) in values_at(record, path), column


def test_what_a_record_says_comes_back_from_it(whole: tuple[Archive, str], tmp_path: Path) -> None:
    archive, item_id = whole
    record = record_of(archive, item_id)
    kept = Kept(tmp_path, record, read_events(record["events"]), read_events(record["submission"]["events"]))
    again = open_archive(Settings(home=tmp_path / "home"))
    try:
        with again.db.write() as session:
            write_kept(session, kept, is_destroyed=False, awaits_copies=False)
            session.add(_another(session.get_one(Item, item_id), record["replaced_by"][0]["item"]))
            session.flush()
            link(session, {(item_id, one["item"]): one for one in record["replaced_by"]})
        assert record_of(again, item_id) == record
    finally:
        again.close()


@pytest.mark.parametrize(("given_on", "seen"), [("2020-01-05", "community"), ("2020-01-08", "")])
def test_a_record_of_an_earlier_version_tells_who_saw_it_by_its_consents_and_no_title_of_another(
    whole: tuple[Archive, str], tmp_path: Path, given_on: str, seen: str
) -> None:
    archive, item_id = whole
    record = record_of(archive, item_id)
    del record["item"]["shown_to"]
    record["submission"]["source_key"] = None
    early = record["consent"][-1] | {"version": 1, "audience": "staff", "given_on": "2020-01-01"}
    record["consent"] = [early, record["consent"][-1] | {"given_on": given_on}]
    kept = Kept(tmp_path, record, read_events(record["events"]), read_events(record["submission"]["events"]))
    again = open_archive(Settings(home=tmp_path / "home"))
    try:
        with again.db.write() as session:
            write_kept(session, kept, is_destroyed=False, awaits_copies=False)
            row = session.get_one(Item, item_id)
            # Of the day on which it was taken back itself nobody knows what came first.
            assert (row.shown_to, row.submission.title) == (seen, "")
    finally:
        again.close()


def _another(item: Item, item_id: str) -> Item:
    return Item(
        id=item_id,
        submission_id=item.submission_id,
        collection=item.collection,
        consent_id=item.consent_id,
    )


def test_many_records_are_read_with_as_many_statements_as_one(whole: tuple[Archive, str]) -> None:
    archive, item_id = whole
    told: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        told.append(statement)

    event.listen(archive.db.engine, "before_cursor_execute", listen)
    try:
        with archive.db.read() as session:
            every = session.scalars(select(Item.id)).all()
            told.clear()
            records(session, [item_id])
            alone = list(told)
            told.clear()
            assert len(records(session, every)) == len(every) > 1
        assert len(told) == len(alone)
    finally:
        event.remove(archive.db.engine, "before_cursor_execute", listen)
