"""A visitor searches, reads, looks and listens: without a cookie, without JavaScript, in four languages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.models import Item
from archive.web import public
from archive.web.app import create_app
from archive.web.security import HEADERS
from tests.fixtures import given
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import LETTER, fill

PAGES = (
    "/",
    "/search",
    "/search?q=letter",
    "/about",
    "/about/taking-down",
    "/about/content-notes",
    "/about/accessibility",
    "/about/proof",
    "/safety",
    "/help",
    "/places",
    "/years",
    "/people",
    "/subjects",
    "/days",
    "/collections/march-25",
    "/nowhere",
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = fill(tmp_path_factory.mktemp("visitors") / "home")
    yield shelf
    shelf.archive.close()


@pytest.fixture(scope="module")
def app(shelf: Shelf) -> Flask:
    return create_app(shelf.archive.settings, shelf.archive)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_visitor_gets_no_cookie_from_any_public_page(visitor: FlaskClient, shelf: Shelf) -> None:
    addresses = [*PAGES, *(f"/items/{item_id}" for item_id in shelf.items.values())]
    for address in addresses:
        for prefix in ("", "/es", "/fr", "/pt"):
            answer = visitor.get(prefix + address)
            assert "Set-Cookie" not in answer.headers, address
            assert answer.status_code in (200, 404), address


def test_every_answer_says_what_it_may_load_and_who_may_frame_it(visitor: FlaskClient, shelf: Shelf) -> None:
    picture = f"/media/{shelf.copies['photo'][1]}/web.jpg"
    for address in (
        *PAGES,
        "/health",
        "/robots.txt",
        "/static/css/remembrance.css",
        "/sign-in",
        "/desk",
        picture,
    ):
        answer = visitor.get(address)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (address, name)
        assert answer.headers["Cache-Control"]
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy


def test_no_page_holds_a_script_a_style_or_an_address_of_another_host(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    for address in (*PAGES, *(f"/items/{item_id}" for item_id in shelf.items.values())):
        text = visitor.get(address).text
        text = re.sub(r'<script defer src="/static/[a-z]+\.js\?v=[0-9a-f]+"></script>', "", text)
        assert not re.search(r"<script|<style|style=|\son[a-z]+=|javascript:", text), address
        assert not re.search(r'(src|action|poster)="(https?:)?//', text), address


def test_a_word_is_found_in_a_letter_and_the_letter_is_read(visitor: FlaskClient, shelf: Shelf) -> None:
    found = visitor.get("/search?q=carriage").text
    assert ">1 item found<" in found and "<mark>carriage</mark>" in found
    page = visitor.get(f"/items/{shelf.items['letter']}").text
    assert "the carriage came at dusk." in page
    assert page.index("Writer, A.") < page.index("<h1")
    assert page.index("Tells of a flight by night.") < page.index("the carriage came")
    assert "August 7, 1850" in page and "In the public domain" in page
    assert (
        f"“Letter to a friend (demonstration)”, August 7, 1850. March 25, Remembrance. http://localhost/items/{shelf.items['letter']}"
        in page
    )
    assert hashlib.sha512(LETTER.encode()).hexdigest() in page


def test_an_item_describes_itself_in_dublin_core(visitor: FlaskClient, shelf: Shelf) -> None:
    page = visitor.get(f"/items/{shelf.items['letter']}").text
    for name, content in (
        ("title", "Letter to a friend (demonstration)"),
        ("creator", "Writer, A."),
        ("date", "1850-08-07"),
        ("language", "en"),
        ("rights", "http://creativecommons.org/publicdomain/mark/1.0/"),
    ):
        assert f'<meta name="DC.{name}" content="{content}">' in page


def test_a_hit_in_a_recording_opens_it_at_its_second(visitor: FlaskClient, shelf: Shelf) -> None:
    found = visitor.get('/search?q="every evening"').text
    href = re.search(r'class="title"><a href="([^"]+)"', found)
    assert href is not None
    address = href[1].replace("&amp;", "&")
    assert address.endswith("t=1#t=1")
    page = visitor.get(address).text
    assert re.search(r'<source src="/media/[^"]+#t=1" type="audio/mpeg">', page)
    assert '<li id="t=1" data-t="1" aria-current="true">' in page
    assert '<track kind="captions"' in page and 'srclang="en"' in page
    assert page.index("We sang.") < page.index("Every evening.")


def test_a_hit_on_a_page_opens_the_document_there_and_its_leaves_turn(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    item_id, file_id = shelf.items["papers"], shelf.files["papers", 0]
    found = visitor.get('/search?q="page 2 says"').text
    assert f"/items/{item_id}?file={file_id}&amp;page=2#file-{file_id}" in found
    page = visitor.get(f"/items/{item_id}?file={file_id}&page=2").text
    assert "What page 2 says." in page and "What page 1 says." not in page
    assert 'rel="prev nofollow"' in page and 'rel="next nofollow"' in page
    assert 'rel="next nofollow"' not in visitor.get(f"/items/{item_id}?page=3").text
    # An address that makes no sense opens the document at its beginning or end.
    for odd in ("0", "-1", "99999999", "x", "²"):
        assert visitor.get(f"/items/{item_id}?page={odd}").status_code == 200


def test_a_long_text_is_read_in_parts_and_opens_at_a_page(visitor: FlaskClient, shelf: Shelf) -> None:
    item_id, file_id = shelf.items["book"], shelf.files["book", 0]
    item = visitor.get(f"/items/{item_id}").text
    assert "Leaf 1." in item and "Leaf 40." not in item and "Read the whole text" in item
    first = visitor.get(f"/items/{item_id}/text/{file_id}").text
    assert "Leaf 1." in first and "Leaf 40." not in first
    last = visitor.get(f"/items/{item_id}/text/{file_id}?page=40").text
    assert "Leaf 40." in last and 'id="page-40"' in last
    for part in ("0", "999", "x"):
        assert visitor.get(f"/items/{item_id}/text/{file_id}?part={part}").status_code == 200


def test_what_cannot_be_shown_says_so_calmly(visitor: FlaskClient, shelf: Shelf) -> None:
    page = visitor.get(f"/items/{shelf.items['broken']}").text
    assert "This file is kept safe, as it was given. It cannot be shown:" in page
    assert "The file is empty: it holds no bytes at all." in page
    assert "No public copy that is safe to show can be made of this file. The original is kept." in page
    assert "It is being prepared to be shown." in page
    assert "El fichero está vacío" in visitor.get(f"/es/items/{shelf.items['broken']}").text


def test_an_access_copy_comes_whole_in_parts_and_not_at_all_when_it_has_not_changed(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    address = f"/media/{shelf.copies['talk'][0]}/audio.mp3"
    whole = visitor.get(address)
    assert whole.data == given.mp3() and whole.mimetype == "audio/mpeg"
    assert whole.headers["ETag"] == f'"{hashlib.sha512(given.mp3()).hexdigest()}"'
    assert "Last-Modified" not in whole.headers
    part = visitor.get(address, headers={"Range": "bytes=10-19"})
    assert part.status_code == 206 and part.data == given.mp3()[10:20]
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(given.mp3())}"
    beyond = visitor.get(address, headers={"Range": f"bytes={len(given.mp3())}-"})
    assert beyond.status_code == 416
    again = visitor.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    assert "attachment" in visitor.get(address + "?download=1").headers["Content-Disposition"]
    text = visitor.get(f"/media/{shelf.copies['letter'][0]}/text.txt")
    assert text.content_type == "text/plain; charset=utf-8"


def test_a_search_is_narrowed_step_by_step_and_widened_again(visitor: FlaskClient) -> None:
    start = visitor.get("/search").text
    narrowed = re.search(r'rel="nofollow" href="(/search[^"]*kind=text[^"]*)"', start)
    assert narrowed is not None
    page = visitor.get(narrowed[1].replace("&amp;", "&")).text
    assert ">3 items found<" in page and "(remove)" in page
    decades = visitor.get("/search?kind=text&decade=1850").text
    assert ">1 item found<" in decades and "Undated" in decades


def test_a_search_that_cannot_be_done_says_why_and_keeps_what_was_typed(visitor: FlaskClient) -> None:
    hostile = "river " * 200
    answer = visitor.get("/search", query_string={"q": hostile})
    assert answer.status_code == 400
    assert "This search is too long." in answer.text and f'value="{hostile.strip()}"' in answer.text
    answer = visitor.get("/fr/search", query_string={"q": hostile})
    assert "Cette recherche est trop longue." in answer.text


def test_what_is_typed_never_becomes_part_of_the_page(visitor: FlaskClient) -> None:
    for text in ('"><script>alert(1)</script>', "'\"><img src=x onerror=1>", "{{7*7}}", "\x00\u202e%s"):
        page = visitor.get("/search", query_string={"q": text, "kind": text}).text
        assert "<script" not in page and "<img src=x" not in page and "49" not in page.split("<main")[1]


def test_nothing_found_offers_a_way_on(visitor: FlaskClient) -> None:
    page = visitor.get("/search?q=carriagge").text
    assert ">0 items found<" in page and "Did you mean" in page and ">carriage</a>" in page


def test_each_page_leads_to_itself_in_the_other_languages(visitor: FlaskClient) -> None:
    page = visitor.get("/es/search?q=r%C3%ADo&kind=text").text
    assert '<html lang="es">' in page and "Buscar" in page
    assert 'href="/search?q=r%C3%ADo&amp;kind=text"' in page
    assert 'href="/pt/search?q=r%C3%ADo&amp;kind=text"' in page
    # What is the same in every language has one address.
    assert 'href="/static/css/remembrance.css' in page


def test_an_error_is_a_page_for_people_and_an_object_for_programs(visitor: FlaskClient) -> None:
    page = visitor.get("/items/nothing")
    assert page.status_code == 404 and "There is nothing at this address" in page.text
    answer = visitor.get("/items/nothing", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "not-found" and set(answer.json["error"]) == {
        "code",
        "sentence",
        "remedy",
    }
    assert visitor.post("/search").status_code == 405


def test_a_fault_of_the_program_shows_no_trace_and_logs_no_words_of_the_visitor(
    app: Flask, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_archive: object, _actor: object, text: str, **_more: object) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr(public.find, "find", fails)
    answer = app.test_client().get("/search?q=quietwords")
    assert answer.status_code == 500 and "Something went wrong" in answer.text
    assert "RuntimeError" not in answer.text and "RuntimeError" in caplog.text
    assert "quietwords" not in caplog.text and "127.0.0.1" not in caplog.text


def test_only_trusted_hosts_are_answered(shelf: Shelf) -> None:
    from dataclasses import replace

    settings = replace(shelf.archive.settings, trusted_hosts=("archive.example",))
    client = create_app(settings, shelf.archive).test_client()
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "archive.example"}).status_code == 200


def test_health_says_how_things_are_and_nothing_about_anybody(visitor: FlaskClient) -> None:
    answer = visitor.get("/health")
    assert answer.status_code == 200 and answer.json["status"] in ("ok", "degraded")
    assert "home" not in answer.text and "sqlite" not in answer.text


def test_what_has_a_content_note_shows_no_picture_before_it_is_opened(app: Flask, shelf: Shelf) -> None:
    with shelf.archive.db.write() as session:
        photo = session.get_one(Item, shelf.items["photo"])
        before, photo.content_note = photo.content_note, "Tells of a whipping."
    try:
        for address in ("/", "/search?sort=newest", "/collections/march-25"):
            page = app.test_client().get(address).text
            (entry,) = [one for one in page.split('<li class="item') if f"/items/{photo.id}" in one][:1]
            assert "Tells of a whipping." in entry and "/media/" not in entry.partition("</li>")[0]
    finally:
        with shelf.archive.db.write() as session:
            session.get_one(Item, shelf.items["photo"]).content_note = before


def test_programs_are_kept_from_what_is_peoples_own_in_every_language(app: Flask) -> None:
    told = app.test_client().get("/robots.txt").text.splitlines()
    for address in ("/mine", "/es/mine", "/fr/desk", "/pt/give", "/sign-in", "/*?*"):
        assert f"Disallow: {address}" in told
    assert "Allow: /static/" in told
