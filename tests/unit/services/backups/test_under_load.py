"""A backup that is made while people give and change things is one moment of the archive, and holds all that was acknowledged."""

from __future__ import annotations

import hashlib
import itertools
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from archive.access import OPERATOR
from archive.models import File, Item, record_event
from archive.models.whole_copies import passing_database
from archive.services import contribute, lifecycle, records
from archive.services.contribute import FileDraft, ItemDraft, SubmissionDraft
from archive.services.describe import Description
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from ingest.item_parcel import ItemParcel, Row, Tools
from ingest.steps import package, register, store
from tests.fixtures.backups import backed_up, history_of, originals, restored
from tests.fixtures.databases import postgres_database

ROUNDS = 2


@contextmanager
def meanwhile(*works: Callable[[int], object]) -> Iterator[None]:
    """Each of these is done again and again, with a number that grows, until it is over."""
    stop = threading.Event()
    faults: list[BaseException] = []

    def again(work: Callable[[int], object]) -> None:
        try:
            for number in itertools.count(1):
                if stop.is_set():
                    return
                work(number)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=again, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert faults == []


class Town:
    """People who use an archive: some give, some describe; `acknowledged` are the files that it said it keeps."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.acknowledged: list[str] = []
        self.one, self.other = self.give(0), self.give(0)

    def give(self, number: int) -> str:
        """Give a text; every other one is put into its bag at once."""
        data = f"Given as number {number}, {len(self.acknowledged)}.\n".encode() * 50
        name = f"arrived-{len(self.acknowledged)}"
        (self.archive.settings.staging / name).write_bytes(data)
        file = FileDraft(
            staged_as=name,
            given_name="letter.txt",
            size=len(data),
            sha512=hashlib.sha512(data).hexdigest(),
            crc32=zlib.crc32(data),
        )
        draft = SubmissionDraft("march-25", [ItemDraft(Description(title="0"), [file])])
        (item_id,) = contribute.receive(self.archive, OPERATOR, draft).item_ids
        self.acknowledged.append(item_id)
        if number % 2 == 0:
            self.keep(item_id)
        return item_id

    def keep(self, item_id: str) -> None:
        """What the pipeline does to bytes that have arrived, in its steps."""
        tools = cast(Tools, SimpleNamespace(archive=self.archive))
        store.run(package.run(ItemParcel(item_id), tools), tools)
        with self.archive.db.write() as session:
            register.run(Row(lifecycle.load_for_change(session, item_id), session))

    def describe(self, number: int) -> None:
        """Two things change in one act, and the bags hear of it."""
        with self.archive.db.write() as session:
            for item_id in sorted((self.one, self.other)):
                item = lifecycle.load_for_change(session, item_id)
                item.title = str(number)
                lifecycle.touch(item)
                record_event(session, item_id, "describe", "operator", {"number": number})
        records.write_waiting(self.archive)


def assert_one_moment(town: Town, again: Archive, acknowledged: set[str]) -> None:
    """The restored archive is as the town was at one moment, not before `acknowledged` was."""
    with again.db.read() as session:
        titles = {session.get_one(Item, one).title for one in (town.one, town.other)}
        hashes = {file.id: file.sha512 for file in session.query(File)}
        items = {item.id for item in session.query(Item)}
    assert len(titles) == 1
    for item_id in (town.one, town.other):
        told = [one.detail["number"] for one in history_of(again, item_id) if one.kind == "describe"]
        assert [str(one) for one in told[-1:]] in ([*titles], []) and told == sorted(told)
    assert {one: hashlib.sha512(data).hexdigest() for one, data in originals(again).items()} == hashes
    assert acknowledged <= items


def test_under_load_it_is_one_moment_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    archive = open_archive(Settings(home=tmp_path / "home"))
    town, made = Town(archive), []
    with meanwhile(town.give, town.describe):
        for number in range(ROUNDS):
            acknowledged = set(town.acknowledged)
            done = backed_up(archive, tmp_path / "target", verify=number == ROUNDS - 1)
            assert done.backup.missing == ()
            made.append((done.backup.folder, acknowledged))
    for number, (folder, acknowledged) in enumerate(made):
        again, _ = restored(folder, tmp_path / f"new-{number}")
        try:
            assert_one_moment(town, again, acknowledged)
            # What was on its way goes on from where it was.
            on_its_way = [one for one in acknowledged if not kept(again, one)]
            for item_id in on_its_way[:2]:
                Town.keep(cast(Any, SimpleNamespace(archive=again)), item_id)
                assert kept(again, item_id)
            assert records.write_waiting(again) == frozenset()
        finally:
            again.close()
    archive.close()


def kept(archive: Archive, item_id: str) -> str:
    with archive.db.read() as session:
        return session.get_one(Item, item_id).bag_key


@pytest.mark.slow
def test_on_postgresql_too_it_is_one_moment_and_restored_into_an_empty_database(
    postgres_url: str, tmp_path: Path
) -> None:
    with postgres_database(postgres_url) as url, passing_database(url, "restored_from_backup") as empty:
        archive = open_archive(Settings(home=tmp_path / "home", database_url=url))
        town = Town(archive)
        with meanwhile(town.give, town.describe):
            acknowledged = set(town.acknowledged)
            done = backed_up(archive, tmp_path / "target", verify=True)
        assert done.backup.missing == () and done.backup.database == "postgresql"
        again, _ = restored(done.backup.folder, tmp_path / "new", database_url=empty)
        assert_one_moment(town, again, acknowledged)
        again.close()
        archive.close()
