"""What its giver took back is shown again only as they ask, also where their account took it back, or staff did as well."""

from __future__ import annotations

import pytest

from archive.access import OPERATOR, Actor, contributor
from archive.models import Holder, ItemState
from archive.models.errors import ConflictError
from archive.services import accounts, messages, withdrawing
from archive.services.opening import Archive
from archive.services.taken_back_by import AtTheirWish
from tests.fixtures.items import give, item_of

ASKED = AtTheirWish("They wrote.", lambda language: f"Told in {language or 'any'}.")


def holder(archive: Archive, submission_id: str) -> Actor:
    """Whoever gave it, signed in with an account of their own."""
    user_id = accounts.create_user(archive, "rosa", "a long enough password", {"contributor": ""})
    with archive.db.write() as session:
        session.add(Holder(submission_id=submission_id, user_id=user_id))
    return Actor(user_id, {"contributor": frozenset()}, frozenset([submission_id]))


@pytest.mark.parametrize("way", ["by code", "by account", "by both"])
def test_what_its_giver_took_back_is_not_shown_again_unasked(archive: Archive, way: str) -> None:
    item_id = give(archive, state=ItemState.PUBLISHED)
    submission_id = item_of(archive, item_id).submission_id
    giver = holder(archive, submission_id) if way == "by account" else contributor([submission_id])
    withdrawing.withdraw_item(archive, giver, item_id)
    if way == "by both":
        withdrawing.withdraw_item(archive, OPERATOR, item_id)
    for asked in (None, AtTheirWish(" ", lambda language: "Told.")):
        with pytest.raises(ConflictError) as refused:
            withdrawing.reinstate(archive, OPERATOR, item_id, asked=asked)
        assert refused.value.code == "not-asked-for"
    assert item_of(archive, item_id).state == ItemState.WITHDRAWN
    assert archive.withdrawals.is_withdrawn(item_id)
    withdrawing.reinstate(archive, OPERATOR, item_id, asked=ASKED)
    (told,) = messages.thread(archive, giver, submission_id)
    assert told.text.startswith("Told in ") and told.written_by == messages.CURATORS


def test_what_the_archive_took_back_it_shows_again_by_itself(archive: Archive) -> None:
    item_id = give(archive, state=ItemState.PUBLISHED)
    submission_id = item_of(archive, item_id).submission_id
    withdrawing.withdraw_item(archive, OPERATOR, item_id)
    withdrawing.reinstate(archive, OPERATOR, item_id)
    assert item_of(archive, item_id).state == ItemState.IN_REVIEW
    assert messages.thread(archive, contributor([submission_id]), submission_id) == ()
