"""What people asked about one item, as far as it bears on what is decided about it: what waits, and what was promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from archive.models import Action, Answer, Event, Request

ANSWER = "answer-request"
_LAST = (
    select(Event.kind, Event.detail)
    .where(Event.subject_id == bindparam("item_id"), Event.kind.in_((ANSWER, Action.PUBLISH)))
    .order_by(Event.sequence.desc())
)


@dataclass(frozen=True)
class AskedAbout:
    """How many requests about an item wait for an answer, and by when the first was promised one."""

    waiting: int = 0
    due_on: date | None = None


@lru_cache(1)
def _waiting() -> Select[int, date | None]:
    return select(func.count(Request.id), func.min(Request.due_on)).where(
        Request.item_id == bindparam("item_id"), Request.decision == ""
    )


def asked_about(session: Session, item_id: str) -> AskedAbout:
    """What waits; for those who may decide about it."""
    waiting, due_on = session.execute(_waiting(), {"item_id": item_id}).one()
    return AskedAbout(waiting, due_on)


def is_taken_down(session: Session, item_id: str) -> bool:
    """Whether the item was taken down because somebody asked, and nobody has published it since."""
    return was_taken_down((row.kind, row.detail) for row in session.execute(_LAST, {"item_id": item_id}))


def was_taken_down(newest_first: Iterable[tuple[str, Mapping[str, Any]]]) -> bool:
    """The same of an item's events, each its kind and detail."""
    for kind, detail in newest_first:
        if kind == Action.PUBLISH:
            return False
        if kind == ANSWER and detail.get("decision") == Answer.TAKEN_DOWN:
            return True
    return False
