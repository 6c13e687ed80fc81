"""Stories, pages that curators write around items: who may read them, and what of their items is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, defer

from archive.access import Actor, can_read, may_write_pages, readable
from archive.models import Right, Story, StoryRevision
from archive.models.errors import ForbiddenError, NotFoundError
from archive.profiles import BroughtPicture, BroughtStory
from archive.services.opening import Archive
from archive.services.story_items import Shown, not_named_in, shown_to
from archive.services.story_lines import StoryLine, Works, brought, brought_line, line_of, said_in
from archive.services.story_said import Said, between, ids_in, said_of, said_then

# Who only says that it is there needs not what it says.
_TOLD_OF = select(Story).options(defer(Story.body, raiseload=True))
NO_SUCH_STORY = "There is no such story."
NOT_ALLOWED = "Your role does not allow writing stories here."


@dataclass(frozen=True)
class StoryView:
    """A story, and what of its items whoever asked is shown at this moment."""

    id: str
    said: Said
    published: bool
    published_on: date | None
    version: int
    shown: Mapping[str, Shown]
    translations: tuple[StoryLine, ...] = ()
    picture: BroughtPicture | None = None


@dataclass(frozen=True)
class StoryChange:
    """One revision of a story."""

    number: int
    on: date
    agent: str
    said: Said
    changed: tuple[tuple[str, str, str], ...] = field(default=())


def published(
    archive: Archive,
    actor: Actor,
    language: str = "en",
    *,
    holds: Callable[[Said], bool] | None = None,
    together: bool = False,
    rank: Callable[[Said], Any] | None = None,
    first: int = 0,
    most: int | None = None,
    leads: bool = True,
) -> tuple[StoryLine, ...]:
    """The stories that everyone may read, the newest first: those written here, and those the collections bring.

    Of these `most` of which `holds` is true, from the `first` on, the least in `rank` before the others; `together` with
    all that say the same as one of them in other languages. Without `leads` what leads them in is not looked up.
    """
    query = select(Story).where(Story.published, readable(actor))
    with archive.db.read() as session:
        works = Works.known(archive, session)
        said = [(line_of(row, works), said_of(row)) for row in session.scalars(query)]
        said += [
            (brought_line(slug, one, works), said_in(slug, one))
            for slug, one in brought(archive, session).values()
        ]
        if holds is not None:
            kept = [pair for pair in said if holds(pair[1])]
            works_kept = {line.work for line, _ in kept}
            said = [pair for pair in said if pair[0].work in works_kept] if together else kept
        said.sort(key=lambda pair: pair[0].slug)
        said.sort(key=lambda pair: pair[0].published_on or date.min, reverse=True)
        if rank is not None:
            said.sort(key=lambda pair: rank(pair[1]))
        said = said[first:][:most]
        leading_ids = {line.slug: ids[0] for line, one in said if leads and (ids := ids_in(one))}
        shown = shown_to(archive, session, actor, set(leading_ids.values()), language)
    leading = {slug: shown[item_id].card for slug, item_id in leading_ids.items() if item_id in shown}
    return tuple(replace(line, body=one.body, lead=leading.get(line.slug)) for line, one in said)


def at_desk(archive: Archive, actor: Actor) -> tuple[StoryLine, ...]:
    """Every story of the collections that the actor looks after, those not published first."""
    with archive.db.read() as session:
        query = select(Story).where(_looked_after(actor)).order_by(Story.published, Story.slug)
        return tuple(line_of(row) for row in session.scalars(query))


def read(archive: Archive, actor: Actor, slug: str, language: str = "en") -> StoryView:
    """The story of that address; NotFoundError when there is none, or it is not published and the actor is not staff."""
    with archive.db.read() as session:
        row = session.scalars(select(Story).where(Story.slug == slug)).first()
        if row is not None and can_read(actor, row):
            return _view(archive, session, actor, row, language)
        if (found := brought(archive, session).get(slug)) is not None:
            return _view_of(archive, session, actor, *found, language)
        raise NotFoundError(NO_SUCH_STORY)


def picture(archive: Archive, slug: str) -> BroughtPicture:
    """The picture of a story that a collection brings; NotFoundError when there is none, or another story took its place."""
    with archive.db.read() as session:
        found = brought(archive, session).get(slug)
    if found is None or found[1].picture is None:
        raise NotFoundError(NO_SUCH_STORY)
    return found[1].picture


def one(archive: Archive, actor: Actor, story_id: str, language: str = "en") -> StoryView:
    """A story for those who may write it."""
    with archive.db.read() as session:
        return _view(archive, session, actor, to_write(session, actor, story_id), language)


def preview(archive: Archive, actor: Actor, said: Said, language: str = "en") -> Mapping[str, Shown]:
    """What of the items of a story `actor` would be shown now."""
    with archive.db.read() as session:
        return shown_to(archive, session, actor, ids_in(said), language)


def not_named(archive: Archive, actor: Actor, body: str) -> list[str]:
    """The addresses of the pictures in a text that name no item, or none that the actor may see."""
    with archive.db.read() as session:
        return not_named_in(session, actor, body)


def history(archive: Archive, actor: Actor, story_id: str) -> tuple[StoryChange, ...]:
    """Every revision, the newest first."""
    with archive.db.read() as session:
        to_write(session, actor, story_id)
        query = select(StoryRevision).where(StoryRevision.story_id == story_id)
        rows = session.scalars(query.order_by(StoryRevision.number)).all()
    found: list[StoryChange] = []
    before = Said()
    for row in rows:
        said = said_then(row)
        found.append(StoryChange(row.number, row.made_on, row.agent, said, between(before, said)))
        before = said
    return tuple(reversed(found))


def _looked_after(actor: Actor) -> ColumnElement[bool]:
    writes = actor.collections_with(Right.WRITE_PAGES)
    sees = actor.collections_with(Right.SEE_ALL)
    if writes is None or sees is None:
        return Story.id != ""
    return or_(Story.collection.in_(writes), Story.collection.in_(sees))


def to_write(session: Session, actor: Actor, story_id: str, *, lock: bool = False) -> Story:
    """A story that `actor` may write; NotFoundError when they may not even read it, ForbiddenError when only that."""
    query = select(Story).where(Story.id == story_id)
    row = session.scalars(query.with_for_update(of=Story) if lock else query).first()
    if row is None or not (can_read(actor, row) or may_write_pages(actor, row.collection)):
        raise NotFoundError(NO_SUCH_STORY)
    if not may_write_pages(actor, row.collection):
        raise ForbiddenError(NOT_ALLOWED)
    return row


def _view(archive: Archive, session: Session, actor: Actor, row: Story, language: str) -> StoryView:
    said = said_of(row)
    others = _others(archive, session, actor, row.slug, row.translation_of)
    shown = shown_to(archive, session, actor, ids_in(said), language)
    return StoryView(row.id, said, row.published, row.published_on, row.version, shown, others)


def _view_of(
    archive: Archive, session: Session, actor: Actor, collection: str, one: BroughtStory, language: str
) -> StoryView:
    said = said_in(collection, one)
    others = _others(archive, session, actor, one.slug)
    shown = shown_to(archive, session, actor, ids_in(said), language)
    return StoryView("", said, True, one.written_on, 0, shown, others, one.picture)


def _others(
    archive: Archive, session: Session, actor: Actor, slug: str, original_id: str | None = None
) -> tuple[StoryLine, ...]:
    """What says the same as the story of that address in other languages, and `actor` may read."""
    works = Works.known(archive, session)
    work = works.of(slug, original_id)
    lines = [line_of(row, works) for row in session.scalars(_TOLD_OF.where(readable(actor)))]
    lines += [brought_line(where, one, works) for where, one in brought(archive, session).values()]
    same = (one for one in lines if one.work == work and one.slug != slug)
    return tuple(sorted(same, key=lambda one: (one.language, one.slug)))
