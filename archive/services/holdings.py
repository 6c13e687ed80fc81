"""What is held: by collection, by format, by age, at risk, and how it grew; counts and bytes, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.access import Actor
from archive.models import File, Item, Right
from archive.models.errors import ForbiddenError
from archive.services.holdings_state import State, states
from archive.services.opening import Archive
from archive.typed_files import toml_of

AT_RISK = Path(__file__).with_name("formats_at_risk.toml")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Amount:
    """How much there is of one thing: items, their files, and the files' bytes."""

    of: str
    items: int
    files: int
    size: int


@dataclass(frozen=True)
class Format:
    """How much there is in one format: its PUID ("" when nothing knows it), what it is called, why it is at risk ("" if it is not)."""

    puid: str
    name: str
    files: int
    size: int
    why: str = ""


@dataclass(frozen=True)
class Holdings:
    """Everything that is kept in bags, of the collections that somebody answers for.

    `years` and `months` are by the day on which things were received; `total` of each month is all until its end.
    """

    all: Amount
    collections: tuple[Amount, ...]
    formats: tuple[Format, ...]
    years: tuple[Amount, ...]
    months: tuple[Amount, ...]
    grown: tuple[int, ...]
    states: tuple[State, ...]

    @property
    def at_risk(self) -> tuple[Format, ...]:
        """Formats that may become hard to open, and what nothing could identify."""
        return tuple(one for one in self.formats if one.why)


def holdings(archive: Archive, actor: Actor) -> Holdings:
    """What is held, as far as `actor` answers for it; ForbiddenError without the right."""
    if not actor.has(Right.AUDIT):
        raise ForbiddenError("Your role does not allow looking through what is held.")
    slugs = actor.collections_with(Right.AUDIT)
    mine = Item.collection.in_(slugs) if slugs is not None else true()
    with archive.db.read() as session:
        days = _by_day(session, mine)
        return Holdings(
            all=_sum("", days),
            collections=_by_collection(session, mine),
            formats=_by_format(session, mine),
            years=_grouped(days, len("2026")),
            months=(months := _grouped(days, len("2026-11"))),
            grown=tuple(accumulate(one.size for one in months)),
            states=states(archive, session, mine, everything=slugs is None),
        )


def _by_collection(session: Session, mine: ColumnElement[bool]) -> tuple[Amount, ...]:
    query = _amounts(Item.collection, mine).group_by(Item.collection).order_by(func.sum(File.size).desc())
    return tuple(
        Amount(slug, items, files, int(size or 0)) for slug, items, files, size in session.execute(query)
    )


def _by_day(session: Session, mine: ColumnElement[bool]) -> list[Amount]:
    query = _amounts(Item.received_on, mine).group_by(Item.received_on).order_by(Item.received_on)
    return [
        Amount(on.isoformat(), items, files, int(size or 0))
        for on, items, files, size in session.execute(query)
    ]


def _amounts(of: InstrumentedAttribute[Any], mine: ColumnElement[bool]) -> Select[Any]:
    counted = (func.count(Item.id.distinct()), func.count(File.id), func.sum(File.size))
    return select(of, *counted).join(File, File.item_id == Item.id).where(Item.bag_key != "", mine)


def _by_format(session: Session, mine: ColumnElement[bool]) -> tuple[Format, ...]:
    query = select(File.puid, File.format_name, func.count(), func.sum(File.size))
    query = query.join(Item, Item.id == File.item_id).where(Item.bag_key != "", mine)
    query = query.group_by(File.puid, File.format_name)
    found = [
        Format(puid, name, files, int(size or 0), why_at_risk(puid, name))
        for puid, name, files, size in session.execute(query)
    ]
    return tuple(sorted(found, key=lambda one: (-one.files, one.name, one.puid)))


def why_at_risk(puid: str, name: str) -> str:
    """Why a format may become hard to open, "" when it is not on the list; what has no PUID is at risk for that."""
    if not puid:
        return UNKNOWN
    return next((why for begins, puids, why in _known() if puid in puids or name.startswith(begins)), "")


@cache
def _known() -> tuple[tuple[tuple[str, ...], frozenset[str], str], ...]:
    table = toml_of(AT_RISK)
    return tuple(
        (tuple(one["begins"]), frozenset(one.get("puids", ())), one["why"]) for one in table["format"]
    )


def _grouped(days: Sequence[Amount], length: int) -> tuple[Amount, ...]:
    """Days put together by the beginning of their date."""
    return tuple(_sum(of, some) for of, some in groupby(days, key=lambda one: one.of[:length]))


def _sum(of: str, some: Iterable[Amount]) -> Amount:
    several = list(some)
    return Amount(
        of,
        sum(one.items for one in several),
        sum(one.files for one in several),
        sum(one.size for one in several),
    )
