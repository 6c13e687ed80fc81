"""What somebody asked about keeps every part hidden that was made of it, until they are answered."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC
from archive.models import Action, Answer, Event, ItemState, Request
from archive.services import asking, batch_views, batches, lifecycle, requests
from archive.services.asking import Asking
from archive.services.opening import Archive
from archive.services.weighing import Wish
from tests.fixtures.arranging import (
    archive,
    curator,
    do_the_work,
    files_of,
    history,
    master,
    named,
    post,
    split,
)
from tests.fixtures.items import item_of

__all__ = ["archive", "curator", "master"]

PLEASE = Asking("take-down", words="It shows my grandmother.", why="family")


def ask(archive: Archive, item_id: str) -> str:
    """Somebody asks that it be taken down; the request's id."""
    with archive.db.read() as session:
        before = set(session.scalars(select(Request.id)))
    asking.ask(archive, PUBLIC, item_id, PLEASE, "en")
    with archive.db.read() as session:
        (new,) = set(session.scalars(select(Request.id))) - before
    return new


def hidden(archive: Archive) -> str:
    """What is to be split is hidden while one thinks; the request's id."""
    asked = ask(archive, named(archive, "Three pages"))
    requests.hide(archive, OPERATOR, asked)
    return asked


def published_with_others(archive: Archive, *ids: str) -> list[str]:
    """Publish them in a batch: what hindered each, or nothing."""
    made = batches.plan(archive, OPERATOR, "publish", {one: Wish(Action.PUBLISH) for one in ids})
    batches.ask(archive, OPERATOR, made)
    batches.carry_out(archive, made)
    rows = {one.item_id: one.trouble for one in batch_views.batch(archive, OPERATOR, made).rows}
    return [rows[one] for one in ids]


def split_again(archive: Archive, curator: FlaskClient, item_id: str) -> list[str]:
    """The first of its two files goes to an item of its own; the ids of both parts."""
    files = [one.id for one in files_of(archive, item_id)][:1]
    assert post(curator, item_id, "split", file=files, title="The first page").status_code == 303
    do_the_work(archive)
    return [named(archive, "The first page"), named(archive, "Three pages", without=item_id)]


def test_what_is_hidden_until_somebody_is_answered_is_so_in_every_part(
    archive: Archive, curator: FlaskClient
) -> None:
    asked = hidden(archive)
    _, rest, new = split(archive, curator)
    assert published_with_others(archive, rest, new) == ["request-waits", "request-waits"]
    # Split once more, it waits still.
    parts = [*split_again(archive, curator, rest), new]
    assert published_with_others(archive, *parts) == ["request-waits"] * 3
    # On the page of every part stands what it waits for, and the way there.
    for part in parts:
        assert "1 request waits for an answer" in curator.get(f"/desk/items/{part}").text
        assert f"/desk/requests/{asked}" in curator.get(f"/desk/items/{part}/requests").text
    requests.decide(archive, OPERATOR, asked, Answer.KEPT, "It shows somebody else.")
    assert published_with_others(archive, *parts) == ["", "", ""]
    assert {item_of(archive, one).state for one in parts} == {ItemState.PUBLISHED}


def test_what_is_taken_off_by_hand_while_somebody_waits_is_so_in_every_part(
    archive: Archive, curator: FlaskClient
) -> None:
    ask(archive, named(archive, "Three pages"))
    _, rest, new = split(archive, curator)
    assert published_with_others(archive, rest, new) == ["request-waits", "request-waits"]


def test_what_is_made_one_with_what_is_hidden_is_hidden(archive: Archive, curator: FlaskClient) -> None:
    hidden(archive)
    first, other = named(archive, "Beside it"), named(archive, "Three pages")
    assert post(curator, first, "merge", other=other).status_code == 303
    do_the_work(archive)
    assert published_with_others(archive, named(archive, "Beside it", without=first)) == ["request-waits"]


def test_what_is_asked_about_one_part_alone_keeps_no_other_hidden(
    archive: Archive, curator: FlaskClient
) -> None:
    _, rest, new = split(archive, curator)
    assert published_with_others(archive, rest) == [""]
    requests.hide(archive, OPERATOR, ask(archive, rest))
    assert published_with_others(archive, rest, new) == ["request-waits", ""]


@pytest.mark.parametrize("twice", [False, True])
def test_what_is_taken_down_by_the_answer_is_taken_down_in_every_part_that_waits(
    archive: Archive, curator: FlaskClient, twice: bool
) -> None:
    asked = hidden(archive)
    _, rest, new = split(archive, curator)
    parts = [new, *split_again(archive, curator, rest)] if twice else [new, rest]
    requests.decide(archive, OPERATOR, asked, Answer.TAKEN_DOWN, "Of course.")
    assert published_with_others(archive, *parts) == ["taken-down"] * len(parts)
    for part in parts:
        assert "taken down because somebody asked" in curator.get(f"/desk/items/{part}").text


def test_what_was_taken_down_before_it_was_split_twice_is_so_still(
    archive: Archive, curator: FlaskClient
) -> None:
    requests.decide(archive, OPERATOR, hidden(archive), Answer.TAKEN_DOWN, "Of course.")
    _, rest, _ = split(archive, curator)
    first, second = split_again(archive, curator, rest)
    assert published_with_others(archive, first, second) == ["taken-down", "taken-down"]


def test_what_came_of_it_and_was_published_at_the_desk_was_decided_anew(
    archive: Archive, curator: FlaskClient
) -> None:
    requests.decide(archive, OPERATOR, hidden(archive), Answer.TAKEN_DOWN, "Of course.")
    _, rest, new = split(archive, curator)
    lifecycle.publish(archive, OPERATOR, rest)
    first, second = split_again(archive, curator, rest)
    assert published_with_others(archive, first, second, new) == ["", "", "taken-down"]


def test_a_part_that_was_published_by_itself_stays_when_the_rest_is_taken_down(
    archive: Archive, curator: FlaskClient
) -> None:
    asked = hidden(archive)
    _, rest, new = split(archive, curator)
    lifecycle.publish(archive, OPERATOR, new)
    requests.decide(archive, OPERATOR, asked, Answer.TAKEN_DOWN, "Of course.")
    assert item_of(archive, new).state == ItemState.PUBLISHED
    assert published_with_others(archive, rest) == ["taken-down"]


def test_the_history_of_what_was_replaced_says_which_requests_followed(
    archive: Archive, curator: FlaskClient
) -> None:
    asked = hidden(archive)
    old, rest, new = split(archive, curator)
    last: Event = history(archive, old)[-1]
    assert last.detail == {"by": sorted([rest, new]), "requests": [asked]}
