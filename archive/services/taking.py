"""Who works at what: take an item, put it back, not today; who has it open. Advice to the others, never a lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import BindParameter, bindparam, delete, null, select, update
from sqlalchemy.orm import Session

from archive.access import Actor, can, can_see
from archive.models import Item, ItemState, Looking, NotToday, Right, Taking, now, today
from archive.models.errors import ForbiddenError, NotFoundError
from archive.services.lifecycle import NO_SUCH_ITEM, load_for_change
from archive.services.opening import Archive
from archive.services.upsert import put_row, put_row_once

LOOKING = timedelta(minutes=15)
# Whoever opens it again so soon is still known to.
SAID_AGAIN = timedelta(minutes=5)
# Where nobody works at an item any more.
ENDED = (ItemState.PUBLISHED, ItemState.DECLINED, ItemState.WITHDRAWN)
_ITEM_IDS: BindParameter[str] = bindparam("item_ids", expanding=True)
_AROUND = (
    select(Taking.item_id, Taking.user_id, Taking.taken_on, null().cast(Looking.until.type).label("until"))
    .where(Taking.item_id.in_(_ITEM_IDS))
    .union_all(
        select(Looking.item_id, Looking.user_id, null().cast(Taking.taken_on.type), Looking.until).where(
            Looking.item_id.in_(_ITEM_IDS), Looking.until >= bindparam("now", type_=Looking.until.type)
        )
    )
    .order_by("until")
)


@dataclass(frozen=True)
class Holding:
    """Who has an item, since which day; `user_id` is an account's, for the caller to name."""

    user_id: str
    since: date


@dataclass(frozen=True)
class Around:
    """Who is around some items: who has taken which, and who else has which open now.

    `said` are those of which the others just heard that who asks has them open.
    """

    taken: dict[str, Holding]
    looking: dict[str, tuple[str, ...]]
    said: frozenset[str] = frozenset()

    @property
    def user_ids(self) -> frozenset[str]:
        """Everybody who is named in it."""
        lookers = (user_id for several in self.looking.values() for user_id in several)
        return frozenset((*(one.user_id for one in self.taken.values()), *lookers))


def take(archive: Archive, actor: Actor, item_id: str, *, instead_of: str = "") -> Holding:
    """Take an item, and say who has it: of two at once one has it, the other is told so.

    With `instead_of` it is taken over from who has it, if they still do. What was put off until tomorrow is back.
    """
    with archive.db.write() as session:
        _reviewed(session, actor, item_id)
        mine = {"item_id": item_id, "user_id": actor.id, "taken_on": today()}
        if instead_of:
            theirs = update(Taking).where(Taking.item_id == item_id, Taking.user_id == instead_of)
            session.execute(theirs.values(user_id=actor.id, taken_on=today()))
        put_row_once(session, Taking, ["item_id"], mine)
        held = session.get_one(Taking, item_id, populate_existing=True)
        if held.user_id == actor.id:
            _forget(session, NotToday, actor, item_id)
        return Holding(held.user_id, held.taken_on)


def put_back(archive: Archive, actor: Actor, item_id: str) -> None:
    """Put an item back; who does not have it changes nothing."""
    with archive.db.write() as session:
        _reviewed(session, actor, item_id)
        _leave(session, actor, item_id)


def not_today(archive: Archive, actor: Actor, item_id: str) -> None:
    """Put an item back without a question, and keep it out of this person's queue until tomorrow."""
    with archive.db.write() as session:
        _reviewed(session, actor, item_id)
        _leave(session, actor, item_id)
        _forget(session, NotToday, actor, item_id)
        session.add(NotToday(user_id=actor.id, item_id=item_id, until=today() + timedelta(days=1)))


def say(archive: Archive, actor: Actor, item_id: str) -> None:
    """Let the others know that whoever reviews an item has it open, for a quarter of an hour."""
    with archive.db.write_again() as session:
        # Who looked at what is nobody's business afterwards.
        session.execute(delete(Looking).where(Looking.until < now()))
        mine = {"item_id": item_id, "user_id": actor.id, "until": now() + LOOKING}
        put_row(session, Looking, ["item_id", "user_id"], mine)


def say_still(archive: Archive, actor: Actor, item_id: str) -> None:
    """The same while somebody goes on working at it, on whatever page; nothing where they do not review it, or just said so."""
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        is_reviewed = item is not None and can_see(actor, item) and can(actor, Right.REVIEW, item)
        is_heard = not is_reviewed or item_id in around(session, actor, [item_id]).said
    if not is_heard:
        say(archive, actor, item_id)


def forget_ended(archive: Archive) -> None:
    """Forget who had what is decided about for now, who looked, and what was put off until a day that has come."""
    ended = select(Item.id).where(Item.state.in_(ENDED))
    with archive.db.write() as session:
        session.execute(delete(Taking).where(Taking.item_id.in_(ended)))
        session.execute(delete(Looking).where(Looking.until < now()))
        session.execute(delete(NotToday).where(NotToday.until <= today()))


def around(session: Session, actor: Actor, item_ids: Sequence[str]) -> Around:
    """Who has taken which of some items, and who but `actor` looks at which now."""
    moment = now()
    taken: dict[str, Holding] = {}
    looking: dict[str, tuple[str, ...]] = {}
    said: set[str] = set()
    for one in session.execute(_AROUND, {"item_ids": item_ids, "now": moment}):
        if one.until is None:
            taken[one.item_id] = Holding(one.user_id, one.taken_on)
        elif one.user_id != actor.id:
            looking[one.item_id] = (*looking.get(one.item_id, ()), one.user_id)
        elif one.until > moment + LOOKING - SAID_AGAIN:
            said.add(one.item_id)
    return Around(taken, looking, frozenset(said))


def _reviewed(session: Session, actor: Actor, item_id: str) -> None:
    """Lock the item, so that whoever takes it or puts it back does so after the other."""
    item = load_for_change(session, item_id)
    if not can_see(actor, item):
        raise NotFoundError(NO_SUCH_ITEM)
    if not can(actor, Right.REVIEW, item):
        raise ForbiddenError("Only who may decide about it takes it.")


def _leave(session: Session, actor: Actor, item_id: str) -> None:
    for model in (Taking, Looking):
        _forget(session, model, actor, item_id)


def _forget(session: Session, model: type[Taking | Looking | NotToday], actor: Actor, item_id: str) -> None:
    session.execute(delete(model).where(model.item_id == item_id, model.user_id == actor.id))
