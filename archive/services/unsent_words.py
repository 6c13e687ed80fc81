"""What a contributor has typed about something they gave and not sent yet: kept sealed, for them alone.

Going to another page must not lose words, and what was never sent is nobody's but theirs: it is in no record, no bag,
no index and no export, and no curator is shown it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import UnsentWords, today
from archive.models.errors import IntegrityError
from archive.services.drafts import own_submission
from archive.services.opening import Archive
from archive.services.sealing import seal, unseal

MESSAGE, CONTACT, ALLOW, WRITING = "message", "contact", "allow", "writing"


@dataclass(frozen=True)
class Kept:
    """What was typed, as plain values by name, and the day on which it is removed."""

    typed: Mapping[str, Any]
    until: date


def correcting(item_id: str) -> str:
    """The form in which an item is put right."""
    return f"correct/{item_id}"


def taking_back(item_id: str) -> str:
    """The form in which an item is taken back, or with no id everything."""
    return f"take-back/{item_id}"


def last_day(archive: Archive) -> date:
    """The day until which what is typed today is kept."""
    return today() + timedelta(days=archive.settings.draft_days)


def keep(archive: Archive, actor: Actor, submission_id: str, form: str, typed: Mapping[str, Any]) -> None:
    """Keep what was typed in a form in place of what was there before; with nothing typed, that is forgotten."""
    with archive.db.write() as session:
        # Held, so that what is taken back meanwhile does not get words again.
        own_submission(session, actor, submission_id, for_change=True)
        if not typed:
            _forget(session, submission_id, form)
            return
        sealed = seal(archive, f"{submission_id}/{form}", json.dumps(typed).encode())
        kept = session.get(UnsentWords, (submission_id, form), with_for_update=True)
        if kept is None:
            kept = UnsentWords(submission_id=submission_id, form=form)
            session.add(kept)
        kept.sealed, kept.kept_on = sealed, today()


def own(archive: Archive, actor: Actor, submission_id: str, form: str) -> Kept | None:
    """What `actor` has typed in a form and not sent; None where there is nothing, or nobody can open it any more."""
    with archive.db.read() as session:
        own_submission(session, actor, submission_id)
        kept = session.get(UnsentWords, (submission_id, form))
        if kept is None:
            return None
        try:
            typed = json.loads(unseal(archive, f"{submission_id}/{form}", kept.sealed))
        except IntegrityError:
            return None
        return Kept(typed, kept.kept_on + timedelta(days=archive.settings.draft_days))


def forget(archive: Archive, actor: Actor, submission_id: str, form: str) -> None:
    """Forget what was typed in a form, as when it was sent; there being none is success."""
    with archive.db.write() as session:
        own_submission(session, actor, submission_id)
        _forget(session, submission_id, form)


def forget_about(session: Session, submission_id: str, item_ids: Sequence[str]) -> None:
    """Forget what was typed about items that are taken back, in the caller's transaction."""
    for item_id in item_ids:
        _forget(session, submission_id, correcting(item_id), taking_back(item_id))


def forget_writing(session: Session, submission_id: str) -> None:
    """Forget what was being written for a draft that is thrown away, in the caller's transaction."""
    _forget(session, submission_id, WRITING)


def forget_all(session: Session, submission_id: str) -> None:
    """Forget all that was typed about a submission, in the caller's transaction."""
    session.execute(delete(UnsentWords).where(UnsentWords.submission_id == submission_id))


def expire(archive: Archive) -> int:
    """Remove what nobody sent for `draft_days`; return how many."""
    last = today() - timedelta(days=archive.settings.draft_days)
    with archive.db.read() as session:
        if session.scalar(select(UnsentWords.form).where(UnsentWords.kept_on < last).limit(1)) is None:
            return 0
    with archive.db.write() as session:
        old = delete(UnsentWords).where(UnsentWords.kept_on < last).returning(UnsentWords.form)
        return len(session.scalars(old).all())


def _forget(session: Session, submission_id: str, *forms: str) -> None:
    own = UnsentWords.submission_id == submission_id, UnsentWords.form.in_(forms)
    session.execute(delete(UnsentWords).where(*own))
