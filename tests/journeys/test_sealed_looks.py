"""Nobody sees a word of what was declined or taken back without that being written down, whichever page they open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.models import Agent, ItemState
from archive.services import sealed
from tests.fixtures.desk import client, master, shelf, token_of
from tests.fixtures.routes import FOR_STAFF, ITEM_ROUTES, LISTS
from tests.fixtures.sealed_things import OPEN, SEALED, WORD, looks, seal
from tests.fixtures.shelf import Shelf
from tests.fixtures.walking import sign_in

__all__ = ["client", "master", "shelf"]

STATES = (ItemState.DECLINED, ItemState.WITHDRAWN)
ALWAYS = ("preserve.item", "media.access_copy")
SEARCHES = (
    "/search?q=quibb*",
    "/search?q=title",
    "/search?q=date:1666",
    "/search?q=undated:yes",
    "/search?sort=newest&view=grid",
)


@pytest.fixture
def every_look_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the second of a day, so that a page cannot hide behind the page before it."""
    monkeypatch.setattr(sealed, "_is_noted", lambda *_: False)


def told(answer: TestResponse, address: str) -> str:
    """What an answer says; a picture or a document, of which only the sealed thing has some, says all."""
    is_seen = answer.mimetype.startswith("image/") or answer.mimetype == "application/pdf"
    return WORD if is_seen else answer.text.replace(address, "")


def pages_of(shelf: Shelf, name: str, word: str) -> Iterator[tuple[str, str]]:
    for endpoint, pattern in ITEM_ROUTES.items():
        for copy in shelf.copies[name] or ["none"]:
            ids = {"item": shelf.items[name], "file": shelf.files[name, 0], "copy": copy}
            address = pattern.format(**ids, word=word, story="none", slug="none")
            yield endpoint, address
            # Past the content note.
            yield endpoint, address + ("&" if "?" in address else "?") + "show=1"


# In every run curators ask about everything, the others about a third of it each; in the thorough run everybody asks all.
ROLES = ("curator", "archivist", "administrator")
ASKING = [
    *(pytest.param(role, 1 if role == "curator" else 3, id=role) for role in ROLES),
    *(pytest.param(role, 1, marks=pytest.mark.slow, id=f"{role}-all") for role in ROLES[1:]),
]


@pytest.mark.parametrize(("role", "share"), ASKING)
@pytest.mark.parametrize("state", STATES)
def test_wherever_a_word_of_something_sealed_is_told_the_look_is_written_down(
    state: ItemState, role: str, share: int, client: FlaskClient, shelf: Shelf, every_look_counts: None
) -> None:
    seal(shelf, state)
    sign_in(client, role)
    with shelf.archive.db.read() as session:
        word = session.scalars(select(Agent.id).where(Agent.name == f"{WORD} person")).one()
    lists = (("list", one) for addresses in LISTS.values() for one in addresses)
    more = (("list", one) for one in (*SEARCHES, f"/desk?state={state}", f"/search?state={state}"))
    seen, unseen = set(), []
    every = (*pages_of(shelf, SEALED, word), *pages_of(shelf, OPEN, word), *lists, *more)
    for number, (endpoint, address) in enumerate(every, ROLES.index(role) + STATES.index(state)):
        if number % share and endpoint not in ALWAYS:
            continue
        if endpoint.split(".")[0] in FOR_STAFF or address.startswith("/desk/words/"):
            text = client.get(address).text
            assert shelf.items[SEALED] not in text and WORD not in text, address
            continue
        before = looks(shelf)
        answer = client.get(address)
        if answer.status_code == 200 and WORD in told(answer, address):
            (seen.add(endpoint) if looks(shelf) > before else unseen.append(address))
    assert set(ALWAYS) <= seen
    assert unseen == []


@pytest.mark.parametrize("state", STATES)
def test_lists_tell_of_something_sealed_which_it_is_its_state_and_its_day(
    state: ItemState, client: FlaskClient, shelf: Shelf
) -> None:
    seal(shelf, state)
    sign_in(client, "curator")
    item_id = shelf.items[SEALED]
    words = {ItemState.DECLINED: "Declined", ItemState.WITHDRAWN: "Withdrawn"}[state]
    for address in (f"/desk?state={state}", f"/search?state={state}"):
        text = client.get(address).text
        own = text.partition(f'/items/{item_id}"')[2].partition("</li>")[0]
        assert own.startswith((">", " data-open>")) and f">{item_id}</a>" in own, address
        assert words in own and "here since" in own and "<img" not in own
    assert looks(shelf) == 0


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("what", ["arrange", "together"])
def test_what_is_sealed_is_neither_arranged_nor_shown_with_others_nor_told_of_there(
    what: str, state: ItemState, client: FlaskClient, shelf: Shelf
) -> None:
    seal(shelf, state)
    sign_in(client, "curator")
    address = f"/desk/items/{shelf.items[SEALED]}"
    assert f"{address}/arrange" not in client.get(address).text
    answer = client.get(f"{address}/{what}")
    assert answer.status_code == 409 and WORD not in answer.text
    form = {"csrf_token": token_of(client.get("/desk").text), "do": "save", "parts": shelf.items["letter"]}
    answer = client.post(f"{address}/{what}{'/move' if what == 'arrange' else ''}", data=form)
    assert answer.status_code == 409 and WORD not in answer.text
