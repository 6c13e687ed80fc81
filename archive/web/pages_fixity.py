"""The desk's page of fixity, made from what the audits found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from archive.services.fixity_state import BagState, CollectionState, FixityState
from archive.services.labels import label
from archive.services.opening import Archive
from archive.services.shared_fixity import DamagedShared
from archive.web.i18n import language
from archive.web.words import _, damaged_files, day

FEW = 5


@dataclass(frozen=True)
class DamageLine:
    """One kind of damage in words, and the first files that have it; `more` of them are not named."""

    words: str
    paths: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class DamagedBag:
    """A damaged bag: the item, since when, and what was found."""

    id: str
    href: str
    title: str
    collection: str
    since: str
    last: str
    damages: tuple[DamageLine, ...]
    is_wanted: bool


@dataclass(frozen=True)
class CollectionLine:
    """The bags of a collection in figures and a day."""

    slug: str
    title: str
    bags: int
    read: int
    all_read: str
    late: int
    damaged: int
    waiting: int


@dataclass(frozen=True)
class FixityPage:
    """How all bags are; `more` damaged ones are not listed, `waiting` are to be read now.

    `copies` tells how often access copies were found damaged within the period of `days`, `refused` how many take no revision,
    `shared` are the ids of damaged bags of what belongs to no item.
    """

    days: int
    collections: tuple[CollectionLine, ...]
    damaged: tuple[DamagedBag, ...]
    more: int
    late: int
    waiting: int
    is_working: bool
    unread: int
    are_there: bool
    copies: int
    shared: tuple[str, ...]
    refused: int = 0


def fixity_page(
    archive: Archive, found: FixityState, shared: Sequence[DamagedShared], refused: int, *, is_working: bool
) -> FixityPage:
    """The page; `refused` is how many bags of every kind take no revision, `is_working` tells whether a worker runs that reads bags."""
    return FixityPage(
        days=found.days,
        collections=tuple(_collection(archive, one) for one in found.collections),
        damaged=tuple(_damaged(archive, one) for one in found.damaged),
        more=found.damaged_count - len(found.damaged),
        late=found.late_count,
        waiting=sum(one.wanted for one in found.collections),
        is_working=is_working,
        unread=found.unread_count,
        are_there=found.are_there,
        copies=found.copies,
        refused=refused,
        shared=tuple(one.id for one in shared),
    )


def _collection(archive: Archive, one: CollectionState) -> CollectionLine:
    return CollectionLine(
        slug=one.collection,
        title=label(archive, "collection", one.collection, language()),
        bags=one.bags,
        read=one.read_in_period,
        all_read=day(one.all_read_on),
        late=one.late,
        damaged=one.damaged,
        waiting=one.wanted,
    )


def _damaged(archive: Archive, one: BagState) -> DamagedBag:
    return DamagedBag(
        id=one.id,
        href=url_for("preserve.item", item_id=one.id),
        title=one.title or _("Without a title"),
        collection=label(archive, "collection", one.collection, language()),
        since=day(one.since),
        last=day(one.audited_on),
        damages=tuple(
            DamageLine(
                damaged_files(damage.kind, damage.count),
                tuple(path or _("the whole bag") for path in damage.paths[:FEW]),
                max(0, damage.count - FEW),
            )
            for damage in one.damages
        ),
        is_wanted=one.is_wanted,
    )
