"""Whoever presses Save twice is told that it is saved, and not that somebody else was at what they gave."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from archive.access import OPERATOR, contributor
from archive.models import Action, Consent, ItemState
from archive.services import consents, lifecycle, messages, mine, revisions
from archive.services.opening import Archive
from archive.web.app import create_app
from archive.web.town_answers import town_field
from tests.fixtures.coming_back import items, keep, two_letters
from tests.fixtures.contributor import Contributor
from tests.fixtures.items import actor

PLACE = "Richmond"
CHANGES = {
    "less": {"audience": "staff", "not_before": "2031-03-25", "naming": "other-name", "name_shown": "Rosa"},
    "a town alone": {"place_precision": "town", town_field(PLACE): "Virginia"},
    "no town": {"place_precision": "town"},
    "a place forgotten": {
        "place_precision": "town",
        town_field(PLACE): "Virginia",
        "forget_places": "yes",
    },
}


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    """Somebody who gave two letters, back at another browser."""
    app: Flask = create_app(archive.settings, archive)
    back = Contributor(app.test_client())
    back.come_back(two_letters(app))
    return back


def send_twice(giver: Contributor, there: str, typed: dict[str, str]) -> None:
    """Open a form and send it, and send the same once more, as a second press does."""
    giver.open(there)
    page = giver.at
    giver.fill(there, typed)
    assert giver.path == "/mine" and giver.at.status_code == 200, giver.seen
    giver.at = page
    giver.fill(there, typed)


def allowed(archive: Archive) -> list[Consent]:
    with archive.db.read() as session:
        return list(session.scalars(select(Consent).order_by(Consent.version)))


@pytest.mark.parametrize("typed", CHANGES.values(), ids=CHANGES)
def test_what_is_allowed_is_saved_and_said_to_be(
    giver: Contributor, archive: Archive, typed: dict[str, str]
) -> None:
    send_twice(giver, "/mine/allow", typed)
    assert giver.path == "/mine" and giver.at.status_code == 200, giver.seen
    if "forget_places" not in typed:
        assert len(allowed(archive)) == 2


def test_what_another_window_allowed_meanwhile_is_told_still(giver: Contributor, archive: Archive) -> None:
    giver.open("/mine/allow")
    submission_id = allowed(archive)[0].submission_id
    consents.revise(archive, contributor([submission_id]), submission_id, {"audience": "staff"})
    giver.fill("/mine/allow", {"naming": "other-name", "name_shown": "Rosa"})
    assert giver.at.status_code == 409 and "Nothing was saved now" in giver.text
    assert allowed(archive)[-1].audience == "staff"


@pytest.mark.parametrize("state", [ItemState.RECEIVED, ItemState.RETURNED, ItemState.PUBLISHED])
def test_a_correction_is_saved_and_said_to_be(giver: Contributor, archive: Archive, state: ItemState) -> None:
    keep(archive, publish=state == ItemState.PUBLISHED)
    (item, _) = items(archive)
    if state == ItemState.RETURNED:
        lifecycle.change_state(archive, OPERATOR, item.id, Action.RETURN)
    giver.open(there := f"/mine/items/{item.id}")
    (caption,) = re.findall(r'<input id="(caption-[^"]+)"', giver.text)
    typed = {
        "about-title": "Two letters home",
        "about-date": "3/4/1807",
        "reading-about-date": "1807-03-04",
        "about-subjects": "Memory\nRivers",
        caption: "In her hand.",
    }
    send_twice(giver, there, typed)
    assert giver.path == "/mine" and giver.at.status_code == 200, giver.seen
    wishes = messages.thread(archive, actor("curator"), item.submission_id)
    now = items(archive)[0]
    if state == ItemState.PUBLISHED:
        assert len(wishes) == 1
    else:
        assert wishes == () and (now.title, now.date_edtf) == ("Two letters home", "1807-03-04")
        assert now.state != ItemState.RETURNED


def test_what_a_curator_changed_to_the_very_same_is_no_other(giver: Contributor, archive: Archive) -> None:
    keep(archive)
    (item, _) = items(archive)
    lifecycle.change_state(archive, OPERATOR, item.id, Action.RETURN)
    giver.open(there := f"/mine/items/{item.id}")
    theirs = revisions.spoken(archive, OPERATOR, item.id)
    said = theirs.said | {"title": "Two letters home"}
    assert revisions.change(archive, OPERATOR, item.id, said, {}, "en", theirs.mark) == {}
    giver.fill(there, {"about-title": "Two letters home"})
    assert giver.path == "/mine" and giver.at.status_code == 200, giver.seen
    # It was asked back with a question, and is answered by that.
    assert items(archive)[0].state == ItemState.IN_REVIEW
    # Of what differs in a single answer both are shown.
    giver.open(there)
    theirs = revisions.spoken(archive, OPERATOR, item.id)
    said = theirs.said | {"title": "Two letters"}
    assert revisions.change(archive, OPERATOR, item.id, said, {}, "en", theirs.mark) == {}
    giver.fill(there)
    assert giver.at.status_code == 409 and "It was changed meanwhile" in giver.text
    who = contributor([item.submission_id])
    assert mine.spoken(archive, who, item.id).title == "Two letters"
