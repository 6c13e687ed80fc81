"""Puts files together in another way: an item split, two made one.

A bag's originals never change. New items are made of the old bag's verified bytes by the way that all items come, and
only when every one of them is kept does the old one step back, with its bag as it was. Killed in between, the job goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import PIPELINE, SEALED, Actor, can
from archive.bags import bag_key, safe_name
from archive.durable import fsync_path
from archive.models import (
    TRANSITIONS,
    Action,
    File,
    Item,
    ItemState,
    Replacement,
    Right,
    new_id,
    record_event,
)
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, IntegrityError, NotFoundError
from archive.services import withdrawing
from archive.services.arranging import check_right, new_title
from archive.services.asked_about import to_follow
from archive.services.carrying_over import carry_over, check_marks, is_under_way
from archive.services.describe import describe
from archive.services.file_names import told_apart
from archive.services.joined import joined
from archive.services.lifecycle import (
    NO_SUCH_ITEM,
    STALE,
    agent_of,
    changing_together,
    load_for_change,
    touch,
    transition,
)
from archive.services.opening import Archive
from archive.services.replaced import stepped_back
from archive.services.staging import copy_checked
from archive.services.sweep import arriving
from archive.services.words_following import follow

ARRANGE_JOB = "regroup"


@dataclass(frozen=True)
class Beside:
    """Another item of the same submission, with which one may be made one."""

    id: str
    title: str


@dataclass(frozen=True)
class Arrangeable:
    """What may be done with an item: its files, what it may be made one with, and where it may be moved."""

    id: str
    title: str
    version: int
    files: tuple[tuple[str, str], ...]
    beside: tuple[Beside, ...]
    collections: tuple[str, ...]
    is_under_way: bool


def look(archive: Archive, actor: Actor, item_id: str) -> Arrangeable:
    """An item as it may be arranged, for somebody who reviews it; of what others took the place of its id alone.

    ConflictError (`cannot-be-arranged`) for what was taken back or declined.
    """
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None:
            raise NotFoundError(NO_SUCH_ITEM)
        check_right(actor, item)
        is_sealed = item.state in SEALED
        if is_sealed and not stepped_back(session, item.id):
            raise ConflictError("This was taken back or declined.", code="cannot-be-arranged")
        query = select(Item).where(Item.submission_id == item.submission_id, Item.id != item.id)
        others = [one for one in session.scalars(query.order_by(Item.position)) if is_ready(one)]
        may_move = actor.collections_with(Right.REVIEW)
        called = told_apart((one.id, one.title, one.given_name) for one in item.files)
        slugs = (one for one in archive.profiles if may_move is None or one in may_move)
        return Arrangeable(
            id=item.id,
            title=item.id if is_sealed else item.title,
            version=item.version,
            files=() if is_sealed else tuple(called.items()),
            beside=tuple(Beside(one.id, one.title) for one in others if can(actor, Right.REVIEW, one)),
            collections=tuple(one for one in slugs if one != item.collection),
            is_under_way=is_under_way(session, item.id),
        )


def split(
    archive: Archive,
    actor: Actor,
    item_id: str,
    file_ids: Sequence[str],
    title: str,
    version: int,
    *,
    anyway: bool = False,
) -> tuple[str, str]:
    """Make two items of one: those of its files, under that title, and the rest; returns the ids of the rest and of the new.

    BadInputError (`nothing-to-split`) unless some files go and some stay, (`title-too-long`), without `anyway`
    (`taken-out`), ConflictError (`stale-version`, `cannot-be-arranged`).
    """
    with changing_together(archive, [item_id]) as (session, items):
        item = items[item_id]
        check_ready(session, actor, item, version)
        going = [one for one in item.files if one.id in set(file_ids)]
        staying = [one for one in item.files if one.id not in set(file_ids)]
        check_marks(session, item, going)
        called = new_title(session, item, title, anyway=anyway)
        if not going or not staying or not called:
            raise BadInputError("Choose some files, not all, and a title.", code="nothing-to-split")
        rest = _made_of(archive, session, actor, [item], staying, item.title)
        new = _made_of(archive, session, actor, [item], going, called)
        _begin(archive, session, actor, [item], [rest, new])
        return rest, new


def merge(archive: Archive, actor: Actor, item_id: str, other_id: str, version: int) -> str:
    """Make one item of two of the same submission, described as the first; returns its id.

    BadInputError (`nothing-to-join`) without another. ConflictError (`other-submission`) when they were given apart: what
    one giver allows would come to stand for what another gave; (`other-consent`) when they follow different versions of
    what their giver allows, as things of older archives may: one of them would be shown by the other's.
    """
    if not other_id:
        raise BadInputError("Choose the item that it is joined with.", code="nothing-to-join")
    with changing_together(archive, [item_id, other_id]) as (session, items):
        item, other = items[item_id], items[other_id]
        check_ready(session, actor, item, version)
        check_ready(session, actor, other, other.version)
        if item.id == other.id or item.submission_id != other.submission_id:
            raise ConflictError("They were given apart, as each giver allows.", code="other-submission")
        if item.consent_id != other.consent_id:
            raise ConflictError(
                "They follow different versions of what their giver allows.", code="other-consent"
            )
        new = _made_of(archive, session, actor, [item, other], [*item.files, *other.files], item.title)
        _begin(archive, session, actor, [item, other], [new])
        return new


def bring_bytes(archive: Archive, item_id: str) -> None:
    """Copy the originals of a new item out of the old bags into staging, each checked against its SHA-512.

    IntegrityError (`bag-payload-changed`) when an old bag does not hold what it should: then nothing is replaced.
    """
    with archive.db.read() as session:
        item = session.get_one(Item, item_id)
        if item.erasure:
            return
        olds = select(File).join(Replacement, Replacement.old_id == File.item_id)
        held = {file.sha512: file for file in session.scalars(olds.where(Replacement.new_id == item_id))}
        files = list(item.files)
    with arriving(archive):
        for file in files:
            _bring(archive, file, held.get(file.sha512))
        fsync_path(archive.settings.staging)


def replaced(archive: Archive, old_ids: Sequence[str], new_ids: Sequence[str]) -> None:
    """Have the old items step back, all at once, now that every new one is kept; done again, it changes nothing.

    What was taken back meanwhile is taken back in its new shape too; what of the new is to be destroyed, where it was.
    """
    with archive.db.write() as session:
        olds = [load_for_change(session, one) for one in sorted(old_ids)]
        news = {one: load_for_change(session, one) for one in sorted(new_ids)}
        rows = session.scalars(select(Replacement).where(Replacement.new_id.in_(new_ids))).all()
        taken_back = {one.id: one for one in olds if one.state == ItemState.WITHDRAWN}
        if all(row.done for row in rows):
            return
        for row in rows:
            row.done = True
            if taken_back and row.old_id not in taken_back:
                # Of two that were to become one only one was taken back: the other stays what it was.
                session.delete(row)
        for old in olds:
            touch(old)
        told = {old.id: {"by": sorted(new_ids), **to_follow(session, old.id)} for old in olds}
        if not taken_back:
            left = [one for one in new_ids if not news[one].erasure]
            follow(archive, session, old_ids, (left or new_ids)[0])
        for old in olds if not taken_back else ():
            transition(session, old, Action.REPLACE, PIPELINE, detail=told[old.id])
        withdrawing.settle(archive, session, olds, list(news.values()), list(taken_back.values()))


def _bring(archive: Archive, file: File, old: File | None) -> None:
    staging = archive.settings.staging
    packed = staging / "bags" / file.item_id / "data" / file.safe_name
    if not file.staged_as or packed.exists() or archive.store.exists(f"{bag_key(file.item_id)}/bagit.txt"):
        return
    target = staging / file.staged_as
    source = old and archive.store.local_path(f"{bag_key(old.item_id)}/data/{old.safe_name}")
    if target.exists():
        return
    if not source:
        raise IntegrityError("The bytes to be arranged are gone.", code="bag-payload-lost")
    copy_checked(source, target, file.sha512)


def _made_of(
    archive: Archive, session: Session, actor: Actor, olds: Sequence[Item], files: Sequence[File], title: str
) -> str:
    """The rows of a new item with these files, described as `joined` has it, under the consent of the first of `olds`."""
    first = olds[0]
    item = Item(
        id=new_id(),
        submission_id=first.submission_id,
        collection=first.collection,
        consent_id=first.consent_id,
        position=first.position,
        received_on=first.received_on,
        record_revision=1,
    )
    describe(session, item, replace(joined(archive.profiles, olds), title=title))
    ids = {file.id: new_id() for file in files}
    taken: set[str] = set()
    item.files.extend(_copied(file, place, ids, taken) for place, file in enumerate(files))
    session.add(item)
    session.flush()
    carry_over(session, ids)
    detail = {"files": len(files), "from": [one.id for one in olds]}
    record_event(session, item.id, "receive", agent_of(actor), detail, first=True)
    return item.id


def _copied(file: File, place: int, ids: Mapping[str, str], taken: set[str]) -> File:
    name = safe_name(file.given_name, taken)
    taken.add(name)
    kept = ("given_name", "given_bytes", "title", "role", "language", "size", "sha512", "crc32")
    return File(
        id=ids[file.id],
        position=place,
        safe_name=name,
        # What it went with may have gone another way.
        accompanies_id=ids.get(file.accompanies_id or ""),
        staged_as=ids[file.id],
        **{one: getattr(file, one) for one in kept},
    )


def _begin(
    archive: Archive, session: Session, actor: Actor, olds: Sequence[Item], new_ids: Sequence[str]
) -> None:
    """Say on the old items what becomes of them, and have it done once this is committed."""
    session.flush()
    for old in olds:
        for new in new_ids:
            session.add(Replacement(old_id=old.id, new_id=new, agent=agent_of(actor)))
        touch(old)
        record_event(session, old.id, "regroup", agent_of(actor), {"into": sorted(new_ids)})
    archive.jobs.enqueue(session, ARRANGE_JOB, [old.id for old in olds], list(new_ids), key=new_ids[0])


def check_ready(session: Session, actor: Actor, item: Item, version: int) -> None:
    """NotFoundError, ForbiddenError, ConflictError unless an item may be put elsewhere or together in another way now."""
    check_right(actor, item)
    if item.version != version:
        raise ConflictError(STALE, code="stale-version")
    if not is_ready(item) or is_under_way(session, item.id):
        raise ConflictError("This cannot be arranged now.", code="cannot-be-arranged")
    # What is shown is taken off the pages by it until somebody has looked at what comes of it.
    if item.state == ItemState.PUBLISHED and not can(actor, Right.PUBLISH, item):
        raise ForbiddenError("Your role does not allow this here.")


def is_ready(item: Item) -> bool:
    """Whether an item is in a bag, and in a state in which others may take its place."""
    return bool(item.bag_key) and (ItemState(item.state), Action.REPLACE) in TRANSITIONS
