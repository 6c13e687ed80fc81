"""A disk that fails at any flush: whoever decides is told so, and nothing is said to be kept that is not."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive import durable
from archive.bags import bag_key, read_bag, verify
from archive.models import Item, ItemState
from archive.models.errors import ArchiveError
from archive.services import checkpoint_gaps, records
from archive.services.rebuild_record import newest_record
from archive.web.app import create_app
from tests.fixtures.desk import client, master, shelf, token_of
from tests.fixtures.gone_back import GoneBack, gone_back
from tests.fixtures.items import item_of
from tests.fixtures.ledgers import ledger
from tests.fixtures.people import somebody
from tests.fixtures.reviewing import form, sign_in
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD

__all__ = ["client", "gone_back", "ledger", "master", "shelf"]


@contextmanager
def failing_at(number: int) -> Iterator[list[int]]:
    """The flush of that number fails, and what a file held is gone; yields how many were asked for until then."""
    flush, asked = os.fsync, [0]

    def fsync(file: int) -> None:
        asked[0] += 1
        if asked[0] != number:
            flush(file)
            return
        if stat.S_ISREG(os.fstat(file).st_mode):
            # Linux says so once, and then calls what it could not write clean.
            with Path(f"/proc/self/fd/{file}").open("r+b", buffering=0) as lost:
                lost.write(bytes(os.fstat(file).st_size))
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        # Else many files are flushed by one call, which no test can have fail.
        patched.setattr(durable, "_syncfs", lambda _folder: False)
        yield asked


def at_every_flush(work: Callable[[], object], look: Callable[[bool], None]) -> int:
    """Do it with each flush failing in its turn, and look each time, told whether it was said to be done; how many failed."""
    number = 0
    while True:
        number += 1
        with failing_at(number) as asked:
            try:
                work()
            except (OSError, ArchiveError):
                is_done = False
            else:
                is_done = True
        look(is_done)
        if asked[0] < number:
            assert is_done
            return number - 1
        assert not is_done, "it was told as done, and the disk had said that it is not"


def test_a_bag_is_in_the_store_only_where_every_flush_of_it_went_well(shelf: Shelf, tmp_path: Path) -> None:
    archive, letter = shelf.archive, shelf.items["letter"]
    whole = shutil.copytree(archive.bag_folder(bag_key(letter)), tmp_path / "whole")
    staged = archive.settings.staging / "a-bag"
    key = bag_key("0000000000000000")

    def keep() -> None:
        if not (staged.exists() or archive.bag_folder(key).exists()):
            shutil.copytree(whole, staged)
        archive.store.publish_folder(staged, key)

    def look(is_done: bool) -> None:
        assert not is_done or len(verify(archive.bag_folder(key)).changed) == 0
        # The next life begins with nothing: what was not said to be kept may be lost.
        for place in (staged, archive.bag_folder(key)):
            shutil.rmtree(place, ignore_errors=True)

    assert at_every_flush(keep, look) >= 2


def test_a_revision_counts_only_where_every_flush_of_it_went_well(shelf: Shelf) -> None:
    archive, letter = shelf.archive, shelf.items["letter"]
    folder = archive.bag_folder(bag_key(letter))

    def look(_is_done: bool) -> None:
        assert verify(folder, from_disk=True).ok, "the bag is valid with the old or the new revision"
        kept, bag = item_of(archive, letter).bag_revision, read_bag(folder)
        assert kept <= newest_record(bag)["revision"], "the database never says more than the bag holds"

    def work() -> None:
        with archive.db.write() as session:
            records.touch_history(session, session.get_one(Item, letter))
        if letter in records.write_waiting(archive):
            raise OSError(errno.EIO, "it takes no revision")

    assert at_every_flush(work, look) >= 2


@pytest.mark.parametrize("number", [1, 2], ids=["the first flush", "the second flush"])
def test_what_the_disk_did_not_take_is_not_said_to_be_taken_back(
    client: FlaskClient, shelf: Shelf, number: int
) -> None:
    letter = shelf.items["letter"]
    sign_in(client, "archivist")
    page = f"/desk/items/{letter}"
    fields = {"csrf_token": token_of(client.get(page).text), "how": "hide"}
    with failing_at(number) as asked:
        refused = client.post(f"{page}/withdraw", data=fields)
    assert asked[0] >= number and refused.status_code == 503, refused.text
    assert item_of(shelf.archive, letter).state == ItemState.PUBLISHED
    assert client.post(f"{page}/withdraw", data=fields).status_code == 303
    assert client.application.test_client().get(f"/items/{letter}").status_code == 410
    assert shelf.archive.withdrawals.first_broken() is None


def test_what_a_restore_lost_is_said_to_be_published_only_where_it_is(gone_back: GoneBack) -> None:
    archive = gone_back.ledger.archive
    staff = create_app(archive.settings, archive).test_client()
    sign_in(staff, somebody(archive, "archivist", PASSWORD)[0])
    look = f"/desk/ledger?backup={gone_back.backup}"
    given = {**form(staff, look, "/desk/ledger"), "reason": "The disk failed.", "sure": "yes"}
    with failing_at(1):
        refused = staff.post("/desk/ledger", data=given)
    assert refused.status_code == 503
    assert checkpoint_gaps.read_all(archive.settings) == [] and gone_back.ledger.problems() != []
    assert staff.post("/desk/ledger", data=given).status_code == 303
    assert gone_back.ledger.problems() == []
