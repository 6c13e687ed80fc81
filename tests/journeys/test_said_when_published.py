"""What a curator writes to whoever gave something is said with every decision, with publishing it too."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from archive.models import ItemState
from archive.services import accounts
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of, reopen
from tests.fixtures.reviewing import another, form, item_id, opened, sign_in
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD
from tests.journeys.test_review import told

__all__ = ["client", "item_id", "master", "shelf"]


def test_what_one_says_to_its_giver_is_said_when_it_is_published_too_and_once(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    page = opened(client, f"/desk/items/{item_id}")
    # One form for all of it: no button beside it leaves what was written behind.
    (holder,) = (
        one
        for one in Forms(page).forms
        if "words" in dict(one["fields"]) and "version" in dict(one["fields"])
    )
    assert holder["action"].endswith("/decide") and 'id="decision-publish"' in page
    fields = form(client, f"/desk/items/{item_id}", "/decide")
    sent = fields | {"decision": "publish", "words": "Thank you. Everybody sees it now."}
    # Whoever presses twice says it once.
    for _press in range(2):
        assert client.post(f"/desk/items/{item_id}/decide", data=sent).status_code == 303
    assert item_of(shelf.archive, item_id).state == ItemState.PUBLISHED
    # Two windows of one account are two: what is written in the second is not sent, and stays.
    answer = client.post(f"/desk/items/{item_id}/decide", data=sent | {"words": "It is up."})
    assert answer.status_code == 409 and "published it already, in another window" in answer.text
    assert ">It is up.</textarea>" in answer.text
    assert told(shelf, item_id) == ["Thank you. Everybody sees it now."]
    # What was decided since is told, with what was written.
    reopen(shelf.archive, item_id)
    answer = client.post(f"/desk/items/{item_id}/decide", data=sent | {"words": "Shown again."})
    assert answer.status_code == 409 and ">Shown again.</textarea>" in answer.text
    assert told(shelf, item_id) == ["Thank you. Everybody sees it now."]


def test_of_two_who_publish_the_second_is_told_and_only_the_words_of_the_first_are_sent(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    accounts.create_user(shelf.archive, "bert", PASSWORD, {"curator": ""})
    address = f"/desk/items/{item_id}"
    first, second = sign_in(client, "curator"), another(client, "bert")
    pages = [form(one, address, "/decide") | {"decision": "publish"} for one in (first, second)]
    sent, late = pages[0] | {"words": "Thank you."}, pages[1] | {"words": "It is up."}
    assert first.post(f"{address}/decide", data=sent).status_code == 303
    answer = second.post(f"{address}/decide", data=late)
    assert answer.status_code == 409 and "Somebody else changed this first" in answer.text
    assert ">It is up.</textarea>" in answer.text and told(shelf, item_id) == ["Thank you."]


@pytest.mark.parametrize(
    ("decision", "state"), [("accept", "accepted"), ("return", "returned"), ("decline", "declined")]
)
def test_whoever_presses_twice_has_decided_once(
    client: FlaskClient, shelf: Shelf, item_id: str, decision: str, state: str
) -> None:
    sign_in(client, "curator")
    sent = form(client, f"/desk/items/{item_id}", "/decide") | {"decision": decision, "words": "Thank you."}
    for _press in range(2):
        assert client.post(f"/desk/items/{item_id}/decide", data=sent).status_code == 303
    assert item_of(shelf.archive, item_id).state == state and told(shelf, item_id) == ["Thank you."]
    # With other words it is another decision, and somebody has been at it since.
    answer = client.post(f"/desk/items/{item_id}/decide", data=sent | {"words": "No, wait."})
    assert answer.status_code == 409 and told(shelf, item_id) == ["Thank you."]
