"""Looks through the history of everything: whether each event still follows from the one before it."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Event, first_broken_link
from archive.services.opening import Archive


def broken(archive: Archive) -> list[tuple[str, int]]:
    """The subjects whose chain of events is broken, each with the number of the first event that does not follow."""
    with archive.db.read() as session:
        return broken_in(session)


def broken_in(session: Session) -> list[tuple[str, int]]:
    """The same of a database that need not be an archive's own; every event is read."""
    query = select(Event).order_by(Event.subject_id, Event.sequence)
    rows = session.scalars(query.execution_options(yield_per=1000))
    chains = ((subject, first_broken_link(list(events))) for subject, events in groupby(rows, key=_subject))
    return [(subject, first.sequence) for subject, first in chains if first is not None]


def _subject(event: Event) -> str:
    return event.subject_id
