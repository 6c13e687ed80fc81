"""An archivist chooses what leaves, sees what may not, has it made, and takes it, with a broken download going on."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Export
from archive.services import export_bag, export_carrying, withdrawing
from archive.web.app import create_app
from tests.fixtures.copying import rotten
from tests.fixtures.desk import client, master, shelf, take_out, token_of
from tests.fixtures.exporting import quiet
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import SECRET
from tests.fixtures.walking import sign_in, told
from tests.fixtures.withdrawn import history

__all__ = ["client", "master", "shelf"]


@pytest.fixture
def archivist(client: FlaskClient) -> FlaskClient:
    sign_in(client, "archivist")
    return client


def posted(client: FlaskClient, address: str, **typed: str) -> tuple[int, str]:
    token = token_of(client.get("/desk/exports/new").text)
    answer = client.post(address, data={"csrf_token": token, **typed})
    return answer.status_code, answer.headers.get("Location", "") or answer.text


def asked(client: FlaskClient, shelf: Shelf, **typed: str) -> str:
    """Choose, look, have it made; its address."""
    status, page = posted(client, "/desk/exports/new", **typed)
    assert status == 200
    mark = re.search(r'name="mark" value="(\w+)"', page)
    assert mark is not None
    more = {"purpose": "research", "wrapping": "zip", "mark": mark[1]}
    status, address = posted(client, "/desk/exports", **{**more, **typed})
    assert status == 303, address
    return address


def made(client: FlaskClient, shelf: Shelf, address: str) -> str:
    """The job does its work; the address of the file."""
    export_carrying.carry_out(shelf.archive, address.rpartition("/")[2], quiet)
    link = re.search(r'href="([^"]+/remembrance-[^"]+)"', client.get(address).text)
    assert link is not None
    return link[1]


def test_an_archivist_takes_out_what_everybody_may_see(archivist: FlaskClient, shelf: Shelf) -> None:
    assert 'href="/desk/exports"' in archivist.get("/desk").text
    status, page = posted(archivist, "/desk/exports/new", form="safe", ids="\n".join(shelf.items.values()))
    assert status == 200 and "6 items would leave." in page and "Nothing is made yet." in page
    assert "It is not for everybody." in page and "It was taken back." in page
    assert shelf.items["hidden-draft"] in page.partition("Not known here")[2]
    address = asked(archivist, shelf, form="safe", words="demonstration")
    assert "Being made" in archivist.get(address).text
    link = made(archivist, shelf, address)
    whole = archivist.get(link)
    assert whole.status_code == 200 and whole.mimetype == "application/zip"
    assert whole.headers["Content-Disposition"].startswith("attachment; filename=remembrance-safe-")
    assert SECRET.encode() not in whole.data
    beside = archivist.get(f"{address}/sha512").text
    assert beside == f"{hashlib.sha512(whole.data).hexdigest()}  {link.rpartition('/')[2]}\n"
    assert "Exported" in archivist.get(f"/desk/items/{shelf.items['letter']}").text
    assert "Ready" in archivist.get("/desk/exports").text


def test_a_download_that_broke_off_goes_on_where_it_was(archivist: FlaskClient, shelf: Shelf) -> None:
    link = made(archivist, shelf, asked(archivist, shelf, form="safe"))
    whole = archivist.get(link)
    mark = whole.headers["ETag"]
    assert whole.headers["Accept-Ranges"] == "bytes" and "Last-Modified" not in whole.headers
    rest = archivist.get(link, headers={"Range": "bytes=1000-", "If-Range": mark})
    assert rest.status_code == 206 and whole.data[:1000] + rest.data == whole.data
    assert rest.headers["Content-Range"] == f"bytes 1000-{len(whole.data) - 1}/{len(whole.data)}"
    other = archivist.get(link, headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    assert other.status_code == 200 and other.data == whole.data
    assert archivist.get(link, headers={"Range": f"bytes={len(whole.data)}-"}).status_code == 416
    head = archivist.head(link)
    assert int(head.headers["Content-Length"]) == len(whole.data)


def test_others_are_told_that_nothing_is_there(archivist: FlaskClient, shelf: Shelf) -> None:
    address = asked(archivist, shelf, form="safe")
    link = made(archivist, shelf, address)
    app = create_app(shelf.archive.settings, shelf.archive)
    for name in ("elsewhere", "curator", "administrator", "member", ""):
        somebody = app.test_client()
        if name:
            sign_in(somebody, name)
        never = [somebody.get(f"/desk/exports/0123456789abcdef{end}") for end in ("", "/x.zip", "/sha512")]
        found = [somebody.get(one) for one in (address, link, f"{address}/sha512")]
        assert [one.status_code for one in found] == [404] * 3
        assert [told(one) for one in found] == [told(one) for one in never]
    assert archivist.get(f"{address}/another-name.zip").status_code == 404


def test_what_was_taken_back_is_refused_and_the_desk_says_why(archivist: FlaskClient, shelf: Shelf) -> None:
    address = asked(archivist, shelf, form="preservation", **{"for": "The town library"})
    link = made(archivist, shelf, address)
    withdrawing.withdraw_item(shelf.archive, OPERATOR, shelf.items["letter"])
    answer = archivist.get(link)
    assert answer.status_code == 409 and "taken back or changed" in answer.text
    assert "Something in it was taken back" in archivist.get(address).text
    assert archivist.get(link).status_code == 404
    assert "The town library" in archivist.get(f"/desk/items/{shelf.items['letter']}").text


def test_what_is_not_right_is_told_where_it_was_typed_and_nothing_typed_is_lost(
    archivist: FlaskClient, shelf: Shelf
) -> None:
    status, page = posted(archivist, "/desk/exports/new", words="carriage", since="yesterday")
    assert status == 400 and 'value="carriage"' in page and 'value="yesterday"' in page
    assert "We could not read this as a day." in page and "Choose what it is to be made as." in page
    status, page = posted(archivist, "/desk/exports", form="preservation", purpose="copy", words="carriage")
    assert status == 400 and "Say for whom it is" in page and 'value="carriage"' in page
    status, page = posted(archivist, "/desk/exports", form="safe", purpose="copy", mark="0" * 16)
    assert status == 409 and "not the same any more" in page
    status, page = posted(archivist, "/desk/exports/new", form="safe", words='"')
    assert status in (200, 400)
    with shelf.archive.db.read() as session:
        assert session.scalars(select(Export)).all() == []


def test_an_export_is_removed_when_its_maker_wishes(archivist: FlaskClient, shelf: Shelf) -> None:
    address = asked(archivist, shelf, form="json")
    link = made(archivist, shelf, address)
    assert posted(archivist, f"{address}/remove") == (303, "/desk/exports")
    assert archivist.get(link).status_code == 404
    assert "You removed it." in archivist.get("/desk/exports").text
    assert list(shelf.archive.settings.exports.iterdir()) == []


def test_the_page_of_an_export_that_damage_stopped_leads_to_the_item_and_the_desk_is_alarmed(
    archivist: FlaskClient, shelf: Shelf
) -> None:
    letter = shelf.items["letter"]
    address = asked(archivist, shelf, **{"form": "preservation", "ids": letter, "for": "The town library"})
    rotten(shelf.archive.bag_folder(f"bags/{letter}") / "data/letter.txt")
    export_carrying.carry_out(shelf.archive, address.rpartition("/")[2], quiet)
    page = archivist.get(address).text
    assert "It could not be made" in page and "A bag in it was found damaged." in page
    assert re.search(rf'href="[^"]*/items/{letter}"', page)
    assert archivist.get("/health").get_json()["fixity"]["damaged"] == 1


def test_a_bag_too_large_to_wait_for_is_made_by_a_worker_and_the_page_says_so(shelf: Shelf) -> None:
    letter = shelf.items["letter"]
    size = export_bag.look_at_zip(shelf.archive, OPERATOR, letter).size

    def desk(most: int) -> FlaskClient:
        archive = replace(shelf.archive, settings=replace(shelf.archive.settings, page_bag_bytes=most))
        browser = create_app(archive.settings, archive).test_client()
        sign_in(browser, "archivist")
        return browser

    at_once = take_out(desk(size), letter)
    assert (at_once.status_code, at_once.mimetype, len(at_once.data)) == (200, "application/zip", size)
    archivist = desk(size - 1)
    wrong = take_out(archivist, letter, for_="")
    assert wrong.status_code == 400, "it is asked for whom it is all the same"
    answer = take_out(archivist, letter)
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert take_out(archivist, letter).headers["Location"] == address, "two clicks make one export"
    page = archivist.get(address).text
    assert "Being made" in page and "Look again" in page and f'href="{address}"' in page
    assert address in archivist.get("/desk/exports").text
    data = archivist.get(made(archivist, shelf, address)).data
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        assert any(name.endswith(f"/{letter}/bagit.txt") for name in bundle.namelist())
    left = [event.detail for event in history(shelf.archive, letter) if event.kind == "export"]
    assert [one["for"] for one in left] == ["The town library"] * 2
    # What is sealed is in no selection; one by one it leaves as ever.
    withdrawing.withdraw_item(shelf.archive, OPERATOR, letter)
    assert take_out(archivist, letter).status_code == 200
