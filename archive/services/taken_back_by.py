"""Who took an item back: whoever gave it, or those who look after the archive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import contributor
from archive.models import Action, Event, Holder, Item, Replacement, Submission
from archive.models.errors import ConflictError
from archive.services import messages
from archive.services.opening import Archive


@dataclass(frozen=True)
class AtTheirWish:
    """That whoever took something back asks for it again: how that is known, and what they are `told` in a language."""

    reason: str
    told: Callable[[str], str]


def by_its_giver(session: Session, item: Item) -> bool:
    """Whether its giver took the item back, or what it was put together from, since it was last shown again."""
    holders = session.scalars(select(Holder.user_id).where(Holder.submission_id == item.submission_id))
    givers = {contributor().id, *holders}
    seen: set[str] = set()
    look = {item.id}
    while look:
        if any(_last_taken_back_by(session, one) & givers for one in look):
            return True
        seen |= look
        made_of = select(Replacement.old_id).where(Replacement.new_id.in_(look))
        look = {*session.scalars(made_of)} - seen
    return False


def tell_giver(archive: Archive, session: Session, item: Item, asked: AtTheirWish | None) -> None:
    """Write to its giver that it is shown again as they asked; ConflictError (`not-asked-for`) if nobody says so and how."""
    if asked is None or not asked.reason.strip():
        raise ConflictError(
            "Whoever gave it took it back, and nobody says that they ask for it again.",
            code="not-asked-for",
            remedy="Say that they asked for it, and how you know.",
        )
    submission = session.get_one(Submission, item.submission_id)
    messages.tell(archive, session, submission.id, asked.told(submission.language))


def _last_taken_back_by(session: Session, item_id: str) -> set[str]:
    """Everybody who took it back after it was last reinstated."""
    done = select(Event.kind, Event.agent).where(
        Event.subject_id == item_id, Event.kind.in_([Action.WITHDRAW, Action.REINSTATE, "ask-to-destroy"])
    )
    agents: set[str] = set()
    for kind, agent in session.execute(done.order_by(Event.sequence)):
        agents = set() if kind == Action.REINSTATE else {*agents, agent}
    return agents
