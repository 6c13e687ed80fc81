"""Days of remembrance that contributors are asked for: every one that is ticked is kept, and can be unticked."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.models import File
from archive.profiles import CollectionProfile
from archive.services import messages
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.coming_back import items, keep
from tests.fixtures.contributor import Contributor
from tests.fixtures.items import actor

DAY = "about-observances"


@pytest.fixture
def asking(archive: Archive) -> Archive:
    """An archive whose contributors are asked for days."""
    profile: CollectionProfile = archive.profiles["march-25"]
    fields = tuple(replace(one, staff=False) if one.name == "observances" else one for one in profile.fields)
    return replace(archive, profiles={**archive.profiles, "march-25": replace(profile, fields=fields)})


@pytest.fixture
def app(asking: Archive) -> Flask:
    return create_app(asking.settings, asking)


def days(archive: Archive) -> list[str]:
    return [one.id for one in archive.profiles["march-25"].observances][:3]


def begun(client: FlaskClient) -> Contributor:
    giver = Contributor(client)
    giver.begin()
    giver.add(letter__txt=b"Dear sister.", song__txt=b"We sang.")
    giver.go_on()
    return giver


def ticked(giver: Contributor) -> int:
    """How many days are ticked on the open page."""
    return len(re.findall(rf'<input[^>]*name="{DAY}"[^>]* checked', giver.text))


def test_every_day_that_is_ticked_is_kept_and_none_is_none(app: Flask, asking: Archive) -> None:
    first, second, third = days(asking)
    giver = begun(app.test_client())
    giver.fill("/give/about", {"about-title": "A letter", DAY: [first, second]})
    giver.open("/give/about")
    assert ticked(giver) == 2
    giver.fill("/give/about", {DAY: third}, leave=(DAY,))
    giver.open("/give/about")
    assert ticked(giver) == 1
    giver.fill("/give/about", {}, leave=(DAY,))
    giver.open("/give/about")
    assert ticked(giver) == 0
    giver.fill("/give/about", {DAY: [first, third]})
    # Of one thing it may be that it belongs to none of the days of the others.
    with asking.db.read() as session:
        apart = f"/give/about/{session.scalars(select(File.id).where(File.given_name == 'letter.txt')).one()}"
    giver.open(apart)
    assert ticked(giver) == 2
    giver.fill(apart, {}, leave=(DAY,))
    giver.open(apart)
    assert ticked(giver) == 0
    giver.open("/give/people")
    giver.fill("/people", {"people": "none"})
    giver.fill("/show", {"keep": "yes", "audience": "public", "place_precision": "exact"})
    giver.fill("/name", {"naming": "no-name"})
    # In words, not by what the archive calls it.
    assert first not in giver.text
    giver.send()
    assert [one.extra.get("observances") for one in items(asking)] == [None, [first, third]]


def test_days_are_put_right_and_the_same_ones_are_no_change(app: Flask, asking: Archive) -> None:
    first, second, third = days(asking)
    giver = begun(app.test_client())
    giver.fill("/give/about", {"about-title": "A letter", DAY: [first, second]})
    giver.fill("/people", {"people": "none"})
    giver.fill("/show", {"keep": "yes", "audience": "public", "place_precision": "exact"})
    giver.fill("/name", {"naming": "no-name"})
    giver.send()
    (item, _) = items(asking)
    where = f"/mine/items/{item.id}"
    giver.open(where)
    assert ticked(giver) == 2
    giver.fill(where, {DAY: [second, third]})
    assert giver.path == "/mine"
    assert items(asking)[0].extra["observances"] == [second, third]
    keep(asking, publish=True)
    giver.open(where)
    giver.fill(where, {DAY: [third, second]})
    assert messages.thread(asking, actor("curator"), item.submission_id) == ()
    giver.open(where)
    giver.fill(where, {DAY: [first, second, third]})
    (message,) = messages.thread(asking, actor("curator"), item.submission_id)
    names = {one.id: one.name["en"] for one in asking.profiles["march-25"].observances}
    assert names[first] in message.text and first not in message.text
