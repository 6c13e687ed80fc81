"""Who looks after what was given in one go: its items may have been moved to several collections since."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from archive.access import Actor, looked_after
from archive.models import Holder, Item, ItemState, Replacement, Right
from archive.models.errors import ConflictError


def as_it_is_now() -> ColumnElement[bool]:
    """The WHERE clause that leaves each thing once: until others have taken its place an item, and from then on they."""
    gone = select(Replacement.old_id).where(Replacement.done)
    to_come = select(Replacement.new_id).where(Replacement.done.is_(False))
    return and_(Item.id.not_in(gone), Item.id.not_in(to_come))


def in_care(actor: Actor, *rights: Right) -> ColumnElement[bool]:
    """The WHERE clause that leaves what `actor` has all these rights on, each thing once; for queries on Item."""
    return and_(as_it_is_now(), *(looked_after(actor, one) for one in rights))


def has_for_any(session: Session, actor: Actor, submission_id: str, *rights: Right) -> bool:
    """Whether `actor` has these rights on something of a submission."""
    query = select(Item.id).where(Item.submission_id == submission_id, in_care(actor, *rights))
    return session.scalar(query.limit(1)) is not None


def has_for_all(session: Session, actor: Actor, submission_id: str, *rights: Right) -> bool:
    """Whether `actor` has these rights on everything of a submission that was sent."""
    query = select(Item.collection).where(
        Item.submission_id == submission_id, Item.state != ItemState.DRAFT, as_it_is_now()
    )
    where = session.scalars(query.distinct()).all()
    return bool(where) and all(actor.has(right, one) for right in rights for one in where)


def check_left(session: Session, submission_id: str) -> None:
    """ConflictError (`destroyed`, or `being-destroyed` until then) where nothing is left of what was given."""
    query = select(Item.erasure).where(
        Item.submission_id == submission_id, Item.state != ItemState.DRAFT, as_it_is_now()
    )
    erasures = set(session.scalars(query.distinct()))
    if not erasures or "" in erasures:
        return
    if erasures == {"done"}:
        raise ConflictError("All of it was destroyed, for good.", code="destroyed")
    raise ConflictError(
        "All of it is being destroyed.",
        code="being-destroyed",
        remedy="Look again in a moment.",
    )


def is_held(session: Session, submission_id: str) -> bool:
    """Whether an account holds a submission, by which whoever gave it comes back to it."""
    return session.get(Holder, submission_id) is not None
