"""What is said of an item, changed and changed back: every change is a revision that stays, and none overwrites another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Actor, can, can_see
from archive.models import (
    Event,
    Item,
    ItemAgent,
    ItemState,
    Revision,
    Right,
    record_event,
    today,
)
from archive.models.errors import ConflictError, ForbiddenError, NotFoundError
from archive.profiles import CollectionProfile, Field
from archive.services import desk_drafts, parts, relations
from archive.services.answers import Trouble, understand_about
from archive.services.carrying_over import check_settled
from archive.services.describe import Description, describe, place_given
from archive.services.describing import PLAIN_FIELDS, place_typed
from archive.services.desk_drafts import Window
from archive.services.lifecycle import NO_SUCH_ITEM, NOT_KNOWN, STALE, agent_of, changing, touch
from archive.services.meanings import chosen_readings, kept_reading
from archive.services.opening import Archive
from archive.services.taken_out import said_again

Said = dict[str, str]


@dataclass(frozen=True)
class Spoken:
    """What is said of an item now, and the mark by which a later change knows that it saw this."""

    title: str
    said: Said
    meant: Said
    mark: str


@dataclass(frozen=True)
class Change:
    """One revision: who made it ("" where nobody knows), on which day, and by field what stood there before and after."""

    number: int
    on: date
    agent: str
    changed: tuple[tuple[str, str, str], ...]


def spoken(archive: Archive, actor: Actor, item_id: str) -> Spoken:
    """What is said of an item, for somebody who may change it."""
    with archive.db.read() as session:
        item = for_describing(session, actor, item_id)
        said = said_of(item, archive.profiles[item.collection].fields)
        return Spoken(item.title, said, chosen_readings(item, {}), mark_of(said))


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
) -> dict[str, Trouble]:
    """Describe an item anew; returns by field what cannot be used yet, and then nothing is changed.

    `seen` is the mark of what the person had before them: ConflictError (`stale-version`) when that is not what is
    said now. Saying the same again makes no revision. `draft` is the window in which they wrote what is saved, so that
    what was kept of it goes; any other draft is something else, and stays. Words that were taken out of the item's
    files are said again (`taken-out`) only with `anyway`.
    """
    with changing(archive, item_id) as (session, item):
        check_describing(actor, item)
        fields = archive.profiles[item.collection].fields
        now = said_of(item, fields)
        if seen != mark_of(now):
            raise ConflictError(STALE, code="stale-version")
        profile = archive.profiles[item.collection]
        readings = chosen_readings(item, choices)
        understood, troubles = understand_about(profile, typed, readings, language, fields)
        troubles |= relations.troubles(session, actor, item, fields, typed)
        troubles = {**({} if anyway else said_again(session, item, now, typed)), **troubles}
        if not troubles:
            revise(session, item, profile, fields, understood.description(), actor, "describe")
            if draft:
                desk_drafts.forget(session, actor, desk_drafts.description(item_id), draft)
        return troubles


def history(archive: Archive, actor: Actor, item_id: str) -> tuple[Change, ...]:
    """Every revision, the newest first."""
    with archive.db.read() as session:
        for_describing(session, actor, item_id)
        query = select(Revision).where(Revision.item_id == item_id).order_by(Revision.number)
        rows = session.scalars(query).all()
    before: Said = {}
    found: list[Change] = []
    for row in rows:
        names = dict.fromkeys((*before, *row.said))
        pairs = ((name, before.get(name, ""), row.said.get(name, "")) for name in names)
        changed = tuple(one for one in pairs if one[1] != one[2])
        found.append(Change(row.number, row.made_on, row.agent, changed))
        before = row.said
    return tuple(reversed(found))


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
    last = _last(session, item.id)
    describe(session, item, _with_the_rest(item, fields, given))
    session.flush()
    after, meant = said_of(item, profile.fields), kept_reading(item)
    if after == before and meant == meant_before:
        return False
    # What stood here came with the item, or by a way that keeps no revisions: it is kept before it is replaced.
    if last is None:
        last = _keep(session, item, None, _received_by(session, item), before, meant_before)
        last.made_on = item.received_on
    elif any(text != last.said.get(name, "") for name, text in before.items()):
        last = _keep(session, item, last, NOT_KNOWN, before, meant_before)
    _keep(session, item, last, agent_of(actor), after, meant)
    fields_changed = sorted(name for name in after if after[name] != before[name])
    # Which fields, not what: an event can never be taken back, and what was said may have to be.
    record_event(session, item.id, kind, agent_of(actor), {"fields": fields_changed} | dict(detail or {}))
    touch(item)
    parts.tell(session, actor, item, parts_before, parts.parts_in(item.extra, profile.fields))
    return True


def note_rewording(session: Session, item: Item, fields: Sequence[Field], agent: str) -> None:
    """Keep what is said now as a revision, where there are any and a name or a word in it was changed elsewhere."""
    last = _last(session, item.id)
    said = said_of(item, fields)
    if last is not None and any(text != last.said.get(name, "") for name, text in said.items()):
        _keep(session, item, last, agent, said, kept_reading(item))


def said_of(item: Item, fields: Sequence[Field]) -> Said:
    """What an item holds, by field, written as a person would type it: one entry of a list on a line."""
    # Browsers send ends of lines in two characters; they say nothing.
    return {one.name: _as_typed(item, one).replace("\r\n", "\n") for one in fields}


def as_described(item: Item) -> Description:
    """Everything that is said of an item, to be said of another."""
    return _with_the_rest(item, (), Description())


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


def check_describing(actor: Actor, item: Item) -> None:
    """Refuse whoever may not describe `item`, as `for_describing`."""
    if not can_see(actor, item):
        raise NotFoundError(NO_SUCH_ITEM)
    if not can(actor, Right.REVIEW, item):
        raise ForbiddenError("Your role does not allow describing this.")
    if item.state == ItemState.WITHDRAWN:
        raise ConflictError("What was taken back is not described any more.", code="withdrawn")


def _last(session: Session, item_id: str) -> Revision | None:
    newest = select(func.max(Revision.number)).where(Revision.item_id == item_id).scalar_subquery()
    query = select(Revision).where(Revision.item_id == item_id, Revision.number == newest)
    return session.scalars(query).first()


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


def _with_the_rest(item: Item, fields: Sequence[Field], given: Description) -> Description:
    """`given`, and what the item holds that `fields` do not ask about."""
    names, kinds = {one.name for one in fields}, {one.kind for one in fields}
    kept: dict[str, object] = {
        name: getattr(item, name) for name in (*PLAIN_FIELDS, "kind") if name not in names
    }
    kept |= {"latitude": item.latitude, "longitude": item.longitude}
    kept["extra"] = {name: value for name, value in item.extra.items() if name not in names} | dict(
        given.extra
    )
    if "date" not in names:
        kept |= {name: getattr(item, name) for name in ("date_given", "date_edtf", "date_start", "date_end")}
        kept["decades"] = item.decades
    if "rights" not in kinds:
        kept |= {"rights": item.rights, "rights_uri": item.rights_uri}
    if "language" not in kinds:
        kept["languages"] = item.languages
    if "subjects" not in names:
        kept["subjects"] = [link.term.label for link in item.terms]
    if "names" not in kinds:
        kept["names"] = [(link.agent.name, link.role) for link in item.agents]
    if "place" not in kinds:
        kept["places"] = [place_given(link) for link in item.places]
    return replace(given, **kept)  # type: ignore[arg-type]


def _as_typed(item: Item, field: Field) -> str:
    match field.kind:
        case "names":
            made = field.dc == "creator"
            links = (link for link in item.agents if (link.role != "subject") == made)
            return "\n".join(_named(link) for link in links)
        case "date" if field.name == "date":
            return item.date_given
        case "place":
            return "\n".join(place_typed(place_given(link)) for link in item.places)
        case "language":
            return "\n".join(item.languages)
        case "rights":
            return item.rights or item.rights_uri
        case "vocabulary" if field.name == "subjects":
            return "\n".join(link.term.label for link in item.terms)
        case _ if field.name in PLAIN_FIELDS or field.name == "kind":
            return str(getattr(item, field.name))
    value = item.extra.get(field.name, "")
    return "\n".join(value) if isinstance(value, list) else str(value)


def _named(link: ItemAgent) -> str:
    return link.agent.name if link.role in ("creator", "subject") else f"{link.agent.name} ({link.role})"
