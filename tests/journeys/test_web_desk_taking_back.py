"""At the desk something is taken back for whoever gave it: hidden or destroyed, asked once more, and who holds bags of it is told."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR, contributor
from archive.models import Event, ItemState, Submission
from archive.services import export, messages, show, withdrawing
from tests.fixtures.desk import client, master, shelf, take_out, token_of
from tests.fixtures.items import item_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD
from tests.fixtures.withdrawn import settle

__all__ = ["client", "master", "shelf"]


def sign_in(client: FlaskClient, name: str) -> None:
    form = {"username": name, "password": PASSWORD, "csrf_token": token_of(client.get("/sign-in").text)}
    assert client.post("/sign-in", data=form).status_code == 303


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def exports(shelf: Shelf, item_id: str) -> int:
    return len(export.bags_that_left(shelf.archive, OPERATOR, item_id))


def test_destroying_is_asked_once_more_and_then_leaves_nothing_but_who_holds_bags_of_it(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "archivist")
    item_id = shelf.items["letter"]
    desk = f"/desk/items/{item_id}"
    token = token_of(client.get(desk).text)
    assert take_out(client, item_id).status_code == 200
    form = {"csrf_token": token, "how": "destroy", "reason": "It was wished.", "words": "At our wish."}
    asked = client.post(f"{desk}/withdraw", data=form)
    assert asked.status_code == 200 and "Destroy it?" in asked.text
    assert item_of(shelf.archive, item_id).state == ItemState.PUBLISHED
    again = hidden_fields(asked.text)
    assert again["reason"] == "It was wished." and again["words"] == "At our wish."
    assert client.post(f"{desk}/withdraw", data=again).headers["Location"] == desk
    settle(shelf.archive)
    page = client.get(desk).text
    assert "Destroyed. Nothing of it is kept but that it was here." in page
    assert "The town library" in page and "At our wish." in page
    assert "archivist" in page.partition("Bags of it that left the house")[2].partition("The town library")[0]
    assert "Letter to a friend" not in page and "letter.txt" not in page
    assert "Reinstate" not in page and "Export its bag" not in page
    assert client.get(f"{desk}/bag.zip").status_code == 409
    assert "At our wish." in client.application.test_client().get(f"/items/{item_id}").text


def test_who_only_asks_how_large_a_bag_is_takes_none_out(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "archivist")
    item_id = shelf.items["letter"]
    asked = client.head(f"/desk/items/{item_id}/bag.zip")
    assert (asked.status_code, asked.data) == (200, b"")
    assert exports(shelf, item_id) == 0
    sent_to_ask = client.get(f"/desk/items/{item_id}/bag.zip")
    assert sent_to_ask.headers["Location"] == f"/desk/items/{item_id}#actions"
    assert exports(shelf, item_id) == 0
    taken = take_out(client, item_id)
    assert asked.headers["Content-Length"] == str(len(taken.data))
    assert exports(shelf, item_id) == 1


def test_no_bag_leaves_before_it_is_said_for_whom_and_for_what(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "archivist")
    item_id = shelf.items["letter"]
    for said, told in (
        ({"for_": "  "}, "Say for whom it is"),
        ({"for_": "x" * 201}, "This is too long."),
        ({"purpose": "fun"}, "Choose what it is for."),
        ({"purpose": ""}, "Choose what it is for."),
    ):
        refused = take_out(client, item_id, **said)
        assert refused.status_code == 400 and told in refused.text
        assert 'aria-invalid="true"' in refused.text
    typed = take_out(client, item_id, purpose="", for_="A school in Recife")
    assert 'value="A school in Recife"' in typed.text
    assert exports(shelf, item_id) == 0
    assert take_out(client, item_id, purpose="teaching").status_code == 200
    with shelf.archive.db.read() as session:
        event = session.scalars(select(Event).where(Event.kind == "export")).one()
    assert event.detail == {"form": "preservation bag", "for": "The town library", "purpose": "teaching"}


def test_everything_that_was_given_with_it_can_go_too(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "curator")
    item_id = shelf.items["talk"]
    desk = f"/desk/items/{item_id}"
    form = {"csrf_token": token_of(client.get(desk).text), "how": "hide", "everything": "yes"}
    assert client.post(f"{desk}/withdraw", data=form).status_code == 303
    assert item_of(shelf.archive, item_id).state == ItemState.WITHDRAWN
    assert item_of(shelf.archive, shelf.items["letter"]).state == ItemState.PUBLISHED


def test_what_its_giver_wrote_in_its_place_no_older_page_of_the_desk_replaces(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    item_id, anybody = shelf.items["photo"], client.application.test_client()
    desk, submission_id = f"/desk/items/{item_id}", item_of(shelf.archive, item_id).submission_id
    form = {"csrf_token": token_of(client.get(desk).text), "how": "hide"}
    form |= {"reason": "Seen <twice>.", "words": "A duplicate."}
    withdrawing.withdraw_item(shelf.archive, contributor([submission_id]), item_id, words="It is our father.")
    for more in ({}, {"how": "destroy"}, {"how": "destroy", "sure": "yes"}):
        told = client.post(f"{desk}/withdraw", data=form | more)
        assert told.status_code == 409 and "that stays as it is" in told.text
        assert 'value="Seen &lt;twice&gt;."' in told.text and 'value="A duplicate."' in told.text
        assert "Whoever gave it wrote: It is our father." in told.text
    assert client.post(f"{desk}/withdraw", data=form | {"everything": "yes"}).status_code == 303
    place = anybody.get(f"/items/{item_id}").text
    assert "Whoever gave it wrote:" in place and "It is our father." in place and "A duplicate." not in place
    assert "Seen &lt;twice&gt;." in client.get(desk).text
    # Words of those who look after the archive are not said to be its giver's.
    other = shelf.items["letter"]
    withdrawing.withdraw_item(shelf.archive, OPERATOR, other, words="We keep it for now.")
    place = anybody.get(f"/items/{other}").text
    assert "Those who look after the archive wrote:" in place and "Whoever gave it wrote:" not in place
    history = client.get(f"/desk/items/{other}").text
    assert "<dt>Words in its place</dt><dd>Those who look after the archive</dd>" in history


def test_what_was_hidden_can_be_reinstated_by_a_curator_or_destroyed_after_all(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    item_id = shelf.items["photo"]
    desk = f"/desk/items/{item_id}"
    client.post(f"{desk}/withdraw", data={"csrf_token": token_of(client.get(desk).text), "how": "hide"})
    settle(shelf.archive)
    page = client.get(desk).text
    assert "Hidden. Its bag is kept." in page and 'value="destroy" checked' in page
    version = item_of(shelf.archive, item_id).version
    form = {"csrf_token": token_of(page), "version": str(version)}
    assert client.post(f"{desk}/reinstate", data=form | {"version": str(version - 1)}).status_code == 409
    assert client.post(f"{desk}/reinstate", data=form).status_code == 303
    # Nobody may ever have accepted it: somebody decides about it anew.
    assert item_of(shelf.archive, item_id).state == ItemState.IN_REVIEW
    # Its copies are made anew by the pipeline; nothing of the old ones is left.
    assert show.item(shelf.archive, OPERATOR, item_id).files[0].copies == ()


def test_what_its_giver_took_back_is_reinstated_only_as_they_asked_and_they_are_told(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    item_id = shelf.items["photo"]
    desk, submission_id = f"/desk/items/{item_id}", item_of(shelf.archive, item_id).submission_id
    giver = contributor([submission_id])
    with shelf.archive.db.write() as session:
        session.get_one(Submission, submission_id).language = "fr"
    withdrawing.withdraw_item(shelf.archive, giver, item_id)
    page = client.get(desk).text
    assert "They asked for it" in page
    form = {"csrf_token": token_of(page), "version": str(item_of(shelf.archive, item_id).version)}
    for more in ({}, {"asked": "yes", "why": "  "}, {"why": "They wrote on <Monday>."}):
        refused = client.post(f"{desk}/reinstate", data=form | more)
        assert refused.status_code == 409 and "It is shown again only if they ask for it." in refused.text
        assert ('name="asked" value="yes" checked' in refused.text) == ("asked" in more)
        assert ('value="They wrote on &lt;Monday&gt;."' in refused.text) == (
            more.get("why", "")[:4] == "They"
        )
    long = client.post(f"{desk}/reinstate", data=form | {"asked": "yes", "why": "x" * 1001})
    assert long.status_code == 400 and "x" * 1001 in long.text
    assert item_of(shelf.archive, item_id).state == ItemState.WITHDRAWN
    assert messages.thread(shelf.archive, giver, submission_id) == ()
    done = client.post(f"{desk}/reinstate", data=form | {"asked": "yes", "why": "They wrote on Monday."})
    assert done.status_code == 303
    assert item_of(shelf.archive, item_id).state == ItemState.IN_REVIEW
    (told,) = messages.thread(shelf.archive, giver, submission_id)
    assert told.written_by == messages.CURATORS
    # How it is known is for those who look after the archive.
    assert "Monday" not in told.text
    with shelf.archive.db.read() as session:
        event = session.scalars(select(Event).where(Event.kind == "reinstate")).one()
    assert event.detail == {"reason": "They wrote on Monday."}
    # What the archive itself takes back after that is its own affair.
    withdrawing.withdraw_item(shelf.archive, OPERATOR, item_id)
    assert "They asked for it" not in client.get(desk).text
    withdrawing.reinstate(shelf.archive, OPERATOR, item_id)
    assert len(messages.thread(shelf.archive, giver, submission_id)) == 1
