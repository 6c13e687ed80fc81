"""Of an e-mail what is enclosed is told from the letter's own words, and in a box each message from the next."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.models import Collection, File, FileState, Item
from archive.services import indexing
from archive.services.describe import Description
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web.app import create_app
from ingest.examine import examine
from ingest.options import ExamineOptions
from ingest.sandbox import Sandbox
from ingest.write_down import write_down
from tests.fixtures import given
from tests.fixtures.shelf import Shelf


def message(number: int, subject: str, words: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Writer {number} <w{number}@home.example>", "Rosa <rosa@home.example>"
    mail["Date"], mail["Subject"] = f"Mon, {number} Mar 2024 22:11:00 -0500", subject
    mail.set_content(words)
    return mail


def box() -> bytes:
    first, second = message(1, "The river", "By the river."), message(2, "The hill", "On the hill.\n" * 900)
    second.add_attachment("What we sing.", filename="songs.txt")
    silent = message(3, "A drawing", "")
    silent.add_attachment(given.jpeg(), "image", "jpeg", filename="hill.jpg")
    each = (first, second, silent)
    return b"".join(b"From a@home.example Thu Jan  1 00:00:00 1970\n" + bytes(one) + b"\n\n" for one in each)


def letter() -> bytes:
    mail = message(1, "A note", "Here is the note.")
    mail.add_attachment("Bring bread.", filename="note.txt")
    mail.add_attachment(given.jpeg(), "image", "jpeg", filename="drawing.jpg")
    mail.add_attachment(b"\0\1", "application", "octet-stream", filename="unknown.bin")
    return bytes(mail)


def brought(archive: Archive, shelf: Shelf, name: str, data: bytes, folder: Path) -> None:
    """What the pipeline makes of a mail, on a page for everybody."""
    with archive.db.write() as session:
        item = shelf.item(session, name, Description(title=f"Mail: {name}", kind="text"))
        item.consent.naming = "own-name"
        end = "mbox" if name == "box" else "eml"
        file = shelf.file(session, item, data, f"{name}.{end}", "", state=FileState.RECEIVED)
    kept = folder / f"{name}.{end}"
    kept.write_bytes(data)
    with Sandbox() as sandbox:
        found = examine(kept, kept.name, folder / name, sandbox, ExamineOptions())
    assert write_down(archive, file, found, folder / name)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("mail")
    archive = open_archive(Settings(home=folder / "home"))
    shelf = Shelf(archive)
    with archive.db.write() as session:
        session.add(Collection(slug="march-25"))
    brought(archive, shelf, "letter", letter(), folder)
    brought(archive, shelf, "box", box(), folder)
    indexing.rebuild(archive)
    yield shelf
    archive.close()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


def read(visitor: FlaskClient, address: str) -> str:
    """What stands between the file and its description, as it is read, with headings marked."""
    page = visitor.get(address).text
    page = page.partition('<section class="file"')[2].partition('<section class="told"')[0] or page
    page = re.sub(r"<h(\d)[^>]*>(.*?)</h\1>", r" #\1 \2# ", page)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def test_what_is_enclosed_stands_under_a_heading_of_its_own(visitor: FlaskClient, shelf: Shelf) -> None:
    page = read(visitor, f"/items/{shelf.items['letter']}")
    assert page.endswith("Here is the note. #2 Enclosed: note.txt# Bring bread.")
    assert "Message 1" not in page, "a letter by itself is no message of several"
    assert "#2 Incluido: note.txt#" not in page
    heading = r'<div lang="pt">\s*<h2 dir="auto">'
    assert re.search(heading, visitor.get(f"/pt/items/{shelf.items['letter']}").text)


def test_an_enclosure_that_is_not_shown_is_said_to_be_in_the_original(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    page = visitor.get(f"/items/{shelf.items['letter']}").text
    said = dict(re.findall(r'<dd dir="auto">(\S+) <span class="facts">([^<]+)</span>', page))
    unseen = "In the original; not shown here"
    assert unseen not in said["note.txt"]
    assert said["drawing.jpg"].endswith(unseen) and said["unknown.bin"].endswith(unseen)


def test_each_message_of_a_box_has_its_head_before_its_words(visitor: FlaskClient, shelf: Shelf) -> None:
    page = read(visitor, f"/items/{shelf.items['box']}")
    assert "songs.txt" in page.partition("#2 Message 1#")[0] and "hill.jpg" in page
    first, second = page.partition("#2 Message 1#")[2].split("#2 Message 2#")
    assert "From Writer 1" in first and "About The river" in first and first.endswith("By the river. ")
    assert "The hill" not in first and "From Writer 2" in second and "On the hill." in second
    assert "@home.example" not in page and "22:11" not in page
    # Where a long text is read in parts, each says what it goes on with.
    whole = f"/items/{shelf.items['box']}/text/{shelf.files['box', 0]}"
    last = read(visitor, whole)
    assert "#2 Message 2#" in last
    assert last.partition("#2 Enclosed with message 2: songs.txt#")[2].startswith(" What we sing.")


def test_where_its_giver_is_not_named_neither_heads_nor_headings_name_anybody(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    def name(how: str) -> None:
        with shelf.archive.db.write() as session:
            for item_id in shelf.items.values():
                session.get_one(Item, item_id).consent.naming = how

    name("anonymous")
    try:
        pages = [read(visitor, f"/items/{one}") for one in shelf.items.values()]
    finally:
        name("own-name")
    for word in ("Writer", "The river", "note.txt", "songs.txt", "drawing.jpg"):
        assert not any(word in page for page in pages), word
    assert "#2 Enclosed: text/plain#" in pages[0] and "#2 Message 1#" in pages[1]


def test_a_mail_that_was_read_before_its_parts_were_told_apart_is_shown_as_it_was(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    before: dict[str, Any] = {}
    with shelf.archive.db.write() as session:
        for file in session.scalars(select(File)):
            before[file.id] = file.says, [(one.message, one.enclosure) for one in file.passages]
            file.says = {key: value for key, value in file.says.items() if key != "heads"}
            for one in file.passages:
                one.message = one.enclosure = None
    try:
        page = read(visitor, f"/items/{shelf.items['letter']}")
        words = read(visitor, f"/items/{shelf.items['box']}")
    finally:
        with shelf.archive.db.write() as session:
            for file in session.scalars(select(File)):
                file.says, told = before[file.id]
                for one, (number, enclosure) in zip(file.passages, told, strict=True):
                    one.message, one.enclosure = number, enclosure
    assert page.endswith("Here is the note. Bring bread.")
    # Of a picture it is known all the same that it is not shown.
    assert page.count("In the original; not shown here") == 1
    assert "By the river." in words and "Message 1" not in words
