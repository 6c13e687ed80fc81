"""Where an item has several files, each that holds what was searched for is shown; the same place twice is shown once."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from archive.access import PUBLIC
from archive.models import Collection, Item, Passage, PublicNote
from archive.services import indexing
from archive.services.describe import Description
from archive.services.find import find
from archive.services.hit_view import Hit
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.shelf import Shelf

TEN_SECONDS = {"start_ms": 10_000, "end_ms": 12_000}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    archive = open_archive(Settings(home=tmp_path_factory.mktemp("files") / "home"))
    shelf = Shelf(archive)
    with archive.db.write() as session:
        session.add(Collection(slug="march-25"))
        session.flush()

        def item(name: str) -> Item:
            return shelf.item(session, name, Description(title=f"An item called {name}", kind="text"))

        def file(of: Item, kind: str, *passages: dict[str, Any], **more: Any) -> str:
            row = shelf.file(session, of, b".", f"{len(shelf.files)}.file", kind, **more)
            for position, one in enumerate(passages):
                session.add(Passage(file_id=row.id, position=position, **{"text": "The lantern.", **one}))
            return row.id

        def tape(of: Item, title: str) -> str:
            sound = file(of, "audio/mpeg", title=title, duration_ms=60_000)
            file(of, "text/vtt", TEN_SECONDS, role="captions", language="eng", accompanies_id=sound)
            return sound

        tapes = item("tapes")
        tape(tapes, "First tape")
        tape(tapes, "Second tape")
        papers = item("papers")
        file(papers, "application/pdf", {"page": 1}, title="Minutes")
        file(papers, "text/plain", {}, title="Letter of May")
        file(papers, "text/plain", {}, title="Letter of June")
        books = item("books")
        file(books, "application/pdf", {"page": 2}, title="Book one")
        file(books, "application/pdf", {"page": 2}, title="Book two")
        # The same said again: in two languages, written down without times, and on the pages of a translation.
        again = item("again")
        sound = tape(again, "Only tape")
        file(again, "text/vtt", TEN_SECONDS, role="captions", language="spa", accompanies_id=sound)
        file(again, "text/plain", {}, role="transcript", accompanies_id=sound)
        pages = file(item("pages"), "application/pdf", {"page": 2}, {"page": 3})
        of = session.get_one(Item, shelf.items["pages"])
        file(of, "application/pdf", {"page": 2}, role="translation", accompanies_id=pages)
        titled = item("titled")
        titled.source, titled.rights = "Of zibblesource.", "Ask zibblerights."
        titled.extra = {"community_notice": "Sung by zibblenotice."}
        session.add(PublicNote(item_id=titled.id, words="Known to zibblenote."))
        file(titled, "text/plain", {"text": "Nothing of it."}, title="Quilombo of the hills")
    indexing.rebuild(archive)
    yield shelf
    archive.close()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


def hits(shelf: Shelf, name: str) -> tuple[Hit, ...]:
    (card,) = find(shelf.archive, PUBLIC, f"lantern title:{name}").cards
    return card.hits


def wheres(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'class="where"[^>]* href="([^"]+)">([^<]+)<', page)
    return [(html.unescape(href), html.unescape(words)) for href, words in found]


def test_the_same_second_of_two_recordings_is_two_hits(shelf: Shelf) -> None:
    found = hits(shelf, "tapes")
    assert [one.start_ms for one in found] == [10_000, 10_000]
    assert [one.file_id for one in found] == [shelf.files["tapes", 1], shelf.files["tapes", 3]]


def test_letters_beside_a_document_are_hits_of_their_own(shelf: Shelf) -> None:
    found = hits(shelf, "papers")
    assert [(one.file_id, one.page) for one in found] == [
        (shelf.files["papers", 0], 1),
        (shelf.files["papers", 1], None),
        (shelf.files["papers", 2], None),
    ]


def test_the_same_page_of_two_documents_is_two_hits(shelf: Shelf) -> None:
    found = hits(shelf, "books")
    assert [one.page for one in found] == [2, 2]
    assert {one.file_id for one in found} == {shelf.files["books", 0], shelf.files["books", 1]}


def test_what_accompanies_a_file_says_the_same_and_is_no_hit_of_its_own(shelf: Shelf) -> None:
    (once,) = hits(shelf, "again")
    assert once.start_ms == 10_000 and once.title == ""
    assert sorted(one.page or 0 for one in hits(shelf, "pages")) == [2, 3]


def test_hits_in_several_files_say_which_and_lead_into_it(visitor: FlaskClient, shelf: Shelf) -> None:
    found = wheres(visitor.get("/search?q=lantern+title:papers").text)
    assert [words for _href, words in found] == ["on page 1, in “Minutes”", "Letter of May", "Letter of June"]
    assert [href for href, _words in found] == [
        f"/items/{shelf.items['papers']}?file={shelf.files['papers', place]}{page}#file-{shelf.files['papers', place]}"
        for place, page in enumerate(("&page=1", "", ""))
    ]
    tapes = wheres(visitor.get("/search?q=lantern+title:tapes").text)
    assert [words for _href, words in tapes] == ["at 0:10, in “First tape”", "at 0:10, in “Second tape”"]
    # Where there is one file nobody has to be told which.
    assert {words for _href, words in wheres(visitor.get("/search?q=lantern+title:pages").text)} == {
        "on page 2",
        "on page 3",
    }


def test_the_words_of_a_files_title_are_found_and_what_stands_beside_texts_leads_there(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    for asked in ("quilombo", '"quilombo of the hills"'):
        assert [card.id for card in find(shelf.archive, PUBLIC, asked).cards] == [shelf.items["titled"]]
    page, file = visitor.get("/search?q=quilombo").text, shelf.files["titled", 0]
    assert "<mark>Quilombo</mark>" in page
    here = f"/items/{shelf.items['titled']}"
    assert wheres(page) == [(f"{here}?file={file}#file-{file}", "in the title of a file")]
    told = {"source": "where it comes from", "rights#rights": "in what others may do with it"}
    told |= {"note#known": "in what others know about it", "notice": "in “Notice from the community”"}
    for asked, words in told.items():
        word, sign, part = asked.partition("#")
        assert wheres(visitor.get(f"/search?q=zibble{word}").text) == [(f"{here}{sign}{part}", words)]
