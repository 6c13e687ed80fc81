"""The items that stories show: which of them somebody may see at this moment, and taking one out of every story for good."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import ColumnElement, Text, cast, delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.orm.attributes import flag_modified

from archive.access import Actor, can_see, is_shown_to, may_know_of
from archive.models import DESCRIBED, DeskDraft, Item, Story, StoryItem, StoryRevision
from archive.services import shared_bags
from archive.services.cards import cards
from archive.services.opening import Archive
from archive.services.replaced import stepped_back
from archive.services.story_text import pictures, with_other, without
from archive.services.views import Card

# An item stands in a text as a picture does: ![words](id), or with the address of its page, or of a place in it.
_ID = r"[0-9a-z]{16}"
_PATH = re.compile(rf"(?:(?:.*/)?items/)?({_ID})(/text/[0-9a-z]+)?/?")
# What is typed as a picture and shown as it is typed, in code.
_TYPED = re.compile(r"!\[[^\[\]]*\]\(\s*<?([^\s)>]+)>?[^)]*\)")
# What forms of stories are called, begun or not.
FORMS = "story/"


@dataclass(frozen=True)
class Shown:
    """An item as a story shows it; without a card it was taken back, and whoever asks may know that."""

    id: str
    card: Card | None


def id_in(address: str) -> str:
    """The id of the item that an address, or the id itself, names; "" for anything else."""
    return place_in(address)[0]


def place_in(address: str) -> tuple[str, str]:
    """The id of the item that an address names, and what it has behind that: a page, a second, a part of its text."""
    try:
        told = urlsplit(address.strip())
    except ValueError:
        return "", ""
    found = _PATH.fullmatch(told.path)
    if found is None or told.scheme not in ("", "http", "https"):
        return "", ""
    return found[1], urlunsplit(("", "", found[2] or "", told.query, told.fragment))


def named_in(body: str) -> list[str]:
    """The ids of the items that stand in a text, in order."""
    return list(dict.fromkeys(filter(None, map(id_in, pictures(body)))))


def not_named_in(session: Session, actor: Actor, body: str) -> list[str]:
    """The addresses of the pictures in a text that name no item, or none that `actor` may see."""
    ids = {address: id_in(address) for address in pictures(body)}
    items = session.scalars(select(Item).where(Item.id.in_(set(ids.values()) - {""})))
    seen = {item.id for item in items if can_see(actor, item) or may_know_of(actor, item)}
    return [address for address, item_id in ids.items() if item_id not in seen]


def shown_to(
    archive: Archive, session: Session, actor: Actor, ids: Collection[str], language: str
) -> dict[str, Shown]:
    """Of these items those that `actor` is shown, and those of which they may know that they were taken back.

    What is hidden is not there, as what never was.
    """
    items = session.scalars(select(Item).options(*DESCRIBED).where(Item.id.in_(ids))).all()
    seen = [item for item in items if is_shown_to(actor, item)]
    found = {
        item.id: Shown(item.id, card)
        for item, card in zip(seen, cards(archive, session, seen, language, actor), strict=True)
    }
    gone = (item for item in items if may_know_of(actor, item))
    # Of what others took the place of nothing was taken back.
    found |= {item.id: Shown(item.id, None) for item in gone if not stepped_back(session, item.id)}
    return found


def forget_in_stories(session: Session, item_id: str) -> None:
    """Take a destroyed item out of every story and everything that was said of it there, also out of their histories.

    And out of what somebody has typed of a story and not saved.

    Whoever has a form of such a story open is told that it was changed.
    """
    touched = _holding(session, item_id)
    held = select(StoryItem.story_id).where(StoryItem.item_id == item_id)
    holding = set(session.scalars(held))
    stories = session.scalars(
        select(Story).where(or_(Story.id.in_(held), *may_name(Story.body, item_id))).order_by(Story.id)
    ).all()
    session.execute(delete(StoryItem).where(StoryItem.item_id == item_id))
    for revision in touched:
        revision.items = [one for one in revision.items if one[0] != item_id]
        revision.body = _without(revision.body, item_id)
    changed = {one.story_id for one in touched}
    for story in stories:
        body = _without(story.body, item_id)
        if story.id in holding or body != story.body:
            story.body = body
            raise_version(story)
            changed.add(story.id)
    # A bag keeps every revision, so another one takes the place of each that holds what is destroyed.
    shared_bags.begin_anew(session, map(shared_bags.story, changed))
    for draft in session.scalars(select(DeskDraft).where(DeskDraft.form.startswith(FORMS))).all():
        typed = {name: _without(_unlisted(text, item_id), item_id) for name, text in draft.typed.items()}
        if typed != draft.typed:
            draft.typed = typed


def with_another(body: str, old_ids: Collection[str], new_id: str) -> str:
    """A text in which another item stands wherever one of the old ones stood."""
    for old_id in old_ids:
        body = with_other(body, old_id, new_id, _names(old_id))
    return body


def may_name(body: InstrumentedAttribute[str], item_id: str) -> tuple[ColumnElement[bool], ...]:
    """Which texts may show an item; of the last, where &#97; may stand for an a, only their pictures tell."""
    return body.contains(item_id), body.contains("&")


def raise_version(story: Story) -> None:
    """Have a story's row be written, and with it its version, though only what hangs on it changes."""
    flag_modified(story, "changed_on")


def _names(item_id: str) -> Callable[[str], bool]:
    return lambda address: id_in(address) == item_id


def _holding(session: Session, item_id: str) -> Sequence[StoryRevision]:
    listed = cast(StoryRevision.items, Text).contains(item_id)
    named = or_(*may_name(StoryRevision.body, item_id), listed)
    return session.scalars(select(StoryRevision).where(named)).all()


def _without(body: str, item_id: str) -> str:
    is_meant, before = _names(item_id), None
    # What stood on both sides of something may be a picture when that is gone.
    while body != before:
        before = body
        body = _TYPED.sub(lambda found: "" if is_meant(found[1]) else found[0], without(body, is_meant))
    return body


def _unlisted(text: str, item_id: str) -> str:
    """What was typed without the lines that begin with an item, the words below it with them."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if id_in(line.partition(" ")[0]) != item_id)
