"""Curators keep names and words in order: what uses them says so, whoever looks for an old word is led on, nothing is lost."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.bags import bag_key
from archive.models import Event
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of
from tests.fixtures.reviewing import opened
from tests.fixtures.shelf import Shelf
from tests.fixtures.word_pages import add, curator, form, found, id_of, record, save, settle

__all__ = ["client", "curator", "master", "shelf"]


def test_a_list_says_how_many_items_use_a_name_and_finds_it_by_another_one(
    curator: FlaskClient, shelf: Shelf
) -> None:
    page = curator.get("/desk/words", follow_redirects=True).text
    assert "Writer, A." in page and "1 item" in page
    address = f"/desk/words/agents/{id_of(shelf, 'agents', 'Writer, A.')}"
    assert save(curator, address, others="Anna of the River\nA. W.").status_code == 303
    page = curator.get("/desk/words/agents?q=of the river").text
    assert "Writer, A." in page and "Rosa" not in page


def test_a_renamed_person_is_so_called_on_every_page_in_search_and_in_the_bag_and_the_old_name_leads_on(
    curator: FlaskClient, client: FlaskClient, shelf: Shelf
) -> None:
    letter = shelf.items["letter"]
    with shelf.archive.db.write() as session:
        session.get_one(type(item_of(shelf.archive, letter)), letter).bag_key = bag_key(letter)
    address = f"/desk/words/agents/{id_of(shelf, 'agents', 'Writer, A.')}"
    more = {"links": "Q42", "note": "Wrote letters."}
    assert save(curator, address, name="Anna Writer", **more).status_code == 303
    settle(shelf)
    assert "Anna Writer" in client.get(f"/items/{letter}").text
    assert found(shelf, 'creator:"Anna Writer"') == {letter}
    assert found(shelf, 'creator:"Writer, A."') == {letter}
    said = record(shelf, letter)
    assert said["description"]["names"] == [{"name": "Anna Writer", "role": "creator", "kind": "person"}]  # type: ignore[index]
    (word,) = (one for one in said["words"] if one["room"] == "agents")  # type: ignore[attr-defined]
    assert word["links"] == ["https://www.wikidata.org/entity/Q42"]
    assert word["other_names"] == [{"name": "Writer, A.", "former": True}]
    assert "A name or word in it was changed" in curator.get(f"/desk/items/{letter}").text
    # Somebody who writes the old name means the same person.
    fields = form(curator, f"/desk/items/{letter}/describe")
    assert fields["about-creators"] == "Anna Writer"
    changed = fields | {"about-creators": "Writer, A.", "about-title": "Another title"}
    assert curator.post(f"/desk/items/{letter}/describe", data=changed).status_code == 303
    assert form(curator, f"/desk/items/{letter}/describe")["about-creators"] == "Anna Writer"


def test_the_old_address_of_a_subjects_items_leads_to_them_still(
    curator: FlaskClient, client: FlaskClient, shelf: Shelf
) -> None:
    visitor = client.application.test_client()
    assert ">1 item found<" in visitor.get("/search?subject=Letters").text
    address = f"/desk/words/terms/{id_of(shelf, 'terms', 'Letters')}"
    assert save(curator, address, name="Letters home").status_code == 303
    settle(shelf)
    for value in ("Letters", "Letters+home"):
        assert ">1 item found<" in visitor.get(f"/search?subject={value}").text


def test_an_old_name_can_be_let_go_for_good(curator: FlaskClient, shelf: Shelf) -> None:
    address = f"/desk/words/agents/{id_of(shelf, 'agents', 'Writer, A.')}"
    assert save(curator, address, name="Anna Writer", keep_name="no").status_code == 303
    settle(shelf)
    assert found(shelf, 'creator:"Writer, A."') == set()
    page = curator.get(address).text
    assert "Writer, A." not in page and "a name that was let go" in page


def test_a_name_that_came_by_a_merge_is_let_go_with_the_others(curator: FlaskClient, shelf: Shelf) -> None:
    kept, old = (id_of(shelf, "agents", name) for name in ("Ada", "Rosa"))
    save(curator, f"/desk/words/agents/{old}", note="Once said.")
    asked = curator.get(f"/desk/words/agents/{old}/merge?into={kept}").text
    assert "Merge “Rosa” into “Ada”?" in asked
    fields = form(curator, f"/desk/words/agents/{old}/merge?into={kept}", "/merge")
    assert curator.post(f"/desk/words/agents/{old}/merge", data=fields).status_code == 303
    address = f"/desk/words/agents/{kept}"
    save(curator, address, others="")
    save(curator, address, name="Rosa")
    assert save(curator, address, name="Ada Example", keep_name="no").status_code == 303
    page = curator.get(address).text
    assert "Rosa" not in page and "before the two were merged" in page


def test_what_was_said_before_a_renaming_stays_in_the_history_of_the_description(
    curator: FlaskClient, shelf: Shelf
) -> None:
    letter = shelf.items["letter"]
    fields = form(curator, f"/desk/items/{letter}/describe")
    described = curator.post(f"/desk/items/{letter}/describe", data=fields | {"about-title": "A letter"})
    assert described.status_code == 303
    save(curator, f"/desk/words/agents/{id_of(shelf, 'agents', 'Writer, A.')}", name="Anna Writer")
    settle(shelf)
    history = opened(curator, f"/desk/items/{letter}/history")
    assert "Revision 3" in history and "Writer, A." in history and "Anna Writer" in history


def test_a_harmful_word_is_shown_with_its_note_and_leads_to_what_bears_the_preferred_one(
    curator: FlaskClient, client: FlaskClient, shelf: Shelf
) -> None:
    letter = shelf.items["letter"]
    add(
        curator,
        "terms",
        name="Oldword",
        standing="harmful",
        preferred="Letters",
        note="It was used to belittle.",
    )
    settle(shelf)
    assert found(shelf, "oldword") == {letter} == found(shelf, "subject:oldword")
    assert "It was used to belittle." not in client.get(f"/items/{letter}").text
    # However somebody writes it: it is no other word by a small letter.
    fields = form(curator, f"/desk/items/{letter}/describe") | {"about-subjects": "oldword"}
    assert curator.post(f"/desk/items/{letter}/describe", data=fields).status_code == 303
    page = client.get(f"/items/{letter}").text
    assert "word that harms" in page and "It was used to belittle." in page
    assert "We write “Letters”." in page
    settle(shelf)
    assert found(shelf, "letters") >= {letter}


def test_a_word_that_a_collections_file_replaces_is_shown_so_without_anybodys_doing(
    curator: FlaskClient, client: FlaskClient, shelf: Shelf
) -> None:
    letter = shelf.items["letter"]
    fields = form(curator, f"/desk/items/{letter}/describe") | {"about-subjects": "Freedmen"}
    assert curator.post(f"/desk/items/{letter}/describe", data=fields).status_code == 303
    page = client.get(f"/items/{letter}").text
    assert "historic word" in page and "We write “Formerly enslaved people”." in page
    settle(shelf)
    assert found(shelf, "freedpeople") == {letter}
    # What somebody writes at the desk counts from then on.
    address = f"/desk/words/terms/{id_of(shelf, 'terms', 'Freedmen')}"
    assert save(curator, address, note="Our own words.").status_code == 303
    page = client.get(f"/items/{letter}").text
    assert "Our own words." in page and "Stands in the names of offices" not in page


def test_two_that_mean_the_same_become_one_and_every_address_leads_on(
    curator: FlaskClient, client: FlaskClient, shelf: Shelf
) -> None:
    rosa, ada = (id_of(shelf, "agents", name) for name in ("Rosa", "Ada"))
    address = f"/desk/words/agents/{rosa}/merge"
    assert "Ada" in curator.get(f"{address}?q=ada").text
    asked = curator.get(f"{address}?into={ada}")
    assert "Merge “Rosa” into “Ada”?" in asked.text
    answer = curator.post(address, data=form(curator, f"{address}?into={ada}"))
    assert answer.status_code == 303
    settle(shelf)
    talk = shelf.items["talk"]
    page = client.get(f"/items/{talk}").text
    assert "name=Ada" in page and "name=Rosa" not in page
    # The old address of the one leads to what names the other.
    assert ">1 item found<" in client.get("/search?name=Rosa").text
    assert found(shelf, "creator:rosa") == {talk}
    led = curator.get(f"/desk/words/agents/{rosa}")
    assert led.status_code == 303 and led.headers["Location"].endswith(ada)
    assert "Rosa" in form(curator, f"/desk/words/agents/{ada}")["others"]
    with shelf.archive.db.read() as session:
        events = session.scalars(select(Event).where(Event.subject_id == talk, Event.kind == "reword")).all()
        assert [event.detail for event in events] == [{"word": ada, "from": rosa}]
        told = session.scalars(select(Event.detail).where(Event.subject_id.in_((rosa, ada)))).all()
        assert "Rosa" not in str(told) and "Ada" not in str(told)


def test_of_two_who_change_a_name_at_once_the_second_sees_both_and_loses_nothing(
    curator: FlaskClient, shelf: Shelf
) -> None:
    address = f"/desk/words/agents/{id_of(shelf, 'agents', 'Rosa')}"
    mine = form(curator, address)
    assert save(curator, address, note="Theirs.").status_code == 303
    answer = curator.post(address, data=mine | {"note": "Mine <of course>."})
    assert answer.status_code == 409
    assert "Theirs." in answer.text and "Mine &lt;of course&gt;." in answer.text
    again = dict(next(one for one in Forms(answer.text).forms if one["action"].endswith(address))["fields"])
    assert curator.post(address, data=again).status_code == 303
    assert form(curator, address)["note"] == "Mine <of course>."


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": " "}, "Write a name."),
        ({"name": "Ada"}, "This name is here already."),
        ({"links": "https://evil.example/Q42"}, "not at a place that we know"),
        ({"links": "javascript:alert(1)"}, "not the whole address"),
        ({"links": "https://www.wikidata.org:444/entity/Q42"}, "not the whole address"),
        ({"links": "https://www.wikidata.org@evil.example/entity/Q42"}, "not the whole address"),
        ({"preferred": "Ada"}, "Say whether it is a historic word"),
        ({"standing": "harmful", "preferred": "Nobody"}, "There is no such word"),
        ({"standing": "harmful", "preferred": "Rosa"}, "cannot be preferred to itself"),
        ({"name": "Rosa; Ada"}, "write one name only"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field_and_nothing_typed_is_lost(
    typed: dict[str, str], words: str, curator: FlaskClient, shelf: Shelf
) -> None:
    address = f"/desk/words/agents/{id_of(shelf, 'agents', 'Rosa')}"
    answer = save(curator, address, **{"note": "Kept & safe", **typed})
    assert answer.status_code == 400
    assert words in answer.text and "Kept &amp; safe" in answer.text
    assert form(curator, address)["note"] == ""


def test_only_what_nothing_uses_can_be_removed(curator: FlaskClient, shelf: Shelf) -> None:
    address = add(curator, "places", name="Nowhere", latitude="12,5", longitude="-3", precision="town")
    assert form(curator, address)["latitude"] == "12.5"
    fields = form(curator, address, "/remove")
    assert curator.post(f"{address}/remove", data=fields).status_code == 303
    assert curator.get(address).status_code == 404
    used = f"/desk/words/agents/{id_of(shelf, 'agents', 'Rosa')}"
    assert "/remove" not in curator.get(used).text
    seen = form(curator, used)
    assert curator.post(f"{used}/remove", data=seen).status_code == 409
    assert curator.get(used).status_code == 200
