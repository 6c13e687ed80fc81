"""Who acts when a job does what somebody asked for: they, with the roles that they have at that moment."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import OPERATOR, Actor, actor_of
from archive.models import Holder, User


def actor_named(session: Session, agent: str) -> Actor:
    """The actor whose id that is, with the roles as they stand now; one without any when there is none any more."""
    if agent == OPERATOR.id:
        return OPERATOR
    user = session.get(User, agent)
    if user is None or not user.active:
        return Actor(agent)
    return actor_of(user, session.scalars(select(Holder.submission_id).where(Holder.user_id == user.id)))
