"""Many items are moved to another collection at once: shown before, done one by one, and taken back."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import select, update

from archive.access import OPERATOR
from archive.models import Event, Item, Role, User
from archive.services import moving
from archive.services.labels import label
from tests.fixtures.batching import (
    LETTER,
    PAPERS,
    TALK,
    carried_out,
    curator,
    give_to,
    post,
    rows_of,
    undone,
)
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of
from tests.fixtures.shelf import Shelf

__all__ = ["client", "curator", "master", "shelf"]
HERE, THERE = "march-25", "convenings"


def bagged(shelf: Shelf, *names: str) -> list[str]:
    """The ids of items, each in a bag as far as the database knows."""
    ids = [shelf.items[one] for one in names]
    with shelf.archive.db.write() as session:
        session.execute(update(Item).where(Item.id.in_(ids)).values(bag_key="kept"))
    return ids


def move(client: FlaskClient, ids: list[str], to: str = THERE) -> str:
    answer = post(client, "/desk/batch", item=ids, do="move", to=to)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def places(shelf: Shelf, ids: list[str]) -> list[str]:
    return [item_of(shelf.archive, one).collection for one in ids]


def test_what_is_moved_together_is_shown_before_moved_and_moved_back_but_for_what_was_moved_since(
    curator: FlaskClient, shelf: Shelf
) -> None:
    ids = bagged(shelf, LETTER, TALK)
    chosen = post(curator, "/desk/batch", item=ids, do="move", to="")
    assert chosen.status_code == 400 and "Choose a collection." in chosen.text
    assert chosen.text.count(" checked") == 3
    address = move(curator, [*ids, shelf.items[PAPERS]])
    page = curator.get(address).text
    assert "2 items would change" in page and "1 stays as it is" in page
    assert places(shelf, ids) == [HERE, HERE]
    titles = [label(shelf.archive, "collection", one, "en") for one in (HERE, THERE)]
    row = rows_of(page)["Letter to a friend (demonstration)"].partition("</thead>")[2]
    assert re.findall(r'<td class="as-typed">([^<]+)</td>', row) == titles
    assert "2 items were changed" in carried_out(curator, shelf, address)
    assert places(shelf, [*ids, shelf.items[PAPERS]]) == [THERE, THERE, HERE]
    kept = item_of(shelf.archive, ids[0])
    assert kept.index_pending and kept.record_revision > kept.bag_revision
    with shelf.archive.db.read() as session:
        told = session.scalars(select(Event.detail).where(Event.subject_id == ids[0], Event.kind == "move"))
        assert [one["batch"] for one in told] == [address.rpartition("/")[2]]
    for to in (HERE, THERE):
        moving.move(shelf.archive, OPERATOR, ids[1], to, item_of(shelf.archive, ids[1]).version)
    assert "Somebody has changed it since" in undone(curator, shelf, address)
    assert places(shelf, ids) == [HERE, THERE]


def test_nothing_is_moved_that_one_gave_or_to_or_from_where_one_does_not_review(
    curator: FlaskClient, shelf: Shelf
) -> None:
    ids = bagged(shelf, LETTER, TALK)
    give_to(shelf, "curator", LETTER)
    address = move(curator, ids)
    assert (
        "You gave this yourself" in rows_of(curator.get(address).text)["Letter to a friend (demonstration)"]
    )
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User.id).where(User.username == "curator")).one()
        session.execute(update(Role).where(Role.user_id == user).values(collection=HERE))
    # The roles are those of the moment in which it is done.
    assert "Your role does not allow this here." in carried_out(curator, shelf, address)
    assert places(shelf, ids) == [HERE, HERE]
    assert 'id="do-move"' not in curator.get("/desk/batch").text
