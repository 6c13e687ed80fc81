"""What the events of the whole archive are about: in which collection it lies, and how it is called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from archive.access import Actor, readable
from archive.models import Event, Item, ItemState, Story, Submission
from archive.services.messages import THREAD
from archive.services.rooms import ROOMS
from archive.services.sealed import title_listed
from archive.services.shared_bags import COLLECTION, STORY
from archive.services.shared_bags import collection as of_collection

# Items, submissions and stories of a collection up to which it is a small one.
FEW = 500
ITEM, SUBMISSION = "item", "submission"
# What is written down in the place of what somebody typed and nothing here is called.
UNKNOWN = "unknown"
# What is about nothing but a collection that its detail names; of all other events no detail is read.
TAKEN_OUT = ("sheet-export", "audit-export")
_NAMED = Event.detail["collection"].as_string()


@dataclass(frozen=True)
class Subject:
    """What an event is about: `kind` is `item`, `submission`, `story`, `collection` or the room of a name or a word.

    It is "" for anything else. `slug` is the address of a story.
    """

    kind: str = ""
    title: str = ""
    collection: str = ""
    slug: str = ""


def inside(session: Session, collections: Iterable[str]) -> ColumnElement[bool]:
    """Whether an event is about one of the collections: an item, a submission or a story in it, or the collection itself."""
    named = list(collections)
    taken_out = and_(Event.kind.in_(TAKEN_OUT), _NAMED.in_(named))
    introduced = [of_collection(slug) for slug in named]
    theirs = [(one.id, one.collection.in_(named)) for one in (Item, Submission, Story)]
    queries = [
        *(select(key).where(lies_in) for key, lies_in in theirs),
        select(Event.subject_id).where(taken_out),
    ]
    few = [session.scalars(query.limit(FEW + 1)).all() for query in queries]
    if all(len(one) <= FEW for one in few):
        # Looked up by what they are about: else all events would be read for the few that are.
        threads = (THREAD + one for one in few[0])
        return Event.subject_id.in_([*introduced, *threads, *chain.from_iterable(few)])
    bare = func.replace(Event.subject_id, THREAD, "")
    there = (select(key).where(lies_in, key == bare).exists() for key, lies_in in theirs)
    return or_(Event.subject_id.in_(introduced), taken_out, *there)


def about(row: Event) -> str:
    """The id of what an event is about: what was written about an item is about the item."""
    return row.subject_id.removeprefix(THREAD)


def subjects(session: Session, actor: Actor, rows: Sequence[Event]) -> dict[str, Subject]:
    """What events are about, by the id of the subject, as far as `actor` may be told; what nobody knows is left out."""
    found = {
        about(row): Subject(COLLECTION, collection=slug) for row in rows if (slug := _collection_of(row))
    }
    for look in (_items, _submissions, _stories, _words):
        if left := {about(row) for row in rows} - found.keys():
            found |= look(session, actor, left)
    return found


def _collection_of(row: Event) -> str:
    kind, _, slug = row.subject_id.partition("/")
    if kind == COLLECTION:
        return slug
    named = str(row.detail.get("collection", "")) if row.kind in TAKEN_OUT else ""
    return "" if named == UNKNOWN else named


def _items(session: Session, actor: Actor, ids: Collection[str]) -> dict[str, Subject]:
    query = select(Item.id, title_listed(actor), Item.collection)
    # A draft is its contributor's alone.
    query = query.where(Item.id.in_(ids), Item.state != ItemState.DRAFT)
    return {item_id: Subject(ITEM, title, slug) for item_id, title, slug in session.execute(query)}


def _submissions(session: Session, _actor: Actor, ids: Collection[str]) -> dict[str, Subject]:
    query = select(Submission.id, Submission.collection).where(Submission.id.in_(ids))
    return {one: Subject(SUBMISSION, collection=slug) for one, slug in session.execute(query)}


def _stories(session: Session, actor: Actor, ids: Collection[str]) -> dict[str, Subject]:
    query = select(Story.id, Story.title, Story.collection, Story.slug).where(
        Story.id.in_(ids), readable(actor)
    )
    return {one: Subject(STORY, *told) for one, *told in session.execute(query)}


def _words(session: Session, actor: Actor, ids: Collection[str]) -> dict[str, Subject]:
    """Names, places and subjects, as the desk's own lists tell them."""
    found: dict[str, Subject] = {}
    for room in ROOMS.values():
        query = select(room.model.id, room.label).where(room.model.id.in_(ids), room.known(actor))
        found |= {word_id: Subject(room.name, name) for word_id, name in session.execute(query)}
    return found
