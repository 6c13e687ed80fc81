"""Curators see side by side how the files of an item were arranged, by whom and when, and bring back what stood before."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from archive.access import OPERATOR
from archive.models import Action, File, Item, today
from archive.services import arrangements, lifecycle
from tests.fixtures import given
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.reviewing import form, sign_in
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf"]


@pytest.fixture
def two_files(shelf: Shelf) -> tuple[str, str, str]:
    with shelf.archive.db.write() as session:
        photo = session.get_one(File, shelf.files["photo", 0])
        photo.given_name = "front.jpg"
        item = session.get_one(Item, photo.item_id)
        back = shelf.file(session, item, given.jpeg(), "back.jpg", "image/jpeg")
        return photo.item_id, photo.id, back.id


def arrange(client: FlaskClient, item_id: str, order: tuple[str, ...], **more: str) -> int:
    fields = form(client, f"/desk/items/{item_id}/files", "/files")
    return client.post(
        f"/desk/items/{item_id}/files", data={**fields, "file": list(order), **more}
    ).status_code


def revision(page: str, number: int) -> tuple[str, list[tuple[str, ...]]]:
    """Who and when, and the rows that stand side by side."""
    found = re.search(rf'aria-labelledby="arranged-{number}">(.*?)</section>', page, re.DOTALL)
    assert found is not None
    facts = re.search(r'class="facts">([^<]*)<', found[1])
    assert facts is not None
    cells = r'<tr><th scope="row">([^<]*)</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td></tr>'
    return facts[1], re.findall(cells, found[1])


def test_the_first_title_is_there_after_the_second_and_comes_back(
    client: FlaskClient, shelf: Shelf, two_files: tuple[str, str, str]
) -> None:
    item_id, front, back = two_files
    address = f"/desk/items/{item_id}/history"
    sign_in(client, "curator")
    assert "Nobody has arranged them since they came." in client.get(address).text
    assert arrange(client, item_id, (front, back), **{f"title-{front}": "The <first> title"}) == 303
    more = {f"title-{front}": "Second", f"role-{front}": "verso", f"accompanies-{front}": back}
    assert arrange(client, item_id, (back, front), **more) == 303
    page = client.get(address).text
    who, rows = revision(page, 3)
    assert str(today().year) in who and "curator" in who
    assert rows == [
        ("Order of the files", "1. front.jpg\n2. back.jpg", "1. back.jpg\n2. front.jpg"),
        ("front.jpg: Title of this file", "The &lt;first&gt; title", "Second"),
        ("front.jpg: What it is", "Original", "Back of ..."),
        ("front.jpg: Of which file", "", "back.jpg"),
    ]
    assert revision(page, 2)[1] == [("front.jpg: Title of this file", "", "The &lt;first&gt; title")]
    again = f"/desk/items/{item_id}/files/history/2"
    fields = form(client, address, "/files/history/2")
    assert client.post(again, data=fields).status_code == 303
    stands = arrangements.arranged(shelf.archive, OPERATOR, item_id)
    assert [(one.file_id, one.title, one.role) for one in stands] == [
        (front, "The <first> title", "original"),
        (back, "", "original"),
    ]
    assert 'id="arranged-4"' in client.get(address).text
    # Somebody who looked at the page before that is told.
    assert client.post(f"/desk/items/{item_id}/files/history/1", data=fields).status_code == 409
    assert arrangements.arranged(shelf.archive, OPERATOR, item_id) == stands


def test_a_decision_meanwhile_is_no_crossing(
    client: FlaskClient, shelf: Shelf, two_files: tuple[str, str, str]
) -> None:
    item_id, front, back = two_files
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/files", "/files") | {f"title-{front}": "Mine"}
    lifecycle.change_state(shelf.archive, OPERATOR, item_id, Action.UNPUBLISH)
    answer = client.post(f"/desk/items/{item_id}/files", data={**fields, "file": [front, back]})
    assert answer.status_code == 303
    assert arrangements.arranged(shelf.archive, OPERATOR, item_id)[0].title == "Mine"


def test_of_two_who_arrange_at_once_the_second_sees_the_order_and_the_titles_of_the_first(
    client: FlaskClient, shelf: Shelf, two_files: tuple[str, str, str]
) -> None:
    item_id, front, back = two_files
    sign_in(client, "curator")
    mine = form(client, f"/desk/items/{item_id}/files", "/files") | {f"title-{back}": "Mine"}
    assert arrange(client, item_id, (back, front), **{f"title-{front}": "Theirs"}) == 303
    answer = client.post(f"/desk/items/{item_id}/files", data={**mine, "file": [front, back]})
    assert answer.status_code == 409 and 'value="Mine"' in answer.text
    told = re.findall(r"<dt>([^<]*)</dt><dd[^>]*>([^<]*)</dd>", answer.text)
    assert told == [
        ("Order of the files", "1. back.jpg\n2. front.jpg"),
        ("back.jpg: Title of this file", "nothing"),
        ("front.jpg: Title of this file", "Theirs"),
    ]


def test_two_files_that_came_under_one_name_are_told_apart(
    client: FlaskClient, shelf: Shelf, two_files: tuple[str, str, str]
) -> None:
    item_id, front, back = two_files
    with shelf.archive.db.write() as session:
        session.get_one(File, back).given_name = "front.jpg"
    sign_in(client, "curator")
    assert arrange(client, item_id, (back, front)) == 303
    (_, before, after), *_rest = revision(client.get(f"/desk/items/{item_id}/history").text, 2)[1]
    assert before != after and "front.jpg (1)" in before and "front.jpg (2)" in before
