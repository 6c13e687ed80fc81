"""The archivist is alarmed at the desk, sees what is damaged and where, and has it read again; nobody else may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from archive.access import PIPELINE
from archive.bags import bag_key
from archive.models import AccessCopy, Fixity, Item, today
from archive.services import fixity_audit, fixity_round, records
from tests.fixtures.desk import client, master, shelf, take_out, token_of
from tests.fixtures.kept_bags import flip, row_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD

__all__ = ["client", "master", "shelf"]

SOUND = "The originals are kept byte for byte as they were given. A checksum proves it."


def signed_in(client: FlaskClient, name: str = "archivist") -> FlaskClient:
    token = token_of(client.get("/sign-in").text)
    client.post("/sign-in", data={"username": name, "password": PASSWORD, "csrf_token": token})
    return client


@pytest.fixture
def damaged(shelf: Shelf) -> str:
    """The id of an item of which one original has a flipped bit, found by an audit."""
    item_id = shelf.items["letter"]
    flip(shelf.archive.bag_folder(bag_key(item_id)) / "data/letter.txt", 9)
    assert fixity_audit.check(shelf.archive, PIPELINE, item_id)
    return item_id


def test_a_damaged_bag_is_told_at_the_desk_with_what_and_where_and_what_to_do(
    client: FlaskClient, damaged: str
) -> None:
    desk = signed_in(client).get("/desk").text
    assert "1 bag is damaged." in desk and 'href="/desk/fixity"' in desk
    page = client.get("/desk/fixity").text
    assert "1 file is changed:" in page and "data/letter.txt" in page
    assert "Letter to a friend" in page and f"/desk/items/{damaged}" in page
    assert "put each right from a copy that is whole" in page


def test_access_copies_that_rotted_are_told_on_the_page_though_they_are_made_anew(
    client: FlaskClient, shelf: Shelf
) -> None:
    words = "access copies were found damaged 1 time."
    assert words not in signed_in(client).get("/desk/fixity").text
    with shelf.archive.db.read() as session:
        copy = session.get_one(AccessCopy, shelf.copies["letter"][0])
    flip(shelf.archive.settings.access / copy.path, 8)
    assert fixity_audit.check(shelf.archive, PIPELINE, shelf.items["letter"])
    page = client.get("/desk/fixity").text
    assert words in page and "No bag is damaged" in page


def test_a_bag_that_takes_no_record_for_a_day_is_told_to_the_archivist(
    client: FlaskClient, shelf: Shelf
) -> None:
    words = "1 bag takes no new record: what was changed since is in the database alone."
    assert words not in signed_in(client).get("/desk").text
    item_id = shelf.items["letter"]
    with shelf.archive.db.write() as session:
        records.touch_history(session, session.get_one(Item, item_id))
        session.add(Fixity(item_id=item_id, refused_on=today() - timedelta(days=1), refused_why="ENOSPC"))
    assert words in client.get("/desk").text
    assert words in client.get("/desk/fixity").text


def test_a_damaged_bag_is_refused_with_a_conflict_and_its_page_stays(
    client: FlaskClient, shelf: Shelf, damaged: str
) -> None:
    before = client.get(f"/items/{damaged}")
    assert before.status_code == 200 and "Checked " not in before.text
    # Nobody is told that a checksum proves what it has just denied.
    assert SOUND not in before.text and "not all of it was as it had been kept" in before.text
    assert client.get(f"/media/{shelf.copies['letter'][0]}/x.txt").status_code == 200
    signed_in(client)
    for method in ("GET", "HEAD"):
        assert client.open(f"/desk/items/{damaged}/bag.zip", method=method).status_code == 409
    told = client.get(f"/desk/items/{damaged}/bag.zip", headers={"Accept": "application/json"})
    assert told.json["error"]["code"] == "bag-damaged"
    assert client.get(f"/desk/items/{damaged}").status_code == 200


def test_what_is_asked_for_is_read_by_the_next_round_and_the_alarm_ends(
    client: FlaskClient, shelf: Shelf, damaged: str
) -> None:
    page = signed_in(client).get("/desk/fixity").text
    flip(shelf.archive.bag_folder(bag_key(damaged)) / "data/letter.txt", 9)
    answer = client.post(f"/desk/fixity/items/{damaged}", data={"csrf_token": token_of(page)})
    assert (answer.status_code, answer.location) == (303, "/desk/fixity")
    waiting = client.get("/desk/fixity").text
    assert "1 bag waits to be read now." in waiting and "It waits to be read." in waiting
    fixity_round.Round(shelf.archive)()
    page = client.get("/desk/fixity").text
    assert "No bag is damaged" in page and "to be read now" not in page
    assert "damaged" not in client.get("/desk").text
    page = client.get(f"/items/{damaged}").text
    assert f"{SOUND} Checked today" in page and "At its last check" not in page
    assert take_out(client, damaged).status_code == 200


def test_a_collection_is_read_at_the_push_of_a_button(client: FlaskClient, shelf: Shelf) -> None:
    fields = {"csrf_token": token_of(signed_in(client).get("/desk/fixity").text), "collection": "march-25"}
    assert client.post("/desk/fixity", data=fields).status_code == 303
    fixity_round.Round(shelf.archive)()
    row = row_of(shelf.archive, shelf.items["letter"])
    assert row is not None and (row.read_on, row.outcome, row.wanted) == (today(), "success", False)


@pytest.mark.parametrize(("name", "status"), [("curator", 403), ("member", 403), ("elsewhere", 404)])
def test_only_who_answers_for_the_bags_may_look_or_ask(
    client: FlaskClient, shelf: Shelf, damaged: str, name: str, status: int
) -> None:
    assert client.get("/desk/fixity").status_code == 303
    page = signed_in(client, name).get("/desk/fixity")
    assert page.status_code == (200 if name == "elsewhere" else 403)
    assert "data/letter.txt" not in page.text and "damaged." not in client.get("/desk").text
    fields = {"csrf_token": token_of(client.get("/account").text)}
    assert client.post(f"/desk/fixity/items/{damaged}", data=fields).status_code == status
    row = row_of(shelf.archive, damaged)
    assert row is not None and not row.wanted
