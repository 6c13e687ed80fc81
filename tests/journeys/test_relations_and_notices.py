"""What an item belongs with, the days it is for, where it is, and what its community asks: described, shown and found."""

from __future__ import annotations

from flask.testing import FlaskClient

from archive.access import contributor
from archive.models import Item, ItemState
from archive.services import indexing, mine
from archive.services.record import records
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of, put
from tests.fixtures.reviewing import describe, form, sign_in
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import SECRET

__all__ = ["client", "master", "shelf"]


def said(client: FlaskClient, shelf: Shelf, **about: str) -> str:
    """Say that of the photograph; what its public page says then."""
    item_id = shelf.items["photo"]
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe") | {"about-title": "A photograph"}
    answer = describe(client, item_id, fields | {f"about-{name}": text for name, text in about.items()})
    assert answer.status_code == 303, answer.text
    indexing.drain(shelf.archive)
    return client.application.test_client().get(f"/items/{item_id}").text


def test_another_item_is_a_link_for_those_who_may_see_it_and_no_word_for_others(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    letter, hidden = shelf.items["letter"], shelf.items["hidden-in_review"]
    page = said(
        client,
        shelf,
        relation=f"Answer to: http://localhost/items/{letter}\n{hidden} (zibblewords)\nA book about estuaries",
    )
    assert f'<a href="/items/{letter}" dir="auto">Letter to a friend (demonstration)</a>' in page
    assert "Answer to" in page and "A book about estuaries" in page
    assert hidden not in page and "zibblewords" not in page and SECRET not in page
    giver = contributor([item_of(shelf.archive, shelf.items["photo"]).submission_id])
    assert hidden not in str(mine.spoken(shelf.archive, giver, shelf.items["photo"]).said)
    assert f"/items/{hidden}" in client.get(f"/items/{shelf.items['photo']}").text
    visitor = client.application.test_client()
    assert ">0 items found<" in visitor.get("/search?q=zibblewords").text
    assert ">1 item found<" in visitor.get("/search?q=estuaries").text
    put(shelf.archive, letter, ItemState.WITHDRAWN)
    page = visitor.get(f"/items/{shelf.items['photo']}").text
    assert letter not in page and "Letter to a friend" not in page


def test_a_number_that_is_of_no_item_is_told_and_nothing_is_changed(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    item_id = shelf.items["photo"]
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe") | {"about-title": "A photograph"}
    # Its contributor's draft answers like what never was, and nothing belongs with itself.
    for wrong in ("0123456789abcdef", shelf.items["hidden-draft"], item_id):
        answer = describe(client, item_id, fields | {"about-relation": wrong})
        assert answer.status_code == 400 and "There is no other item of this number" in answer.text
    assert item_of(shelf.archive, item_id).extra == {}
    # What belonged with it stays where it is when it is taken back later.
    letter = shelf.items["letter"]
    said(client, shelf, relation=letter)
    put(shelf.archive, letter, ItemState.DRAFT)
    said(client, shelf, description="Seen from the river.")
    assert item_of(shelf.archive, item_id).extra["relation"] == [letter]


def test_the_language_in_which_something_is_described_is_said_wherever_its_title_stands(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    photo, talk = shelf.items["photo"], shelf.items["talk"]
    words = {"title": "Uma fotografia", "description": "Vista do rio.", "language": "en\nyo"}
    fields = form(client, f"/desk/items/{photo}/describe", "/describe")
    wrong = describe(client, photo, fields | {"about-title": "x", "about-description_language": "Portuguese"})
    assert wrong.status_code == 400 and "Write the code of a language" in wrong.text
    page = said(client, shelf, **words, relation=talk, description_language="pt")
    assert '<h1 lang="pt" dir="auto">Uma fotografia</h1>' in page
    assert '<p class="as-typed" lang="pt" dir="auto">Vista do rio.</p>' in page
    # It speaks of the words, and is no fact of the thing: nobody reads it, and nothing is found by it.
    assert "Language of this description" not in page
    visitor = client.application.test_client()
    titled = 'lang="pt" dir="auto" class="title"'
    assert (
        titled in visitor.get("/search?q=fotografia").text and titled not in visitor.get("/search?q=pt").text
    )
    assert titled not in visitor.get("/pt/search?q=fotografia").text
    assert f'/items/{photo}" lang="pt" dir="auto">Uma' in visitor.get(f"/items/{photo}/ask").text
    assert 'xml:lang="pt">Uma fotografia</' in visitor.get("/new.atom").text
    # So is what its giver said of its date and of what others may do with it, in their own words or beside those of the page.
    with shelf.archive.db.write() as session:
        row = session.get_one(Item, photo)
        row.date_given, row.rights = "no verão", "Para as escolas."
    page = visitor.get(f"/items/{photo}").text
    assert '<dd lang="pt" dir="auto">no verão</dd>' in page
    assert '<p lang="pt" dir="auto">Para as escolas.</p>' in page
    with shelf.archive.db.write() as session:
        row = session.get_one(Item, photo)
        row.date_edtf, row.rights_uri = "1880~", "http://rightsstatements.org/vocab/UND/1.0/"
    page = visitor.get(f"/items/{photo}").text
    assert '(given as <bdi lang="pt">no verão</bdi>)' in page
    assert '<p class="given" lang="pt" dir="auto">Para as escolas.</p>' in page
    assert '<p dir="auto"><a rel="license"' in page
    assert 'lang="pt" dir="auto"' not in visitor.get(f"/pt/items/{photo}").text
    # What is said of another thing in Spanish is read aloud in Spanish where it is named.
    fields = form(client, f"/desk/items/{talk}/describe", "/describe")
    describe(client, talk, fields | {"about-description_language": "es"})
    assert f'<a href="/items/{talk}" lang="es" dir="auto">' in visitor.get(f"/items/{photo}").text
    with shelf.archive.db.read() as session:
        kept = records(session, [photo])[photo]
    assert kept["description"]["extra"]["description_language"] == "pt"
    assert "Language of this description" in client.get(f"/desk/items/{photo}/history").text


def test_days_of_remembrance_are_ticked_and_found(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "curator")
    item_id = shelf.items["photo"]
    page = said(client, shelf, observances="day-of-remembrance\nindigenous-peoples-day")
    assert "Days of remembrance" in page and "International Day of Remembrance of the Victims" in page
    again = client.get(f"/desk/items/{item_id}/describe").text
    assert again.count(" checked") == 2
    visitor = client.application.test_client()
    assert ">1 item found<" in visitor.get("/search?observance=day-of-remembrance").text
    history = client.get(f"/desk/items/{item_id}/history").text
    assert "day-of-remembrance" not in history and "International Day of Remembrance" in history


def test_a_communitys_notice_stands_before_the_item(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "curator")
    page = said(client, shelf, community_notice="Please say the <names> aloud.")
    assert page.index("Please say the &lt;names&gt; aloud.") < page.index('class="viewing"')
    # Where it is said what one may do with it one is sent back to what they ask.
    assert "asks something of you" in page.partition('id="rights"')[2].partition("</section>")[0]
    with shelf.archive.db.read() as session:
        record = records(session, [shelf.items["photo"]])[shelf.items["photo"]]
    assert record["description"]["extra"] == {"community_notice": "Please say the <names> aloud."}


def test_a_place_has_its_coordinates_for_this_item_alone(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "curator")
    page = said(client, shelf, place="Philadelphia [40.123456, -75.654321, town]\nOuidah [now Benin]")
    assert "40.12°, -75.65° (about where)" in page and "40.1234" not in page
    assert "Ouidah [now Benin]" in page
    letter = client.application.test_client().get(f"/items/{shelf.items['letter']}").text
    assert "40.12" not in letter
    with shelf.archive.db.read() as session:
        both = records(session, [shelf.items["photo"], shelf.items["letter"]])
    here = {"latitude": 40.123456, "longitude": -75.654321, "precision": "town"}
    assert both[shelf.items["photo"]]["description"]["places"][0]["here"] == here
    assert both[shelf.items["letter"]]["description"]["places"][0]["here"] is None
    fields = form(client, f"/desk/items/{shelf.items['photo']}/describe", "/describe")
    assert fields["about-place"] == "Philadelphia [40.123456, -75.654321, town]\nOuidah [now Benin]"
    for wrong in ("Norfolk [99, 0]", "Norfolk [1, 2, house]", "Norfolk [1, x]"):
        answer = describe(client, shelf.items["photo"], fields | {"about-place": wrong})
        assert answer.status_code == 400 and "We could not read where it is" in answer.text


def test_history_says_the_words_of_a_list_and_not_what_is_kept(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "curator")
    said(client, shelf, kind="sound")
    history = client.get(f"/desk/items/{shelf.items['photo']}/history").text
    assert "still-image" not in history and ">Sound<" in history
