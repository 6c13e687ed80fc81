"""Closes again what the ledger of withdrawals says was closed, where an older copy has opened it: a consent, an item that was taken off,
places that were forgotten.

Everything is looked at again once its row is locked: whoever just opens something has told the ledger so by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from archive.access import OPERATOR
from archive.models import Action, Consent, Embargo, Item, ItemState, Submission
from archive.services import consents
from archive.services.closing_marks import (
    CONSENT,
    SHOWN,
    allowed,
    closure,
    enter_consent,
    enter_forgotten,
    enter_shown,
    forgotten,
    is_taken_off,
    keyed,
    wishes,
)
from archive.services.closures import THEIRS, Closure, narrowed, own_day, together, value_in
from archive.services.lifecycle import changing, transition
from archive.services.opening import Archive
from archive.services.upsert import put_row
from archive.services.withdrawal_ledger import BY_LEDGER

IDS_A_QUERY = 500
STANDS = (ItemState.RECEIVED, ItemState.IN_REVIEW, ItemState.RETURNED, ItemState.ACCEPTED, ItemState.DECLINED)


def reapply(archive: Archive) -> int:
    """Make the database as closed as the ledger says; what is closed and the ledger never heard of is entered.

    Places that came back are forgotten. Returns how many consents were narrowed and items taken off.
    """
    with archive.db.read() as session:
        revised = session.scalars(select(Consent.submission_id).where(Consent.version > 1).distinct()).all()
    # Of places the words alone stay that the consent has, once it is as narrow as it was.
    narrowed_again = _consents(archive, revised)
    _places(archive, revised)
    return narrowed_again + _shown(archive)


def narrow(archive: Archive, submission_id: str, to: Closure) -> bool:
    """Have a consent allow no more than `to` does; whether it allowed more."""
    with archive.db.write() as session:
        return _narrow_in(archive, session, submission_id, to)


def forget_places(archive: Archive, submission_id: str, wished: int) -> None:
    """Have the places of a submission be forgotten as often as its giver wished it."""
    giver = replace(OPERATOR, submissions=frozenset({submission_id}))
    with archive.db.write() as session:
        exact = consents.newest(session, submission_id).place_precision == "exact"
        missing = wished - wishes(session, [submission_id]).get(submission_id, 0)
        for _ in range(missing):
            # What was forgotten is not to be shown exactly: what it was is known to nobody.
            less = {"place_precision": "none"} if exact else {}
            consents.revise_in(archive, session, giver, submission_id, less, forget_places=True, anyway=True)


def take_off(archive: Archive, item_id: str, *, by_ledger: bool = False) -> bool:
    """Take an item off that a newer record of it, or `by_ledger` what that says at this moment, says was; whether it was shown."""
    with changing(archive, item_id) as (session, item):
        if item.state != ItemState.PUBLISHED or (
            by_ledger and not is_taken_off(archive.withdrawals, item_id)
        ):
            return False
        transition(session, item, Action.UNPUBLISH, OPERATOR, detail=dict(BY_LEDGER))
        return True


def about(archive: Archive, kind: str) -> list[str]:
    """The ids of what the ledger closes of a kind."""
    standing = archive.withdrawals.standing_shared().items()
    return sorted(
        subject.removeprefix(f"{kind}/")
        for (subject, _), line in standing
        if line.takes_back and subject.startswith(f"{kind}/")
    )


def _consents(archive: Archive, revised: Sequence[str]) -> int:
    known = set(about(archive, CONSENT))
    done = 0
    for consent, kept_back in _newest(archive, sorted(known.union(revised))):
        stands = allowed(archive.withdrawals, consent.submission_id)
        now = closure(archive.withdrawals, consent, kept_back)
        if stands is not None and together(now, stands) != now:
            done += _narrow_again(archive, consent.submission_id)
        elif now != stands:
            with archive.db.write() as session:
                consents.newest(session, consent.submission_id)
                enter_consent(archive.withdrawals, session, consent.submission_id, unheard=True)
    return done


def _places(archive: Archive, revised: Sequence[str]) -> None:
    """Forget again what was brought back; what is forgotten and the ledger never heard of is entered."""
    told, known = forgotten(archive.withdrawals), dict[str, int]()
    # To forget is a new version of the consent.
    for start in range(0, len(revised), IDS_A_QUERY):
        with archive.db.read() as session:
            known |= wishes(session, revised[start : start + IDS_A_QUERY])
    for submission_id, count in sorted(known.items()):
        enter_forgotten(archive.withdrawals, submission_id, count)
    behind = sorted(one for one, count in told.items() if known.get(one, 0) < count)
    for one, _ in _newest(archive, behind):
        forget_places(archive, one.submission_id, told[one.submission_id])


def _newest(archive: Archive, ids: Sequence[str]) -> Iterator[tuple[Consent, Embargo | None]]:
    """The consents as they stand of those of the submissions of which anything is left, and whether staff keep it back."""
    of = aliased(Consent)
    last = select(func.max(of.version)).where(of.submission_id == Consent.submission_id).scalar_subquery()
    left = select(Item.id).where(
        Item.submission_id == Submission.id, Item.state != ItemState.DRAFT, Item.erasure == ""
    )
    query = select(Consent, Embargo).join(Submission, Submission.id == Consent.submission_id)
    query = query.outerjoin(Embargo, Embargo.submission_id == Consent.submission_id)
    query = query.where(Submission.sent, Consent.version == last, left.exists())
    for start in range(0, len(ids), IDS_A_QUERY):
        with archive.db.read() as session:
            some = session.execute(query.where(Submission.id.in_(ids[start : start + IDS_A_QUERY]))).all()
        yield from ((row[0], row[1]) for row in some)


def _narrow_again(archive: Archive, submission_id: str) -> bool:
    with archive.db.write() as session:
        consents.newest(session, submission_id)
        stands = allowed(archive.withdrawals, submission_id)
        return stands is not None and _narrow_in(archive, session, submission_id, stands)


def _narrow_in(archive: Archive, session: Session, submission_id: str, to: Closure) -> bool:
    consent = consents.newest(session, submission_id)
    now = closure(archive.withdrawals, consent, session.get(Embargo, submission_id, populate_existing=True))
    wished = together(now, to)
    if wished == now:
        return False
    told = {name: getattr(consent, name) for name in consents.CHOICES}
    changes = narrowed(told, wished, partial(keyed, archive.withdrawals, submission_id))
    # What shows less is asked about by nobody: whoever restores must never be stopped by it.
    number = consents.revise_in(archive, session, OPERATOR, submission_id, changes, anyway=True)
    if value_in(wished, THEIRS) or value_in(now, THEIRS):
        # The day is staff's still, who may take it back, and not its giver's.
        own = own_day(wished)
        row = {"submission_id": submission_id, "consent_version": number}
        row |= {"allowed_from": date.fromisoformat(own) if own else None}
        put_row(session, Embargo, ["submission_id"], row)
    return number != consent.version


def _shown(archive: Archive) -> int:
    hidden = about(archive, SHOWN)
    done = 0
    for start in range(0, len(hidden), IDS_A_QUERY):
        query = select(Item.id).where(Item.state == ItemState.PUBLISHED)
        with archive.db.read() as session:
            shown = session.scalars(query.where(Item.id.in_(hidden[start : start + IDS_A_QUERY]))).all()
        done += sum(take_off(archive, one, by_ledger=True) for one in shown)
    _enter_unheard(archive, frozenset(hidden))
    return done


def _enter_unheard(archive: Archive, hidden: frozenset[str]) -> None:
    query = select(Item.id).where(Item.state.in_(STANDS), Item.published_on.is_not(None))
    with archive.db.read() as session:
        unheard = [one for one in session.scalars(query.order_by(Item.id)) if one not in hidden]
    for item_id in unheard:
        with changing(archive, item_id) as (session, item):
            if item.state in STANDS:
                enter_shown(archive.withdrawals, session, item_id)
