"""The list of who did what: narrowed, turned, taken out as a table, and silent about everything that was said."""

from __future__ import annotations

import csv
import html
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from archive.models import Agent, Event, Story, new_id, record_event
from archive.services import audit
from archive.services.labels import label
from tests.fixtures.desk import client, master, shelf, token_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import HIDDEN_STATES, PASSWORD, SECRET

__all__ = ["client", "master", "shelf"]


def sign_in(client: FlaskClient, name: str = "archivist") -> FlaskClient:
    token = token_of(client.get("/sign-in").text)
    client.post("/sign-in", data={"username": name, "password": PASSWORD, "csrf_token": token})
    return client


def listed(page: str) -> str:
    """The list of a page."""
    return page.partition('<ol class="events')[2].partition("</ol>")[0]


def test_an_archivist_sees_who_did_what_narrows_it_and_is_led_to_the_thing(
    client: FlaskClient, shelf: Shelf
) -> None:
    item_id = shelf.items["letter"]
    page = client.application.test_client()
    sign_in(page, "curator")
    fields = {"csrf_token": token_of(page.get("/desk").text), "decision": "unpublish"}
    assert page.post(f"/desk/items/{item_id}/decide", data=fields).status_code == 303
    sign_in(client)
    newest = listed(client.get("/desk/audit").text)
    assert "No longer published" in newest and "curator" in newest and f"/desk/items/{item_id}" in newest
    narrowed = listed(client.get("/desk/audit?who=curator&kind=unpublish").text)
    assert narrowed.count("<li>") == 1 and "Letter to a friend" in narrowed
    assert "Nothing was done that fits." in client.get("/desk/audit?who=nobody").text


def test_stories_introductions_and_names_are_told_by_what_they_are_called_and_led_to(
    client: FlaskClient, shelf: Shelf
) -> None:
    with shelf.archive.db.write() as session:
        word = session.scalars(select(Agent.id).where(Agent.name == "Writer, A.")).one()
        story = Story(id=new_id(), slug="rivers", collection="march-25", title="Rivers & songs")
        session.add(story)
        for subject, kind in (
            (story.id, "write-story"),
            ("collection/march-25", "introduce"),
            (word, "reword"),
        ):
            record_event(session, subject, kind, "somebody")
    found = listed(sign_in(client, "administrator").get("/desk/audit").text)
    links = {
        "/stories/rivers": "Rivers &amp; songs",
        "/desk/collections/march-25": label(shelf.archive, "collection", "march-25", "en"),
        f"/desk/words/agents/{word}": "Writer, A.",
    }
    for href, words in links.items():
        assert f'<a href="{href}">{words}</a>' in found and client.get(href).status_code == 200
    # Whoever does not keep the words reads the name, and meets no door that is shut.
    found = listed(sign_in(client.application.test_client()).get("/desk/audit").text)
    assert "Writer, A." in found and "/desk/words/" not in found


def test_a_long_list_is_turned_page_by_page(
    client: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PER_PAGE", 4)
    with shelf.archive.db.read() as session:
        count = session.scalar(select(func.count()).select_from(Event)) or 0
    sign_in(client)
    address, pages = "/desk/audit?kind=receive", []
    while address:
        text = client.get(address).text
        pages.append(listed(text).count("<li>"))
        address = html.unescape(text.partition('rel="next nofollow" href="')[2].partition('"')[0])
    assert len(pages) > 2 and set(pages[:-1]) == {4} and sum(pages) == count


def test_a_day_that_cannot_be_read_is_told_at_its_field_and_the_rest_stays(client: FlaskClient) -> None:
    sign_in(client)
    answer = client.get("/desk/audit?since=yesterday&who=curator")
    assert answer.status_code == 400
    assert "We could not read this as a day." in answer.text
    assert 'value="yesterday"' in answer.text and 'value="curator"' in answer.text
    token = {"csrf_token": token_of(answer.text), "since": "yesterday"}
    assert client.post("/desk/audit", data=token).status_code == 400


def test_the_list_is_taken_out_as_a_table_which_is_written_down(client: FlaskClient) -> None:
    sign_in(client)
    token = token_of(client.get("/desk/audit?kind=receive").text)
    answer = client.post("/desk/audit", data={"csrf_token": token, "kind": "receive"})
    assert answer.mimetype == "text/csv" and answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert rows and {row["what"] for row in rows} == {"receive"}
    assert "List of what was done taken out" in listed(client.get("/desk/audit").text)


def test_only_those_who_answer_for_the_whole_look_through_it(client: FlaskClient) -> None:
    for role, wanted in (("curator", 403), ("member", 403), ("elsewhere", 200)):
        page = sign_in(client.application.test_client(), role).get("/desk/audit")
        assert page.status_code == wanted, role
    assert client.get("/desk/audit").status_code == 303


def test_somebody_elses_look_at_what_was_taken_back_is_in_the_list(client: FlaskClient, shelf: Shelf) -> None:
    item_id = shelf.items["hidden-withdrawn"]
    page = sign_in(client.application.test_client(), "curator")
    for address in (f"/desk/items/{item_id}", f"/media/{shelf.copies['hidden-withdrawn'][0]}/x.txt"):
        page.get(address)
    sign_in(client)
    found = listed(client.get(f"/desk/audit?kind=sealed-read&subject={item_id}").text)
    assert found.count("<li>") == 1 and "curator" in found and "Looked at while sealed" in found


def test_no_word_of_a_description_is_in_the_table(client: FlaskClient, shelf: Shelf) -> None:
    assert len(HIDDEN_STATES) > 3
    sign_in(client)
    token = token_of(client.get("/desk/audit").text)
    assert SECRET not in client.post("/desk/audit", data={"csrf_token": token}).text
