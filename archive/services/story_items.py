"""The items that stories show: which of them somebody may see at this moment, and taking one out of every story for good."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Text, cast, delete, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from archive.access import Actor, is_shown_to, may_know_of
from archive.models import DESCRIBED, DeskDraft, Item, Story, StoryItem, StoryRevision
from archive.services.cards import cards
from archive.services.opening import Archive
from archive.services.replaced import stepped_back
from archive.services.views import Card

# An item stands in a text as a picture does: ![words](id), or with the address of its page.
_ADDRESS = r"(?:(?:https?://[^\s)/]+)?(?:/[a-z]{2})?/items/)?"
_ID = r"[0-9a-z]{16}"
PICTURE = re.compile(rf"!\[[^\]]*\]\(\s*<?{_ADDRESS}({_ID})>?[^)]*\)")
# What forms of stories are called, begun or not.
FORMS = "story/"
NAMED = re.compile(rf"{_ADDRESS}({_ID})")


@dataclass(frozen=True)
class Shown:
    """An item as a story shows it; without a card it was taken back, and whoever asks may know that."""

    id: str
    card: Card | None


def id_in(address: str) -> str:
    """The id of the item that an address, or the id itself, names; "" for anything else."""
    found = NAMED.fullmatch(address.strip())
    return found[1] if found else ""


def named_in(body: str) -> list[str]:
    """The ids of the items that stand in a text, in order."""
    return list(dict.fromkeys(PICTURE.findall(body)))


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
    stories = session.scalars(
        select(Story).where(or_(Story.id.in_(held), Story.body.contains(item_id))).order_by(Story.id)
    ).all()
    session.execute(delete(StoryItem).where(StoryItem.item_id == item_id))
    for revision in touched:
        revision.items = [one for one in revision.items if one[0] != item_id]
        revision.body = _without(revision.body, item_id)
    for story in stories:
        story.body = _without(story.body, item_id)
        raise_version(story)
    named = DeskDraft.form.startswith(FORMS), cast(DeskDraft.typed, Text).contains(item_id)
    for draft in session.scalars(select(DeskDraft).where(*named)).all():
        draft.typed = {
            name: _without(_unlisted(text, item_id), item_id) for name, text in draft.typed.items()
        }


def with_another(body: str, old_ids: Collection[str], new_id: str) -> str:
    """A text in which another item stands wherever one of the old ones stood."""
    return PICTURE.sub(
        lambda found: found[0].replace(found[1], new_id) if found[1] in old_ids else found[0], body
    )


def raise_version(story: Story) -> None:
    """Have a story's row be written, and with it its version, though only what hangs on it changes."""
    flag_modified(story, "changed_on")


def _holding(session: Session, item_id: str) -> Sequence[StoryRevision]:
    named = or_(StoryRevision.body.contains(item_id), cast(StoryRevision.items, Text).contains(item_id))
    return session.scalars(select(StoryRevision).where(named)).all()


def _without(body: str, item_id: str) -> str:
    return PICTURE.sub(lambda found: "" if found[1] == item_id else found[0], body)


def _unlisted(text: str, item_id: str) -> str:
    """What was typed without the lines that begin with an item, the words below it with them."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if id_in(line.partition(" ")[0]) != item_id)
