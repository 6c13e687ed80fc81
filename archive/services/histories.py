"""Histories as a whole: is every chain of events as it was written."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Event, first_broken_link


def broken_histories(session: Session) -> list[str]:
    """What bears a history that was changed afterwards, by id; every event is read."""
    query = select(Event).order_by(Event.subject_id, Event.sequence)
    rows = session.scalars(query.execution_options(yield_per=1000))
    subjects = (list(events) for _, events in groupby(rows, key=lambda event: event.subject_id))
    return [events[0].subject_id for events in subjects if first_broken_link(events) is not None]
