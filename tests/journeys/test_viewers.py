"""A visitor looks closer, leafs, reads a letter and hears a long testimony from any second: without JavaScript."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from archive import web
from archive.models import Consent, File, Item, Passage, Redaction, today
from archive.services.describe import Description
from archive.web.app import create_app
from ingest.readers import pyramid
from tests.fixtures import given
from tests.fixtures.desk import master
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import copy_of
from tests.fixtures.walking import sign_in

__all__ = ["master"]

MAIL = {
    "from": "Ada Example <ada@home.example>",
    "to": 'Rosa <rosa@home.example>, "Lee, B." <lee@home.example>, hidden@home.example',
    "date": "Mon, 25 Mar 2024 22:11:00 -0500",
    "subject": "Where we meet (write to ada@home.example)",
    "attachments": [{"name": "program.pdf", "media_type": "application/pdf", "size": 120_000}],
}


@pytest.fixture(scope="module")
def shelf(master: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """A filled shelf, and on it a large picture, an e-mail, and a testimony of an hour and a half."""
    shelf = copy_of(master, tmp_path_factory.mktemp("viewers") / "home")
    with shelf.archive.db.write() as session:
        item = shelf.item(session, "street", Description(title="A street", kind="still-image"))
        file = shelf.file(session, item, b"street", "street.jpg", "image/jpeg")
        for kind, size in (("thumbnail", (320, 240)), ("web", (1600, 1200))):
            shelf.copy(session, file, kind, given.jpeg(*size), "image/jpeg", width=size[0], height=size[1])
        tiles = tmp_path_factory.mktemp("tiles") / "tiles.tif"
        pyramid.save(given.picture(2600, 1950), tiles)
        shelf.copy(session, file, "tiles", tiles.read_bytes(), "image/tiff", width=2600, height=1950)

        session.get_one(File, shelf.files["papers", 0]).language = "spa"
        item = shelf.item(session, "mail", Description(title="A message", kind="text"))
        item.consent.naming = "own-name"
        file = shelf.file(session, item, b"mail", "mail.eml", "message/rfc822", says=MAIL)
        session.add(Passage(file_id=file.id, position=0, text="We shall meet by the river."))

        item = shelf.item(session, "testimony", Description(title="A testimony", kind="sound"))
        sound = shelf.file(session, item, b"sound", "talk.mp3", "audio/mpeg", duration_ms=5_400_000)
        shelf.copy(session, sound, "audio", given.mp3(), "audio/mpeg", duration_ms=5_400_000)
        more = {"role": "captions", "accompanies_id": sound.id, "language": "en"}
        captions = shelf.file(session, item, b"captions", "talk.vtt", "text/vtt", **more)
        session.add_all(
            Passage(
                file_id=captions.id, position=n, start_ms=n * 2000, end_ms=n * 2000 + 2000, text=f"Line {n}."
            )
            for n in range(2700)
        )
    yield shelf
    shelf.archive.close()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


def copy(shelf: Shelf, name: str, place: int) -> str:
    return f"/iiif/{shelf.copies[name][place]}"


def test_a_picture_stands_in_sizes_on_its_page_and_leads_to_the_larger_one(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    page = visitor.get(f"/items/{shelf.items['street']}").text
    found = re.search(r'<a class="sheet" href="([^"]+)"><img src="([^"]+)" srcset="([^"]+)"', page)
    assert found is not None
    assert found[1] == found[2] and found[1].endswith("/web.jpg")
    sizes = dict(one.split(" ")[::-1] for one in found[3].split(", "))
    assert list(sizes) == ["320w", "960w", "1600w"]
    for width, address in sizes.items():
        with Image.open(io.BytesIO(visitor.get(address).data)) as picture:
            assert f"{picture.width}w" == width
    # What only scripts can do is not offered before they run, nor where the build could not fetch them.
    offered = f'<div class="zoom" hidden data-zoom="{copy(shelf, "street", 2)}"' in page
    assert offered == (Path(web.__file__).parent / "static" / "vendor" / "openseadragon.min.js").exists()


def test_any_part_of_a_large_picture_is_given_to_its_last_pixel(visitor: FlaskClient, shelf: Shelf) -> None:
    address = copy(shelf, "street", 2)
    told = visitor.get(f"/fr{address}/info.json")
    assert told.mimetype == "application/json" and told.headers["Access-Control-Allow-Origin"] == "*"
    assert told.json is not None
    assert (told.json["width"], told.json["height"]) == (2600, 1950)
    # The same in every language, and whole.
    assert told.json["id"] == f"http://localhost{address}"
    part = visitor.get(f"{address}/600,0,100,480/100,480/0/default.jpg")
    assert part.mimetype == "image/jpeg" and part.headers["Cache-Control"] == "no-cache"
    with Image.open(io.BytesIO(part.data)) as picture:
        left, right = (picture.getpixel((x, 240)) for x in (20, 80))
    assert left[0] > 150 > left[1] and abs(right[0] - right[1]) < 12, "the red corner ends at a quarter of it"
    whole = visitor.get(f"{address}/full/max/0/default.jpg")
    with Image.open(io.BytesIO(whole.data)) as picture:
        assert picture.size == (2048, 1536)
    assert visitor.get(address).headers["Location"] == f"{address}/info.json"
    linked = visitor.get(f"{address}/info.json", headers={"Accept": "application/ld+json"})
    assert linked.headers["Content-Type"].startswith("application/ld+json;profile=")


def test_a_part_that_has_not_changed_is_not_sent_again_and_another_one_is(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    address = copy(shelf, "street", 2)
    first = visitor.get(f"{address}/0,0,512,512/512,/0/default.jpg")
    mark = {"If-None-Match": first.headers["ETag"]}
    # The same part, asked for in other words.
    assert visitor.get(f"{address}/0,0,512,512/512,512/0/default.jpg", headers=mark).status_code == 304
    assert visitor.get(f"{address}/0,0,512,512/256,/0/default.jpg", headers=mark).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        "full/2601,/0/default.jpg",
        "full/max/90/default.jpg",
        "full/max/0/default.png",
        "9999,0,1,1/max/0/default.jpg",
    ],
)
def test_what_cannot_be_given_is_refused_in_words(asked: str, visitor: FlaskClient, shelf: Shelf) -> None:
    answer = visitor.get(f"{copy(shelf, 'street', 2)}/{asked}")
    assert answer.status_code == 400
    assert "This part of the picture cannot be given." in answer.text
    # Of what may not be seen it is not even told whether it could be given.
    hidden = f"/iiif/{shelf.copies['hidden-in_review'][1]}"
    assert visitor.get(f"{hidden}/{asked}").status_code == 404
    assert visitor.get(f"{hidden}/full/max/0/default.jpg").status_code == 404


def test_other_sites_may_show_a_picture_by_iiif_and_nothing_else_of_ours(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    def may_show(address: str, client: FlaskClient = visitor) -> bool:
        return client.get(address).headers["Cross-Origin-Resource-Policy"] == "cross-origin"

    address = copy(shelf, "street", 2)
    assert may_show(f"{address}/info.json") and may_show(f"{address}/full/64,/0/default.jpg")
    item = f"/items/{shelf.items['street']}"
    pictures = re.findall(r'src="(/media/[^"]+)"', visitor.get(item).text)
    assert pictures and not any(map(may_show, (item, *pictures)))
    curator = visitor.application.test_client()
    sign_in(curator, "curator")
    assert not may_show(f"{address}/info.json", curator)


def test_only_pictures_are_cut(visitor: FlaskClient, shelf: Shelf) -> None:
    for name in ("letter", "talk"):
        assert visitor.get(f"{copy(shelf, name, 0)}/info.json").status_code == 404


def test_the_pages_of_a_document_are_listed_and_carried_home_as_one(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    page = visitor.get(f"/items/{shelf.items['papers']}?page=2").text
    listed = re.search(r"<summary>All pages</summary>(.*?)</ol>", page, re.DOTALL)
    assert listed is not None
    assert re.findall(r'aria-label="(Page \d)"', listed[1]) == ["Page 1", "Page 2", "Page 3"]
    assert 'aria-current="page" aria-label="Page 2"' in listed[1]
    address = f"/media/{shelf.files['papers', 0]}/document/pages.pdf"
    assert address in page
    answer = visitor.get(address)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with pypdfium2.PdfDocument(answer.data) as document:
        assert len(document) == 3
    assert visitor.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    with shelf.archive.db.write() as session:
        consent = session.get(Item, shelf.items["papers"]).consent  # type: ignore[union-attr]
        consent.audience = "staff"
    try:
        assert visitor.get(address).status_code == 404
        assert visitor.get(f"{copy(shelf, 'papers', 0)}/info.json").status_code == 404
    finally:
        with shelf.archive.db.write() as session:
            session.get(Item, shelf.items["papers"]).consent.audience = "public"  # type: ignore[union-attr]


def test_the_text_beside_a_page_is_open(visitor: FlaskClient, shelf: Shelf) -> None:
    page = visitor.get(f"/items/{shelf.items['papers']}?page=2").text
    beside = re.search(r'<details class="page-text"( open)?>(.*?)</details>', page, re.DOTALL)
    assert beside is not None and beside[1] and "What page 2 says." in beside[2]


def letter(visitor: FlaskClient, shelf: Shelf) -> str:
    page = visitor.get(f"/items/{shelf.items['mail']}").text
    assert "We shall meet by the river." in page
    found = re.search(r'<div class="letter-head">(.*?)</dl>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


def test_an_e_mail_is_shown_as_a_letter_and_tells_no_address_and_no_hour(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    assert letter(visitor, shelf) == (
        "From Ada Example To Rosa; Lee, B. Date March 25, 2024 About Where we meet (write to ) "
        "Enclosed, and kept with it program.pdf 120 KB"
    )
    assert "home.example" not in visitor.get(f"/items/{shelf.items['mail']}").text


def test_words_that_are_taken_out_of_a_message_are_not_above_it_either(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    extent = {"words": "ROSA", "occurrence": None, "everywhere": False}
    with shelf.archive.db.write() as session:
        mark = Redaction(file_id=shelf.files["mail", 0], kind="passage", extent=extent, agent="curator")
        session.add(mark)
    told = letter(visitor, shelf)
    with shelf.archive.db.write() as session:
        session.get(Redaction, mark.id).removed_on = today()  # type: ignore[union-attr]
    assert "Rosa" not in told and "Lee, B." in told
    assert "Rosa" in letter(visitor, shelf)


@pytest.mark.parametrize("naming", ["no-name", "other-name"])
def test_where_its_giver_is_not_named_by_their_own_name_a_letter_names_nobody(
    visitor: FlaskClient, shelf: Shelf, naming: str
) -> None:
    def name(how: str) -> None:
        query = select(Consent).join(Item, Item.consent_id == Consent.id)
        with shelf.archive.db.write() as session:
            session.scalars(query.where(Item.id == shelf.items["mail"])).one().naming = how

    name(naming)
    told = letter(visitor, shelf)
    name("own-name")
    assert told == "Date March 25, 2024 Enclosed, and kept with it application/pdf 120 KB"


def test_a_testimony_of_an_hour_and_a_half_opens_at_its_second_and_all_of_it_is_in_sight(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    page = visitor.get(f"/items/{shelf.items['testimony']}?t=4001#t=4001").text
    assert re.search(r'<source src="/media/[^"]+#t=4001"', page)
    stretches = re.findall(
        r"<details( open)?>\s*<summary>(\d[^<]+)</summary>(.*?)</details>", page, re.DOTALL
    )
    assert [title for _, title, _ in stretches][:2] == ["0:00 to 10:00", "10:00 to 20:00"]
    assert all(is_open for is_open, _, _ in stretches)
    (opened,) = (lines for _, title, lines in stretches if title == "1:00:00 to 1:10:00")
    assert '<li id="t=4000" data-t="4000" aria-current="true">' in opened and "1:06:40" in opened
    # Nothing is left out, and every line has its place.
    assert len(re.findall(r'<li id="t=\d+"', page)) == 2700
    assert "?file=" in opened and "&amp;t=4000#t=4000" in opened


def test_a_short_transcript_is_all_in_sight(visitor: FlaskClient, shelf: Shelf) -> None:
    page = visitor.get(f"/items/{shelf.items['talk']}").text
    transcript = re.search(r'<section class="transcript".*?</section>', page, re.DOTALL)
    assert transcript is not None
    assert "<details" not in transcript[0] and "We sang." in transcript[0]


def test_the_text_of_a_page_and_the_lines_of_a_transcript_say_their_language(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    page = visitor.get(f"/items/{shelf.items['papers']}?page=2").text
    assert re.search(
        r'<details class="page-text".*?<div class="reading" lang="es" dir="auto">', page, re.DOTALL
    )
    page = visitor.get(f"/items/{shelf.items['talk']}").text
    transcript = re.search(r'<section class="transcript".*?</section>', page, re.DOTALL)
    assert transcript is not None
    assert (
        '<ol lang="en">' in transcript[0]
        and '<p dir="auto"><strong dir="auto">Rosa</strong> We sang.' in transcript[0]
    )


def test_tiles_can_be_taken_away_as_one_file(visitor: FlaskClient, shelf: Shelf, tmp_path: Path) -> None:
    page = visitor.get(f"/items/{shelf.items['street']}").text
    found = re.search(r'<a href="(/media/[^"]+)" download>Image in full size</a>', page)
    assert found is not None
    answer = visitor.get(found[1].replace("&amp;", "&"))
    assert answer.headers["Content-Disposition"].endswith("-tiles.tif")
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.size == (2600, 1950)
