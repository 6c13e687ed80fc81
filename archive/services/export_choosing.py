"""Which items an export would hold, which of them may not leave in that form, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from archive.access import PUBLIC, SEALED, Actor, looked_after, visible
from archive.models import AccessCopy, File, Item, Right, SharedBag
from archive.models.errors import BadInputError, ForbiddenError, TooLargeError
from archive.search import Filters, parse_query
from archive.services.export_forms import BAGS, FOR_STAFF, WHOLE, Form
from archive.services.fixity_state import DAMAGED, IS_DAMAGED
from archive.services.opening import Archive
from archive.services.readers import within
from archive.services.sealed import title_listed

MOST = 10_000
IDS_A_QUERY = 1000
# The bags of what belongs to no item; one that is not written yet is when it leaves.
SHARED_BAGS = select(SharedBag.id).where(SharedBag.subject.is_not(None)).order_by(SharedBag.id)
# What can be looked at, read or heard outside of the page; pictures in lists are made of these.
TAKEN_ALONG = ("web", "tiles", "page", "audio", "video", "text", "captions")


@dataclass(frozen=True)
class Selection:
    """What was asked for; empty is any. Days are those on which items were received, both included."""

    words: str = ""
    collection: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """An item that may not leave in this form; `why` is withdrawn, declined, destroyed, bag-damaged, not-public or not-in-a-bag."""

    item_id: str
    title: str
    why: str


@dataclass(frozen=True)
class Weighed:
    """What an export would hold: the ids that may leave, sorted, how many files and bytes that is, and what may not.

    `unknown` are ids that were given and are not among what was chosen. `mark` tells whether another look finds the same,
    and, where everybody may have it, whether nothing of it was changed. `shared` are the bags of no item that go with them.
    """

    form: Form
    leaving: tuple[str, ...]
    files: int
    size: int
    refused: tuple[Refused, ...]
    unknown: tuple[str, ...]
    mark: str
    shared: tuple[str, ...] = ()


def check_actor(actor: Actor) -> None:
    """ForbiddenError unless `actor` may take something out."""
    if not actor.has(Right.EXPORT):
        raise ForbiddenError("Your role does not allow taking out bags.")


def ids_in(text: str) -> tuple[str, ...]:
    """The ids in a list that somebody pasted or brought in a file: one a line or with commas between, or whole addresses."""
    found = (one.rstrip("/").rpartition("/")[2] for one in re.split(r"[\s,;\"']+", text) if one)
    return tuple(dict.fromkeys(one for one in found if one))


def weigh(archive: Archive, actor: Actor, selection: Selection, form: Form) -> Weighed:
    """Look at what is asked for, in a form; nothing is written down, for nothing leaves.

    Items that `actor` may not take out are like ones that never were. ForbiddenError without the right,
    TooLargeError (`export-too-large`), BadInputError from the search, or `export-one-collection`.
    """
    check_actor(actor)
    if form is Form.WITH_SHARED and not has_all(actor):
        raise ForbiddenError("Your role does not allow taking out what belongs to all collections.")
    with archive.db.read() as session:
        shared = tuple(session.scalars(SHARED_BAGS)) if form is Form.WITH_SHARED else ()
        chosen = _chosen(archive, session, actor, selection)
        rows = list(_rows(session, actor, chosen))
        leaving = sorted((row for row in rows if not _refusal(row, form)), key=lambda row: row.id)
        ids = tuple(row.id for row in leaving)
        files, size = _sum(session, ids, form) if form in BAGS else (0, 0)
    if form is Form.EAD and len({row.collection for row in leaving}) > 1:
        raise BadInputError("A finding aid is of one collection.", code="export-one-collection")
    unknown = set(selection.ids) - set(chosen)
    return Weighed(
        form=form,
        leaving=ids,
        files=files,
        size=size,
        refused=tuple(Refused(row.id, row.title, why) for row in rows if (why := _refusal(row, form))),
        unknown=tuple(one for one in selection.ids if one in unknown),
        mark=_mark(leaving, form, shared),
        shared=shared,
    )


def has_all(actor: Actor) -> bool:
    """Whether `actor` may take out what is of no collection: stories of all of them, names and words that all share."""
    return actor.has(Right.EXPORT) and actor.collections_with(Right.EXPORT) is None


def may_leave(form: Form) -> ColumnElement[bool]:
    """The WHERE clause that leaves the items which may leave in a form, whoever takes them; for queries on Item."""
    if form in FOR_STAFF:
        return and_(Item.state.not_in(SEALED), Item.erasure == "", Item.bag_key != "")
    return visible(PUBLIC)


def taken_out_by(actor: Actor) -> ColumnElement[bool]:
    """The WHERE clause that leaves the items which `actor` may take out at all; for queries on Item."""
    return and_(looked_after(actor, Right.EXPORT), visible(actor))


def _chosen(archive: Archive, session: Session, actor: Actor, selection: Selection) -> list[str]:
    if len(selection.ids) > MOST:
        raise _too_many()
    query = select(Item.id).where(taken_out_by(actor), *_narrowed(archive, actor, selection))
    found = list(session.scalars(query.order_by(Item.received_on, Item.id).limit(MOST + 1)))
    if len(found) > MOST:
        raise _too_many()
    return found


def _narrowed(archive: Archive, actor: Actor, selection: Selection) -> Iterator[ColumnElement[bool]]:
    if selection.collection:
        yield Item.collection == selection.collection
    if selection.state:
        yield Item.state == selection.state
    if selection.since:
        yield Item.received_on >= selection.since
    if selection.until:
        yield Item.received_on <= selection.until
    if selection.ids:
        yield Item.id.in_(selection.ids)
    if selection.words.strip():
        # Only ids leave the index, and of those the query leaves what the actor may take out.
        asked = parse_query(selection.words)
        mine = Filters(inside=within(actor, Right.EXPORT))
        found = archive.indexes.staff.search(asked, mine, "relevance", 0, MOST + 1)
        here = {"collection": selection.collection, "state": selection.state}
        narrowed = {facet: [value] for facet, value in here.items() if value}
        if found.total > MOST and narrowed:
            # What was changed a moment ago stands in the index as it was, so this is asked only where it has to be.
            found = archive.indexes.staff.search(
                asked, replace(mine, facets=narrowed), "relevance", 0, MOST + 1
            )
        if found.total > MOST:
            # Some of what is meant may be among those that the index was not asked for.
            raise _too_many()
        yield Item.id.in_(found.ids)


def _too_many() -> TooLargeError:
    return TooLargeError(
        f"One export holds up to {MOST} items.", code="export-too-large", remedy="Choose fewer at once."
    )


@dataclass(frozen=True)
class _Row:
    id: str
    title: str
    collection: str
    state: str
    erasure: str
    is_in_a_bag: bool
    is_damaged: bool
    version: int
    is_public: bool


def _rows(session: Session, actor: Actor, ids: Sequence[str]) -> Iterator[_Row]:
    columns = (
        Item.id,
        title_listed(actor),
        Item.collection,
        Item.state,
        Item.erasure,
        Item.bag_key != "",
        IS_DAMAGED,
        Item.version,
    )
    for start in range(0, len(ids), IDS_A_QUERY):
        some = Item.id.in_(ids[start : start + IDS_A_QUERY])
        shown = set(session.scalars(select(Item.id).where(some, visible(PUBLIC))))
        for row in session.execute(select(*columns).where(some).order_by(Item.received_on, Item.id)):
            yield _Row(*row, row[0] in shown)


def _refusal(row: _Row, form: Form) -> str:
    """Why an item may not leave in a form, "" when it may; `may_leave` says the same in SQL, but for damage.

    An export that was proved when it was made stays good, and may be the only whole copy left.
    """
    if row.erasure:
        return "destroyed"
    if row.state in SEALED:
        # What is sealed is opened one by one.
        return row.state
    if form in WHOLE and row.is_damaged:
        return DAMAGED
    if form in FOR_STAFF:
        return "" if row.is_in_a_bag else "not-in-a-bag"
    return "" if row.is_public else "not-public"


def _mark(leaving: Sequence[_Row], form: Form, shared: Sequence[str]) -> str:
    told = (row.id if form in FOR_STAFF else f"{row.id} {row.version}" for row in leaving)
    return sha256("\n".join((form, *told, *shared)).encode()).hexdigest()[:16]


def _sum(session: Session, ids: Sequence[str], form: Form) -> tuple[int, int]:
    """How many files, and bytes, bags of these items hold in a form, but for what is said of them."""
    files = size = 0
    for start in range(0, len(ids), IDS_A_QUERY):
        some = File.item_id.in_(ids[start : start + IDS_A_QUERY])
        if form in WHOLE:
            query = select(func.count(), func.sum(File.size)).where(some)
        else:
            query = select(func.count(), func.sum(AccessCopy.size)).join(File, File.id == AccessCopy.file_id)
            query = query.where(some, AccessCopy.kind.in_(TAKEN_ALONG))
        count, bytes_ = session.execute(query).one()
        # PostgreSQL adds whole numbers up to a decimal, and nothing adds up to nothing.
        files, size = files + count, size + int(bytes_ or 0)
    return files, size
