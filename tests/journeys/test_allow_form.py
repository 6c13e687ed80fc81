"""Whatever somebody chose on the way in, each choice of what they allow can be changed later by the form as it stands."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from archive.access import contributor
from archive.models import Consent
from archive.services import consents
from archive.services.opening import Archive
from archive.web.app import create_app
from archive.web.town_answers import town_field
from tests.fixtures.coming_back import items, keep
from tests.fixtures.contributor import Contributor

PLACES = ("12 Thistlegate lane", "9 Amberlynd row")
TOWNS = ("Dorset", "Kent")
PRECISIONS = ("exact", "town", "none")


@pytest.fixture
def app(archive: Archive) -> Flask:
    return create_app(archive.settings, archive)


def towns(places: tuple[str, ...]) -> dict[str, str]:
    """What is typed into the fields of the places."""
    return {town_field(place): town for place, town in zip(places, TOWNS, strict=False)}


def back(app: Flask, precision: str, places: tuple[str, ...]) -> Contributor:
    """Somebody who gave a letter of these places with their places shown so, back at another browser."""
    giver = Contributor(app.test_client())
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.go_on()
    giver.fill("/give/about", {"about-title": "A letter", "about-place": "\n".join(places)})
    giver.fill("/people", {"people": "none"})
    chosen = {"keep": "yes", "audience": "public", "place_precision": precision}
    giver.fill("/show", chosen | (towns(places) if precision == "town" else {}))
    giver.fill("/name", {"naming": "no-name"})
    giver.send()
    again = Contributor(app.test_client())
    again.come_back(giver.take_code())
    return again


def newest(archive: Archive) -> Consent:
    with archive.db.read() as session:
        return session.scalars(select(Consent).order_by(Consent.version)).all()[-1]


def offered(page: str) -> list[tuple[str, str]]:
    """Every choice that the page offers, by question."""
    radios = [one for one in re.findall(r"<input[^>]*>", page) if 'type="radio"' in one]
    return [
        (re.findall(r' name="([^"]*)"', one)[0], re.findall(r' value="([^"]*)"', one)[0]) for one in radios
    ]


@pytest.mark.parametrize("places", [PLACES[:1], PLACES], ids=["one place", "two places"])
@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_choice_can_be_made_later_by_the_form_as_it_stands(
    app: Flask, archive: Archive, precision: str, places: tuple[str, ...]
) -> None:
    giver = back(app, precision, places)
    given = newest(archive)
    assert given.place_precision == precision
    shown = dict(zip(places, TOWNS, strict=False))
    assert given.places_shown == (shown if precision == "town" else {})
    giver.open("/mine/allow")
    choices = offered(giver.text)
    assert {name for name, _ in choices} >= {"audience", "place_precision", "naming", "people"}
    before = {name: getattr(given, name) for name in consents.CHOICES}
    typed = {"not_before": "2031-03-25", "not_after": "2032-03-25", "people_words": "Ask my aunt."}
    for name, value in [*choices, *typed.items()]:
        giver.open("/mine/allow")
        more = {"name_shown": "Rosa"} if name == "naming" and value != "no-name" else {}
        is_new = (name, value) == ("place_precision", "town") and precision != "town"
        giver.fill("/mine/allow", {name: value} | more | (towns(places) if is_new else {}))
        assert giver.path == "/mine", (name, value, giver.text)
        now = newest(archive)
        assert str(getattr(now, name)) == value
        assert now.places_shown == (shown if now.place_precision == "town" else {})
        consents.revise(archive, contributor([now.submission_id]), now.submission_id, before)


def test_who_let_only_the_town_be_shown_hides_it_from_everybody_in_one_step(
    app: Flask, archive: Archive
) -> None:
    giver = back(app, "town", PLACES)
    keep(archive, publish=True)
    (item,) = items(archive)
    visitor = app.test_client()
    assert visitor.get(f"/items/{item.id}").status_code == 200
    giver.open("/mine/allow")
    giver.fill("/mine/allow", {"audience": "staff"})
    assert giver.path == "/mine", giver.text
    assert visitor.get(f"/items/{item.id}").status_code == 404


def test_towns_are_corrected_and_one_left_empty_is_told_with_the_others_kept(
    app: Flask, archive: Archive
) -> None:
    giver = back(app, "town", PLACES)
    giver.open("/mine/allow")
    first, second = (town_field(place) for place in PLACES)
    giver.fill("/mine/allow", {first: "Cornwall", second: ""})
    assert giver.at.status_code == 400 and 'value="Cornwall"' in giver.text
    assert 'value="Kent"' not in giver.text
    giver.fill("/mine/allow", {second: "Essex"})
    assert giver.path == "/mine", giver.text
    assert newest(archive).places_shown == {PLACES[0]: "Cornwall", PLACES[1]: "Essex"}


def test_towns_that_are_half_typed_are_there_when_one_comes_back_to_the_page(
    app: Flask, archive: Archive
) -> None:
    giver = back(app, "exact", PLACES)
    giver.open("/mine/allow")
    leaving = {"to": "mine", town_field(PLACES[0]): "Cornwall", "place_precision": "town"}
    giver.fill("/mine/allow", leaving)
    assert newest(archive).version == 1
    giver.open("/mine/allow")
    assert 'value="Cornwall"' in giver.text
