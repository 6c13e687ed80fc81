"""What is known of the fixity of bags: when each was last read in full, which are damaged, and that these are not handed out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select, true, update
from sqlalchemy.orm import Session

from archive.access import OPERATOR, Actor, looked_after
from archive.models import Event, Fixity, Item, Right, today
from archive.models.errors import ConflictError, ForbiddenError, NotFoundError
from archive.services.believed_days import believed
from archive.services.opening import Archive
from archive.services.records import IS_REFUSED
from archive.services.sealed import title_listed
from archive.settings import Settings

CHECK = "fixity"
SUCCESS, FAILURE = "success", "failure"
DAMAGED = "bag-damaged"
PROBLEMS_SHOWN = 100
HAS_BAG = and_(Item.bag_key != "", Item.erasure == "")
# Of an item in the same query: nothing of its bag is to be handed out.
IS_DAMAGED = select(Fixity.item_id).where(Fixity.item_id == Item.id, Fixity.outcome == FAILURE).exists()
# What has no row was read in full when it was taken in.
last_read = believed(func.coalesce(Fixity.read_on, Item.received_on), lambda: today())
last_audit = believed(func.coalesce(Fixity.audited_on, Item.received_on), lambda: today())


@dataclass(frozen=True)
class Damage:
    """One kind of damage to a bag: how many files have it, and the first of their paths ("" is the bag itself)."""

    kind: str
    count: int
    paths: tuple[str, ...]


@dataclass(frozen=True)
class BagState:
    """A damaged bag: its item, since which day it is known to be, and what was found."""

    id: str
    title: str
    collection: str
    since: date
    audited_on: date
    damages: tuple[Damage, ...]
    is_wanted: bool


@dataclass(frozen=True)
class CollectionState:
    """The bags of a collection: the day by which every one was read, how many were within the period, are damaged, or wait."""

    collection: str
    bags: int
    all_read_on: date
    read_in_period: int
    late: int
    damaged: int
    unread: int
    refused: int
    wanted: int


@dataclass(frozen=True)
class FixityState:
    """The state of all bags that somebody answers for; of the damaged ones the first hundred.

    `are_there` is False while the place where all bags are kept is gone; `copies` tells how often, within the period,
    access copies of a file were found damaged.
    """

    days: int
    collections: tuple[CollectionState, ...]
    damaged: tuple[BagState, ...]
    are_there: bool = True
    copies: int = 0

    @property
    def damaged_count(self) -> int:
        """How many bags are damaged."""
        return sum(one.damaged for one in self.collections)

    @property
    def late_count(self) -> int:
        """How many bags were not read in full within the period."""
        return sum(one.late for one in self.collections)

    @property
    def unread_count(self) -> int:
        """How many bags have an audit that came to no end."""
        return sum(one.unread for one in self.collections)

    @property
    def refused_count(self) -> int:
        """How many bags take no revision now."""
        return sum(one.refused for one in self.collections)

    @property
    def is_well(self) -> bool:
        """Whether every bag is there, was read in full within the period and found sound."""
        return self.are_there and not (self.damaged_count or self.late_count or self.unread_count)


def refuse_damaged(session: Session, item_id: str) -> None:
    """ConflictError (`bag-damaged`) when the last audit found the bag of an item damaged: then nothing of it is handed out."""
    query = select(Fixity.failed_on).where(Fixity.item_id == item_id, Fixity.outcome == FAILURE)
    since = session.scalar(query)
    if since is not None:
        raise ConflictError(
            f"Its bag was found damaged on {since.isoformat()}, so nothing of it is handed out.",
            code=DAMAGED,
            remedy="Put the bag right from a copy that is whole, then check it again: at the desk under Fixity, "
            "or with remembrance fixity check.",
        )


def counts(archive: Archive) -> tuple[int, int]:
    """How many bags are damaged, and how many were not read in full within the period."""
    late = last_read < _beginning(archive.settings)
    damaged = Fixity.outcome == FAILURE
    query = select(func.count().filter(damaged), func.count().filter(late)).select_from(Item)
    with archive.db.read() as session:
        found = session.execute(query.outerjoin(Fixity).where(HAS_BAG)).one()
    return found[0], found[1]


def unread(archive: Archive) -> int:
    """How many bags have an audit that came to no end."""
    query = select(func.count()).select_from(Fixity).join(Item).where(Fixity.unread_on.is_not(None), HAS_BAG)
    with archive.db.read() as session:
        return session.scalar(query) or 0


def copies_damaged(archive: Archive, where: ColumnElement[bool] | None = None) -> int:
    """How often, within the period, access copies of a file were found damaged: made anew, they leave no other trace of it."""
    begins = datetime.combine(_beginning(archive.settings), time.min, UTC)
    told = Event.detail["copies"].as_string()
    query = select(Event.detail).join(Item, Item.id == Event.subject_id)
    query = query.where(Event.kind == CHECK, Event.at >= begins, told.is_not(None), HAS_BAG)
    query = query if where is None else query.where(where)
    with archive.db.read() as session:
        return sum(len(detail["copies"]) for detail in session.scalars(query))


def are_there(archive: Archive) -> bool:
    """Whether the place where all bags are kept is there, or there is no bag yet."""
    with archive.db.read() as session:
        key = session.scalar(select(Item.bag_key).where(Item.bag_key != "").limit(1))
    return key is None or archive.bag_folder(key).parent.is_dir()


def state(archive: Archive, actor: Actor) -> FixityState:
    """The state of the bags that `actor` answers for, collection by collection; ForbiddenError without the right."""
    where = _mine(actor)
    begins = _beginning(archive.settings)
    query = (
        select(
            Item.collection,
            func.count().label("bags"),
            func.min(last_read).label("all_read_on"),
            func.count().filter(last_read >= begins).label("read_in_period"),
            func.count().filter(last_read < begins).label("late"),
            func.count().filter(Fixity.outcome == FAILURE).label("damaged"),
            func.count().filter(Fixity.unread_on.is_not(None)).label("unread"),
            func.count().filter(IS_REFUSED).label("refused"),
            func.count().filter(Fixity.wanted).label("wanted"),
        )
        .select_from(Item)
        .outerjoin(Fixity)
        .where(HAS_BAG, where)
        .group_by(Item.collection)
        .order_by(Item.collection)
    )
    there = are_there(archive)
    with archive.db.read() as session:
        rows = session.execute(query).all()
        return FixityState(
            archive.settings.fixity_days,
            tuple(CollectionState(**row._mapping) for row in rows),
            tuple(_told(*row) for row in session.execute(_damaged(actor, where))),
            there,
            copies_damaged(archive, where),
        )


@dataclass(frozen=True)
class Alarm:
    """What whoever answers for bags is told on every look at the desk; `refused` take no revision for a day and longer."""

    damaged: int = 0
    unread: int = 0
    are_there: bool = True
    refused: int = 0


WELL = Alarm()


def alarm(archive: Archive, actor: Actor) -> Alarm:
    """What is wrong with the bags that `actor` answers for; nothing for whoever answers for none."""
    if not actor.has(Right.AUDIT):
        return WELL
    damaged, unread = Fixity.outcome == FAILURE, Fixity.unread_on.is_not(None)
    # A disk that is full for an hour is put right by who runs it, and nothing of it is lost.
    refused = and_(IS_REFUSED, Fixity.refused_on < today())
    counted = (func.count().filter(one) for one in (damaged, unread, refused))
    query = select(*counted).select_from(Fixity).join(Item)
    with archive.db.read() as session:
        found = session.execute(query.where(or_(damaged, unread, refused), HAS_BAG, _mine(actor))).one()
    return Alarm(found[0], found[1], are_there(archive), found[2])


def damaged_ids(archive: Archive) -> dict[str, BagState]:
    """The first hundred damaged bags by their items' ids, for whoever has the machine's shell."""
    with archive.db.read() as session:
        told = (_told(*row) for row in session.execute(_damaged(OPERATOR, true())))
        return {one.id: one for one in told}


def ask_now(archive: Archive, actor: Actor, collection: str = "", item_id: str = "") -> int:
    """Have bags read before all others, once a worker gets to it: of an item, of a collection, or all; return how many.

    ForbiddenError without the right, NotFoundError where there is no such bag that `actor` answers for.
    """
    which = select(Item.id).where(HAS_BAG, _mine(actor))
    if collection:
        which = which.where(Item.collection == collection)
    if item_id:
        which = which.where(Item.id == item_id)
    with archive.db.write() as session:
        ids = session.scalars(which).all()
        if not ids:
            raise NotFoundError("There is no such bag.")
        known = set(session.scalars(select(Fixity.item_id).where(Fixity.item_id.in_(which))))
        session.execute(update(Fixity).where(Fixity.item_id.in_(which)).values(wanted=True))
        new = [_first(one) | {"wanted": True} for one in ids if one not in known]
        if new:
            session.execute(insert(Fixity), new)
    return len(ids)


def _first(item_id: str) -> dict[str, Any]:
    return {"item_id": item_id, "outcome": "", "found": {}, "copies": [], "bytes_read": 0}


def _beginning(settings: Settings) -> date:
    """The first day of the running period."""
    return today() - timedelta(days=settings.fixity_days)


def _mine(actor: Actor) -> ColumnElement[bool]:
    if not actor.has(Right.AUDIT):
        raise ForbiddenError("Your role does not allow looking at the fixity of bags.")
    return looked_after(actor, Right.AUDIT)


def _damaged(actor: Actor, where: ColumnElement[bool]) -> Select[Fixity, str, str]:
    query = select(Fixity, title_listed(actor), Item.collection).join(Item).where(Fixity.outcome == FAILURE)
    return query.where(HAS_BAG, where).order_by(Fixity.failed_on, Item.id).limit(PROBLEMS_SHOWN)


def _told(row: Fixity, title: str, collection: str) -> BagState:
    found: Mapping[str, Any] = row.found
    assert row.failed_on is not None and row.audited_on is not None
    return BagState(
        id=row.item_id,
        title=title,
        collection=collection,
        since=row.failed_on,
        audited_on=row.audited_on,
        damages=tuple(Damage(kind, one["count"], tuple(one["paths"])) for kind, one in found.items()),
        is_wanted=row.wanted,
    )
