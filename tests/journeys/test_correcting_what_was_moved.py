"""Somebody comes back by code to what a curator moved to another collection, and puts it right: no word of it is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from archive.access import OPERATOR
from archive.models import Action, ItemState
from archive.services import lifecycle, messages
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.coming_back import items, keep, two_letters
from tests.fixtures.contributor import Contributor
from tests.fixtures.items import actor, item_of, moved

TYPED = {"about-creators": "Ada Hughes", "about-description": "Kept in a tin."}


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    """Somebody who gave two letters, named who wrote them, and is back at another browser."""
    app: Flask = create_app(archive.settings, archive)
    back = Contributor(app.test_client())
    back.come_back(two_letters(app))
    path = f"/mine/items/{items(archive)[0].id}"
    back.open(path)
    back.fill(path, TYPED)
    return back


def creators(archive: Archive, item_id: str) -> list[str]:
    return [one.agent.name for one in item_of(archive, item_id).agents if one.role == "creator"]


def test_what_was_said_where_it_was_given_stands_in_the_form_and_stays(
    giver: Contributor, archive: Archive
) -> None:
    item_id, path = items(archive)[0].id, f"/mine/items/{items(archive)[0].id}"
    moved(archive, item_id, "convenings")
    giver.open(path)
    assert "Ada Hughes" in giver.text and "Kept in a tin." in giver.text
    giver.fill(path, {"about-title": "Two letters home"})
    assert giver.path == "/mine"
    assert item_of(archive, item_id).title == "Two letters home"
    assert creators(archive, item_id) == ["Ada Hughes"]
    assert item_of(archive, item_id).description == "Kept in a tin."
    giver.open(path)
    giver.fill(path, {"about-description": "Kept in a box.", "about-lesson": "Write home."})
    row = item_of(archive, item_id)
    assert (row.description, row.extra["lesson"]) == ("Kept in a box.", "Write home.")


def test_a_form_that_was_open_meanwhile_loses_no_word(giver: Contributor, archive: Archive) -> None:
    item_id, path = items(archive)[0].id, f"/mine/items/{items(archive)[0].id}"
    giver.open(path)
    moved(archive, item_id, "convenings")
    giver.fill(path, {"about-creators": "Ada Hughes\nRosa Example", "about-source": "A trunk"})
    assert giver.at.status_code == 409
    # What was typed stands under the names that it has here, and is saved by saving again.
    assert "Rosa Example" in giver.text and "A trunk" in giver.text
    giver.fill(path)
    assert giver.path == "/mine"
    assert creators(archive, item_id) == ["Ada Hughes", "Rosa Example"]
    assert item_of(archive, item_id).source == "A trunk"


def test_what_those_there_leave_to_curators_is_shown_to_whoever_typed_it(
    giver: Contributor, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id, path = items(archive)[0].id, f"/mine/items/{items(archive)[0].id}"
    giver.open(path)
    there = archive.profiles["convenings"]
    fields = tuple(replace(one, staff=one.name == "hosts" or one.staff) for one in there.fields)
    profiles = {**archive.profiles, "convenings": replace(there, fields=fields)}
    monkeypatch.setitem(archive.profiles, "convenings", profiles["convenings"])
    moved(archive, item_id, "convenings")
    giver.fill(path, {"about-creators": "Rosa Example"})
    assert giver.at.status_code == 409 and 'name="about-hosts"' not in giver.text
    told = giver.text.partition("There is no field here any more")[2].partition("</dl>")[0]
    assert "Rosa Example" in told
    assert creators(archive, item_id) == ["Ada Hughes"]


def test_what_was_typed_and_left_before_the_move_is_found_again(giver: Contributor, archive: Archive) -> None:
    item_id, path = items(archive)[0].id, f"/mine/items/{items(archive)[0].id}"
    giver.open(path)
    giver.fill(path, {"about-creators": "Rosa Example", "about-source": "A trunk", "to": "mine"})
    moved(archive, item_id, "convenings")
    giver.open(path)
    assert "Rosa Example" in giver.text and "A trunk" in giver.text
    assert creators(archive, item_id) == ["Ada Hughes"]


def test_of_what_was_accepted_the_wish_reaches_the_curators_in_the_words_of_both_collections(
    giver: Contributor, archive: Archive
) -> None:
    keep(archive)
    item_id, path = items(archive)[0].id, f"/mine/items/{items(archive)[0].id}"
    lifecycle.change_state(archive, OPERATOR, item_id, Action.ACCEPT)
    assert item_of(archive, item_id).state == ItemState.ACCEPTED
    moved(archive, item_id, "convenings")
    giver.open(path)
    giver.fill(path, {"about-hosts": "Rosa Example", "about-description": "In a box."})
    assert giver.path == "/mine"
    (message,) = messages.thread(archive, actor("curator"), item_of(archive, item_id).submission_id)
    assert "Rosa Example" in message.text and "In a box." in message.text
    assert creators(archive, item_id) == ["Ada Hughes"]
