"""A draft: begun without an account, saved at every page, seen by its contributor alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from archive.access import Actor
from archive.models import (
    AT_THE_END,
    Collection,
    Consent,
    Draft,
    File,
    FileState,
    Holder,
    Item,
    ItemState,
    Submission,
    Upload,
    today,
)
from archive.models.errors import BadInputError, NotFoundError
from archive.profiles import CollectionProfile
from archive.services.additions import as_it_stands, begun_with
from archive.services.answers import Answers
from archive.services.cards import FACES, copy_view
from archive.services.file_names import role_beside, take_apart
from archive.services.first_days import first_days
from archive.services.of_submission import check_left, is_held
from archive.services.opening import Archive
from archive.services.views import CopyView

NO_SUCH_DRAFT = "There is no such draft."
TOGETHER, APART = "together", "apart"
Changes = Mapping[str, Any] | Callable[[Answers], Mapping[str, Any]]
"""What is answered anew, by the names of `Answers`: as it is, or made of the answers as they stand."""


@dataclass(frozen=True)
class DraftFile:
    """A file of a draft: what it is called, whether it was looked at yet, and what was noticed in it (codes)."""

    id: str
    given_name: str
    caption: str
    size: int
    sha512: str
    is_examined: bool
    failure: str
    notes: tuple[str, ...]
    face: CopyView | None
    role: str = "original"


@dataclass(frozen=True)
class DraftView:
    """A draft as its contributor sees it; `things` are its files, cut into what will be one item each.

    `arriving` are id and name of uploads whose bytes are not all here yet, and the day on which they are removed;
    `recorded` the ids of those that were sent while they were recorded: what is here of them can be kept as it is.
    What is added to something staff have `put_off` until a day, if they have and it is still to come. To what `is_held` an
    account leads back.
    """

    submission_id: str
    collection: str
    language: str
    is_addition: bool
    answers: Answers
    files: tuple[DraftFile, ...]
    things: tuple[tuple[DraftFile, ...], ...]
    kept_until: date
    arriving: tuple[tuple[str, str, date], ...] = ()
    recorded: frozenset[str] = frozenset()
    put_off: date | None = None
    is_held: bool = False


def start(archive: Archive, collection: str, language: str, *, user_id: str = "") -> str:
    """Begin a draft in `collection`; returns the submission's id, which is all that leads back to it."""
    _profile(archive, collection)
    with archive.db.write() as session:
        if session.get(Collection, collection) is None:
            session.add(Collection(slug=collection))
            session.flush()
        submission = Submission(collection=collection, sent=False, language=language, consents=[Consent()])
        session.add(submission)
        session.flush()
        session.add(Draft(submission_id=submission.id))
        if user_id:
            session.add(Holder(submission_id=submission.id, user_id=user_id))
        return submission.id


def add_more(archive: Archive, actor: Actor, submission_id: str) -> None:
    """Open a submission that was sent for more files; what was allowed before is where it begins.

    ConflictError (`destroyed`, `being-destroyed`) where nothing is left of what was given.
    """
    with archive.db.write() as session:
        submission = own_submission(session, actor, submission_id)
        if session.get(Draft, submission_id) is None:
            check_left(session, submission_id)
            consent = submission.consents[-1]
            answers = begun_with(consent, first_days(session, consent))
            session.add(Draft(submission_id=submission_id, answers=answers.to_json()))


def save(archive: Archive, actor: Actor, submission_id: str, changes: Changes) -> None:
    """Keep what was typed on one page, whether or not it can be used yet.

    What hangs on the answers that stand is made of them by a function, while no other page can change them. A
    `collection` among the changes is the one to which the draft is given from now on.
    """
    with archive.db.write() as session:
        draft = own_draft(session, actor, submission_id)
        submission = own_submission(session, actor, submission_id)
        answers = _answers(session, submission, draft)
        new = changes(answers) if callable(changes) else changes
        if to := new.get("collection", ""):
            _profile(archive, to)
            _move(session, submission, to)
        draft.answers = Answers.from_json({**answers.to_json(), **new}).to_json()
        draft.touched_on = today()


def view(archive: Archive, actor: Actor, submission_id: str) -> DraftView:
    """The draft; NotFoundError when there is none that `actor` gave."""
    with archive.db.read() as session:
        return view_in(archive, session, actor, submission_id)


def view_in(archive: Archive, session: Session, actor: Actor, submission_id: str) -> DraftView:
    """The same in the caller's transaction."""
    submission = own_submission(session, actor, submission_id)
    draft = session.get(Draft, submission_id)
    if draft is None:
        raise NotFoundError(NO_SUCH_DRAFT, code="draft-gone")
    answers = _answers(session, submission, draft)
    files = tuple(_file(file) for file in _draft_files(session, submission_id))
    return DraftView(
        submission_id,
        submission.collection,
        submission.language,
        submission.sent,
        answers,
        files,
        group(files, answers.together),
        kept_until(archive, draft),
        tuple(_unfinished(archive, session, submission_id)),
        _recorded(session, submission_id),
        first_days(session, submission.consents[-1]).put_off_until if submission.sent else None,
        is_held(session, submission_id),
    )


def kept_until(archive: Archive, draft: Draft) -> date:
    """The last day of a draft to which nobody comes back."""
    return draft.touched_on + timedelta(days=archive.settings.draft_days)


def opened(archive: Archive, actor: Actor, submission_id: str) -> DraftView:
    """The draft as `view`, for whoever opens a page of it: that they came back counts, by the day."""
    seen = view(archive, actor, submission_id)
    until = today() + timedelta(days=archive.settings.draft_days)
    if seen.kept_until >= until:
        return seen
    touch(archive, actor, submission_id)
    return replace(seen, kept_until=until)


def touch(archive: Archive, actor: Actor, submission_id: str) -> None:
    """Have a draft be kept as if something had been said in it today; one that is not there is nothing to keep."""
    own = Draft.submission_id == submission_id, Draft.touched_on < today()
    with archive.db.write() as session:
        own_submission(session, actor, submission_id)
        session.execute(update(Draft).where(*own).values(touched_on=today()))


def group(files: tuple[DraftFile, ...], together: str) -> tuple[tuple[DraftFile, ...], ...]:
    """Files cut into things: all one, each its own, or (not said) by the names of those that belong together."""
    if together == TOGETHER:
        return (files,) if files else ()
    things: dict[str, list[DraftFile]] = {}
    for file in files:
        key = file.id if together == APART else take_apart(file.given_name).stem
        things.setdefault(key, []).append(file)
    found: list[tuple[DraftFile, ...]] = []
    for thing in things.values():
        roles = roles_of([file.given_name for file in thing])
        if roles.count("original") > 1 and together != APART:
            # Two of the same name's beginning that accompany nothing, such as two phones' IMG_1: apart.
            found += [(file,) for file in thing]
        else:
            found.append(tuple(thing))
    return tuple(found)


def roles_of(names: list[str]) -> list[str]:
    """What each file of one thing is to the others, as far as its name tells."""
    parts = [take_apart(name) for name in names]
    return [role_beside(part, parts) for part in parts]


def own_submission(
    session: Session, actor: Actor, submission_id: str, *, for_change: bool = False
) -> Submission:
    """The submission, if `actor` gave it, locked with `for_change`; else the answer is as if it never was."""
    own = submission_id in actor.submissions
    submission = session.get(Submission, submission_id, with_for_update=for_change or None) if own else None
    if submission is None:
        raise NotFoundError(NO_SUCH_DRAFT, code="draft-gone")
    return submission


def own_draft(session: Session, actor: Actor, submission_id: str) -> Draft:
    """The draft of a submission that `actor` gave, locked until the transaction ends."""
    own_submission(session, actor, submission_id)
    draft = session.get(Draft, submission_id, with_for_update=True)
    if draft is None:
        raise NotFoundError(NO_SUCH_DRAFT, code="draft-gone")
    return draft


def draft_items(session: Session, submission_id: str) -> list[Item]:
    """The items of a submission that are not sent yet, in their order."""
    query = select(Item).where(Item.submission_id == submission_id, Item.state == ItemState.DRAFT)
    return list(session.scalars(query.options(selectinload(Item.files)).order_by(Item.position, Item.id)))


def _move(session: Session, submission: Submission, collection: str) -> None:
    """Give a draft to another collection; what was answered stays, and so does what was sent where it is."""
    if submission.sent or submission.collection == collection:
        return
    if session.get(Collection, collection) is None:
        session.add(Collection(slug=collection))
        session.flush()
    submission.collection = collection
    for item in draft_items(session, submission.id):
        item.collection = collection


def _answers(session: Session, submission: Submission, draft: Draft) -> Answers:
    answers, consent = Answers.from_json(draft.answers), submission.consents[-1]
    return as_it_stands(answers, consent, first_days(session, consent)) if submission.sent else answers


def _unfinished(archive: Archive, session: Session, submission_id: str) -> Iterator[tuple[str, str, date]]:
    query = select(Upload.id, Upload.given_name, Upload.begun_on).where(
        Upload.submission_id == submission_id, Upload.file_id.is_(None)
    )
    for upload_id, name, begun_on in session.execute(query):
        yield upload_id, name, begun_on + timedelta(days=archive.settings.upload_days)


def _recorded(session: Session, submission_id: str) -> frozenset[str]:
    query = select(Upload.id).where(Upload.submission_id == submission_id, Upload.file_id.is_(None))
    return frozenset(session.scalars(query.where(Upload.length == AT_THE_END)))


def _draft_files(session: Session, submission_id: str) -> list[File]:
    query = select(File).join(Item, Item.id == File.item_id)
    query = query.where(Item.submission_id == submission_id, Item.state == ItemState.DRAFT)
    query = query.options(selectinload(File.copies)).order_by(Item.position, Item.id, File.position)
    return list(session.scalars(query))


def _file(file: File) -> DraftFile:
    faces = (copy for kind in FACES for copy in file.copies if copy.kind == kind)
    face = next(faces, None)
    return DraftFile(
        id=file.id,
        given_name=file.given_name,
        caption=file.title,
        size=file.size,
        sha512=file.sha512,
        is_examined=file.state != FileState.RECEIVED,
        failure=file.failure_code,
        notes=tuple(note["code"] for note in file.notes),
        face=None if face is None else copy_view(face),
    )


def _profile(archive: Archive, collection: str) -> CollectionProfile:
    profile = archive.profiles.get(collection)
    if profile is None:
        raise BadInputError("There is no such collection.", code="no-such-collection")
    return profile
