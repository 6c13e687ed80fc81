"""Sends a draft: what was answered becomes items, descriptions and a consent, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.bags import safe_name
from archive.models import (
    Action,
    Consent,
    Draft,
    File,
    Item,
    ItemState,
    Submission,
    Upload,
    record_event,
    today,
)
from archive.models.errors import BadInputError, ConflictError
from archive.services import additions, consents
from archive.services.agreed import DIGITS, agreed_to, words_mark
from archive.services.answers import (
    Answers,
    Trouble,
    consent_troubles,
    name_troubles,
    people_troubles,
    understand_about,
    unsettled,
)
from archive.services.beside import accompanied
from archive.services.consents import say_rights
from archive.services.contribute import enqueue_accession
from archive.services.describe import describe
from archive.services.describing import Understanding
from archive.services.draft_files import caption_troubles
from archive.services.drafts import (
    DraftFile,
    DraftView,
    draft_items,
    own_draft,
    own_submission,
    roles_of,
    view,
    view_in,
)
from archive.services.file_names import take_apart
from archive.services.lifecycle import STALE, agent_of, transition
from archive.services.noticed import noticed_mark
from archive.services.opening import Archive
from archive.services.records import touch_submission


@dataclass(frozen=True)
class Checked:
    """A draft as it would be sent: what was understood of each thing, and what is in the way, by page and question.

    A question about one thing alone has the id of its first file before its name, and a colon.
    """

    understood: tuple[Understanding, ...]
    troubles: Mapping[str, Mapping[str, Trouble]] = field(default_factory=dict)

    @property
    def can_be_sent(self) -> bool:
        """Whether nothing is in the way."""
        return not any(self.troubles.values())


@dataclass(frozen=True)
class Changed:
    """What of a draft, or beside it, is not as it was when somebody looked at all of it."""

    given: bool
    words: bool
    noticed: bool


def check(archive: Archive, draft: DraftView, language: str) -> Checked:
    """Look at a draft as `send` will; nothing is changed."""
    profile, answers = archive.profiles[draft.collection], draft.answers
    understood: list[Understanding] = []
    about: dict[str, Trouble] = {}
    for thing in draft.things:
        ids = [one.id for one in thing]
        given, troubles = understand_about(profile, answers.of(ids), answers.readings(ids), language)
        understood.append(given)
        about |= {
            (f"{ids[0]}:{name}" if answers.is_apart(ids, name) else name): why
            for name, why in troubles.items()
        }
        about |= {f"{ids[0]}:{name}": why for one in ids for name, why in unsettled(answers, one).items()}
    return Checked(
        tuple(understood),
        {
            "what": unsettled(answers, "what"),
            "files": _file_troubles(draft),
            "about": unsettled(answers, "about") | about,
            "people": unsettled(answers, "people") | people_troubles(answers),
            "show": unsettled(answers, "show")
            | consent_troubles(profile, answers, language, put_off=draft.put_off),
            "name": unsettled(answers, "name") | name_troubles(answers),
        },
    )


def _file_troubles(draft: DraftView) -> dict[str, Trouble]:
    if draft.arriving:
        return {"files": Trouble("still-arriving")}
    return caption_troubles(draft.files) if draft.files else {"files": Trouble("no-files")}


def mark_of(archive: Archive, draft: DraftView, language: str) -> str:
    """What somebody sees who looks at all of a draft before it is sent: hashes of it, of the agreement, and of what was noticed.

    There are dots between them; `changed_since` tells two of them apart.
    """
    files = [[one.id, one.caption] for one in draft.files]
    arriving = sorted(upload_id for upload_id, _name, _until in draft.arriving)
    seen = json.dumps([draft.collection, draft.answers.to_json(), files, arriving], sort_keys=True)
    words = words_mark(archive.profiles[draft.collection], language)
    return f"{sha256(seen.encode()).hexdigest()[:DIGITS]}.{words}.{noticed_mark(draft)}"


def changed_since(seen: str, mark: str) -> Changed:
    """What is not the same in two results of `mark_of`, of which `seen` may be anything that a form sends."""
    was, now = ([*one.split(".", 2), "", ""][:3] for one in (seen, mark))
    return Changed(*(one != other for one, other in zip(was, now, strict=True)))


def send(
    archive: Archive, actor: Actor, submission_id: str, language: str, *, seen: str | None = None
) -> None:
    """Send a draft: items, descriptions, consent and jobs are there together or not at all.

    `seen` is the `mark_of` what the person had before them, where they had anything: nothing is sent that they did
    not see. ConflictError (`stale-version`) when something was changed or noticed since, BadInputError (`draft-not-ready`) when
    something is in the way; nothing typed or uploaded is lost then. Sent twice, the second finds nothing to send and
    changes nothing.
    """
    draft = view(archive, actor, submission_id)
    mark = mark_of(archive, draft, language)
    if seen not in (None, mark):
        raise ConflictError(STALE, code="stale-version")
    checked = check(archive, draft, language)
    if not checked.can_be_sent:
        raise BadInputError("Some answers are missing or cannot be used yet.", code="draft-not-ready")
    profile = archive.profiles[draft.collection]
    with archive.db.write() as session:
        own_draft(session, actor, submission_id)
        # Once it is locked nobody adds to it or answers otherwise.
        if mark_of(archive, view_in(archive, session, actor, submission_id), language) != mark:
            raise ConflictError(STALE, code="stale-version")
        submission = own_submission(session, actor, submission_id)
        items = draft_items(session, submission_id)
        files = {file.id: (item, file) for item in items for file in item.files}
        consent = _consent(archive, session, actor, submission, draft.answers, language)
        kept = session.scalar(
            select(func.count()).where(Item.submission_id == submission_id, Item.state != ItemState.DRAFT)
        )
        for position, (thing, understood) in enumerate(zip(draft.things, checked.understood, strict=True)):
            item = _item(session, thing, files)
            item.consent_id, item.position, item.received_on = consent.id, (kept or 0) + position, today()
            said = understood.description(take_apart(thing[0].given_name).stem)
            describe(session, item, said, actor)
            if draft.answers.reuse:
                say_rights(item, profile, draft.answers.reuse)
            session.flush()
            transition(session, item, Action.SEND, actor)
            enqueue_accession(archive, session, item.id)
        _finish(session, actor, submission)


def _item(session: Session, thing: tuple[DraftFile, ...], files: Mapping[str, tuple[Item, File]]) -> Item:
    """One item that holds the thing's files: those of the other draft items move to the first one's."""
    roles = roles_of([one.given_name for one in thing])
    # Originals first, in the order given: what accompanies them often arrives before them, being smaller.
    thing = tuple(
        one for _, one in sorted(zip(roles, thing, strict=True), key=lambda pair: pair[0] != "original")
    )
    roles = roles_of([one.given_name for one in thing])
    item = files[thing[0].id][0]
    # Captions of one talk of several belong to that talk, by their names.
    mains = [one for one, role in zip(thing, roles, strict=True) if role == "original"]
    names = [one.given_name for one in mains]
    taken: set[str] = set()
    emptied: set[str] = set()
    for place, (one, role) in enumerate(zip(thing, roles, strict=True)):
        was, row = files[one.id]
        row.safe_name = safe_name(row.given_name, taken)
        taken.add(row.safe_name)
        row.position, row.role, row.language = place, role, take_apart(row.given_name).language
        beside = None if role == "original" else mains[accompanied(one.given_name, role, names)].id
        row.accompanies_id = beside
        if was is not item:
            row.item_id = item.id
            emptied.add(was.id)
    session.flush()
    for item_id in emptied:
        empty = session.get_one(Item, item_id)
        session.expire(empty, ["files"])
        session.delete(empty)
    session.expire(item, ["files"])
    return item


def _consent(
    archive: Archive, session: Session, actor: Actor, submission: Submission, answers: Answers, language: str
) -> Consent:
    """What was agreed, whole: the choices, and the words that were read.

    The first sending fills the first version. What is chosen with an addition is a new version for all of it.
    """
    agreed = agreed_to(archive.profiles[submission.collection], language)
    if submission.sent:
        changes = additions.chosen(answers, language, consents.newest(session, submission.id))
        consents.revise_in(archive, session, actor, submission.id, changes | agreed)
        return consents.newest(session, submission.id)
    first = submission.consents[-1]
    for name, value in (additions.allowed(answers, language) | agreed | {"given_on": today()}).items():
        setattr(first, name, value)
    session.flush()
    return first


def _finish(session: Session, actor: Actor, submission: Submission) -> None:
    submission.sent = True
    record_event(session, submission.id, "send", agent_of(actor))
    touch_submission(session, submission.id)
    session.delete(session.get_one(Draft, submission.id))
    for upload in session.scalars(select(Upload).where(Upload.submission_id == submission.id)):
        session.delete(upload)
