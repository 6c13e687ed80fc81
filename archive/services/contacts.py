"""How contributors wish to be reached: sealed in a table of its own, opened by few, and each look is written down."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from archive.access import Actor, can
from archive.models import Contact, Item, Right, Submission, record_event
from archive.models.errors import BadInputError, NotFoundError
from archive.services import sealing
from archive.services.drafts import own_submission
from archive.services.lifecycle import NO_SUCH_ITEM, agent_of
from archive.services.of_submission import has_for_any
from archive.services.opening import Archive
from archive.services.records import touch_submission

LONGEST = 500


@dataclass(frozen=True)
class Details:
    """How to reach somebody; `email` also gets notices that say nothing but that there is a message."""

    email: str = ""
    other: str = ""
    language: str = "en"


def keep(archive: Archive, actor: Actor, submission_id: str, details: Details) -> None:
    """Keep, or replace, how the contributor of a submission wishes to be reached; nothing in it forgets it."""
    check(details)
    with archive.db.write() as session:
        own_submission(session, actor, submission_id)
        known = session.get(Contact, submission_id, with_for_update=True)
        if not details.email and not details.other.strip():
            if known is not None:
                session.delete(known)
            return
        sealed = seal(archive, submission_id, details)
        if known is None:
            session.add(Contact(submission_id=submission_id, sealed=sealed))
        else:
            known.sealed = sealed


def check(details: Details) -> None:
    """BadInputError (`bad-contact`) for what cannot be kept."""
    if any(len(text) > LONGEST for text in (details.email, details.other)):
        raise BadInputError(f"This is longer than {LONGEST} characters.", code="bad-contact")
    if details.email and not _is_address(details.email):
        raise BadInputError("This is not an e-mail address.", code="bad-contact")


def is_well(email: str) -> bool:
    """Whether an address is one that can be kept, or none."""
    return not email or (len(email) <= LONGEST and _is_address(email))


def read(archive: Archive, actor: Actor, submission_id: str) -> Details | None:
    """How to reach the contributor, None when they did not say; needs a right of its own, and is an event."""
    with archive.db.write() as session:
        submission = session.get(Submission, submission_id)
        if submission is None or not _may_read(session, actor, submission):
            raise NotFoundError("There is no such submission.")
        found = session.get(Contact, submission_id)
        if found is not None:
            record_event(session, submission_id, "contact-read", agent_of(actor))
            touch_submission(session, submission_id)
        return None if found is None else unseal(archive, submission_id, found.sealed)


def _may_read(session: Session, actor: Actor, submission: Submission) -> bool:
    # Until it is sent nothing of it is anywhere but where it was begun.
    if not submission.sent:
        return actor.has(Right.READ_CONTACTS, submission.collection)
    return has_for_any(session, actor, submission.id, Right.READ_CONTACTS)


def about_item(archive: Archive, actor: Actor, item_id: str) -> str:
    """The submission that an item came with, for those who may read how its contributor can be reached."""
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None or not can(actor, Right.READ_CONTACTS, item):
            raise NotFoundError(NO_SUCH_ITEM)
        return item.submission_id


def address_for_notice(archive: Archive, session: Session, submission_id: str) -> Details | None:
    """Where a notice without content goes; for the job that sends it, and nobody looks."""
    found = session.get(Contact, submission_id)
    details = None if found is None else unseal(archive, submission_id, found.sealed)
    return details if details is not None and details.email else None


def seal(archive: Archive, of: str, details: Details) -> bytes:
    """The details, sealed for the row with the id `of`: moved to another they do not open."""
    return sealing.seal(archive, of, json.dumps(asdict(details)).encode())


def unseal(archive: Archive, of: str, kept: bytes) -> Details:
    """What was sealed for the row with the id `of`; whoever calls it writes down that somebody looked."""
    return Details(**json.loads(sealing.unseal(archive, of, kept)))


def _is_address(text: str) -> bool:
    name, at, host = text.strip().rpartition("@")
    return bool(name and at and "." in host) and text.isprintable() and " " not in text.strip()
