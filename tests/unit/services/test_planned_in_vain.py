"""A day on which something would stay hidden is not chosen for it: that is told at once, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archive.access import OPERATOR
from archive.models import ItemState, today
from archive.models.errors import ConflictError
from archive.services import consents, embargo, planned
from archive.services.opening import Archive
from archive.web import desk_words
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of
from tests.unit.services.test_planned import TOMORROW, plan_of, taken_down


@pytest.mark.parametrize(
    ("allowed", "code"),
    [
        ({"not_after": today() + timedelta(days=5)}, "after-the-last-day"),
        ({"audience": "staff"}, "staff-only"),
        ({"people": "not-asked"}, "people-not-asked"),
        ({"people": "refused"}, "people-not-asked"),
    ],
)
def test_a_day_on_which_its_giver_allows_nobody_to_see_it_cannot_be_chosen_and_is_told_at_once(
    archive: Archive, allowed: dict[str, object], code: str
) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.IN_REVIEW)
    consents.revise(archive, OPERATOR, item_of(archive, item_id).submission_id, allowed)
    with pytest.raises(ConflictError) as caught:
        planned.publish_later(archive, somebody, item_id, today() + timedelta(days=6))
    assert caught.value.code == code and plan_of(archive, item_id) is None
    assert item_of(archive, item_id).state == ItemState.IN_REVIEW
    # It is told in words of its own: where the day is typed, and where it was chosen before.
    told = desk_words.trouble(code)
    assert told and told not in {desk_words.trouble("anything else"), str(desk_words.NOT_PUBLISHED[code])}
    if code == "after-the-last-day":
        planned.publish_later(archive, somebody, item_id, today() + timedelta(days=5))
        assert plan_of(archive, item_id) is not None


def test_a_day_on_which_it_would_stay_hidden_cannot_be_chosen(archive: Archive) -> None:
    somebody = curator(archive)
    gone, held = taken_down(archive, somebody), give(archive, state=ItemState.ACCEPTED)
    embargo.keep_back(archive, somebody, held, TOMORROW + timedelta(days=30))
    for item_id, code in ((gone, "taken-down"), (held, planned.KEPT_BACK)):
        with pytest.raises(ConflictError) as caught:
            planned.publish_later(archive, somebody, item_id, TOMORROW)
        assert caught.value.code == code
    planned.publish_later(archive, somebody, held, TOMORROW + timedelta(days=30))
    assert plan_of(archive, held) is not None
