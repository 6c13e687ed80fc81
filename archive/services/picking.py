"""Finding what is to be shown together with an item: by words, among what somebody may show with it, and what was picked so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor, visible
from archive.models import DESCRIBED, Item, id_in
from archive.models.errors import BadInputError
from archive.search import Filters, parse_query
from archive.services import parts, revisions
from archive.services.cards import cards
from archive.services.choosing import changeable
from archive.services.kept import everything_in
from archive.services.opening import Archive
from archive.services.views import Card

# One looks through so many; whoever needs others says more words.
MOST_FOUND, LOOKED_THROUGH = 12, 200


@dataclass(frozen=True)
class Picked:
    """One line of what is to be shown, as it was typed, and the item that it means, where the curator may see one."""

    line: str
    card: Card | None


@dataclass(frozen=True)
class Picks:
    """What was picked, in its order, and what was found besides; `trouble` is why a search cannot be asked."""

    picked: tuple[Picked, ...]
    found: tuple[Card, ...] = ()
    is_cut: bool = False
    trouble: BadInputError | None = None


def picks(
    archive: Archive, actor: Actor, item_id: str, typed: str, words: str | None, language: str = "en"
) -> Picks:
    """What the lines of `typed` mean, and what `words` find that could be shown with it too; nothing is sought with None.

    Only what `actor` may show together with the item is found: no other item is told of, not even in a number.
    """
    with archive.db.read() as session:
        item = revisions.for_describing(session, actor, item_id)
        picked = _picked(archive, session, actor, typed, language)
        field = parts.parts_field(everything_in(archive.profiles, item.collection).fields)
        if words is None or field is None or parts.is_part(session, item, field):
            return Picks(picked)
        known = {one.card.id for one in picked if one.card}
        try:
            rows = _found(archive, session, actor, item, words)
        except BadInputError as error:
            return Picks(picked, trouble=error)
        fit = [row for row in parts.fitting(actor, item, field, rows) if row.id not in known]
        shown = cards(archive, session, fit[:MOST_FOUND], language, actor)
        return Picks(picked, tuple(shown), len(fit) > MOST_FOUND)


def with_more(typed: str, ids: Sequence[str]) -> str:
    """The lines with these items after them, each once."""
    lines = lines_of(typed)
    known = {id_in(line) for line in lines}
    new = dict.fromkeys(found for one in ids if (found := id_in(one)) and found not in known)
    return "\n".join([*lines, *new])


def one_earlier(typed: str, item_id: str) -> str:
    """The lines with that item before the one that it follows."""
    lines = lines_of(typed)
    at = next((place for place, line in enumerate(lines) if id_in(line) == item_id), 0)
    if at:
        lines[at - 1 : at + 1] = [lines[at], lines[at - 1]]
    return "\n".join(lines)


def without(typed: str, item_id: str) -> str:
    """The lines without that item."""
    return "\n".join(line for line in lines_of(typed) if id_in(line) != item_id)


def lines_of(typed: str) -> list[str]:
    """What is written on lines of its own."""
    return [line.strip() for line in typed.splitlines() if line.strip()]


def _picked(
    archive: Archive, session: Session, actor: Actor, typed: str, language: str
) -> tuple[Picked, ...]:
    lines = lines_of(typed)
    ids = [found for line in lines if (found := id_in(line))]
    query = select(Item).options(*DESCRIBED).where(Item.id.in_(ids), visible(actor))
    rows = session.scalars(query).all() if ids else ()
    known = {card.id: card for card in cards(archive, session, rows, language, actor)}
    return tuple(Picked(line, known.get(id_in(line))) for line in lines)


def _found(archive: Archive, session: Session, actor: Actor, item: Item, words: str) -> list[Item]:
    """What the staff index finds in the item's collection, the best first, as far as `actor` may change it."""
    inside = Filters({"collection": (item.collection,)})
    # Only ids leave the index, and of those the query leaves what the actor may see.
    ids = archive.indexes.staff.search(parse_query(words), inside, "relevance", 0, LOOKED_THROUGH).ids
    query = select(Item).options(*DESCRIBED).where(Item.id.in_(ids), *changeable(actor))
    rows = {row.id: row for row in session.scalars(query)} if ids else {}
    return [rows[one] for one in ids if one in rows]
