"""The bag is the record: what the database knows of an item is in its bag, every revision of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from archive.access import OPERATOR
from archive.bags import read_bag
from archive.models import Action
from archive.services import export_bag, export_check, fixity, lifecycle, records, withdrawing
from archive.services.opening import Archive
from archive.services.record import records as as_recorded
from archive.services.upkeep import CatchUp, Indexing, catch_up
from ingest.bulk import ingest
from ingest.work import wait_until_caught_up
from tests.fixtures.items import item_of

Json = dict[str, Any]


def in_database(archive: Archive, item_id: str) -> Json:
    with archive.db.read() as session:
        found: Json = json.loads(json.dumps(as_recorded(session, [item_id])[item_id]))
        return found


def bag_of(archive: Archive, item_id: str) -> Path:
    return fixity.bags(archive, [item_id])[0].path


def in_bag(root: Path, revision: int | None = None) -> Json:
    number = revision or read_bag(root).current_revision
    found: Json = json.loads((root / "metadata" / str(number) / "record.json").read_text(encoding="utf-8"))
    return found


def test_the_newest_record_in_a_bag_is_what_the_database_knows(archive: Archive, kept_item: str) -> None:
    wait_until_caught_up(archive)
    record = in_bag(bag_of(archive, kept_item))
    assert record == in_database(archive, kept_item)
    assert record["item"]["state"] == "published"
    assert record["description"]["title"] == "A letter to my sister"
    assert [one["name"] for one in record["description"]["names"]] == ["Somebody", "Somebody Else"]
    assert [one["role"] for one in record["files"]] == ["original", "translation"]
    assert record["files"][1]["accompanies_id"] == record["files"][0]["id"]
    kinds = [event["kind"] for event in record["events"]]
    assert kinds[:5] == ["receive", "validate", "accession", "accept", "publish"]


def test_the_first_record_stays_as_it_was_written(archive: Archive, kept_item: str) -> None:
    root = bag_of(archive, kept_item)
    first = in_bag(root, 1)
    assert first["item"]["state"] == "received"
    assert [event["kind"] for event in first["events"]] == ["receive"]
    before = (root / "metadata" / "1" / "record.json").read_bytes()
    change_and_change_back(archive, kept_item)
    assert (root / "metadata" / "1" / "record.json").read_bytes() == before


def change_and_change_back(archive: Archive, item_id: str) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, item_id, "asked for")
    assert catch_up(archive)
    lifecycle.change_state(archive, OPERATOR, item_id, Action.REINSTATE)
    lifecycle.publish(archive, OPERATOR, item_id)
    assert catch_up(archive)


def test_a_withdrawal_is_in_the_bag_and_the_bag_stays_valid(archive: Archive, kept_item: str) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, kept_item, "asked for")
    assert catch_up(archive)
    record = in_bag(bag_of(archive, kept_item))
    assert record["item"]["state"] == "withdrawn"
    assert record["events"][-1]["kind"] == "withdraw"
    assert record["events"][-1]["detail"] == {"reason": "asked for"}
    (verdict,) = fixity.validate(fixity.bags(archive, [kept_item]))
    assert verdict.reasons == ()
    lifecycle.change_state(archive, OPERATOR, kept_item, Action.REINSTATE)
    lifecycle.publish(archive, OPERATOR, kept_item)
    assert catch_up(archive)


def test_an_export_is_an_event_of_the_item_in_its_bag_too(
    archive: Archive, kept_item: str, tmp_path: Path
) -> None:
    version = item_of(archive, kept_item).version
    stream = export_bag.bag_zip(archive, OPERATOR, kept_item)
    target = tmp_path / stream.download_name
    target.write_bytes(b"".join(stream.chunks))
    assert target.stat().st_size == stream.size
    assert export_check.check_zip(target, kept_item) == 2
    assert catch_up(archive)
    record = in_bag(bag_of(archive, kept_item))
    assert record == in_database(archive, kept_item)
    assert record["events"][-1] | {"kind": "export", "agent": "operator"} == record["events"][-1]
    # Whoever is deciding on the item at this moment is not disturbed by somebody who takes out a bag.
    assert item_of(archive, kept_item).version == version


def test_writing_again_what_is_written_adds_no_revision(archive: Archive, kept_item: str) -> None:
    assert catch_up(archive)
    before = read_bag(bag_of(archive, kept_item)).current_revision
    # Other tests leave bags that take nothing in the same archive: those go on waiting.
    stuck = set(records.waiting(archive))
    with archive.db.write() as session:
        records.note_revisions(session, {kept_item: 0})
    assert set(records.waiting(archive)) - stuck == {kept_item}
    assert catch_up(archive)
    assert read_bag(bag_of(archive, kept_item)).current_revision == before


def test_no_contact_no_message_and_no_account_is_in_a_bag(archive: Archive, kept_item: str) -> None:
    keys = set(in_bag(bag_of(archive, kept_item)))
    assert keys == {
        "$schema",
        "@context",
        "@id",
        "format",
        "revision",
        "item",
        "submission",
        "description",
        "history",
        "arrangements",
        "files",
        "consent",
        "notes",
        "transcripts",
        "redactions",
        "words",
        "related_words",
        "kept_back",
        "replaced_by",
        "events",
    }


def test_one_bag_that_is_gone_keeps_no_other_waiting(empty_archive: Archive, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / "given" / name).mkdir(parents=True)
        (tmp_path / "given" / name / f"{name}.txt").write_text(name)
    report = ingest(empty_archive, [tmp_path / "given"], "march-25")
    gone, there = (submission.items[0].id for submission in report.submissions)
    shutil.rmtree(bag_of(empty_archive, gone))
    for item_id in (gone, there):
        lifecycle.publish(empty_archive, OPERATOR, item_id)
    wait_until_caught_up(empty_archive, timeout_s=30)
    assert in_bag(bag_of(empty_archive, there))["item"]["state"] == "published"
    assert records.waiting(empty_archive) == [gone]


def test_exports_at_the_same_moment_are_all_told(archive: Archive, kept_item: str) -> None:
    def told() -> int:
        return sum(event["kind"] == "export" for event in in_database(archive, kept_item)["events"])

    before = told()
    threads = [Thread(target=export_bag.bag_zip, args=(archive, OPERATOR, kept_item)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told() == before + 4


def test_while_a_publication_waits_to_be_found_no_more_than_a_few_bags_are_written_at_once(
    empty_archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "given").mkdir()
    for number in range(6):
        (tmp_path / "given" / f"{number}.txt").write_text(f"letter {number}")
    found = ingest(empty_archive, [tmp_path / "given"], "march-25").submissions[0].items
    ids = {item.id for item in found}
    wait_until_caught_up(empty_archive, timeout_s=30)
    monkeypatch.setattr(records, "SLICE", 2)
    monkeypatch.setattr(CatchUp, "SHARE_S", -1.0)
    catching_up, written, published = CatchUp(empty_archive), records._write, min(ids)

    def write(archive: Archive, item_ids: Sequence[str]) -> set[str]:
        refused = written(archive, item_ids)
        # Somebody publishes while the bags are written.
        if item_of(archive, published).state != "published":
            lifecycle.publish(archive, OPERATOR, published)
        return refused

    monkeypatch.setattr(records, "_write", write)
    with empty_archive.db.write() as session:
        records.note_revisions(session, dict.fromkeys(ids, 0))
    catching_up()
    assert len(records.waiting(empty_archive)) >= 4
    Indexing(empty_archive)()
    assert empty_archive.indexes.public.count() == 1
    for _ in range(4):
        catching_up()
    assert not records.waiting(empty_archive)
