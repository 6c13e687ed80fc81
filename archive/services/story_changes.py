"""Writes stories: every change is a revision that stays, and none overwrites another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from archive.access import PIPELINE, Actor, can_read, can_see, may_write_pages
from archive.models import Collection, Item, Story, StoryItem, StoryRevision, new_id, record_event, today
from archive.models.errors import ConflictError, ForbiddenError, NotFoundError
from archive.services import desk_drafts, shared_bags, shared_withdrawing
from archive.services.desk_drafts import Window
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.stories import to_write
from archive.services.story_items import may_name, named_in, raise_version, with_another
from archive.services.story_lines import languages_of
from archive.services.story_said import LONGEST_SLUG, Said, ids_in, said_of, said_then, slug_of
from archive.services.taken_out import refuse, said_again

LONGEST_TITLE, LONGEST_BODY, LONGEST_CAPTION, MOST_ITEMS = 300, 100_000, 1000, 100
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Addresses that pages have of their own.
NOT_FREE = frozenset({"new"})
STALE = "Somebody else changed this story in the meantime."
NOT_BROUGHT_BACK = (
    "What it said then is in a language in which another story says the same, so it was not brought back."
)
INTO_THE_FORM = "Write it into the form, in the language that this story has now."
Troubles = dict[str, str]


def add(
    archive: Archive, actor: Actor, said: Said, draft: Window | None = None, *, anyway: bool = False
) -> tuple[str, Troubles]:
    """Begin a story, which nobody but staff sees yet; returns its id, or "" and by field what cannot be used yet.

    `draft` is the window in which it was written: what was kept of it goes with saving it. Words that were taken out of
    files of an item that stands in it are said (`taken-out`) only with `anyway`.
    """
    if not may_write_pages(actor, said.collection or None):
        raise ForbiddenError("Your role does not allow writing stories here.")
    try:
        with archive.db.write() as session:
            said = _addressed(archive, session, said, "")
            troubles = _troubles(archive, session, actor, said, "")
            troubles |= {} if anyway else _said_again(session, Said(), said)
            if troubles:
                return "", troubles
            if session.get(Collection, said.collection) is None:
                session.add(Collection(slug=said.collection))
                session.flush()
            row = Story(id=new_id(), slug=said.slug, collection=said.collection, title=said.title)
            session.add(row)
            _say(session, row, said, actor)
            _note(session, row, "write-story", actor, first=True)
            if draft:
                desk_drafts.forget(session, actor, desk_drafts.story(), draft)
            return row.id, {}
    except IntegrityError:
        return "", {"slug": "slug-taken"}


def change(
    archive: Archive,
    actor: Actor,
    story_id: str,
    said: Said,
    version: int | None,
    draft: Window | None = None,
    *,
    anyway: bool = False,
) -> Troubles:
    """Write a story anew; returns by field what cannot be used yet, and then nothing is changed.

    ConflictError (`stale-version`) when somebody else changed it since `version`. Its collection stays. `draft` and `anyway` as in `add`.
    """
    try:
        with archive.db.write() as session:
            row = _to_change(session, actor, story_id, version)
            said = _addressed(archive, session, said, story_id)
            troubles = _troubles(archive, session, actor, said, story_id)
            troubles |= {} if anyway else _said_again(session, said_of(row), said)
            if troubles:
                return troubles
            row.slug = said.slug
            if _say(session, row, said, actor):
                _note(session, row, "write-story", actor)
            if draft:
                desk_drafts.forget(session, actor, desk_drafts.story(story_id), draft)
            return {}
    except StaleDataError as error:
        raise ConflictError(STALE, code="stale-version") from error
    except IntegrityError:
        return {"slug": "slug-taken"}


def show(archive: Archive, actor: Actor, story_id: str, version: int | None, *, publish: bool) -> None:
    """Publish a story, or take it off the pages, where no older copy brings it back; done already is success."""
    with archive.db.write() as session:
        row = _to_change(session, actor, story_id, version)
        if row.published == publish:
            return
        row.published = publish
        if publish and row.published_on is None:
            row.published_on = today()
        _note(session, row, "publish-story" if publish else "unpublish-story", actor)
        # Whatever could still be refused is refused before the ledger hears of it.
        session.flush()
        if publish:
            shared_withdrawing.show(archive, shared_bags.story(row.id))
        else:
            shared_withdrawing.hide(archive, [shared_bags.story(row.id)])


def restore(archive: Archive, actor: Actor, story_id: str, number: int, version: int | None) -> None:
    """Say again what a revision said, as a revision of its own.

    ConflictError (`taken-out`) for what was taken out since, and (`same-language`) where a story that says the same is in its
    language.
    """
    with archive.db.write() as session:
        row = _to_change(session, actor, story_id, version)
        query = select(StoryRevision).where(
            StoryRevision.story_id == story_id, StoryRevision.number == number
        )
        kept = session.scalars(query).first()
        if kept is None:
            raise NotFoundError("There is no such revision.")
        then = said_then(kept)
        there = set(session.scalars(select(Item.id).where(Item.id.in_([one[0] for one in then.items]))))
        items = tuple(one for one in then.items if one[0] in there)
        now = Said(
            then.title, row.slug, row.collection, then.language, row.translation_of or "", then.body, items
        )
        if now.language != row.language and _in_one_language(archive, session, now, story_id):
            raise ConflictError(NOT_BROUGHT_BACK, code="same-language", remedy=INTO_THE_FORM)
        refuse(_said_again(session, said_of(row), now).values())
        if _say(session, row, now, actor):
            _note(session, row, "write-story", actor)


def follow(session: Session, old_ids: Sequence[str], new_id: str) -> None:
    """Have every story that shows one of the old items show the new one that took its place, as a revision of its own."""
    held = select(StoryItem.story_id).where(StoryItem.item_id.in_(old_ids))
    named = (clause for one in old_ids for clause in may_name(Story.body, one))
    query = select(Story).where(or_(Story.id.in_(held), *named)).order_by(Story.id)
    for row in session.scalars(query.with_for_update(of=Story)).all():
        said = said_of(row)
        items: dict[str, str] = {}
        for item_id, caption in said.items:
            shown = new_id if item_id in old_ids else item_id
            items[shown] = items.get(shown) or caption
        now = replace(said, body=with_another(said.body, old_ids, new_id), items=tuple(items.items()))
        if _say(session, row, now, PIPELINE):
            _note(session, row, "write-story", PIPELINE)


def _note(session: Session, row: Story, kind: str, actor: Actor, *, first: bool = False) -> None:
    """Write down what was done to a story, and have its bag hear of it."""
    record_event(session, row.id, kind, agent_of(actor), first=first)
    shared_bags.touch(session, shared_bags.story(row.id))


def _to_change(session: Session, actor: Actor, story_id: str, version: int | None) -> Story:
    row = to_write(session, actor, story_id, lock=True)
    if version != row.version:
        raise ConflictError(STALE, code="stale-version")
    return row


def _addressed(archive: Archive, session: Session, said: Said, story_id: str) -> Said:
    """`said` with its address: as it was typed, or made of the title, of which nothing may be left; then a number is free."""
    slug = slug_of(said)
    if said.slug or slug not in NOT_FREE | {""}:
        return replace(said, slug=slug)
    taken = set(session.scalars(select(Story.slug).where(Story.id != story_id)))
    taken |= {one.slug for profile in archive.profiles.values() for one in profile.stories}
    return replace(said, slug=next(one for number in count(1) if (one := f"story-{number}") not in taken))


def _troubles(archive: Archive, session: Session, actor: Actor, said: Said, story_id: str) -> Troubles:
    troubles: Troubles = {}
    if not said.title or len(said.title) > LONGEST_TITLE:
        troubles["title"] = "title-too-long" if said.title else "title-needed"
    if not SLUG.fullmatch(said.slug) or len(said.slug) > LONGEST_SLUG or said.slug in NOT_FREE:
        troubles["slug"] = "slug-bad"
    elif session.scalar(select(Story.id).where(Story.slug == said.slug, Story.id != story_id)):
        troubles["slug"] = "slug-taken"
    if not story_id and said.collection not in archive.profiles:
        troubles["collection"] = "bad-choice"
    if len(said.body) > LONGEST_BODY:
        troubles["body"] = "body-too-long"
    if said.translation_of:
        original = session.get(Story, said.translation_of)
        if (
            original is None
            or original.id == story_id
            or not _may_lead_on(session, actor, original, story_id)
        ):
            troubles["translation_of"] = "bad-choice"
    troubles |= {} if "translation_of" in troubles else _in_one_language(archive, session, said, story_id)
    troubles |= _troubles_with_items(session, actor, said)
    return troubles


def _may_lead_on(session: Session, actor: Actor, original: Story, story_id: str) -> bool:
    """Whether the page of `original` may lead to this story: its readers are sent on by who may write it, or were before."""
    known = session.get(Story, story_id) if story_id else None
    stood = known is not None and known.translation_of == original.id
    return stood or (can_read(actor, original) and may_write_pages(actor, original.collection))


def _in_one_language(archive: Archive, session: Session, said: Said, story_id: str) -> Troubles:
    """By field where a story would come to say in its own language what another of that language says."""
    known = session.get(Story, story_id) if story_id else None
    # Where two have stood like this before, their words can still be corrected.
    if known is not None and (known.language, known.translation_of or "") == (
        said.language,
        said.translation_of,
    ):
        return {}
    original = session.get(Story, said.translation_of) if said.translation_of else None
    if original is not None and original.language == said.language:
        return {"translation_of": "same-language"}
    if said.language in languages_of(archive, session, said, story_id):
        return {"language": "said-in-language"}
    return {}


def _troubles_with_items(session: Session, actor: Actor, said: Said) -> Troubles:
    ids = [item_id for item_id, _ in said.items]
    if len(ids) > MOST_ITEMS or any(len(caption) > LONGEST_CAPTION for _, caption in said.items):
        return {"items": "items-too-many"}
    if len(set(ids)) != len(ids):
        return {"items": "item-twice"}
    items = {item.id: item for item in session.scalars(select(Item).where(Item.id.in_(ids)))}
    if any(one not in items or items[one].erasure or not can_see(actor, items[one]) for one in ids):
        return {"items": "item-unknown"}
    destroyed = select(Item.id).where(Item.id.in_(named_in(said.body)), Item.erasure != "")
    if session.scalar(destroyed.limit(1)):
        return {"body": "body-shows-destroyed"}
    return {}


def _said_again(session: Session, before: Said, said: Said) -> Troubles:
    """The fields in which a story says what was taken out of an item that stands in it; of one that comes to stand there
    all of them."""
    now, wanted = _texts(before), _texts(said)
    stood = set(ids_in(before))
    stays, comes = stood.intersection(ids_in(said)), set(ids_in(said)) - stood
    found = said_again(session, comes, {}, wanted) | said_again(session, stays, now, wanted)
    return {name: one.code for name, one in found.items()}


def _texts(said: Said) -> dict[str, str]:
    captions = "\n".join(caption for _, caption in said.items)
    return {"title": said.title, "body": said.body, "items": captions, "slug": slug_of(said)}


def _say(session: Session, row: Story, said: Said, actor: Actor) -> bool:
    """Make `said` what a story says; False, and nothing is written, when it says so already."""
    number = (
        session.scalar(select(func.max(StoryRevision.number)).where(StoryRevision.story_id == row.id)) or 0
    )
    if number and said_of(row) == said and not session.is_modified(row):
        return False
    row.title, row.body, row.language = said.title, said.body, said.language
    row.translation_of = said.translation_of or None
    row.changed_on = today()
    raise_version(row)
    kept = {one.item_id: one for one in row.items}
    row.items = [kept.get(item_id) or StoryItem(item_id=item_id) for item_id, _ in said.items]
    for position, (one, (_, caption)) in enumerate(zip(row.items, said.items, strict=True)):
        one.position, one.caption = position, caption
    session.flush()
    revision = StoryRevision(
        story_id=row.id,
        number=number + 1,
        agent=agent_of(actor),
        language=said.language,
        title=said.title,
        body=said.body,
        items=[list(one) for one in said.items],
    )
    session.add(revision)
    return True
