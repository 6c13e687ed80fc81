"""What was said of what items share, names, words and introductions: every change is a revision that stays.

Whoever changes one keeps the revision in the same transaction; who may read or bring back one is decided there too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.models import SharedRevision, today
from archive.models.errors import NotFoundError

Said = dict[str, str]
Since = tuple[str, date | None]
"""Who said what stands, and when; `NOBODY_KNOWS` where that was never kept."""
NOBODY_KNOWS: Since = ("", None)


@dataclass(frozen=True)
class Change:
    """One revision: who made it, on which day (None where nobody knows), and by field what stood before and after."""

    number: int
    on: date | None
    agent: str
    changed: tuple[tuple[str, str, str], ...]


def keep(
    session: Session, subject: str, before: Said, after: Said, agent: str, since: Since = NOBODY_KNOWS
) -> None:
    """Keep what is said now as a revision, and what was said before where nothing holds that.

    An empty `before` says that nothing stood there, and `since` who had said it where it is the first.
    """
    stand(session, subject, before, since)
    _keep(session, subject, after, agent, today())


def stand(session: Session, subject: str, said: Said, since: Since = NOBODY_KNOWS) -> None:
    """Keep what stands as a revision, unless the last one says the same or nothing stands there."""
    last = _last(session, subject)
    if last is None and any(said.values()):
        _keep(session, subject, said, *since)
    elif last is not None and last.said != said:
        # By a way that keeps no revisions, such as a file of a collection.
        _keep(session, subject, said, *NOBODY_KNOWS)


def follow(session: Session, subject: str, said: Said, agent: str) -> None:
    """Keep what is said now, where there are revisions and something in it was changed elsewhere by `agent`."""
    last = _last(session, subject)
    if last is not None and last.said != said:
        _keep(session, subject, said, agent, today())


def history(session: Session, subject: str, unseen: Collection[str] = ()) -> tuple[Change, ...]:
    """Every revision, the newest first, without fields that nobody types."""
    before: Said = {}
    found: list[Change] = []
    for row in _rows(session, subject):
        names = (one for one in dict.fromkeys((*before, *row.said)) if one not in unseen)
        pairs = ((name, before.get(name, ""), row.said.get(name, "")) for name in names)
        changed = tuple(one for one in pairs if one[1] != one[2])
        found.append(Change(row.number, row.made_on, row.agent, changed))
        before = row.said
    return tuple(reversed(found))


def said_then(session: Session, subject: str, number: int) -> Said:
    """What a revision says; NotFoundError when there is none of that number."""
    query = select(SharedRevision.said)
    said = session.scalar(query.where(SharedRevision.subject == subject, SharedRevision.number == number))
    if said is None:
        raise NotFoundError("There is no such revision.")
    return said


def forget(session: Session, subjects: Sequence[str]) -> None:
    """Forget every revision of what is no more."""
    session.execute(delete(SharedRevision).where(SharedRevision.subject.in_(subjects)))


def _rows(session: Session, subject: str) -> Sequence[SharedRevision]:
    query = select(SharedRevision).where(SharedRevision.subject == subject)
    return session.scalars(query.order_by(SharedRevision.number)).all()


def _last(session: Session, subject: str) -> SharedRevision | None:
    query = select(SharedRevision).where(SharedRevision.subject == subject)
    return session.scalars(query.order_by(SharedRevision.number.desc()).limit(1)).first()


def _keep(session: Session, subject: str, said: Said, agent: str, on: date | None) -> None:
    last = _last(session, subject)
    number = last.number + 1 if last else 1
    session.add(SharedRevision(subject=subject, number=number, made_on=on, agent=agent, said=said))
    session.flush()
