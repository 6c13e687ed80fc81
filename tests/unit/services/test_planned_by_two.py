"""Of two who choose a day of publication the second is told what the first chose, and the history tells of both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from archive.models import Event, ItemState, PlannedPublication, today
from archive.models.errors import ConflictError
from archive.services import planned
from archive.services.opening import Archive
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of

TOMORROW = today() + timedelta(days=1)


def told(archive: Archive, item_id: str) -> list[tuple[str, str, str]]:
    kinds = Event.subject_id == item_id, Event.kind.in_([planned.PLAN, planned.CANCELLED])
    with archive.db.read() as session:
        events = session.scalars(select(Event).where(*kinds).order_by(Event.sequence)).all()
    return [(one.kind, one.agent, one.detail["day"]) for one in events]


def test_a_day_is_chosen_changed_and_given_up_in_the_history_and_never_over_one_that_was_not_seen(
    archive: Archive,
) -> None:
    ada, bea, item_id = curator(archive), curator(archive), give(archive, state=ItemState.ACCEPTED)
    seen, later = item_of(archive, item_id), TOMORROW + timedelta(days=9)
    planned.publish_later(archive, ada, item_id, TOMORROW, seen.version)
    now = item_of(archive, item_id)
    assert now.version > seen.version and now.record_revision > seen.record_revision
    for late in (
        lambda: planned.publish_later(archive, bea, item_id, later, seen.version),
        lambda: planned.cancel(archive, bea, item_id, seen.version),
    ):
        with pytest.raises(ConflictError) as caught:
            late()
        assert caught.value.code == "stale-version"
    with archive.db.read() as session:
        plan = session.get_one(PlannedPublication, item_id)
    assert (plan.publish_on, plan.user_id) == (TOMORROW, ada.id)
    # To choose the same again is no change, to choose it in another's name is one.
    planned.publish_later(archive, ada, item_id, TOMORROW, now.version)
    planned.publish_later(archive, bea, item_id, TOMORROW, now.version)
    planned.publish_later(archive, bea, item_id, later)
    planned.cancel(archive, ada, item_id, item_of(archive, item_id).version)
    planned.cancel(archive, ada, item_id)
    assert told(archive, item_id) == [
        (planned.PLAN, ada.id, TOMORROW.isoformat()),
        (planned.PLAN, bea.id, TOMORROW.isoformat()),
        (planned.PLAN, bea.id, later.isoformat()),
        (planned.CANCELLED, ada.id, later.isoformat()),
    ]
