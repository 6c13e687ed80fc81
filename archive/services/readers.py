"""As whom somebody reads and searches what is published: as everybody, as a member of the community, or as who looks after it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select

from archive.access import PUBLIC, Actor, can_see, visible
from archive.models import Audience, Consent, Days, Item, ItemState, Right
from archive.search import Indexes, Layer

MEMBERS = Actor("members", {"member": frozenset()})


def is_member(actor: Actor) -> bool:
    """Whether something may be shown to `actor` that is shown to members alone."""
    inside = actor.collections_with(Right.SEE_COMMUNITY)
    return inside is None or bool(inside)


def as_reader(actor: Actor) -> Actor:
    """Who `actor` is where pages are written around items: whoever looks after them sees there what members see."""
    inside = actor.collections_with(Right.SEE_COMMUNITY)
    if inside is None:
        return MEMBERS
    return Actor("members", {"member": inside}) if inside else PUBLIC


def for_members_alone(actor: Actor = MEMBERS, on: Days | None = None) -> ColumnElement[bool]:
    """The WHERE clause that leaves what `actor` may see because it is for members; for queries on Item."""
    meant = select(Consent.id).where(Consent.audience == Audience.COMMUNITY)
    return and_(Item.consent_id.in_(meant), visible(actor, on))


def is_for_members_alone(item: Item, on: Days | None = None) -> bool:
    """Whether `item` is shown to members and to nobody else but staff; `for_members_alone` says the same in SQL."""
    return can_see(MEMBERS, item, on) and not can_see(PUBLIC, item, on)


def looks_after(actor: Actor, collection: str) -> bool:
    """Whether `actor` is told of what is in `collection` all that is known of it."""
    return actor.has(Right.SEE_ALL, collection)


def within(actor: Actor, right: Right) -> tuple[str, ...]:
    """The collections to which a search of the staff index by `actor` is bound who uses `right`; none where that is all."""
    return tuple(sorted(actor.collections_with(right) or ()))


def layers(indexes: Indexes, actor: Actor) -> tuple[Layer, ...]:
    """What a search by `actor` looks through: of each collection the one index that tells what they may see of it."""
    after, member = actor.collections_with(Right.SEE_ALL), actor.collections_with(Right.SEE_COMMUNITY)
    if after is None:
        return (Layer(indexes.staff),)
    # Only of what is published anything is told beside what they look after.
    state = ItemState.PUBLISHED.value if after else ""
    mine = tuple(sorted(after))
    found = [Layer(indexes.public, outside=mine, state=state)]
    if member is None:
        found.append(Layer(indexes.members, outside=mine, state=state))
    elif others := tuple(sorted(member - after)):
        found.append(Layer(indexes.members, inside=others, state=state))
    if after:
        found.append(Layer(indexes.staff, inside=mine))
    return tuple(found)
