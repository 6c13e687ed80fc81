"""Takes in what somebody gives: rows and job in one transaction, so that it is there whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from archive.access import Actor
from archive.bags import safe_name
from archive.models import Audience, Collection, Consent, File, Item, Right, Submission, new_id, record_event
from archive.models.errors import BadInputError, ForbiddenError
from archive.services import codes
from archive.services.describe import Description, describe
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive

ACCESSION_JOB = "accession"
EXAMINE_JOB = "examine"
WITHDRAWN_BEFORE = "It was destroyed here at the wish of whoever gave it."
GIVE_ANEW = "Leave it out. Whoever gave it may give it again, on the pages for giving."


@dataclass(frozen=True)
class FileDraft:
    """A file whose bytes are already staged and flushed; `accompanies` is a place in the item's list of files."""

    staged_as: str
    given_name: str
    size: int
    sha512: str
    crc32: int
    title: str = ""
    role: str = "original"
    accompanies: int | None = None
    language: str = ""
    given_bytes: str = ""


@dataclass(frozen=True)
class ItemDraft:
    """An item to be: its description and its files, in order.

    `origin` says by which way it came, with the event of its arrival: never a word of what was said. What a record says
    already is taken letter by letter (`as_said`).
    """

    description: Description
    files: Sequence[FileDraft]
    origin: Mapping[str, str] = field(default_factory=dict)
    as_said: bool = False


@dataclass(frozen=True)
class ConsentDraft:
    """What the contributor allows; the default shows nothing to anybody but staff."""

    audience: str = Audience.STAFF
    naming: str = "no-name"
    name_shown: str = ""
    place_precision: str = "town"
    places_shown: Mapping[str, str] = field(default_factory=dict)
    people: str = ""
    people_words: str = ""
    reuse: str = ""
    not_before: date | None = None
    not_after: date | None = None
    agreement_version: str = ""
    agreement_language: str = "en"
    agreement_fingerprint: str = ""
    agreement_text: str = ""


@dataclass(frozen=True)
class SubmissionDraft:
    """A submission to be; `source_key` makes giving the same thing twice the same as giving it once.

    `code` is the fingerprint of the code that its giver has already, from the offline kit.
    """

    collection: str
    items: Sequence[ItemDraft]
    consent: ConsentDraft = field(default_factory=ConsentDraft)
    title: str = ""
    source_key: str | None = None
    code: str = ""


@dataclass(frozen=True)
class Received:
    """What was taken in: ids in the order given, and the jobs that carry each item on."""

    submission_id: str
    item_ids: tuple[str, ...]
    job_ids: tuple[str, ...]


def receive(archive: Archive, actor: Actor, draft: SubmissionDraft) -> Received:
    """Take in a submission and enqueue its accession.

    BadInputError when it is not whole, or (`withdrawn-before`) when a file of it was destroyed at its giver's wish.
    """
    if not any(actor.has(right, draft.collection) for right in (Right.SEND, Right.BRING_IN)):
        raise ForbiddenError("Your role does not allow giving to this collection.")
    if draft.collection not in archive.profiles:
        raise BadInputError(f"There is no collection “{draft.collection}”.", code="no-such-collection")
    if not draft.items or any(not item.files for item in draft.items):
        raise BadInputError("A submission has at least one item, and an item at least one file.")
    if archive.withdrawals.destroyed([file.sha512 for item in draft.items for file in item.files]):
        raise BadInputError(WITHDRAWN_BEFORE, code="withdrawn-before", remedy=GIVE_ANEW)
    with archive.db.write() as session:
        if session.get(Collection, draft.collection) is None:
            session.add(Collection(slug=draft.collection))
            session.flush()
        submission = Submission(collection=draft.collection, title=draft.title, source_key=draft.source_key)
        consent = Consent(version=1, **vars(draft.consent))
        submission.consents.append(consent)
        session.add(submission)
        session.flush()
        if draft.code:
            codes.brought(archive, session, submission.id, draft.code)
        items = [
            _receive_item(session, actor, submission, consent, position, item)
            for position, item in enumerate(draft.items)
        ]
        # All rows at once, and jobs only for items that are there.
        session.flush()
        jobs = [enqueue_accession(archive, session, item.id) for item in items]
        return Received(submission.id, tuple(item.id for item in items), tuple(jobs))


def enqueue_accession(archive: Archive, session: Session, item_id: str) -> str:
    """Have the pipeline keep an item, once the caller's transaction is committed; twice is once."""
    return archive.jobs.enqueue(session, ACCESSION_JOB, item_id, key=item_id)


def enqueue_examination(archive: Archive, session: Session, file_id: str, *, again: str = "") -> str:
    """Have the pipeline look at a file as soon as the caller's transaction is committed; twice is once.

    One that was looked at before is looked at `again` by a word that tells this time from the others.
    """
    key = f"{file_id}/{again}" if again else file_id
    return archive.jobs.enqueue(session, EXAMINE_JOB, file_id, key=key, queue="files")


def _receive_item(
    session: Session, actor: Actor, submission: Submission, consent: Consent, position: int, draft: ItemDraft
) -> Item:
    item = Item(
        id=new_id(),
        submission_id=submission.id,
        collection=submission.collection,
        consent_id=consent.id,
        position=position,
        record_revision=1,
    )
    describe(session, item, draft.description, None if draft.as_said else actor)
    ids = [new_id() for _ in draft.files]
    taken: set[str] = set()
    for place, file in enumerate(draft.files):
        item.files.append(_file_of(file, ids, place, taken))
    session.add(item)
    detail = {"files": len(ids), **draft.origin}
    record_event(session, item.id, "receive", agent_of(actor), detail, first=True)
    return item


def _file_of(draft: FileDraft, ids: Sequence[str], place: int, taken: set[str]) -> File:
    name = safe_name(draft.given_name, taken)
    taken.add(name)
    return File(
        id=ids[place],
        position=place,
        given_name=draft.given_name,
        given_bytes=draft.given_bytes,
        safe_name=name,
        title=draft.title,
        role=draft.role,
        accompanies_id=None if draft.accompanies is None else ids[draft.accompanies],
        language=draft.language,
        size=draft.size,
        sha512=draft.sha512,
        crc32=draft.crc32,
        staged_as=draft.staged_as,
    )
