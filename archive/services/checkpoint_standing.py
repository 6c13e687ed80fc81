"""Whether the public ledger goes on: for how many days it has still to sign, and whether it can."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Event, today
from archive.services import checkpoint_keys, checkpoints
from archive.services.checkpoint_check import Problem
from archive.services.checkpoint_entries import KIND_OF
from archive.services.opening import Archive
from archive.settings import Settings

# Whole days without a signature that are too many. Each is signed within minutes of its end, or by a worker that runs again soon.
LATE_DAYS = 2
# What is told of a ledger that is whole as far as it goes.
STANDS_STILL = frozenset({"key-lost", "late", "ahead"})


def behind(settings: Settings, session: Session) -> int:
    """How many whole days are over and not signed, from the first on which something happened that is to be.

    Of a newest checkpoint that lies ahead, by how many days it does: its day is no proof of anything.
    """
    days = checkpoints.all_days(settings)
    if ahead := _ahead(settings):
        return ahead
    if days:
        return max(0, (today() - days[-1]).days - 1)
    first = _first(session)
    return max(0, (today() - first).days) if first else 0


def standing(archive: Archive) -> Iterator[Problem]:
    """What keeps the ledger from going on: its key is gone (`key-lost`), or it has not signed for days (`late`).

    Or a clock was wrong once, and the newest checkpoint is of a day that is still to come (`ahead`).
    """
    if not checkpoint_keys.can_sign(archive.settings):
        yield Problem(
            "key-lost",
            "The secret key of the public ledger is gone, or is another one than was published: nothing is signed any more.",
        )
    with archive.db.read() as session:
        late = behind(archive.settings, session)
    if _ahead(archive.settings):
        newest = checkpoints.all_days(archive.settings)[-1]
        yield Problem(
            "ahead",
            f"The newest checkpoint of the public ledger is of {newest}, a day that is still to come: the clock was wrong.",
        )
    elif late >= LATE_DAYS and not checkpoints.is_cut_off(archive):
        yield Problem("late", f"The public ledger has not signed for {late} days that are over.")


def _ahead(settings: Settings) -> int:
    """By how many days the newest checkpoint is later than today."""
    days = checkpoints.all_days(settings)
    return max(0, (days[-1] - today()).days) if days else 0


def _first(session: Session) -> date | None:
    """The day of the first event that is to be an entry."""
    found: list[datetime] = []
    # One kind at a time: each is the first row of an index.
    for kind in KIND_OF:
        query = select(Event.at).where(Event.kind == kind, Event.outcome == "success")
        found += session.scalars(query.order_by(Event.at, Event.id).limit(1)).all()
    return min(found).date() if found else None
