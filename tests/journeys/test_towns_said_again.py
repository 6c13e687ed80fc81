"""Whoever means words for a place that were taken out of a file says so on the form itself, and the form has an end."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from archive.models import Consent
from archive.services import messages
from archive.services.opening import Archive
from archive.web.app import create_app
from archive.web.town_answers import town_field
from tests.fixtures.coming_back import gave, items, keep
from tests.fixtures.contributor import Contributor
from tests.fixtures.items import actor
from tests.fixtures.redacting import mark_words

STREET, WORD, TOWN = "12 Thistlegate lane", "Grimwald", "Near Grimwald"
SAID = {
    "what": "pictures",
    "about": {"title": "A letter", "place": STREET},
    "people": "none",
    "keep": "yes",
    "audience": "public",
    "place_precision": "town",
    "places_shown": {STREET: "Dorset"},
    "naming": "no-name",
}
ASKED = "were taken out of a file"


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    """Somebody whose gift shows only the town, back at another browser."""
    app: Flask = create_app(archive.settings, archive)
    back = Contributor(app.test_client())
    back.come_back(gave(app, {"letter.txt": b"Dear sister."}, SAID))
    return back


def shown(archive: Archive) -> str:
    """What stands in the place's stead now."""
    with archive.db.read() as session:
        newest: Consent = session.scalars(select(Consent).order_by(Consent.version)).all()[-1]
        return newest.places_shown[STREET]


def wishes(archive: Archive) -> list[str]:
    """What was written to the curators."""
    thread = messages.thread(archive, actor("curator"), items(archive)[0].submission_id, looks=False)
    return [one.text for one in thread]


def form(giver: Contributor, archive: Archive, *, publish: bool) -> str:
    """The form of the letter, opened after words were taken out of its file."""
    keep(archive, publish=publish)
    (item,) = items(archive)
    mark_words(archive, item.id, WORD)
    there = f"/mine/items/{item.id}"
    giver.open(there)
    return there


@pytest.mark.parametrize("publish", [False, True], ids=["before it is decided on", "published"])
def test_a_town_of_such_words_is_asked_about_once_and_saved_where_it_is_meant(
    giver: Contributor, archive: Archive, *, publish: bool
) -> None:
    there = form(giver, archive, publish=publish)
    giver.fill(there, {town_field(STREET): TOWN})
    assert giver.at.status_code == 400 and ASKED in giver.text and 'name="anyway"' in giver.text
    assert f'value="{TOWN}"' in giver.text and shown(archive) == "Dorset"
    # Without the tick it is asked again.
    giver.fill(there)
    assert giver.at.status_code == 400 and shown(archive) == "Dorset"
    giver.fill(there, {"anyway": "yes"})
    assert giver.path == "/mine" and giver.at.status_code == 200, giver.seen
    assert shown(archive) == TOWN and wishes(archive) == []


def test_while_it_is_asked_about_no_wish_beside_it_has_gone_to_the_curators(
    giver: Contributor, archive: Archive
) -> None:
    there = form(giver, archive, publish=True)
    giver.fill(there, {town_field(STREET): TOWN, "about-title": "My letter"})
    assert giver.at.status_code == 400 and ASKED in giver.text
    assert wishes(archive) == [] and shown(archive) == "Dorset"
    giver.fill(there, {"anyway": "yes"})
    assert giver.path == "/mine", giver.seen
    assert shown(archive) == TOWN
    assert wishes(archive) == ["What should change of “A letter”:\nTitle: My letter"]


def test_while_a_wish_beside_it_cannot_be_sent_the_town_stays_too(
    giver: Contributor, archive: Archive
) -> None:
    there = form(giver, archive, publish=True)
    long = "She kept it. " * (messages.LONGEST // 12)
    giver.fill(there, {town_field(STREET): "Kent", "about-description": long})
    assert giver.at.status_code == 400 and "too long for one message" in giver.text
    assert shown(archive) == "Dorset" and wishes(archive) == []
    giver.fill(there, {"about-description": "Short."})
    assert giver.path == "/mine" and shown(archive) == "Kent" and len(wishes(archive)) == 1
