"""Whose first day counts: that of who gave it, and a later one until which staff keep it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.models import Consent, Embargo, days_now
from archive.models.errors import BadInputError


@dataclass(frozen=True)
class FirstDays:
    """The first day that the giver allows themselves, and the day until which staff keep it back; None where there is none."""

    own: date | None
    kept_back: date | None = None

    @property
    def put_off_until(self) -> date | None:
        """The day of staff while it is still to come, also where a later one of the giver's covers it."""
        day = self.kept_back
        return day if day is not None and not days_now().has_begun(day) else None

    def together(self, own: date | None, last: date | None) -> date | None:
        """The first day once its giver says `own`: what staff put off stays so.

        BadInputError (`after-the-last-day`) where `last` is before the day of staff, which is still to come.
        """
        day = self.kept_back
        if day is None or (own is not None and day <= own):
            return own
        if last is None or day <= last:
            return day
        if self.put_off_until is None:
            # It was opened already: nothing is held back any more that closing it for good would open.
            return own
        raise BadInputError(
            "It was put off until a later day than its last one.",
            code="after-the-last-day",
            remedy="Choose a later last day, or none and have only staff see it, or take it back.",
        )


def first_days(session: Session, consent: Consent) -> FirstDays:
    """Both as they stand with the newest consent: what its giver said last counts, and what staff made of it."""
    row = session.get(Embargo, consent.submission_id)
    if row is None:
        return FirstDays(consent.not_before)
    if row.consent_version == consent.version:
        return FirstDays(
            row.allowed_from, None if consent.not_before == row.allowed_from else consent.not_before
        )
    # A later day of the giver's own has covered that of staff, which counts again once they name an earlier one.
    chosen = session.scalar(
        select(Consent.not_before).where(
            Consent.submission_id == consent.submission_id, Consent.version == row.consent_version
        )
    )
    own = consent.not_before
    is_covered = chosen is not None and own is not None and own == row.allowed_from and chosen <= own
    return FirstDays(own, chosen if is_covered else None)


def say_own(session: Session, before: FirstDays, own: date | None, after: Consent) -> None:
    """Write down the day that the giver says with the version `after`; that of staff stays beside it."""
    day, row = before.kept_back, session.get(Embargo, after.submission_id)
    if day is None or row is None:
        return
    if own is None or own < day:
        if after.not_before != day:
            return
        row.consent_version = after.version
    # A day of their own that is not sooner, be it the same one, leaves that of staff in the version where they chose it.
    row.allowed_from = own


def carry_over(session: Session, before: Consent, after: Consent) -> None:
    """Have a first day that staff chose stay theirs when something else changed."""
    theirs = Embargo.submission_id == before.submission_id, Embargo.consent_version == before.version
    session.execute(update(Embargo).where(*theirs).values(consent_version=after.version))


def let_go(session: Session, submission_id: str) -> None:
    """Have nothing stand beside the giver's own day any more."""
    session.execute(delete(Embargo).where(Embargo.submission_id == submission_id))
