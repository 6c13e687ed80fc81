"""A disk that fails, fills or can only be read: whoever gives or decides is told so, and nothing is said to be kept."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pysqlite3.dbapi2
import pytest
from flask.testing import FlaskClient
from sqlalchemy.engine.default import DefaultDialect

from archive.access import OPERATOR
from archive.models import ItemState, database
from archive.services import doctor, withdrawing
from archive.services.opening import Archive, open_archive
from archive.services.upkeep import catch_up
from archive.settings import Settings
from archive.storage import folder
from archive.web.app import create_app
from ingest.item_parcel import ItemParcel, Tools
from ingest.steps import package, store
from tests.fixtures.contributor import Contributor
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of
from tests.fixtures.reviewing import form, item_id, sign_in
from tests.fixtures.shelf import Shelf
from tests.fixtures.uploading import BYTES, TUS, Giver, form_token, giver, metadata, multipart

__all__ = ["client", "item_id", "master", "shelf"]

DATA = b"What arrives while the disk fails. " * 40
SIZE = {"Upload-Length": str(len(DATA))}
FORM = "multipart/form-data; boundary=----cut-here"
MIB = 1024**2
OF_POSTGRESQL = {
    "disk I/O error": psycopg.errors.IoError,
    "attempt to write a readonly database": psycopg.errors.ReadOnlySqlTransaction,
    "database or disk is full": psycopg.errors.DiskFull,
}


def browser(client: FlaskClient, given: Giver) -> FlaskClient:
    """The browser in which a draft is open."""
    opened = client.application.test_client(use_cookies=False)
    opened.environ_base["HTTP_COOKIE"] = given.headers["Cookie"]
    return opened


def fail_once(monkeypatch: pytest.MonkeyPatch, is_meant: Any) -> None:
    """The next flush of such a thing fails, and what it held is gone; Linux says so once, and then calls it clean."""
    flush = os.fsync
    struck: list[int] = []

    def fsync(file: int) -> None:
        mode = os.fstat(file).st_mode
        if struck or not is_meant(mode):
            flush(file)
            return
        struck.append(file)
        if stat.S_ISREG(mode):
            with Path(f"/proc/self/fd/{file}").open("r+b", buffering=0) as lost:
                lost.write(bytes(os.fstat(file).st_size))
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fsync)


def refuse_commits(monkeypatch: pytest.MonkeyPatch, archive: Archive, words: str) -> None:
    """Every commit fails with what SQLite says in these words, or with PostgreSQL's error of the same meaning."""
    of_sqlite = pysqlite3.dbapi2.OperationalError(words)

    def refuse(_dialect: object, _connection: object) -> None:
        raise of_sqlite if archive.db.is_sqlite else OF_POSTGRESQL[words]("could not do it")

    monkeypatch.setattr(DefaultDialect, "do_commit", refuse)


@pytest.mark.parametrize("is_meant", [stat.S_ISREG, stat.S_ISDIR], ids=["file", "folder"])
def test_an_upload_that_cannot_be_flushed_is_refused_and_its_bytes_are_asked_for_again(
    client: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, is_meant: Any
) -> None:
    given = giver(shelf.archive)
    at = browser(client, given)
    where = at.post("/give/tus", headers=TUS | metadata("letter.txt") | SIZE).headers["Location"]
    with monkeypatch.context() as failing:
        fail_once(failing, is_meant)
        refused = at.patch(where, data=DATA, headers=BYTES | {"Upload-Offset": "0"})
    assert refused.status_code == 503
    assert (
        refused.text == "The disk could not take this file, so it was not kept. Send it again in a while.\n"
    )
    assert given.files == []
    # What the disk lost cannot be had by flushing again: it begins from nothing.
    assert at.head(where, headers=TUS).headers["Upload-Offset"] == "0"
    assert at.patch(where, data=b"", headers=BYTES | {"Upload-Offset": str(len(DATA))}).status_code == 409
    assert at.patch(where, data=DATA, headers=BYTES | {"Upload-Offset": "0"}).status_code == 204
    assert given.contents == {"letter.txt": DATA}


def test_a_form_s_file_that_cannot_be_flushed_is_told_on_the_page_and_is_not_in_the_list(
    client: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = giver(shelf.archive)
    at = browser(client, given)
    body = multipart(form_token(at.get("/give/files").text), [("letter.txt", DATA), ("other.txt", b"other")])
    with monkeypatch.context() as failing:
        fail_once(failing, stat.S_ISREG)
        at.post("/give/files", data=body, content_type=FORM)
    assert "could not take this file" in at.get("/give/files").text
    assert (given.contents, given.arriving) == ({"other.txt": b"other"}, ())
    at.post("/give/files", data=body, content_type=FORM)
    assert given.contents["letter.txt"] == DATA


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("disk I/O error", 503),
        pytest.param("attempt to write a readonly database", 503, marks=pytest.mark.slow),
        pytest.param("database or disk is full", 507, marks=pytest.mark.slow),
    ],
)
def test_what_the_database_could_not_write_is_not_said_to_be_published(
    client: FlaskClient,
    shelf: Shelf,
    item_id: str,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    status: int,
) -> None:
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}", "/decide") | {"decision": "publish"}
    with monkeypatch.context() as failing:
        refuse_commits(failing, shelf.archive, words)
        refused = client.post(f"/desk/items/{item_id}/decide", data=fields)
    assert refused.status_code == status
    assert "What was acknowledged" in refused.text and "Traceback" not in refused.text
    assert item_of(shelf.archive, item_id).state == ItemState.IN_REVIEW


def test_a_submission_that_the_database_could_not_write_is_a_draft_still_and_can_be_sent_later(
    client: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Contributor(client)
    at.begin()
    at.add(letter__txt=b"Dear sister.")
    at.answer(title="A letter to my sister")
    check = at.at
    with monkeypatch.context() as failing:
        refuse_commits(failing, shelf.archive, "disk I/O error")
        at.fill("/send")
        assert at.at.status_code == 503
    at.at = check
    at.send()


def test_a_bag_that_is_in_the_store_already_is_flushed_before_it_is_said_to_be_kept(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr(folder, "fsync_up_to", lambda one, _root: flushed.append(one))
    tools = cast(Tools, SimpleNamespace(archive=shelf.archive))
    # Whoever put it there was stopped before that was on the disk.
    parcel = package.run(ItemParcel(shelf.items["letter"]), tools)
    store.run(parcel, tools)
    assert flushed == [shelf.archive.bag_folder("bags")]


@pytest.mark.sqlite("a log that is written ahead, and who may write to its file")
def test_a_database_that_can_only_be_read_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: pytest.fail("it waits"))
    path = tmp_path / "archive.db"
    with pysqlite3.dbapi2.connect(path) as made:
        made.execute("CREATE TABLE one (two)")
    made.close()
    opened = pysqlite3.dbapi2.connect(f"file:{path}?mode=ro", uri=True)
    with pytest.raises(pysqlite3.dbapi2.OperationalError, match="readonly"):
        database.use_write_ahead_log(opened.cursor())
    opened.close()


def mounted(*how: str) -> None:
    """Mount something, or skip the test."""
    if os.geteuid() != 0 or subprocess.run(["mount", *how], capture_output=True).returncode != 0:
        pytest.skip("a disk of a test's own can only be mounted by root, where the kernel allows it")


@contextmanager
def only_readable(*folders: Path) -> Iterator[None]:
    """Folders on which nothing can be changed, for the length of a `with`."""
    done: list[Path] = []
    try:
        for one in folders:
            mounted("--bind", str(one), str(one))
            done.append(one)
            mounted("-o", "remount,bind,ro", str(one))
        yield
    finally:
        for one in done:
            subprocess.run(["umount", "--lazy", str(one)], check=True)


def test_with_a_store_that_can_only_be_read_pages_are_shown_and_nothing_is_taken_in(
    client: FlaskClient, shelf: Shelf
) -> None:
    settings = shelf.archive.settings
    given = giver(shelf.archive)
    at = browser(client, given)
    where = at.post("/give/tus", headers=TUS | metadata("letter.txt") | SIZE).headers["Location"]
    letter = f"/items/{shelf.items['letter']}"
    with only_readable(settings.staging, settings.home / "objects", settings.access):
        assert client.get("/").status_code == client.get(letter).status_code == 200
        refused = at.patch(where, data=DATA, headers=BYTES | {"Upload-Offset": "0"})
        assert (refused.status_code, "not kept" in refused.text) == (503, True)
        assert given.files == []
        # What is decided is kept by the database; its bag hears of it later.
        withdrawing.withdraw_item(shelf.archive, OPERATOR, shelf.items["letter"])
        assert not catch_up(shelf.archive)
        assert client.get(letter).status_code == 410
        assert [one.what for one in doctor.examine(shelf.archive) if "cannot be written" in one.sentence]
    assert catch_up(shelf.archive)
    assert item_of(shelf.archive, shelf.items["letter"]).state == ItemState.WITHDRAWN
    assert at.patch(where, data=DATA, headers=BYTES | {"Upload-Offset": "0"}).status_code == 204
    assert given.contents == {"letter.txt": DATA}


@pytest.mark.slow
def test_on_a_full_disk_pages_are_shown_and_who_gives_is_told_that_there_is_no_room(
    master: Shelf, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted("-t", "tmpfs", "-o", f"size={32 * MIB}", "none", str(disk))
    try:
        shutil.copytree(master.archive.settings.home, disk / "home")
        give_on_a_full(disk, master.items["letter"])
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def give_on_a_full(disk: Path, letter: str) -> None:
    settings = Settings(home=disk / "home", staff_second_factor=False, free_space_floor=0)
    archive = open_archive(settings)
    try:
        client = create_app(archive.settings, archive).test_client()
        given = giver(archive)
        at = browser(client, given)
        data = DATA * 1000
        length = {"Upload-Length": str(len(data))}
        where = at.post("/give/tus", headers=TUS | metadata("letter.txt") | length).headers["Location"]
        ballast = disk / "ballast"
        with ballast.open("wb") as filling:
            filling.write(bytes(shutil.disk_usage(disk).free - len(data) // 2))
        refused = at.patch(where, data=data, headers=BYTES | {"Upload-Offset": "0"})
        assert (refused.status_code, "no room left" in refused.text) == (507, True)
        assert given.files == []
        assert client.get(f"/items/{letter}").status_code == 200
        ballast.unlink()
        offset = int(at.head(where, headers=TUS).headers["Upload-Offset"])
        answer = at.patch(where, data=data[offset:], headers=BYTES | {"Upload-Offset": str(offset)})
        assert answer.status_code == 204
        assert given.contents == {"letter.txt": data}
    finally:
        archive.close()
