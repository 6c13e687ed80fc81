"""Whether days of the public ledger were ever signed here, as everything but the ledger's own folder tells it.

Where that folder is lost, nothing in it can tell that there was one; and who signs the past a second time has two histories.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import PIPELINE
from archive.models import Event, record_event
from archive.services import checkpoint_entries, checkpoint_keys
from archive.services.gap_text import EVENT as ACKNOWLEDGED
from archive.services.gap_text import SUBJECT
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.settings import Settings

BEGUN, ANEW = "begin-ledger", "begin-ledger-anew"


def was_begun(archive: Archive) -> bool:
    """Whether the history of the archive, or a secret key, tells that days were signed, and nobody began anew since."""
    with archive.db.read() as session:
        told = _newest(session)
    return told in (BEGUN, ACKNOWLEDGED) or _is_key_left(archive.settings)


def begun_anew(archive: Archive) -> list[tuple[date, str]]:
    """The days on which the ledger was begun anew, the newest first, each with the reason as it was written."""
    query = select(Event.at, Event.detail).where(Event.subject_id == SUBJECT, Event.kind == ANEW)
    with archive.db.read() as session:
        rows = session.execute(query.order_by(Event.sequence.desc())).all()
        return [(at.date(), str(detail.get("reason", ""))) for at, detail in rows]


def note_begun(archive: Archive, day: date) -> None:
    """Have the history of the archive say that the ledger has a checkpoint, of that day, unless it does already."""
    with archive.db.read() as session:
        if _newest(session) == BEGUN:
            return
    with archive.db.write() as session:
        record_event(session, SUBJECT, BEGUN, agent_of(PIPELINE), {"day": day.isoformat()})


def secret_keys(settings: Settings) -> list[Path]:
    """The files of the secret keys that sign it, or did."""
    return sorted(checkpoint_keys.folder(settings).glob("ledger-*.key"))


def _newest(session: Session) -> str | None:
    # What was acknowledged was acknowledged beside a checkpoint: also by versions that noted no beginning.
    query = select(Event.kind).where(Event.subject_id == SUBJECT, Event.kind.in_((BEGUN, ANEW, ACKNOWLEDGED)))
    return session.scalar(query.order_by(Event.sequence.desc()).limit(1))


def _is_key_left(settings: Settings) -> bool:
    """Whether a secret key is there and all that it was made for is not.

    A process that is killed over the first checkpoint leaves a key too, but entries before it.
    """
    if checkpoint_keys.published(settings) or checkpoint_entries.days(settings):
        return False
    return bool(secret_keys(settings))
