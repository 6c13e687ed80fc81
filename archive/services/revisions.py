"""What is said of an item, changed and changed back: every change is a revision that stays, and none overwrites another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.access import Actor, can, can_see
from archive.models import (
    Event,
    Item,
    ItemState,
    Revision,
    Right,
    record_event,
    today,
)
from archive.models.errors import ConflictError, ForbiddenError, NotFoundError
from archive.profiles import CollectionProfile, Field
from archive.services import desk_drafts, kept, parts, relations
from archive.services.answers import Trouble, understand_about
from archive.services.carrying_over import check_settled
from archive.services.describe import Description, describe
from archive.services.desk_drafts import Window
from archive.services.kept import Profiles, as_typed, asked_of, renamed, spoken_in, spoken_of, with_the_rest
from archive.services.lifecycle import NO_SUCH_ITEM, NOT_KNOWN, STALE, agent_of, changing, touch
from archive.services.meanings import chosen_readings, kept_reading
from archive.services.opening import Archive
from archive.services.replaced import stepped_back
from archive.services.tables import plain_line_ends
from archive.services.taken_out import said_again

Said = dict[str, str]


@dataclass(frozen=True)
class Spoken:
    """What is said of an item now, and the mark by which a later change knows that it saw this.

    `profile` has the fields of it: the collection's, and those in which something is kept from where it was.
    """

    title: str
    said: Said
    meant: Said
    mark: str
    profile: CollectionProfile


@dataclass(frozen=True)
class Change:
    """One revision: who made it ("" where nobody knows), on which day, and by field what stood there before and after.

    `moved` says from which collection to which, where it did that.
    """

    number: int
    on: date
    agent: str
    changed: tuple[tuple[str, str, str], ...]
    moved: tuple[str, str] | None = None


def spoken(
    archive: Archive, actor: Actor, item_id: str, also: Collection[str] = (), *, to_read: bool = False
) -> Spoken:
    """What is said of an item, for somebody who may change it; `also` in kept fields of these names that are empty.

    With `to_read` also what was said of one that stepped back for others.
    """
    with archive.db.read() as session:
        item = (for_reading if to_read else for_describing)(session, actor, item_id)
        profile = asked_of(archive.profiles, item, also)
        meant, mark = chosen_readings(item, {}), mark_now(archive.profiles, item)
        return Spoken(item.title, said_of(item, profile.fields), meant, mark, profile)


def change(
    archive: Archive,
    actor: Actor,
    item_id: str,
    typed: Mapping[str, str],
    choices: Mapping[str, str],
    language: str,
    seen: str,
    *,
    draft: Window | None = None,
    anyway: bool = False,
    around: Collection[str] = (),
) -> dict[str, Trouble]:
    """Describe an item anew; returns by field what cannot be used yet, and then nothing is changed.

    `seen` is the mark of what the person had before them: ConflictError (`stale-version`) when that is not what is
    said now. Saying the same again makes no revision. `draft` is the window in which they wrote what is saved, so that
    what was kept of it goes; any other draft is something else, and stays. Words that were taken out of the item's
    files, or of those of items `around` it, are said again (`taken-out`) only with `anyway`.
    """
    with changing(archive, item_id) as (session, item):
        check_describing(actor, item)
        if seen != mark_now(archive.profiles, item):
            raise ConflictError(STALE, code="stale-version")
        profile = asked_of(archive.profiles, item, spoken_in(typed))
        fields = spoken_of(archive.profiles, item, profile, typed)
        now = said_of(item, profile.fields)
        readings = chosen_readings(item, choices)
        understood, troubles = understand_about(profile, typed, readings, language, fields)
        troubles |= relations.troubles(session, actor, item, fields, typed)
        troubles = {**({} if anyway else said_again(session, [item.id, *around], now, typed)), **troubles}
        if not troubles:
            revise(session, item, profile, fields, understood.description(), actor, "describe")
            if draft:
                desk_drafts.forget(session, actor, desk_drafts.description(item_id), draft)
        return troubles


def taken_out(archive: Archive, actor: Actor, item_id: str, typed: Mapping[str, str]) -> dict[str, Trouble]:
    """What of this, once it is saved, `change` would ask about first: words that were taken out of the item's files."""
    with archive.db.read() as session:
        item = for_describing(session, actor, item_id)
        fields = asked_of(archive.profiles, item, spoken_in(typed)).fields
        return said_again(session, [item_id], said_of(item, fields), typed)


def history(archive: Archive, actor: Actor, item_id: str) -> tuple[Change, ...]:
    """Every revision, the newest first; what a revision does not speak of was not changed by it."""
    with archive.db.read() as session:
        item = for_reading(session, actor, item_id)
        rows = session.scalars(_of_item(item_id)).all()
        fields = asked_of(archive.profiles, item, {name for row in rows for name in row.said}).fields
        query = select(Event.detail).where(Event.subject_id == item_id, Event.kind == kept.MOVE)
        moves = {
            one["revision"]: (one["from"], one["to"]) for one in session.scalars(query) if "revision" in one
        }
    before: Said = {}
    found: list[Change] = []
    for row in rows:
        said = renamed(archive.profiles, row.said, fields)
        pairs = ((name, before.get(name, ""), text) for name, text in said.items())
        changed = tuple(one for one in pairs if one[1] != one[2])
        found.append(Change(row.number, row.made_on, row.agent, changed, moves.get(row.number)))
        before |= said
    return tuple(reversed(found))


def move(
    session: Session, item: Item, profiles: Profiles, collection: str, actor: Actor, told: Mapping[str, str]
) -> None:
    """Put an item into another collection, in the caller's transaction: a revision, in the words of the fields there."""
    before = said_of(item, asked_of(profiles, item).fields)
    last = _stood(session, item, before, kept_reading(item))
    detail = {"from": item.collection, "to": collection, "revision": last.number + 1, **told}
    item.collection = collection
    after = said_of(item, asked_of(profiles, item).fields)
    _keep(session, item, last, agent_of(actor), after, kept_reading(item))
    record_event(session, item.id, kept.MOVE, agent_of(actor), detail)
    touch(item)


def revise(
    session: Session,
    item: Item,
    profile: CollectionProfile,
    fields: Sequence[Field],
    given: Description,
    actor: Actor,
    kind: str,
    detail: Mapping[str, str] | None = None,
) -> bool:
    """Make `given` what is said in `fields`, in the caller's transaction; what was said before stays as a revision.

    What these fields of the profile do not ask about stays as it is. False, and nothing is written, when it says
    the same; ConflictError (`being-arranged`) while other items are made of this one.
    """
    check_settled(session, item)
    before, meant_before = said_of(item, profile.fields), kept_reading(item)
    parts_before = parts.parts_in(item.extra, profile.fields)
    describe(session, item, with_the_rest(item, fields, given), actor)
    session.flush()
    after, meant = said_of(item, profile.fields), kept_reading(item)
    if after == before and meant == meant_before:
        return False
    last = _stood(session, item, before, meant_before)
    _keep(session, item, last, agent_of(actor), after, meant)
    fields_changed = sorted(name for name in after if after[name] != before[name])
    # Which fields, not what: an event can never be taken back, and what was said may have to be.
    record_event(session, item.id, kind, agent_of(actor), {"fields": fields_changed} | dict(detail or {}))
    touch(item)
    parts.tell(session, actor, item, parts_before, parts.parts_in(item.extra, profile.fields))
    return True


def note_rewording(session: Session, item: Item, fields: Sequence[Field], agent: str) -> None:
    """Keep what is said now as a revision, where there are any and a name or a word in it was changed elsewhere."""
    last, standing = _last(session, item.id)
    said = said_of(item, fields)
    if last is not None and _is_other(said, standing):
        _keep(session, item, last, agent, said, kept_reading(item))


def said_of(item: Item, fields: Sequence[Field]) -> Said:
    """What an item holds, by field, written as a person would type it: one entry of a list on a line."""
    # Browsers send ends of lines in two characters; they say nothing.
    return {one.name: plain_line_ends(as_typed(item, one)) for one in fields}


def as_described(item: Item) -> Description:
    """Everything that is said of an item, to be said of another."""
    return with_the_rest(item, (), Description())


def mark_now(profiles: Profiles, item: Item) -> str:
    """The mark of what is said of an item now."""
    return mark_of(said_of(item, asked_of(profiles, item).fields))


def mark_of(said: Mapping[str, str]) -> str:
    """A mark that differs when what is said differs (SHA-256, hexadecimal)."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def for_describing(session: Session, actor: Actor, item_id: str) -> Item:
    """The item, for somebody who may describe it: NotFoundError, ForbiddenError, ConflictError (`withdrawn`) else."""
    item = session.get(Item, item_id)
    if item is None:
        raise NotFoundError(NO_SUCH_ITEM)
    check_describing(actor, item)
    return item


def for_reading(session: Session, actor: Actor, item_id: str) -> Item:
    """The item, for somebody who may read how it was described: as `for_describing`, and what stepped back for others.

    What is to be destroyed is read by nobody.
    """
    item = session.get(Item, item_id)
    if item is None:
        raise NotFoundError(NO_SUCH_ITEM)
    is_past = item.state == ItemState.WITHDRAWN and not item.erasure and stepped_back(session, item_id)
    check_describing(actor, item, is_past=is_past)
    return item


def check_describing(actor: Actor, item: Item, *, is_past: bool = False) -> None:
    """Refuse whoever may not describe `item`, as `for_describing`; with `is_past` it is only read."""
    if not can_see(actor, item):
        raise NotFoundError(NO_SUCH_ITEM)
    if not can(actor, Right.REVIEW, item):
        raise ForbiddenError("Your role does not allow describing this.")
    if item.state == ItemState.WITHDRAWN and not is_past:
        raise ConflictError("What was taken back is not described any more.", code="withdrawn")


def _of_item(item_id: str) -> Select[Revision]:
    return select(Revision).where(Revision.item_id == item_id).order_by(Revision.number)


def _last(session: Session, item_id: str) -> tuple[Revision | None, Said]:
    """The newest revision, and what stands by all of them: a later one need not speak of every field."""
    standing: Said = {}
    rows = session.scalars(_of_item(item_id)).all()
    for one in rows:
        standing |= one.said
    return (rows[-1] if rows else None), standing


def _stood(session: Session, item: Item, before: Said, meant: Said) -> Revision:
    """The newest revision, which says what stood before a change."""
    last, standing = _last(session, item.id)
    # What stood here came with the item, or by a way that keeps no revisions: it is kept before it is replaced.
    if last is None:
        last = _keep(session, item, None, _received_by(session, item), before, meant)
        last.made_on = item.received_on
    elif _is_other(before, standing):
        last = _keep(session, item, last, NOT_KNOWN, before, meant)
    return last


def _is_other(said: Said, standing: Said) -> bool:
    return any(text != standing.get(name, "") for name, text in said.items())


def _keep(
    session: Session, item: Item, last: Revision | None, agent: str, said: Said, meant: Said
) -> Revision:
    number = last.number + 1 if last else 1
    row = Revision(item_id=item.id, number=number, made_on=today(), agent=agent, said=said, meant=meant)
    session.add(row)
    session.flush()
    return row


def _received_by(session: Session, item: Item) -> str:
    first = select(Event.agent).where(Event.subject_id == item.id).order_by(Event.sequence).limit(1)
    return session.scalar(first) or NOT_KNOWN
