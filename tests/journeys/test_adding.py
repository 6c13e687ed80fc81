"""Adding to what was given, by the pages: nothing that was allowed before is lost, and what is chosen is said to hold for all."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Item, ItemState
from archive.services import embargo, indexing, reviewing
from archive.services.opening import Archive
from archive.web.app import create_app
from archive.web.pages_review import consent_words
from archive.web.town_answers import town_field
from tests.fixtures.contributor import Contributor, Forms
from tests.fixtures.items import put
from tests.fixtures.withdrawn import files_with

HOLDS = "also for what you gave before"
CHANGES = "With this you change what you allowed before"
STREET, OTHER = "12 Elm Street, Richmond", "14 Oak Street, Richmond"


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    return Contributor(create_app(archive.settings, archive).test_client())


def give(giver: Contributor, **show: str) -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.answer(title="A letter", place=STREET)
    giver.open("/give/show")
    giver.fill("/show", show)
    giver.fill("/name", {"naming": "no-name"})
    giver.send()


def add(giver: Contributor, **show: str) -> None:
    """An envelope with every page as it is offered, but for `show`; ends on the last page before sending."""
    giver.open("/mine")
    giver.fill("/mine/add")
    giver.add(envelope__txt=b"Its envelope.")
    giver.go_on()
    giver.fill("/give/about", {"about-title": "An envelope"})
    for page, chosen in (("/people", {}), ("/show", show), ("/name", {})):
        assert HOLDS in giver.text
        giver.fill(page, chosen)
    assert giver.path == "/give/check" and HOLDS in giver.text


def letter(archive: Archive) -> str:
    with archive.db.read() as session:
        return session.scalars(select(Item.id).where(Item.title == "A letter")).one()


def seen(giver: Contributor, archive: Archive) -> int:
    return giver.client.application.test_client().get(f"/items/{letter(archive)}").status_code


def test_a_letter_kept_back_stays_so_when_an_envelope_is_added_and_another_choice_is_changed(
    giver: Contributor, archive: Archive
) -> None:
    give(giver, not_before="2060-01-01", place_precision="none")
    put(archive, letter(archive), ItemState.PUBLISHED)
    add(giver)
    assert CHANGES not in giver.text
    giver.send()
    assert seen(giver, archive) == 404
    giver.open("/mine/allow")
    assert 'value="2060-01-01"' in giver.text
    giver.fill("/mine/allow", {"naming": "own-name", "name_shown": "Ana"})
    assert giver.path == "/mine"
    assert seen(giver, archive) == 404
    with archive.db.read() as session:
        assert session.get_one(Item, letter(archive)).consent.place_precision == "none"


def test_what_an_addition_changes_for_what_was_given_before_is_said_before_it_is_sent(
    giver: Contributor, archive: Archive
) -> None:
    give(giver, audience="staff")
    put(archive, letter(archive), ItemState.PUBLISHED)
    add(giver, audience="public")
    assert CHANGES in giver.text and "Only those who look after the archive" in giver.text
    assert seen(giver, archive) == 404
    giver.send()
    assert seen(giver, archive) == 200


def test_a_day_of_staff_is_told_apart_from_what_its_giver_chose_when_something_is_added(
    giver: Contributor, archive: Archive
) -> None:
    give(giver)
    put(archive, letter(archive), ItemState.PUBLISHED)
    embargo.keep_back(archive, OPERATOR, letter(archive), date(2060, 1, 1))
    add(giver)
    assert CHANGES not in giver.text
    assert (
        "Put off by those who look after the archive" in giver.text and "Not before a day" not in giver.text
    )
    giver.open("/give/show")
    assert fields(giver, "/show")["not_before"] == "" and "have put it off until" in giver.text
    giver.fill("/show", {"not_after": "2050-01-01"})
    assert giver.at.status_code == 400 and "Choose that day or a later one, or leave this empty" in giver.text
    # What is advised there works.
    giver.fill("/show", {"not_after": "", "audience": "staff"})
    assert giver.path == "/give/name"


def test_whoever_gives_first_is_not_told_of_what_was_given_before(giver: Contributor) -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.answer(title="A letter")
    assert HOLDS not in giver.text and CHANGES not in giver.text


def fields(giver: Contributor, ending: str) -> dict[str, str]:
    form = next(one for one in Forms(giver.text).forms if one["action"].endswith(ending))
    return dict(form["fields"])


def without_words(archive: Archive) -> tuple[str, ...]:
    """What the desk is told of places that nobody else sees."""
    _view, facts = reviewing.opened(archive, OPERATOR, letter(archive))
    rows = dict(consent_words(facts.consent))
    named = facts.consent.places_without_words
    assert all(place in rows["Places that nobody else sees"] for place in named)
    assert bool(named) == ("Places that nobody else sees" in rows)
    return named


def test_a_corrected_place_is_shown_only_by_the_words_that_are_asked_for(
    giver: Contributor, archive: Archive
) -> None:
    give(giver, **{"place_precision": "town", town_field(STREET): "Richmond"})
    correct = f"/mine/items/{letter(archive)}"
    giver.open(correct)
    giver.fill(correct, {"about-place": OTHER})
    # What was typed is still there, and what is missing is asked.
    assert giver.at.status_code == 400 and OTHER in giver.text
    assert "Write which town is shown instead." in giver.text
    (field,) = (name for name in fields(giver, correct) if name.startswith("town-"))
    giver.fill(correct, {field: "The east of Richmond"})
    assert giver.path == "/mine"
    put(archive, letter(archive), ItemState.PUBLISHED)
    page = giver.client.application.test_client().get(f"/items/{letter(archive)}").text
    assert "The east of Richmond" in page and "Oak Street" not in page
    assert without_words(archive) == ()


def test_a_place_that_is_left_without_words_is_not_shown_and_the_desk_is_told(
    giver: Contributor, archive: Archive
) -> None:
    give(giver, **{"place_precision": "town", town_field(STREET): "Richmond"})
    correct = f"/mine/items/{letter(archive)}"
    giver.open(correct)
    giver.fill(correct, {"about-place": OTHER})
    giver.fill(correct)
    assert giver.path == "/mine"
    put(archive, letter(archive), ItemState.PUBLISHED)
    page = giver.client.application.test_client().get(f"/items/{letter(archive)}").text
    assert "A letter" in page and "Oak Street" not in page and "Richmond" not in page
    assert without_words(archive) == (OTHER,)


def test_words_for_a_place_of_what_was_decided_on_are_kept_with_the_proposal(
    giver: Contributor, archive: Archive
) -> None:
    give(giver, **{"place_precision": "town", town_field(STREET): "Richmond"})
    put(archive, letter(archive), ItemState.PUBLISHED)
    correct = f"/mine/items/{letter(archive)}"
    giver.open(correct)
    giver.fill(correct, {"about-place": OTHER})
    (field,) = (name for name in fields(giver, correct) if name.startswith("town-"))
    giver.fill(correct, {field: "The east of Richmond"})
    with archive.db.read() as session:
        shown = session.get_one(Item, letter(archive)).consent.places_shown
    assert shown == {STREET: "Richmond", OTHER: "The east of Richmond"}


def test_what_is_added_with_a_name_and_a_place_that_are_not_to_be_shown_tells_neither_anywhere(
    giver: Contributor, archive: Archive
) -> None:
    name, lane = "Amberlynd", "9 Thistlegate lane"
    give(giver, place_precision="none")
    giver.open("/mine")
    giver.fill("/mine/add")
    giver.add(envelope__txt=b"Its envelope.")
    giver.go_on()
    giver.fill("/give/about", {"about-title": "An envelope", "about-place": lane})
    giver.fill("/people", {})
    # What is typed for the town is not asked for, and the name beside the wish to have none.
    giver.fill("/show", {town_field(lane): "Thistlegate town"})
    giver.fill("/name", {"naming": "no-name", "name_shown": name})
    giver.send()
    with archive.db.read() as session:
        ids = session.scalars(select(Item.id).order_by(Item.position)).all()
        assert {link.place.name for one in ids for link in session.get_one(Item, one).places} == {
            STREET,
            lane,
        }
    for one in ids:
        put(archive, one, ItemState.PUBLISHED)
    indexing.drain(archive)
    visitor = giver.client.application.test_client()
    shown = [
        "/",
        "/search?q=envelope",
        "/places",
        "/people",
        "/new.atom",
        "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    ]
    for one in ids:
        shown += [
            f"/items/{one}",
            f"/items/{one}/cite.json",
            f"/items/{one}/record.jsonld",
            f"/iiif/items/{one}/manifest",
        ]
    told = b"".join(visitor.get(address, follow_redirects=True).data for address in shown)
    secret = name.encode(), b"Thistlegate"
    assert b"An envelope" in told and not any(word in told for word in secret)
    assert files_with(archive.settings.index / "public", *secret) == []
    # They are there, and its giver may have them shown.
    giver.open("/mine/allow")
    giver.fill("/mine/allow", {"place_precision": "exact", "naming": "own-name", "name_shown": name})
    page = visitor.get(f"/items/{ids[-1]}").data
    assert all(word in page for word in secret)
