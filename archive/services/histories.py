"""Looks through the history of everything: whether each event still follows from the one before it."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import select

from archive.models import Event, first_broken_link
from archive.services.opening import Archive


def broken(archive: Archive) -> list[tuple[str, int]]:
    """The subjects whose chain of events is broken, each with the number of the first event that does not follow."""
    found: list[tuple[str, int]] = []
    with archive.db.read() as session:
        rows = session.scalars(
            select(Event).order_by(Event.subject_id, Event.sequence).execution_options(yield_per=1000)
        )
        for subject, events in groupby(rows, key=lambda event: event.subject_id):
            first = first_broken_link(list(events))
            if first is not None:
                found.append((subject, first.sequence))
    return found
