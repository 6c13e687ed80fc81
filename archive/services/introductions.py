"""The words that introduce a collection, which curators may write over those of its folder, and what is wrong with that folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor, may_write_pages
from archive.models import Collection, Introduction, Item, Right, record_event, today
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from archive.profiles import CollectionProfile, Problem, ProfileError, load_profiles, say
from archive.services import shared_bags, shared_revisions, shared_withdrawing
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive, collections_root
from archive.services.shared_revisions import NOBODY_KNOWS, Change
from archive.services.taken_out import check, refuse

LONGEST = 20_000
BODY = "body"
NOTHING: Mapping[str, str] = {}
NO_SUCH_COLLECTION = "There is no such collection."
STALE = "Somebody else changed this introduction in the meantime."


@dataclass(frozen=True)
class Words:
    """What introduces a collection in one language; `body` is Markdown, "" where its folder's words count."""

    language: str
    body: str
    of_file: str

    @property
    def mark(self) -> str:
        """A mark that differs when the words do (SHA-256, hexadecimal)."""
        return hashlib.sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True)
class CollectionState:
    """A collection as those see it who look after it: how it was read at the start, and what is wrong with its files now.

    `is_newer` says that the files were changed since, and would be read anew at the next start.
    """

    profile: CollectionProfile
    words: tuple[Words, ...]
    problems: tuple[Problem, ...]
    is_newer: bool
    may_write: bool


def looked_after(archive: Archive, actor: Actor) -> tuple[str, ...]:
    """The collections that the actor looks after."""
    return tuple(slug for slug in archive.profiles if actor.has(Right.SEE_ALL, slug))


def state(archive: Archive, actor: Actor, slug: str) -> CollectionState:
    """One collection; NotFoundError when there is none, or the actor does not look after it."""
    profile = _profile(archive, actor, slug)
    with archive.db.read() as session:
        words = tuple(_words(session, profile, language) for language in profile.languages)
    problems: tuple[Problem, ...] = ()
    is_newer = False
    try:
        now = load_profiles(collections_root(archive.settings))
        is_newer = now.get(slug) != profile
    except ProfileError as error:
        problems = tuple(one for one in error.problems if one.file.split("/")[0] == slug)
    return CollectionState(profile, words, problems, is_newer, may_write_pages(actor, slug))


def words_of(archive: Archive, actor: Actor, slug: str, language: str) -> Words:
    """What introduces a collection in one of its languages, for somebody who may write it."""
    profile = _writable(archive, actor, slug, language)
    with archive.db.read() as session:
        return _words(session, profile, language)


def write(
    archive: Archive,
    actor: Actor,
    slug: str,
    language: str,
    body: str,
    seen: str,
    *,
    anyway: bool = False,
) -> None:
    """Introduce a collection with words of one's own; empty ones give the word back to its folder.

    Every change is a revision; words that were taken away so come back with no older copy. BadInputError
    (`introduction-too-long`), and (`taken-out`), but with `anyway`, where it says what was taken out of files of items
    that it introduces; ConflictError (`stale-version`) when it was changed since `seen`.
    """
    profile = _writable(archive, actor, slug, language)
    body = body.replace("\r\n", "\n").strip()
    if len(body) > LONGEST:
        raise BadInputError("This is too long for an introduction.", code="introduction-too-long")
    with archive.db.write() as session:
        if session.get(Collection, slug) is None:
            session.add(Collection(slug=slug))
            session.flush()
        # Two who write at once wait here for each other, also where there is no introduction yet.
        session.get(Collection, slug, with_for_update=True)
        if _words(session, profile, language).mark != seen:
            raise ConflictError(STALE, code="stale-version")
        if not anyway:
            stands = {BODY: introduction(session, slug, language)}
            # It stands before every one of them.
            introduced = select(Item.id).where(Item.collection == slug)
            check(session, introduced, stands, {BODY: body})
        before = put(session, slug, language, body, actor)
        subject = shared_withdrawing.introduction(slug, language)
        if before and not body:
            shared_withdrawing.take_out(archive, subject, [shared_withdrawing.note(before)])
        elif body:
            shared_withdrawing.say_again(archive, subject, [shared_withdrawing.note(body)])


def put(
    session: Session, slug: str, language: str, body: str, actor: Actor, detail: Mapping[str, str] = NOTHING
) -> str:
    """Make these the words, in the caller's transaction; returns what stood there, and `detail` is for the history."""
    row = session.get(Introduction, (slug, language), with_for_update=True, populate_existing=True)
    stood = row.body if row else ""
    if body == stood:
        return stood
    before, since = ({BODY: row.body}, (row.agent, row.changed_on)) if row else ({BODY: ""}, NOBODY_KNOWS)
    shared_revisions.keep(
        session, shared_withdrawing.introduction(slug, language), before, {BODY: body}, agent_of(actor), since
    )
    if not body and row is not None:
        session.delete(row)
    else:
        row = row or Introduction(collection=slug, language=language)
        row.body, row.agent, row.changed_on = body, agent_of(actor), today()
        session.add(row)
    told = {"language": language, "whose": "desk" if body else "file", **detail}
    record_event(session, f"collection/{slug}", "introduce", agent_of(actor), told)
    shared_bags.touch(session, shared_bags.collection(slug))
    session.flush()
    return stood


def history(archive: Archive, actor: Actor, slug: str, language: str) -> tuple[Change, ...]:
    """Every revision of it, the newest first; where one says "" the words of the folder counted."""
    _writable(archive, actor, slug, language)
    with archive.db.read() as session:
        return shared_revisions.history(session, shared_withdrawing.introduction(slug, language))


def restore(archive: Archive, actor: Actor, slug: str, language: str, number: int, seen: str) -> None:
    """Introduce it again as a revision did, as a revision of its own; ConflictError as `write`, and (`taken-out`)."""
    _writable(archive, actor, slug, language)
    with archive.db.read() as session:
        said = shared_revisions.said_then(session, shared_withdrawing.introduction(slug, language), number)
    try:
        write(archive, actor, slug, language, said[BODY], seen)
    except BadInputError as error:
        refuse([error.code])
        raise


def introduction(session: Session, slug: str, language: str) -> str:
    """The Markdown that introduces a collection in that language; "" where its folder's words count."""
    query = select(Introduction.body).where(
        Introduction.collection == slug, Introduction.language == language
    )
    return session.scalar(query) or ""


def _words(session: Session, profile: CollectionProfile, language: str) -> Words:
    body = introduction(session, profile.slug, language)
    return Words(language, body, say(profile.description, language))


def _profile(archive: Archive, actor: Actor, slug: str) -> CollectionProfile:
    profile = archive.profiles.get(slug)
    if profile is None or not actor.has(Right.SEE_ALL, slug):
        raise NotFoundError(NO_SUCH_COLLECTION)
    return profile


def _writable(archive: Archive, actor: Actor, slug: str, language: str) -> CollectionProfile:
    profile = _profile(archive, actor, slug)
    if language not in profile.languages:
        raise NotFoundError(NO_SUCH_COLLECTION)
    if not may_write_pages(actor, slug):
        raise ForbiddenError("Your role does not allow writing the introduction of this collection.")
    return profile
