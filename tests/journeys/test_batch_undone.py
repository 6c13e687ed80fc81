"""What was changed of many items at once is taken back, and what was interrupted goes on."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR
from archive.jobs import JobState
from archive.models import Audience, Consent, ItemState, Role, User
from archive.services import batch_doing, batches, lifecycle, revisions
from tests.fixtures.batching import (
    LETTER,
    PAPERS,
    TALK,
    carried_out,
    curator,
    describe,
    planned,
    post,
    said,
    sign_in,
    undone,
)
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of, put
from tests.fixtures.shelf import Shelf

__all__ = ["client", "curator", "master", "shelf"]


def test_undo_restores_what_nobody_changed_since_and_names_the_rest(
    curator: FlaskClient, shelf: Shelf
) -> None:
    title = said(shelf, LETTER, "title")
    address = planned(curator, [shelf.items[LETTER], shelf.items[TALK]], "set", "title", "Of the batch")
    carried_out(curator, shelf, address)
    describe(shelf, TALK, title="Of somebody else")
    # A decision about it is no change of what is said.
    lifecycle.change_state(shelf.archive, OPERATOR, shelf.items[LETTER], lifecycle.Action.UNPUBLISH)
    page = undone(curator, shelf, address)
    assert "1 item was changed" in page and "Somebody has changed it since" in page
    assert (said(shelf, LETTER, "title"), said(shelf, TALK, "title")) == (title, "Of somebody else")
    # Taken back once, there is nothing left to take back.
    again = curator.get(post(curator, f"{address}/undo").headers["Location"]).text
    assert "0 items would change" in again


def test_an_undo_can_be_undone(curator: FlaskClient, shelf: Shelf) -> None:
    address = planned(curator, [shelf.items[LETTER]], "set", "title", "Of the batch")
    carried_out(curator, shelf, address)
    back = post(curator, f"{address}/undo").headers["Location"]
    carried_out(curator, shelf, back)
    undone(curator, shelf, back)
    assert said(shelf, LETTER, "title") == "Of the batch"


def test_undo_remembers_which_reading_of_a_date_was_chosen(curator: FlaskClient, shelf: Shelf) -> None:
    archive, item_id = shelf.archive, shelf.items[LETTER]
    spoken = revisions.spoken(archive, OPERATOR, item_id)
    choice = {"3/4/1807": "1807-04-03"}
    revisions.change(
        archive, OPERATOR, item_id, {**spoken.said, "date": "3/4/1807"}, choice, "en", spoken.mark
    )
    address = planned(curator, [item_id], "set", "date", "about 1900")
    carried_out(curator, shelf, address)
    undone(curator, shelf, address)
    row = item_of(archive, item_id)
    assert (row.date_given, row.date_edtf) == ("3/4/1807", "1807-04-03")


@pytest.mark.parametrize(
    ("do", "before", "after", "taken_back"),
    [
        ("accept", ItemState.IN_REVIEW, ItemState.ACCEPTED, ItemState.IN_REVIEW),
        ("publish", ItemState.ACCEPTED, ItemState.PUBLISHED, ItemState.ACCEPTED),
        ("publish", ItemState.IN_REVIEW, ItemState.PUBLISHED, ItemState.ACCEPTED),
        ("unpublish", ItemState.PUBLISHED, ItemState.ACCEPTED, ItemState.PUBLISHED),
    ],
)
def test_many_are_decided_on_at_once_and_the_decision_is_taken_back(
    curator: FlaskClient,
    shelf: Shelf,
    do: str,
    before: ItemState,
    after: ItemState,
    taken_back: ItemState,
) -> None:
    ids = [shelf.items[LETTER], shelf.items[TALK]]
    for item_id in ids:
        put(shelf.archive, item_id, before)
    address = planned(curator, ids, do)
    carried_out(curator, shelf, address)
    assert {item_of(shelf.archive, one).state for one in ids} == {after}
    undone(curator, shelf, address)
    assert {item_of(shelf.archive, one).state for one in ids} == {taken_back}


def test_what_was_published_is_shown_again_only_if_the_consent_still_allows_it(
    curator: FlaskClient, shelf: Shelf
) -> None:
    ids = [shelf.items[LETTER], shelf.items[TALK]]
    address = planned(curator, ids, "unpublish")
    carried_out(curator, shelf, address)
    with shelf.archive.db.write() as session:
        consent = session.get_one(Consent, item_of(shelf.archive, ids[1]).consent_id)
        consent.audience = Audience.STAFF
    page = undone(curator, shelf, address)
    assert "no longer allows that others see it" in page
    assert [item_of(shelf.archive, one).state for one in ids] == [ItemState.PUBLISHED, ItemState.ACCEPTED]


def test_what_somebody_decided_since_is_not_decided_back(curator: FlaskClient, shelf: Shelf) -> None:
    item_id = shelf.items[LETTER]
    put(shelf.archive, item_id, ItemState.ACCEPTED)
    address = planned(curator, [item_id], "publish")
    carried_out(curator, shelf, address)
    for action in (lifecycle.Action.UNPUBLISH, lifecycle.Action.PUBLISH):
        lifecycle.change_state(shelf.archive, OPERATOR, item_id, action)
    assert "Somebody has changed it since" in undone(curator, shelf, address)
    assert item_of(shelf.archive, item_id).state == ItemState.PUBLISHED


def test_a_batch_that_was_interrupted_goes_on_where_it_was(
    curator: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [shelf.items[LETTER], shelf.items[TALK], shelf.items[PAPERS]]
    address = planned(curator, ids, "set", "title", "Of the batch")
    post(curator, f"{address}/do")
    batch_id, apply, calls = address.rpartition("/")[2], batch_doing._apply, iter(range(9))

    def killed(*given: object) -> None:
        apply(*given)  # type: ignore[arg-type]
        if next(calls) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(batch_doing, "_apply", killed)
    with pytest.raises(KeyboardInterrupt):
        batches.carry_out(shelf.archive, batch_id)
    # The second was killed before its end: neither it nor its row says anything.
    assert [said(shelf, one, "title") == "Of the batch" for one in (LETTER, TALK, PAPERS)] == [
        True,
        False,
        False,
    ]
    assert "It is being done: 1 of 3" in curator.get(address).text
    batches.carry_out(shelf.archive, batch_id)
    batches.carry_out(shelf.archive, batch_id)
    assert "3 items were changed" in curator.get(address).text
    for name in (LETTER, TALK, PAPERS):
        assert len(revisions.history(shelf.archive, OPERATOR, shelf.items[name])) == 2


def test_a_batch_whose_job_has_ended_before_it_says_so_and_goes_on_when_asked(
    curator: FlaskClient, shelf: Shelf
) -> None:
    archive = shelf.archive
    address = planned(curator, [shelf.items[LETTER], shelf.items[TALK]], "set", "title", "Of the batch")
    post(curator, f"{address}/do")
    job = batches.job_id(address.rpartition("/")[2])
    assert "Go on" not in curator.get(address).text
    archive.jobs.cancel(None, job)
    page = curator.get(address).text
    assert "It stopped before its end: 0 of 2" in page and "Go on" in page
    # Whoever made it has it go on; others are only told.
    other = sign_in(curator.application.test_client(), "elsewhere")
    with archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "elsewhere")).one()
        user.roles = [Role(name="curator", collection="")]
    assert "It stopped before its end" in other.get(address).text and "Go on" not in other.get(address).text
    assert post(curator, f"{address}/do").status_code == 303
    assert archive.jobs.status(job).state == JobState.WAITING
    assert "It is being done: 0 of 2" in curator.get(address).text
