"""Anybody asks, without an account; a curator answers; nothing typed is lost, and nothing of it is public before it is meant to be."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.access import PUBLIC
from archive.models import Holder, ItemState, Request, Role, User
from archive.services import asking
from archive.services.asking import Asking
from archive.web.app import create_app
from archive.web.words import day
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf, token_of
from tests.fixtures.items import item_of, put
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD

__all__ = ["client", "master", "shelf"]

WORDS = "The child is <Rosa>, my aunt.\nShe did not agree."


@pytest.fixture
def item_id(shelf: Shelf) -> str:
    return shelf.items["letter"]


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    return client.application.test_client()


def sign_in(client: FlaskClient, name: str = "curator") -> FlaskClient:
    token = token_of(client.get("/sign-in").text)
    client.post("/sign-in", data={"username": name, "password": PASSWORD, "csrf_token": token})
    return client


def fields_of(answer: TestResponse, ending: str) -> dict[str, str]:
    return dict(next(one for one in Forms(answer.text).forms if one["action"].endswith(ending))["fields"])


def ask(visitor: FlaskClient, item_id: str, **typed: str) -> TestResponse:
    fields = fields_of(visitor.get(f"/items/{item_id}/ask"), "/ask")
    return visitor.post(f"/items/{item_id}/ask", data=fields | {"kind": "take-down", "words": WORDS} | typed)


def code_of(answer: TestResponse) -> str:
    found = re.search(r'class="code-words"[^>]*>([^<]+)<', answer.text)
    assert answer.status_code == 200 and found is not None
    return found[1]


def only_request(shelf: Shelf) -> str:
    with shelf.archive.db.read() as session:
        return session.scalars(select(Request.id)).one()


def decide(
    client: FlaskClient, request_id: str, decision: str, reason: str = "", **more: str
) -> TestResponse:
    page = client.get(f"/desk/requests/{request_id}")
    token = {"csrf_token": token_of(page.text), "decision": decision, "reason": reason}
    return client.post(f"/desk/requests/{request_id}/decide", data=token | more)


def test_somebody_asks_it_is_hidden_at_once_decided_and_they_read_why(
    client: FlaskClient, visitor: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    page = visitor.get(f"/items/{item_id}")
    assert f"/items/{item_id}/ask" in page.text
    sent = ask(visitor, item_id, why="family")
    code = code_of(sent)
    # No cookie was set on the way, and no page keeps the code.
    assert "Set-Cookie" not in sent.headers and sent.headers["Cache-Control"] == "no-store"
    assert "nobody has decided yet" in visitor.post("/asked", data={"code": code}).text
    sign_in(client)
    waiting = client.get("/desk/requests").text
    request_id = only_request(shelf)
    assert f"/desk/requests/{request_id}" in waiting and "asked today, answer due by" in waiting
    page = client.get(f"/desk/requests/{request_id}")
    assert "The child is &lt;Rosa&gt;, my aunt." in page.text and "Somebody of my family" in page.text
    hide = client.post(f"/desk/requests/{request_id}/hide", data=fields_of(page, "/hide"))
    assert hide.status_code == 303
    assert visitor.get(f"/items/{item_id}").status_code == 404
    assert decide(client, request_id, "taken-down", "We are sorry.").status_code == 303
    answer = visitor.post("/asked", data={"code": code.upper()}).text
    assert "It was taken down." in answer and "We are sorry." in answer
    page = client.get(f"/desk/requests/{request_id}").text
    assert "Taken down" in page and "curator" in page and "/decide" not in page
    assert f"/desk/requests/{request_id}" not in client.get("/desk/requests").text
    assert f"/desk/requests/{request_id}" in client.get("/desk/requests?state=decided").text


@pytest.mark.parametrize("language", ["es", "fr", "pt"])
def test_it_can_be_asked_in_every_language(visitor: FlaskClient, item_id: str, language: str) -> None:
    page = visitor.get(f"/{language}/items/{item_id}/ask")
    fields = fields_of(page, f"/{language}/items/{item_id}/ask") | {"kind": "correction", "words": "No."}
    code = code_of(visitor.post(f"/{language}/items/{item_id}/ask", data=fields))
    assert visitor.post(f"/{language}/asked", data={"code": code}).status_code == 200


def test_what_is_missing_is_told_and_nothing_typed_is_lost(
    visitor: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    answer = ask(visitor, item_id, kind="note", words="", name="Ada <3", reach="by the choir")
    assert answer.status_code == 400 and "Please say it in a few words." in answer.text
    # Where a reason is enough, that is said.
    assert "Please tick a reason above, or say it" in ask(visitor, item_id, words="").text
    again = fields_of(answer, "/ask")
    assert (again["kind"], again["name"], again["reach"]) == ("note", "Ada <3", "by the choir")
    # Words of the greatest length fit through the door, whatever letters they are made of.
    assert visitor.post(f"/items/{item_id}/ask", data=again | {"words": "🕯" * 5000}).status_code == 200
    with shelf.archive.db.read() as session:
        assert session.scalars(select(Request.words)).one() == "🕯" * 5000


def test_whoever_sends_too_much_has_to_wait_and_keeps_their_words(shelf: Shelf, item_id: str) -> None:
    settings = shelf.archive.settings
    object.__setattr__(settings, "max_hourly_requests", 1)
    visitor = create_app(settings, shelf.archive).test_client()
    # Many people may come by one address.
    answers = [ask(visitor, item_id, words=f"{WORDS} {number}") for number in range(21)]
    assert [one.status_code for one in answers] == [200] * 20 + [429]
    assert fields_of(answers[-1], "/ask")["words"] == f"{WORDS} 20"


def test_another_site_cannot_ask_in_the_name_of_somebody_who_has_signed_in(
    client: FlaskClient, item_id: str
) -> None:
    sign_in(client, "member")
    assert "csrf_token" in fields_of(client.get(f"/items/{item_id}/ask"), "/ask")
    assert client.post(f"/items/{item_id}/ask", data={"kind": "take-down", "words": "x"}).status_code == 400
    code_of(ask(client, item_id))


def test_wrong_codes_all_answer_alike_and_after_many_one_has_to_wait(visitor: FlaskClient) -> None:
    answers = [visitor.post("/asked", data={"code": code}) for code in ("", "zoo " * 9, "x" * 500)]
    assert {one.status_code for one in answers} == {400} and len({one.text for one in answers}) == 1


def test_of_two_who_decide_the_second_is_told_and_keeps_what_was_typed(
    client: FlaskClient, visitor: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    code = code_of(ask(visitor, item_id))
    request_id = only_request(shelf)
    first, second = sign_in(client), sign_in(client.application.test_client())
    page = second.get(f"/desk/requests/{request_id}")
    late = fields_of(page, "/decide") | {"decision": "taken-down", "reason": "We <agree>."}
    assert decide(first, request_id, "kept", "It is public record.").status_code == 303
    answer = second.post(f"/desk/requests/{request_id}/decide", data=late)
    assert answer.status_code == 409 and "Somebody else has decided" in answer.text
    assert "We &lt;agree&gt;." in answer.text and "It is public record." in answer.text
    # Nor is it hidden from that page: it was decided to stay.
    answer = second.post(f"/desk/requests/{request_id}/hide", data=fields_of(page, "/hide"))
    assert answer.status_code == 409 and "Somebody else has decided about this already." in answer.text
    assert "It is public record." in answer.text and "What you wrote" not in answer.text
    assert visitor.get(f"/items/{item_id}").status_code == 200
    assert "It is public record." in visitor.post("/asked", data={"code": code}).text


def test_a_decision_without_a_word_is_asked_for_one(
    client: FlaskClient, visitor: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    ask(visitor, item_id)
    request_id = only_request(shelf)
    sign_in(client)
    answer = decide(client, request_id, "kept", " ")
    assert answer.status_code == 400 and "Write to whoever asked why" in answer.text
    assert fields_of(answer, "/decide")["decision"] == "kept"
    answer = decide(client, request_id, "", "Because.")
    assert answer.status_code == 400 and fields_of(answer, "/decide")["reason"] == "Because."


def test_what_somebody_knows_stands_beside_the_item_once_accepted_and_can_be_taken_off(
    client: FlaskClient, visitor: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    ask(visitor, item_id, kind="note", name="Ada <b>")
    request_id = only_request(shelf)
    heading = "What others know about it"
    assert heading not in visitor.get(f"/items/{item_id}").text
    sign_in(client)
    page = client.get(f"/desk/requests/{request_id}").text
    assert "/hide" not in page
    assert decide(client, request_id, "shown").status_code == 303
    shown = visitor.get(f"/items/{item_id}").text
    assert heading in shown and "The child is &lt;Rosa&gt;, my aunt." in shown and "Ada &lt;b&gt;" in shown
    about = client.get(f"/desk/items/{item_id}/requests")
    fields = fields_of(about, "/remove")
    assert client.post(f"/desk/items/{item_id}/notes/{request_id}/remove", data=fields).status_code == 303
    assert heading not in visitor.get(f"/items/{item_id}").text


def test_hidden_while_thinking_it_can_be_shown_again_with_the_decision(
    client: FlaskClient, visitor: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    ask(visitor, item_id)
    request_id = only_request(shelf)
    page = sign_in(client).get(f"/desk/requests/{request_id}")
    client.post(f"/desk/requests/{request_id}/hide", data=fields_of(page, "/hide"))
    page = client.get(f"/desk/requests/{request_id}").text
    assert 'name="again"' in page and "It is off the public pages now." in page
    # What was ticked stays ticked when something is missing.
    refused = decide(client, request_id, "corrected", "", again="yes")
    assert refused.status_code == 400 and fields_of(refused, "/decide")["again"] == "yes"
    assert "again" not in fields_of(decide(client, request_id, "corrected", ""), "/decide")
    assert decide(client, request_id, "corrected", "Her name is gone.", again="yes").status_code == 303
    assert visitor.get(f"/items/{item_id}").status_code == 200
    assert "off the public pages" not in client.get(f"/desk/requests/{request_id}").text
    # Whoever forgot the tick reads that it is hidden still, and where that is changed.
    put(shelf.archive, item_id, ItemState.ACCEPTED)
    assert "It can be published again on its page." in client.get(f"/desk/requests/{request_id}").text


def test_nobody_hears_of_a_request_about_what_they_gave(
    client: FlaskClient, visitor: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    ask(visitor, item_id)
    request_id = only_request(shelf)
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "curator")).one()
        session.add(Holder(submission_id=item_of(shelf.archive, item_id).submission_id, user_id=user.id))
    sign_in(client)
    assert request_id not in client.get("/desk/requests").text
    for address in ("/desk", f"/desk/items/{item_id}"):
        assert "waits for an answer" not in client.get(address).text
    token = token_of(client.get("/desk").text)
    for where in ("", "/hide", "/decide", "/contact"):
        address = f"/desk/requests/{request_id}{where}"
        answer = client.post(address, data={"csrf_token": token}) if where else client.get(address)
        assert answer.status_code == 404, where
    assert item_of(shelf.archive, item_id).state == ItemState.PUBLISHED


def test_how_they_can_be_reached_is_behind_a_right_of_its_own(
    client: FlaskClient, visitor: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    ask(visitor, item_id, reach="by the choir")
    request_id = only_request(shelf)
    page = sign_in(client).get(f"/desk/requests/{request_id}").text
    assert "/contact" not in page and "choir" not in page
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "curator")).one()
        user.roles.append(Role(name="correspondent", collection=""))
    fields = fields_of(client.get(f"/desk/requests/{request_id}"), "/contact")
    assert "by the choir" in client.post(f"/desk/requests/{request_id}/contact", data=fields).text
    assert "How somebody can be reached was looked at" in client.get(f"/desk/items/{item_id}").text


def test_a_request_that_waits_too_long_says_so_in_quiet_words(
    client: FlaskClient, visitor: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    ask(visitor, item_id)
    with shelf.archive.db.write() as session:
        row = session.scalars(select(Request)).one()
        row.asked_on, row.due_on = row.asked_on - timedelta(days=9), row.due_on - timedelta(days=9)
        due = row.due_on
    sign_in(client)
    with client.application.test_request_context():
        promised = f"asked 9 days ago, an answer was promised by {day(due)}"
        told = f"1 request waits for an answer. An answer was promised by {day(due)}."
    assert promised in client.get("/desk/requests").text
    # Nobody has to go and look for it.
    assert told in client.get("/desk").text and told in client.get(f"/desk/items/{item_id}").text
    assert decide(client, only_request(shelf), "taken-down", "We are sorry.").status_code == 303
    assert "waits for an answer" not in client.get("/desk").text
    page = client.get(f"/desk/items/{item_id}").text
    assert "waits for an answer" not in page and "taken down because somebody asked" in page


def test_why_an_answer_cannot_show_it_again_is_told_in_place_of_the_box(
    client: FlaskClient, visitor: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    ask(visitor, item_id)
    first = only_request(shelf)
    asking.ask(shelf.archive, PUBLIC, item_id, Asking("correction", words="It is another street."), "en")
    with shelf.archive.db.read() as session:
        second = session.scalars(select(Request.id).where(Request.id != first)).one()
    sign_in(client)
    page = client.get(f"/desk/requests/{first}")
    client.post(f"/desk/requests/{first}/hide", data=fields_of(page, "/hide"))
    for request_id in (first, second):
        page = client.get(f"/desk/requests/{request_id}")
        assert 'name="again"' not in page.text and "has no answer yet" in page.text
    # A page that was opened before the other one asked: what was typed stays.
    late = decide(client, first, "kept", "We thought about it.", again="yes")
    assert late.status_code == 409
    assert "has no answer yet" in late.text and "We thought about it." in late.text
    assert decide(client, first, "taken-down", "It is gone.").status_code == 303
    told = client.get(f"/desk/requests/{second}").text
    assert 'name="again"' not in told and "Whoever decides otherwise publishes it" in told
    assert decide(client, second, "corrected", "It is put right.").status_code == 303
    assert visitor.get(f"/items/{item_id}").status_code == 404
