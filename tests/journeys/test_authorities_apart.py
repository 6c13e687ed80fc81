"""Names and words are kept by a few, and tell nothing that an item's consent does not: not a place, not a draft."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from archive.models import Agent, Role, User
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.word_pages import add, curator, form, found, id_of, save, settle, sign_in

__all__ = ["client", "curator", "master", "shelf"]


def test_a_place_that_a_consent_does_not_tell_is_told_neither_by_its_new_nor_by_its_other_names(
    curator: FlaskClient, client: FlaskClient, shelf: Shelf
) -> None:
    letter = shelf.items["letter"]
    with shelf.archive.db.write() as session:
        item = session.get_one(type(item_of(shelf.archive, letter)), letter)
        item.consent.places_shown = {"Philadelphia": "Pennsylvania"}
    address = f"/desk/words/places/{id_of(shelf, 'places', 'Philadelphia')}"
    changes = {
        "name": "Twelve Elm Street",
        "others": "Elmhouse",
        "standing": "historic",
        "note": "The house.",
    }
    assert save(curator, address, **changes).status_code == 303
    settle(shelf)
    page = client.get(f"/items/{letter}").text
    visitor = client.application.test_client()
    for text in (
        visitor.get(f"/items/{letter}").text,
        visitor.get("/search?q=elmhouse").text.split("<main")[1],
    ):
        assert "Twelve Elm" not in text and "The house." not in text
    assert "Twelve Elm Street" in page
    assert found(shelf, "elmhouse") == set() and found(shelf, "pennsylvania") == {letter}
    # Merged with another one, it is still not told.
    other = add(curator, "places", name="Elm Street")
    merge = f"{address}/merge"
    fields = form(curator, f"{merge}?into={Path(other).name}", "/merge")
    assert curator.post(merge, data=fields | {"into": Path(other).name}).status_code == 303
    assert "Pennsylvania" in visitor.get(f"/items/{letter}").text
    assert "Elm Street" not in visitor.get(f"/items/{letter}").text


def test_names_and_words_are_kept_by_those_who_are_bound_to_no_collection(
    client: FlaskClient, shelf: Shelf
) -> None:
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "elsewhere")).one()
        user.roles = [Role(name="curator", collection="march-25")]
    for name in ("elsewhere", "archivist"):
        bound = sign_in(client.application.test_client(), name)
        assert bound.get("/desk/words/agents").status_code == 403
        word = f"/desk/words/agents/{id_of(shelf, 'agents', 'Rosa')}"
        assert bound.get(word).status_code == bound.get("/desk/words/agents/nothing").status_code == 403
    assert client.application.test_client().get("/desk/words/agents").status_code == 303


def test_a_name_that_only_somebodys_draft_holds_is_nobodys_business(
    curator: FlaskClient, shelf: Shelf
) -> None:
    with shelf.archive.db.write() as session:
        draft = session.get_one(
            type(item_of(shelf.archive, shelf.items["letter"])), shelf.items["hidden-draft"]
        )
        draft.agents[0].agent = Agent(name="Only in a draft")
    assert "Only in a draft" not in curator.get("/desk/words/agents").text
    assert curator.get(f"/desk/words/agents/{id_of(shelf, 'agents', 'Only in a draft')}").status_code == 404
