"""How contributors wish to be reached: sealed in a table of its own, opened by few, and each look is written down."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from archive.access import Actor, can
from archive.models import Contact, Item, Right, Submission, record_event
from archive.models.errors import BadInputError, IntegrityError, NotFoundError
from archive.services.drafts import own_submission
from archive.services.keys import secret_key
from archive.services.lifecycle import NO_SUCH_ITEM, agent_of
from archive.services.of_submission import has_for_any
from archive.services.opening import Archive
from archive.services.records import touch_submission

NONCE_BYTES = 12
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
    nonce = os.urandom(NONCE_BYTES)
    text = json.dumps(asdict(details)).encode()
    return nonce + AESGCM(_key(archive)).encrypt(nonce, text, of.encode())


def unseal(archive: Archive, of: str, kept: bytes) -> Details:
    """What was sealed for the row with the id `of`; whoever calls it writes down that somebody looked."""
    nonce, sealed = kept[:NONCE_BYTES], kept[NONCE_BYTES:]
    try:
        opened = AESGCM(_key(archive)).decrypt(nonce, sealed, of.encode())
    except InvalidTag as error:
        raise IntegrityError(
            "This was sealed with another key than this archive has.",
            code="sealed-elsewhere",
            remedy="An archive that was restored without its keys cannot open it; put keys/contacts.key back.",
        ) from error
    return Details(**json.loads(opened))


def _key(archive: Archive) -> bytes:
    return secret_key(archive.settings.home / "keys", "contacts")


def _is_address(text: str) -> bool:
    name, at, host = text.strip().rpartition("@")
    return bool(name and at and "." in host) and text.isprintable() and " " not in text.strip()
