"""Takes one item back in the caller's transaction, which holds it: its state, its history, what stands in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from archive.access import Actor, can
from archive.models import Action, Item, ItemState, Right, record_event
from archive.services.lifecycle import agent_of, touch, transition
from archive.services.taken_back_by import (
    ARCHIVE,
    ASK_TO_DESTROY,
    GIVER,
    WORDS_BY,
    is_news,
    is_told,
    may_set_words,
)

ASKED, DONE = "asked", "done"


@dataclass(frozen=True)
class Wish:
    """What is wished: also `destroy`ed; `words` for the public to read in its place; `detail` for the history."""

    destroy: bool = False
    words: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def take_back_one(session: Session, item: Item, actor: Actor, wish: Wish) -> bool:
    """Apply a wish to one locked item in the caller's transaction; whether the ledger is to hear of it."""
    is_hidden = item.state == ItemState.WITHDRAWN and can(actor, Right.WITHDRAW, item)
    ends = wish.destroy and not item.erasure
    words = (
        {WORDS_BY: GIVER if actor.gave(item) else ARCHIVE} if _sets_words(session, item, actor, wish) else {}
    )
    if not is_hidden:
        transition(session, item, Action.WITHDRAW, actor, detail={**wish.detail, **words})
    elif not ends and (words or _says_more(session, item, actor, wish)):
        record_event(session, item.id, Action.WITHDRAW, agent_of(actor), {**wish.detail, **words})
        touch(item)
    if ends:
        item.erasure = ASKED
        told = dict(wish.detail) | (words if is_hidden else {})
        record_event(session, item.id, ASK_TO_DESTROY, agent_of(actor), told)
        if is_hidden:
            touch(item)
    if words:
        item.withdrawal_words = wish.words
    return ends or not is_hidden


def _sets_words(session: Session, item: Item, actor: Actor, wish: Wish) -> bool:
    return bool(wish.words) and wish.words != item.withdrawal_words and may_set_words(session, item, actor)


def _says_more(session: Session, item: Item, actor: Actor, wish: Wish) -> bool:
    """Whether its history is to hear of a wish for what is hidden already: it is its giver's too now, or has a reason."""
    reason = wish.detail.get("reason")
    return is_news(session, item, actor) or bool(reason and not is_told(session, item, actor, reason))
