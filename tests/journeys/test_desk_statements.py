"""The desk's pages ask the database as often for much as for little: a page's time does not grow with what is on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, select

from archive.models import AccessCopy, File, ItemState, Passage, Taking, new_id, record_event
from archive.services import accounts
from archive.services.describe import PlaceGiven
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import give
from tests.fixtures.reviewing import sign_in
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf"]
# Who asks, and what a page is made of: more than this is something that is asked for each thing, or twice.
MOST_OF_A_QUEUE, MOST_OF_A_REVIEW = 10, 16


def asked(shelf: Shelf, act: Callable[[], Any]) -> list[str]:
    """Every statement but those that begin a view."""
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(shelf.archive.db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(shelf.archive.db.engine, "before_cursor_execute", note)
    return [one for one in statements if not one.startswith("BEGIN")]


def page(client: FlaskClient, address: str, *expected: str) -> Callable[[], None]:
    def get() -> None:
        answer = client.get(address)
        assert answer.status_code == 200
        for words in expected:
            assert words in answer.text

    return get


def test_a_page_of_the_queue_costs_as_much_with_twenty_things_as_with_three(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    somebody = accounts.id_of(shelf.archive, "curator")

    def waits(number: int) -> None:
        item_id = give(
            shelf.archive,
            state=ItemState.IN_REVIEW,
            title=f"Waits {number}",
            places=(PlaceGiven(f"Place {number}"),),
        )
        with shelf.archive.db.write() as session:
            session.add(Taking(item_id=item_id, user_id=somebody))

    for number in range(3):
        waits(number)
    few = asked(shelf, page(client, "/desk?mine=yes", "Waits 2"))
    for number in range(3, 20):
        waits(number)
    many = asked(shelf, page(client, "/desk?mine=yes", "Waits 2", "Waits 19", "Place 19"))
    assert len(many) == len(few) <= MOST_OF_A_QUEUE, many


def test_a_page_of_a_thing_costs_as_much_with_many_copies_words_and_events_as_with_none(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    somebody = accounts.id_of(shelf.archive, "curator")
    item_id = give(shelf.archive, state=ItemState.IN_REVIEW, title="A thing")
    address = f"/desk/items/{item_id}"
    # The first look tells the others that somebody has it open.
    client.get(address)
    few = asked(shelf, page(client, address, "A thing"))
    with shelf.archive.db.write() as session:
        file_id = session.scalars(select(File.id).where(File.item_id == item_id)).one()
        for number in range(9):
            session.add(copy(file_id, number))
            session.add(Passage(file_id=file_id, position=number, text=f"Words {number}"))
            record_event(session, item_id, "describe", somebody)
    many = asked(shelf, page(client, address, "Words 0", "Words 8"))
    assert len(many) == len(few) <= MOST_OF_A_REVIEW, many


def copy(file_id: str, number: int) -> AccessCopy:
    return AccessCopy(
        id=new_id(),
        file_id=file_id,
        kind="page",
        page=number + 1,
        path=f"x/{number}",
        media_type="image/jpeg",
        size=1,
        sha512="0",
    )
