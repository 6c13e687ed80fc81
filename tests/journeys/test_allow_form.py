"""Whatever somebody chose on the way in, each choice of what they allow can be changed later by the form as it stands."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from archive.access import OPERATOR, contributor
from archive.models import Consent, Item, ItemPlace, ItemState, Place
from archive.services import consents, embargo
from archive.services.opening import Archive
from archive.web.town_answers import town_field
from tests.fixtures.coming_back import gave, items, keep
from tests.fixtures.contributor import Contributor

PLACES = ("12 Thistlegate lane", "9 Amberlynd row")
TOWNS = ("Dorset", "Kent")
PRECISIONS = ("exact", "town", "none")
NOTHING = "nothing: nobody else is shown this place"
SAVED = "What shows less than before is saved already"


def towns(places: tuple[str, ...]) -> dict[str, str]:
    """What is typed into the fields of the places."""
    return {town_field(place): town for place, town in zip(places, TOWNS, strict=False)}


def back(app: Flask, precision: str, places: tuple[str, ...]) -> Contributor:
    """Somebody who gave a letter of these places with their places shown so, back at another browser."""
    said = {
        "what": "pictures",
        "about": {"title": "A letter", "place": "\n".join(places)},
        "people": "none",
        "keep": "yes",
        "audience": "public",
        "place_precision": precision if places else "",
        "places_shown": dict(zip(places, TOWNS, strict=False)) if precision == "town" else {},
        "naming": "no-name",
    }
    again = Contributor(app.test_client())
    again.come_back(gave(app, {"letter.txt": b"Dear sister."}, said))
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


@pytest.mark.parametrize(
    "places",
    [pytest.param(PLACES[:1], marks=pytest.mark.slow, id="one place"), pytest.param(PLACES, id="two places")],
)
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
        giver.fill("/mine/allow", {name: value} | more)
        assert giver.path == "/mine", (name, value, giver.text)
        now = newest(archive)
        assert str(getattr(now, name)) == value
        assert now.places_shown == (shown if now.place_precision == precision == "town" else {})
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


def test_a_day_that_staff_chose_is_told_apart_and_stays_whatever_day_its_giver_chooses(
    app: Flask, archive: Archive
) -> None:
    giver, theirs = back(app, "none", ()), date(2041, 3, 25)
    keep(archive, publish=True)
    (item,) = items(archive)
    embargo.keep_back(archive, OPERATOR, item.id, theirs)
    told = "Those who look after the archive have put it off until March 25, 2041"
    giver.open("/mine/allow")
    assert told in giver.text and 'value="2041' not in giver.text
    giver.fill("/mine/allow", {})
    assert giver.path == "/mine" and newest(archive).version == 2
    assert "Put off by those who look after the archive" in giver.text
    for typed in ("2031-03-25", ""):
        giver.open("/mine/allow")
        giver.fill("/mine/allow", {"not_before": typed})
        assert giver.path == "/mine" and newest(archive).not_before == theirs
    giver.open("/mine/allow")
    giver.fill("/mine/allow", {"not_before": "2031-03-25"})
    # The receipt tells both days, and whose each is.
    paper = giver.client.get("/mine/receipt.txt").text
    assert "Not before a day: March 25, 2031" in paper and '"not_before": "2041-03-25"' in paper
    assert "Put off by those who look after the archive: until March 25, 2041" in paper
    checked = giver.client.post("/receipt", data={"text": paper}).text
    assert "Not before a day, chosen by you or by those who look after the archive" in checked
    assert "<dt>Not before a day</dt>" not in checked and "March 25, 2041" in checked
    giver.open("/mine/allow")
    giver.fill("/mine/allow", {"not_before": "2051-03-25"})
    # Also where a later day of their own covers it, emptied or typed over.
    for typed in ("", "2031-03-25"):
        giver.open("/mine/allow")
        assert told in giver.text
        giver.fill("/mine/allow", {"not_before": typed, "not_after": "2040-01-01"})
        assert giver.path == "/mine/allow" and "Choose that day or a later one" in giver.text
        assert newest(archive).not_after is None and "2040-01-01" in giver.text
        assert app.test_client().get(f"/items/{item.id}").status_code == 404
    # What is advised there works.
    giver.fill("/mine/allow", {"not_before": "", "not_after": "", "audience": "staff"})
    assert giver.path == "/mine" and newest(archive).not_before == theirs
    embargo.keep_back(archive, OPERATOR, item.id, None)
    giver.open("/mine/allow")
    assert told not in giver.text and newest(archive).not_before is None


def test_towns_are_corrected_and_of_one_left_empty_nobody_else_is_shown_the_place(
    app: Flask, archive: Archive
) -> None:
    giver = back(app, "town", PLACES)
    giver.open("/mine/allow")
    first, second = (town_field(place) for place in PLACES)
    giver.fill("/mine/allow", {first: "Cornwall", second: ""})
    assert giver.path == "/mine", giver.text
    assert newest(archive).places_shown == {PLACES[0]: "Cornwall"}
    assert "Cornwall" in giver.text and NOTHING in giver.text
    giver.open("/mine/allow")
    giver.fill("/mine/allow", {second: "Essex"})
    assert newest(archive).places_shown == {PLACES[0]: "Cornwall", PLACES[1]: "Essex"}
    assert NOTHING not in giver.text


@pytest.mark.parametrize("places", [PLACES[:1], PLACES], ids=["one place", "two places"])
def test_who_wants_only_the_town_shown_and_names_none_has_no_place_shown_at_once(
    app: Flask, archive: Archive, places: tuple[str, ...]
) -> None:
    giver = back(app, "exact", places)
    keep(archive, publish=True)
    (item,) = items(archive)
    visitor = app.test_client()
    assert places[0] in visitor.get(f"/items/{item.id}").text
    giver.open("/mine/allow")
    assert giver.text.count("Left empty, nobody else is shown this place.") == len(places)
    giver.fill("/mine/allow", {"place_precision": "town"})
    assert giver.path == "/mine" and giver.text.count(NOTHING) == len(places)
    page = visitor.get(f"/items/{item.id}")
    assert page.status_code == 200 and not any(place in page.text for place in places)


def test_a_place_that_others_wrote_later_holds_nothing_up(app: Flask, archive: Archive) -> None:
    giver = back(app, "exact", ())
    keep(archive, publish=True)
    (item,) = items(archive)
    with archive.db.write() as session:
        there = Place(name=PLACES[0])
        session.add(there)
        session.flush()
        session.add(ItemPlace(item_id=item.id, place_id=there.id, position=0))
    giver.open("/mine/allow")
    giver.fill("/mine/allow", {"audience": "staff"})
    assert giver.path == "/mine", giver.text
    assert app.test_client().get(f"/items/{item.id}").status_code == 404


def test_of_what_has_no_named_place_it_is_chosen_too_how_exactly_it_is_shown(
    app: Flask, archive: Archive
) -> None:
    giver = back(app, "exact", ())
    with archive.db.write() as session:
        (item,) = items(archive)
        session.get_one(Item, item.id).latitude = session.get_one(Item, item.id).longitude = 12.345678
    giver.open("/mine/allow")
    assert 'name="place_precision"' in giver.text
    giver.fill("/mine/allow", {"place_precision": "none"})
    assert newest(archive).place_precision == "none"


CANNOT_BE_USED = {
    "a day in no words": ({"not_before": "the day after the fair"}, {"not_before": None}),
    "a day of two": ({"not_after": "3/4/2031"}, {"not_after": None}),
    "days that do not go together": (
        {"not_before": "2032-03-25", "not_after": "2031-03-25"},
        {"not_before": None, "not_after": None},
    ),
    "a name emptied": ({"name_shown": ""}, {"naming": "no-name", "name_shown": ""}),
    "a name too long": ({"name_shown": "R" * 300}, {"naming": "own-name", "name_shown": "Rosa"}),
    "a town too long": (
        {"place_precision": "town", town_field(PLACES[0]): "K" * 30_000},
        {"place_precision": "town", "places_shown": {}},
    ),
    "words too long": ({"people_words": "w" * 30_000}, {"people_words": ""}),
}


@pytest.mark.parametrize("typed", CANNOT_BE_USED)
def test_what_shows_less_counts_at_once_beside_what_cannot_be_used(
    app: Flask, archive: Archive, typed: str
) -> None:
    giver = back(app, "exact", PLACES)
    given = newest(archive).submission_id
    rosa = {"naming": "own-name", "name_shown": "Rosa"}
    consents.revise(archive, contributor([given]), given, rosa)
    bad, stands = CANNOT_BE_USED[typed]
    giver.open("/mine/allow")
    giver.fill("/mine/allow", {"audience": "community", "people": "not-asked"} | bad)
    assert giver.at.status_code == 400 and SAVED in giver.text
    now = newest(archive)
    assert (now.audience, now.people) == ("community", "not-asked")
    assert {name: getattr(now, name) for name in stands} == stands
    # Everything typed stands in the form still, and what is wider waits until all of it can be used.
    giver.fill("/mine/allow", {"audience": "public"})
    assert giver.at.status_code == 400 and SAVED not in giver.text
    assert newest(archive).audience == "community"


def test_words_that_are_too_long_do_not_keep_what_is_hidden_in_sight(app: Flask, archive: Archive) -> None:
    giver = back(app, "exact", PLACES)
    keep(archive, publish=True)
    (item,) = items(archive)
    giver.open("/mine/take-back")
    giver.fill("/mine/take-back", {"how": "hide", "words": "w" * 1001})
    assert giver.at.status_code == 400 and "It is hidden already" in giver.text and "w" * 1001 in giver.text
    assert items(archive)[0].state == ItemState.WITHDRAWN
    giver.fill("/mine/take-back", {"words": "Family matters."})
    assert "Family matters." in app.test_client().get(f"/items/{item.id}").text


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


@pytest.mark.parametrize("precision", ["town", "none"])
def test_who_wishes_so_has_the_exact_place_forgotten_here_too(
    app: Flask, archive: Archive, precision: str
) -> None:
    giver = back(app, "exact", PLACES)
    keep(archive, publish=True)
    giver.open("/mine/allow")
    giver.fill("/mine/allow", {"forget_places": "yes"})
    assert giver.at.status_code == 400 and "Choose above that only the town is shown" in giver.text
    assert re.search(r'name="forget_places" value="yes" checked', giver.text), "the tick is there still"
    chosen = {"place_precision": precision, **(towns(PLACES[:1]) if precision == "town" else {})}
    giver.fill("/mine/allow", chosen)
    assert giver.path == "/mine", giver.text
    (item,) = items(archive)
    with archive.db.read() as session:
        said = [link.place.name for link in session.get_one(Item, item.id).places]
    assert said == ([TOWNS[0]] if precision == "town" else [])
    assert not any(place in giver.text for place in PLACES)
