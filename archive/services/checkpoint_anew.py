"""Begins the public ledger anew where all of it is lost for good, because somebody says so; what is left of it is set aside, nothing removed."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from archive.access import Actor
from archive.durable import fsync_path
from archive.models import record_event, today
from archive.models.errors import BadInputError
from archive.services import checkpoint_begun, checkpoints
from archive.services.gap_acknowledging import GAP_REASON, check_actor
from archive.services.gap_text import LONGEST_REASON, SUBJECT, is_sayable
from archive.services.opening import Archive, exclusively

LEDGER_THERE = "ledger-there"


def begin_anew(archive: Archive, actor: Actor, reason: str) -> tuple[Path, ...]:
    """Have the next checkpoint be the first of another ledger, with another key, and the history say so and why.

    Returns where what was left of the old one lies now: its secret keys, and its folder where there is anything in it.
    ForbiddenError; BadInputError (`ledger-there`) where nothing is lost, (`gap-reason`) without a reason.
    """
    role, why, settings = check_actor(actor), " ".join(reason.split()), archive.settings
    if not is_sayable(why):
        raise BadInputError(
            f"Say why, in up to {LONGEST_REASON} characters that can be printed.", code=GAP_REASON
        )
    with exclusively(settings.run / checkpoints.LOCK):
        check_cut_off(archive)
        # In this order: killed anywhere in between, what is left still tells that there was a ledger.
        is_left = settings.ledger.is_dir() and any(settings.ledger.iterdir())
        left = [_set_aside(settings.ledger)] if is_left else []
        with archive.db.write() as session:
            record_event(session, SUBJECT, checkpoint_begun.ANEW, role, {"reason": why})
        # A key that was replaced, perhaps because others had it, must not sign again.
        left += [_set_aside(one) for one in checkpoint_begun.secret_keys(settings)]
        return tuple(left)


def check_cut_off(archive: Archive) -> None:
    """BadInputError (`ledger-there`) unless there was a ledger and none of its checkpoints is here."""
    if not checkpoints.is_cut_off(archive):
        raise BadInputError(
            "Nothing tells that checkpoints of the public ledger were lost.",
            code=LEDGER_THERE,
            remedy="Run remembrance verify-ledger: it says what is wrong, if anything is.",
        )


def _set_aside(path: Path) -> Path:
    name = f"{path.name}.until-{today().isoformat()}"
    places = (path.with_name(name if n == 1 else f"{name}-{n}") for n in count(1))
    place = next(one for one in places if not one.exists())
    path.rename(place)
    fsync_path(path.parent)
    return place
