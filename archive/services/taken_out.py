"""Words that were taken out of an item's files, where somebody says them of it again.

Every road by which words reach a public page asks here first: whoever means it says so, all others are told which words
they are. What the pipeline makes of files keeps them out by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from archive.access import Actor, readable
from archive.copies_version import as_counted
from archive.models import File, Introduction, Item, Redaction, Story, StoryItem
from archive.models.errors import BadInputError, ConflictError
from archive.same_words import find as found_in
from archive.same_words import folded, standing_in
from archive.services.answers import Trouble
from archive.services.story_items import may_name, named_in

TAKEN_OUT = "taken-out"
Items = Collection[str] | Select[Any]
"""Items by id, or a query for their ids."""


def extents(session: Session, item_id: str) -> tuple[dict[str, Any], ...]:
    """The `extent` of every mark that takes words out of texts of an item."""
    query = _marks([item_id]).order_by(Redaction.made_on, Redaction.id)
    return tuple(map(as_counted, session.scalars(query)))


@dataclass(frozen=True)
class Told:
    """Words that a page around an item says: a story by its title, or the introduction of its collection in a language."""

    words: str
    title: str = ""
    language: str = ""


def told_around(session: Session, actor: Actor, item_id: str, words: Collection[str]) -> tuple[Told, ...]:
    """Which of the words stories say in which an item stands, those that `actor` may read, or what introduces its collection."""
    if not words:
        return ()
    held = select(StoryItem.story_id).where(StoryItem.item_id == item_id)
    query = select(Story).where(or_(Story.id.in_(held), *may_name(Story.body, item_id)), readable(actor))
    found: list[Told] = []
    for row in session.scalars(query.order_by(Story.title, Story.id)):
        if item_id in named_in(row.body) or any(one.item_id == item_id for one in row.items):
            text = "\n".join((row.title, row.slug, row.body, *(one.caption for one in row.items)))
            found += [Told(one, row.title) for one in standing_in(text, tuple(words))]
    before = select(Introduction).join(Item, Item.collection == Introduction.collection)
    for one in session.scalars(before.where(Item.id == item_id).order_by(Introduction.language)):
        found += [Told(word, language=one.language) for word in standing_in(one.body, tuple(words))]
    return tuple(found)


def said_again(
    session: Session, items: Items, now: Mapping[str, str], wanted: Mapping[str, str]
) -> dict[str, Trouble]:
    """By field, that what is `wanted` there and is not said `now` holds words taken out of one of the items (`taken-out`)."""
    changed = {name: text for name, text in wanted.items() if text.strip() != now.get(name, "").strip()}
    if not any(text.strip() for text in changed.values()):
        return {}
    words = tuple(dict.fromkeys(one["words"] for one in session.scalars(_marks(items))))
    found = {name: standing_in(text, words) for name, text in changed.items()}
    return {name: Trouble(TAKEN_OUT, words=held) for name, held in found.items() if held}


def check(session: Session, items: Items, now: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Refuse what `said_again` finds: BadInputError (`taken-out`)."""
    if said_again(session, items, now, wanted):
        raise BadInputError(
            "Words in it were taken out of a file.",
            code=TAKEN_OUT,
            remedy="Write it without them, or say that they are meant to be shown all the same.",
        )


def refuse(codes: Collection[str]) -> None:
    """Bring nothing back whose troubles hold `taken-out`: ConflictError of that code."""
    if TAKEN_OUT in codes:
        raise ConflictError(
            "Words in it were taken out of a file, so it was not brought back.",
            code=TAKEN_OUT,
            remedy="Write it into the form, where it can be said all the same.",
        )


def lines_said_again(session: Session, file: File, before: str, text: str) -> tuple[int, ...]:
    """The lines of what is to be written of a file where words begin that were taken out of another one of its item.

    Of what is taken out of this file, or of every text, nobody need be asked: it is taken out of what is written too.
    """
    query = _marks([file.item_id]).where(Redaction.file_id != file.id)
    words = {one["words"] for one in session.scalars(query) if not one["everywhere"]}
    words -= set(standing_in(before, tuple(words)))
    if not words:
        return ()
    letters, places = folded(text)
    starts = {start for one in words for start, _end in found_in(letters, places, len(text), one)}
    return tuple(sorted({text.count("\n", 0, start) + 1 for start in starts}))


def _marks(items: Items) -> Select[tuple[dict[str, Any]]]:
    query = select(Redaction.extent).join(File, File.id == Redaction.file_id)
    return query.where(File.item_id.in_(items), Redaction.kind == "passage", Redaction.removed_on.is_(None))
