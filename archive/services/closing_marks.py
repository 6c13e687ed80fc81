"""Tells the ledger of withdrawals what a transaction closes without taking it back: a consent that narrows, an item that is taken off,
places that are forgotten.

Whoever changes one marks it in the session, and what was marked is entered when the transaction is about to commit: after
all that could still be refused. Killed in between, the ledger says more than the database, and `closing` makes them equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.models import Consent, Embargo, Event, Item, ItemState
from archive.services.closures import Closure, closure_of, together
from archive.services.names_forgotten import FORGET_PLACES
from archive.services.withdrawal_ledger import Act, Entry, WithdrawalLedger

CONSENT, SHOWN, PLACES = "consent", "shown", "places"
MARKED = "closing"


def mark_consent(session: Session, submission_id: str) -> None:
    """Have the ledger hear of the consent of a submission when the transaction commits."""
    session.info.setdefault(MARKED, {})[f"{CONSENT}/{submission_id}"] = None


def mark_shown(session: Session, item_id: str) -> None:
    """The same of an item that is published, or taken off."""
    session.info.setdefault(MARKED, {})[f"{SHOWN}/{item_id}"] = None


def mark_forgotten(session: Session, submission_id: str) -> None:
    """The same of a submission whose giver wishes that its places are forgotten."""
    session.info.setdefault(MARKED, {})[f"{PLACES}/{submission_id}"] = None


def tell(ledger: WithdrawalLedger, session: Session) -> None:
    """Enter what the transaction of a session marked."""
    marks = session.info.pop(MARKED, {})
    if not marks:
        return
    session.flush()
    for subject in marks:
        kind, _, about = subject.partition("/")
        if kind == CONSENT:
            enter_consent(ledger, session, about)
        elif kind == PLACES:
            enter_forgotten(ledger, about, wishes(session, [about]).get(about, 0))
        else:
            enter_shown(ledger, session, about)


def enter_consent(
    ledger: WithdrawalLedger, session: Session, submission_id: str, *, unheard: bool = False
) -> None:
    """Enter what a consent allows now, where the ledger has an older word of it, or it narrows; `unheard`, in any case."""
    query = select(Consent).where(Consent.submission_id == submission_id).order_by(Consent.version.desc())
    newest, *before = session.scalars(query.limit(2)).all()
    kept_back = session.get(Embargo, submission_id, populate_existing=True)
    now = closure(ledger, newest, kept_back)
    stands = allowed(ledger, submission_id)
    narrows = any(together(then, now) != then for then in (closure(ledger, one, kept_back) for one in before))
    if now != stands if stands is not None else narrows or unheard:
        subject = f"{CONSENT}/{submission_id}"
        ledger.append([Entry(Act.NARROW, subject, submission_id, allows=now)])


def enter_shown(ledger: WithdrawalLedger, session: Session, item_id: str) -> None:
    """Enter that an item was taken off, or is shown again after it was."""
    item = session.get_one(Item, item_id)
    hidden = is_taken_off(ledger, item_id)
    if item.state == ItemState.PUBLISHED and hidden:
        ledger.append([Entry(Act.REINSTATE, f"{SHOWN}/{item_id}", item.submission_id)])
    elif item.state not in (ItemState.PUBLISHED, ItemState.WITHDRAWN) and not hidden:
        ledger.append([Entry(Act.HIDE, f"{SHOWN}/{item_id}", item.submission_id)])


def enter_forgotten(ledger: WithdrawalLedger, submission_id: str, wish: int) -> None:
    """Enter that its giver has wished for the `wish`-th time that places of a submission are forgotten: never undone."""
    if forgotten(ledger).get(submission_id, 0) < wish:
        ledger.append([Entry(Act.HIDE, f"{PLACES}/{submission_id}/{wish}", submission_id)])


def closure(ledger: WithdrawalLedger, consent: Consent, kept_back: Embargo | None) -> Closure:
    """What a consent allows, as the ledger holds it; `kept_back` tells whether staff chose the first day of that version."""
    values = {column.key: getattr(consent, column.key) for column in Consent.__table__.columns}
    if kept_back is not None and kept_back.consent_version == consent.version:
        values["allowed_from"] = kept_back.allowed_from
    return closure_of(values, partial(keyed, ledger, consent.submission_id))


def keyed(ledger: WithdrawalLedger, submission_id: str, words: str) -> str:
    """What stands for words of a consent: the same of another submission are others."""
    return ledger.keyed(
        hashlib.sha512(f"{CONSENT}/{submission_id}\n{words}".encode(errors="replace")).hexdigest()
    )


def allowed(ledger: WithdrawalLedger, submission_id: str) -> Closure | None:
    """What the ledger says a consent allows, None where it never heard of it."""
    line = ledger.standing_shared().get((f"{CONSENT}/{submission_id}", ""))
    return line.allows if line is not None else None


def forgotten(ledger: WithdrawalLedger) -> dict[str, int]:
    """By submission how often the ledger says that its places were wished to be forgotten."""
    found: dict[str, int] = {}
    for subject, _ in ledger.standing_shared():
        kind, _, about = subject.partition("/")
        if kind == PLACES:
            submission_id, _, wish = about.partition("/")
            found[submission_id] = max(found.get(submission_id, 0), int(wish))
    return found


def wishes(session: Session, submission_ids: Sequence[str]) -> dict[str, int]:
    """By submission how often the history says so, where it does."""
    of = Event.subject_id.in_(submission_ids), Event.kind == FORGET_PLACES
    told = session.execute(select(Event.subject_id, func.count()).where(*of).group_by(Event.subject_id))
    return {submission_id: count for submission_id, count in told}  # noqa: C416 - a Row is no tuple to the type checker


def is_taken_off(ledger: WithdrawalLedger, item_id: str) -> bool:
    """Whether an item was taken off and not shown since."""
    line = ledger.standing_shared().get((f"{SHOWN}/{item_id}", ""))
    return line is not None and line.takes_back
