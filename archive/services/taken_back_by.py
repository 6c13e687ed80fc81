"""Who took an item back, and wrote what stands in its place: whoever gave it, or those who look after the archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor, contributor
from archive.models import Action, Event, Holder, Item, Replacement, Submission
from archive.models.errors import ConflictError
from archive.services import messages
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.replaced import is_made_into_others
from archive.services.withdrawal_ledger import BY_LEDGER

# In an event: whose are the words that everybody may read in its place from then on. The words are in no event.
WORDS_BY = "words_by"
GIVER, ARCHIVE = "giver", "archive"
ASK_TO_DESTROY = "ask-to-destroy"
# What takes something back, as events tell it.
ACTS = (Action.WITHDRAW, ASK_TO_DESTROY)
# The code that tells why words are not replaced.
WORDS_STAND = "words-stand"


@dataclass(frozen=True)
class AtTheirWish:
    """That whoever took something back asks for it again: how that is known, and what they are `told` in a language."""

    reason: str
    told: Callable[[str], str]


def by_its_giver(session: Session, item: Item) -> bool:
    """Whether its giver took the item back, or what it was put together from, since it was last shown again.

    So is what only the ledger of withdrawals says, which does not know who it was.
    """
    agents = _agents(session, item, ACTS)
    return None in agents or bool(agents & _givers(session, item))


def whose_wish(session: Session, item: Item) -> str:
    """Whose wish it is that nobody is shown an item that was taken back, or that it is destroyed where it is.

    GIVER if it is theirs, also where others did the same; ARCHIVE if it is that of those who look after it alone; ""
    where nobody wrote that down.
    """
    agents = _agents(session, item, [ASK_TO_DESTROY] if item.erasure else ACTS)
    if agents & _givers(session, item):
        return GIVER
    return ARCHIVE if agents and None not in agents else ""


def _agents(session: Session, item: Item, kinds: Sequence[str]) -> set[str | None]:
    """Everybody who did one of these to it, or to what it was put together from, since it was last shown again."""
    found: set[str | None] = set()
    seen: set[str] = set()
    look = {item.id}
    while look:
        told = {one: _taken_back(session, one, kinds) for one in look}
        found |= {agent for events in told.values() for agent in events[-1]}
        seen |= look
        # Whoever had it shown again decided that of what it was made of too.
        made_of = select(Replacement.old_id).where(
            Replacement.new_id.in_([one for one, events in told.items() if len(events) == 1])
        )
        look = {*session.scalars(made_of)} - seen
    return found


def is_news(session: Session, item: Item, actor: Actor) -> bool:
    """Whether `actor` gave an item that others had taken back, and wishes so for the first time since."""
    if not actor.gave(item) or item.erasure or is_made_into_others(session, item.id):
        return False
    return not _taken_back(session, item.id)[-1] & _givers(session, item)


def is_told(session: Session, item: Item, actor: Actor, reason: str) -> bool:
    """Whether its history has the reason of `actor` already, since it was last shown again: a form may come twice."""
    since = _acts(session, item.id)[-1]
    return any(agent == agent_of(actor) and told.get("reason") == reason for agent, told in since)


def are_words_of_giver(session: Session, item: Item) -> bool:
    """Whether its giver wrote what stands in its place; of before that was written down, if they took it back.

    The history says so, which every bag and backup has: words are set with an event, and gone once it is shown again.
    """
    if not item.withdrawal_words:
        return False
    _agent, by = _wrote(session, item)
    return by == GIVER if by else by_its_giver(session, item)


def may_set_words(session: Session, item: Item, actor: Actor) -> bool:
    """Whether `actor` may set what stands in its place: who gave it may, others only where nobody else wrote it."""
    if actor.gave(item) or not item.withdrawal_words:
        return True
    return _wrote(session, item) == (agent_of(actor), ARCHIVE)


def check_words(session: Session, item: Item, actor: Actor, words: str) -> None:
    """ConflictError (`words-stand`) where they would replace what somebody else wrote, and `actor` did not give it."""
    if words and words != item.withdrawal_words and not may_set_words(session, item, actor):
        raise ConflictError(
            "Somebody else has written what stands in its place, and that stays as it is.",
            code=WORDS_STAND,
            remedy="Leave these words out; a reason for the history can be given all the same.",
        )


def tell_giver(
    archive: Archive, session: Session, actor: Actor, item: Item, asked: AtTheirWish | None
) -> None:
    """Write to its giver that it is shown again as they asked; ConflictError (`not-asked-for`) if nobody says so and how."""
    if asked is None or not asked.reason.strip():
        raise ConflictError(
            "Whoever gave it took it back, and nobody says that they ask for it again.",
            code="not-asked-for",
            remedy="Say that they asked for it, and how you know.",
        )
    submission = session.get_one(Submission, item.submission_id, with_for_update={"key_share": True})
    messages.tell(archive, session, actor, item.id, asked.told(submission.language))


def _givers(session: Session, item: Item) -> set[str | None]:
    holders = session.scalars(select(Holder.user_id).where(Holder.submission_id == item.submission_id))
    return {contributor().id, *holders}


def _taken_back(session: Session, item_id: str, kinds: Sequence[str] = ACTS) -> list[set[str | None]]:
    """Everybody who took it back, before and after each time it was reinstated; None is somebody whom nobody knows."""
    return [
        {None if BY_LEDGER.items() <= detail.items() else agent for agent, detail in acts}
        for acts in _acts(session, item_id, kinds)
    ]


def _wrote(session: Session, item: Item) -> tuple[str, str]:
    """Which agent wrote what stands in its place, and whose words it is said to be; twice "" where nobody wrote that down."""
    acts = _acts(session, item.id)[-1]
    return next(((agent, told[WORDS_BY]) for agent, told in reversed(acts) if WORDS_BY in told), ("", ""))


def _acts(
    session: Session, item_id: str, kinds: Sequence[str] = ACTS
) -> list[list[tuple[str, dict[str, Any]]]]:
    """The same with what is written down beside each, oldest first."""
    done = select(Event.kind, Event.agent, Event.detail).where(
        Event.subject_id == item_id, Event.kind.in_([*kinds, Action.REINSTATE])
    )
    told: list[list[tuple[str, dict[str, Any]]]] = [[]]
    for kind, agent, detail in session.execute(done.order_by(Event.sequence)):
        if kind == Action.REINSTATE:
            told.append([])
        else:
            told[-1].append((agent, detail))
    return told
