"""Nobody decides on what they gave, also not as a curator who gave it without a name in the same browser before."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from archive.access import PUBLIC, Actor, can
from archive.models import ItemState, Request, Right
from archive.services import accounts, show
from archive.services.opening import Archive
from tests.fixtures.coming_back import items, keep
from tests.fixtures.contributor import Contributor
from tests.fixtures.desk import token_of
from tests.fixtures.items import give as given_item
from tests.fixtures.items import item_of
from tests.fixtures.people import set_up
from tests.fixtures.things import PASSWORD


@pytest.fixture
def giver(app: Flask) -> Contributor:
    """Somebody who gave a letter without a name, and has typed its code again."""
    giver = Contributor(app.test_client())
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.answer(title="A letter")
    giver.send()
    giver.take_code()
    return giver


def sign_in(browser: Contributor, code: str, name: str = "curator") -> None:
    browser.open("/sign-in")
    browser.fill("/sign-in", {"username": name, "password": PASSWORD})
    browser.fill("/sign-in/code", {"code": code})
    assert browser.path == "/desk", browser.text


def decide(browser: Contributor, item_id: str) -> int:
    browser.open(f"/desk/items/{item_id}")
    form = {"csrf_token": token_of(browser.text), "version": "", "decision": "publish"}
    return browser.client.post(f"/desk/items/{item_id}/decide", data=form).status_code


def test_who_gave_without_a_name_and_signs_in_there_does_not_publish_it(
    giver: Contributor, archive: Archive, app: Flask
) -> None:
    user_id = accounts.create_user(archive, "curator", PASSWORD, {"curator": ""})
    _, (one, two, *_) = set_up(archive, user_id)
    keep(archive)
    (item,) = items(archive)
    sign_in(giver, one)
    assert decide(giver, item.id) == 403
    assert f"/desk/items/{item.id}/decide" not in giver.text
    assert item_of(archive, item.id).state == ItemState.IN_REVIEW
    # What is not theirs they decide on as ever, and others decide on it.
    other = given_item(archive, state=ItemState.IN_REVIEW)
    assert decide(giver, other) == 303
    elsewhere = Contributor(app.test_client())
    sign_in(elsewhere, two)
    assert decide(elsewhere, item.id) == 303


def test_no_curator_accepts_what_they_told_themselves(archive: Archive, app: Flask) -> None:
    item_id = given_item(archive, state=ItemState.PUBLISHED)
    people = {name: accounts.create_user(archive, name, PASSWORD, {"curator": ""}) for name in ("one", "two")}
    writer, other = (Contributor(app.test_client()) for _ in people)
    for browser, (name, user_id) in zip((writer, other), people.items(), strict=True):
        sign_in(browser, set_up(archive, user_id)[1][0], name)
    writer.open(f"/items/{item_id}/ask")
    writer.fill("/ask", {"kind": "note", "words": "It is Rosa.", "name": "A neighbour"})
    with archive.db.read() as session:
        (sent,) = session.scalars(select(Request.id).where(Request.item_id == item_id))
    # Nothing at the desk leads there, and nothing is done there.
    for path in ("/desk/requests", f"/desk/items/{item_id}/requests", f"/desk/items/{item_id}"):
        writer.open(path)
        assert writer.at.status_code == 200 and sent not in writer.text, path
    assert "request waits" not in writer.text
    form = {"csrf_token": token_of(writer.text), "decision": "shown"}
    assert writer.client.get(f"/desk/requests/{sent}").status_code == 404
    for what in ("decide", "hide", "contact"):
        assert writer.client.post(f"/desk/requests/{sent}/{what}", data=form).status_code == 404
    assert show.item(archive, PUBLIC, item_id).notes == ()
    other.open(f"/desk/items/{item_id}")
    assert "1 request waits" in other.text
    other.open(f"/desk/requests/{sent}")
    other.fill("/decide", {"decision": "shown"})
    assert [note.words for note in show.item(archive, PUBLIC, item_id).notes] == ["It is Rosa."]


@pytest.mark.parametrize("right", [Right.REVIEW, Right.PUBLISH])
def test_what_was_given_here_is_not_theirs_to_decide_on_nor_to_take_back(
    archive: Archive, right: Right
) -> None:
    item = item_of(archive, given_item(archive, state=ItemState.IN_REVIEW))
    roles = {"curator": frozenset[str]()}
    assert can(Actor("one", roles), right, item)
    here = Actor("one", roles, given_here=frozenset([item.submission_id]))
    assert not can(here, right, item) and not here.gave(item)
