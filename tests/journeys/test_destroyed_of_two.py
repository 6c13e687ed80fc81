"""One thing of two is destroyed: no word of it is left, not even beside the one that stays or in what was written of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import File, Message
from archive.services import export_bag, rebuild, show
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.coming_back import items, keep
from tests.fixtures.contributor import Contributor
from tests.fixtures.outside import copy_tree
from tests.fixtures.withdrawn import files_with, settle, traces

# `traces` looks for it in every byte of the archive: database and write-ahead log, bags, indexes, copies.
FIRST, SECOND = "The quillfeather letter", "A song of the mill"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive of this test's own, on SQLite, because bytes of its files are looked at."""
    return open_archive(Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "home")}))


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    """Somebody who gave two things by different names, which are public, and who has come back."""
    app: Flask = create_app(archive.settings, archive)
    one = Contributor(app.test_client())
    one.begin()
    one.add(a__txt=b"Dear sister.", b__txt=b"We sang.")
    one.answer(title=SECOND)
    with archive.db.read() as session:
        first = session.scalars(select(File.id).where(File.given_name == "a.txt")).one()
    one.open(f"/give/about/{first}")
    one.fill(f"/give/about/{first}", {"about-title": FIRST})
    one.open("/give/check")
    one.send()
    one.take_code()
    keep(archive, publish=True)
    assert [item.title for item in items(archive)] == [FIRST, SECOND]
    return one


def destroy(giver: Contributor, archive: Archive) -> None:
    item_id = items(archive)[0].id
    giver.open(f"/mine/take-back?item={item_id}")
    giver.fill("/mine/take-back", {"how": "destroy", "sure": "yes"})
    settle(archive)


def test_its_title_is_in_no_byte_of_the_archive_and_on_no_page_of_its_giver(
    giver: Contributor, archive: Archive, tmp_path: Path
) -> None:
    other = items(archive)[1].id
    giver.open("/mine")
    assert FIRST in giver.text
    destroy(giver, archive)
    assert traces(archive) == []
    for page in ("/mine", "/mine/all", "/mine/receipt.txt"):
        giver.open(page)
        assert giver.at.status_code == 200 and "quillfeather" not in giver.text and page == giver.path
    giver.open("/mine")
    assert SECOND in giver.text
    # Nor in what leaves the house, nor in what is made again of bags.
    packed = io.BytesIO(b"".join(export_bag.bag_zip(archive, OPERATOR, other).chunks))
    zipfile.ZipFile(packed).extractall(tmp_path / "out")
    assert files_with(tmp_path / "out", SECOND.encode()) and not files_with(tmp_path / "out", b"quillfeather")
    again = open_archive(Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "again")}))
    copy_tree(archive.bag_folder("bags"), again.bag_folder("bags"))
    rebuild.bring_back(again)
    assert show.item(again, OPERATOR, other).title == SECOND
    assert traces(again) == []
    again.close()


def test_what_was_wished_of_it_goes_and_what_was_wished_of_the_other_and_written_freely_stays(
    giver: Contributor, archive: Archive
) -> None:
    first, second = items(archive)
    for item, title in ((first, "A quillfeather letter home"), (second, "A song of the river")):
        giver.open(f"/mine/items/{item.id}")
        giver.fill(f"/mine/items/{item.id}", {"about-title": title})
    giver.open("/mine")
    giver.fill("/mine/messages", {"text": "Thank you for keeping them."})
    assert "quillfeather letter home" in giver.text
    destroy(giver, archive)
    with archive.db.read() as session:
        left = session.scalars(select(Message.text).order_by(Message.id)).all()
    assert left == [
        f"What should change of “{SECOND}”:\nTitle: A song of the river",
        "Thank you for keeping them.",
    ]
    assert traces(archive) == []
