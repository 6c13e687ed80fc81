"""Who could see what was taken back is told so, and nobody else, whatever its giver allows of the rest afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from archive.access import OPERATOR, PUBLIC, Actor
from archive.models import Action, Audience, Consent, Item, ItemState, PublicRecord, today
from archive.models.errors import GoneError, NotFoundError
from archive.services import consents, lifecycle, public_records, show, story_items, withdrawing
from archive.services.contribute import ConsentDraft, ItemDraft, SubmissionDraft, receive
from archive.services.describe import Description
from archive.services.opening import Archive
from tests.fixtures.items import actor, staged
from tests.fixtures.withdrawn import settle

MEMBER = actor("member")
WORDS = "For our own people."
TOMORROW = today() + timedelta(days=1)
LONG_AGO = today() - timedelta(days=30)
OPENED = {"audience": "public"}
# What was allowed until it was taken back, what its giver allows of the rest afterwards; then who is told that it was
# taken back, and who reads the words that stand in its place.
CASES: tuple[tuple[Mapping[str, Any], Mapping[str, Any], str, str], ...] = (
    ({"audience": "community"}, {}, "m", "m"),
    ({"audience": "community"}, OPENED, "m", "m"),
    ({"audience": "community"}, {"audience": "staff"}, "m", ""),
    ({"audience": "staff"}, OPENED, "", ""),
    ({"audience": "public"}, {}, "pm", "pm"),
    ({"audience": "public"}, {"audience": "community"}, "pm", "m"),
    ({"audience": "public"}, {"audience": "staff"}, "pm", ""),
    ({"audience": "public"}, {"people": "refused"}, "pm", ""),
    ({"audience": "public"}, {"not_before": TOMORROW}, "pm", ""),
    ({"audience": "public", "not_before": TOMORROW}, {}, "", ""),
    ({"audience": "public", "not_before": TOMORROW}, {"not_before": None}, "", ""),
    ({"audience": "public", "people": "not-asked"}, {"people": "agreed"}, "", ""),
)


@pytest.fixture(params=CASES, ids=lambda case: f"{dict(case[0])} then {dict(case[1])}")
def case(archive: Archive, request: pytest.FixtureRequest) -> tuple[str, str, str, str]:
    """One of two letters, taken back with words, after which something else is allowed; who is told, who reads why."""
    allowed, after, told, reads = request.param
    one, submission_id = letter(archive, **allowed)
    withdrawing.withdraw_item(archive, OPERATOR, one, words=WORDS)
    settle(archive)
    if after:
        consents.revise(archive, OPERATOR, submission_id, after)
    settle(archive)
    return one, told, reads, allowed["audience"]


def letter(archive: Archive, **allowed: Any) -> tuple[str, str]:
    """The first of two letters that were published long ago, and what they were given with."""
    items = [ItemDraft(Description(title=name), [staged(archive, name.encode())]) for name in ("One", "Two")]
    draft = SubmissionDraft("march-25", items, ConsentDraft(**allowed))
    received = receive(archive, OPERATOR, draft)
    with archive.db.write() as session:
        for item_id in received.item_ids:
            row = session.get_one(Item, item_id)
            row.state, row.published_on = ItemState.PUBLISHED, LONG_AGO
            session.get_one(Consent, row.consent_id).given_on = LONG_AGO
            row.index_pending = True
    settle(archive)
    return received.item_ids[0], received.submission_id


def answer(archive: Archive, who: Actor, item_id: str) -> str | None:
    """The words that stand in its place; None where its address answers like one that never was."""
    try:
        show.item(archive, who, item_id)
    except GoneError as gone:
        return gone.words
    except NotFoundError:
        return None
    raise AssertionError("it is shown still")


def test_its_page_and_stories_tell_those_who_could_see_it_and_for_good(
    archive: Archive, case: tuple[str, str, str, str]
) -> None:
    item_id, told, reads, _ = case
    for letter_of, who in (("p", PUBLIC), ("m", MEMBER)):
        words = answer(archive, who, item_id)
        assert (words is not None) == (letter_of in told), letter_of
        assert words in (None, WORDS if letter_of in reads else "")
        with archive.db.read() as session:
            shown = story_items.shown_to(archive, session, who, [item_id], "en")
        assert (item_id in shown) == (letter_of in told)


def test_harvesters_and_the_ledger_hear_of_it_where_everybody_could_see_it(
    archive: Archive, case: tuple[str, str, str, str]
) -> None:
    item_id, told, _, _ = case
    with archive.db.write() as session:
        known = session.get(PublicRecord, item_id)
        assert (known is not None and known.deleted) == ("p" in told)
        # Also where nobody had written it down, and on a later day.
        if known is not None:
            session.delete(known)
        row = session.get_one(Item, item_id)
        row.withdrawn_on = today() - timedelta(days=9)
        if row.consent.version > 1:
            row.consent.given_on = today() - timedelta(days=5)
        session.flush()
        public_records.keep_up(session, [item_id])
        session.flush()
        assert (session.get(PublicRecord, item_id) is not None) == ("p" in told)
    withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=True)
    assert archive.withdrawals.standing()[item_id].shown == ("p" in told)


def test_what_was_taken_off_the_pages_first_tells_those_who_saw_it_then(archive: Archive) -> None:
    item_id, submission_id = letter(archive, audience=Audience.COMMUNITY)
    lifecycle.change_state(archive, OPERATOR, item_id, Action.UNPUBLISH)
    consents.revise(archive, OPERATOR, submission_id, OPENED)
    withdrawing.withdraw_item(archive, OPERATOR, item_id, words=WORDS)
    assert (answer(archive, PUBLIC, item_id), answer(archive, MEMBER, item_id)) == (None, WORDS)
