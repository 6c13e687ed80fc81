"""What a curator needs beside an item to decide: what its giver allows, what was written, who is around, what is like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from archive.access import Actor, can, can_see, visible
from archive.models import (
    Consent,
    Embargo,
    File,
    Item,
    ItemState,
    Message,
    PlannedPublication,
    Redaction,
    Replacement,
    Request,
    Right,
)
from archive.models.errors import NotFoundError
from archive.services import show
from archive.services.asked_about import AskedAbout, still_waiting, taken_down_before, waiting
from archive.services.doubles import Likewise, likewise
from archive.services.lifecycle import NO_SUCH_ITEM
from archive.services.messages import UNANSWERED, MessageView, view
from archive.services.opening import Archive
from archive.services.replaced import is_made_into_others
from archive.services.sealed import title_listed
from archive.services.shown import without_words
from archive.services.taken_back_by import are_words_of_giver, by_its_giver
from archive.services.taken_out import Told, extents, told_around
from archive.services.taking import Around, around, say
from archive.services.views import ItemView

LAST_MESSAGES = 3
_newer = aliased(Message)
_NEWEST = (
    select(_newer.id)
    .where(_newer.submission_id == bindparam("submission_id"))
    .order_by(_newer.id.desc())
    .limit(LAST_MESSAGES)
)
# And whatever waits, so that nobody answers what they have not seen.
_LAST = (
    select(Message)
    .where(Message.submission_id == bindparam("submission_id"), or_(UNANSWERED, Message.id.in_(_NEWEST)))
    .order_by(Message.id)
)
_THIS = Item.id == bindparam("item_id")
# When it is to be published, and until when staff keep back what was given with it.
_DAYS = (
    select(
        PlannedPublication.publish_on,
        PlannedPublication.user_id,
        PlannedPublication.trouble,
        Embargo.consent_version,
        Embargo.allowed_from,
        *waiting(_THIS, Request.id.not_in(bindparam("asked_here", expanding=True))),
        taken_down_before(Replacement.new_id == bindparam("item_id")),
        select(Replacement.new_id)
        .where(Replacement.new_id == bindparam("item_id"))
        .exists()
        .label("was_arranged"),
        select(Redaction.id)
        .join(File, File.id == Redaction.file_id)
        .where(
            File.item_id == bindparam("item_id"),
            Redaction.kind == "passage",
            Redaction.removed_on.is_(None),
        )
        .exists()
        .label("has_words_out"),
    )
    .select_from(Item)
    .outerjoin(PlannedPublication, PlannedPublication.item_id == Item.id)
    .outerjoin(Embargo, Embargo.submission_id == Item.submission_id)
    .where(_THIS)
)


@dataclass(frozen=True)
class ConsentView:
    """The consent as it stands, for staff; `narrowed` when staff moved `not_before`, from `allowed_from` of the giver.

    Of `places_without_words` nobody else reads anything until its giver says what stands for them.
    """

    version: int
    audience: str
    naming: str
    name_shown: str
    place_precision: str
    places_shown: dict[str, str]
    people: str
    people_words: str
    reuse: str
    not_before: date | None
    not_after: date | None
    narrowed: bool = False
    allowed_from: date | None = None
    places_without_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Successor:
    """An item that took the place of this one, with others maybe."""

    item_id: str
    title: str
    state: str


@dataclass(frozen=True)
class Planned:
    """When it is to be published, who asked, and the code of why it was not."""

    on: date
    user_id: str
    trouble: str


@dataclass(frozen=True)
class Facts:
    """Everything beside an item; the messages are the last of the thread and those that wait, and stay as unread as they were.

    `was_taken_down`: what it took the place of was taken down because somebody asked. `successors` took its own
    place, of which some may be hidden from the actor: then it `is_replaced` all the same. `by_giver`: they took it back; `words_by_giver`: they wrote what
    stands in its place. `taken_out` are the extents
    of the marks that take words out of its texts, `told_in` where around it such words are said still.
    """

    consent: ConsentView
    around: Around
    likewise: tuple[Likewise, ...]
    messages: tuple[MessageView, ...]
    planned: Planned | None
    asked: AskedAbout
    was_taken_down: bool
    is_replaced: bool = False
    by_giver: bool = False
    words_by_giver: bool = False
    successors: tuple[Successor, ...] = ()
    taken_out: tuple[dict[str, Any], ...] = ()
    told_in: tuple[Told, ...] = ()


def opened(
    archive: Archive, actor: Actor, item_id: str, language: str = "en", *, looks: bool = False
) -> tuple[ItemView, Facts]:
    """An item as the desk shows it, and what stands beside it; NotFoundError for whoever is no staff, as if there were none.

    GoneError as `show.item` has it.
    With `looks` the others are told for a while that whoever reviews it has it open.
    """
    with show.seen(archive, actor, item_id, language) as (session, item, view):
        found = _facts(session, actor, item, item_id)
        is_reviewed = can(actor, Right.REVIEW, item)
    if looks and is_reviewed and item_id not in found.around.said:
        say(archive, actor, item_id)
    return view, found


def _facts(session: Session, actor: Actor, item: Item | None, item_id: str) -> Facts:
    if item is None or not (actor.has(Right.SEE_ALL, item.collection) and can_see(actor, item)):
        raise NotFoundError(NO_SUCH_ITEM)
    days = session.execute(_DAYS, {"item_id": item_id, "asked_here": list(actor.asked_here)}).one()
    is_reviewed = can(actor, Right.REVIEW, item)
    is_gone = item.state == ItemState.WITHDRAWN
    taken_out = extents(session, item_id) if days.has_words_out else ()
    return Facts(
        consent=_consent(item, days),
        around=around(session, actor, [item_id]),
        likewise=likewise(session, actor, item_id),
        messages=_messages(session, item) if is_reviewed else (),
        planned=Planned(days.publish_on, days.user_id, days.trouble) if days.publish_on else None,
        asked=_asked(session, actor, item, days) if is_reviewed else AskedAbout(),
        was_taken_down=bool(days.taken_down),
        is_replaced=is_gone and is_made_into_others(session, item_id),
        by_giver=is_gone and by_its_giver(session, item),
        words_by_giver=is_gone and are_words_of_giver(session, item),
        successors=_successors(session, actor, item_id) if is_gone else (),
        taken_out=taken_out,
        told_in=told_around(session, actor, item_id, {one["words"] for one in taken_out}),
    )


def _asked(session: Session, actor: Actor, item: Item, days: Row[*tuple[Any, ...]]) -> AskedAbout:
    """How many requests wait; with those that stand beside another part of what it was, and keep this one hidden too."""
    own = AskedAbout(days.asked, days.asked_due)
    if item.state == ItemState.PUBLISHED or not days.was_arranged:
        return own
    others = (one for one in still_waiting(session, item.id) if one.id not in actor.asked_here)
    held = [one for one in others if one.item_id != item.id]
    told = [one.due_on for one in held if can(actor, Right.REVIEW, session.get_one(Item, one.item_id))]
    due = min((one for one in (own.due_on, *told) if one is not None), default=None)
    return AskedAbout(own.waiting + len(told), due)


def _successors(session: Session, actor: Actor, item_id: str) -> tuple[Successor, ...]:
    query = select(Item.id, title_listed(actor), Item.state).join(Replacement, Replacement.new_id == Item.id)
    query = query.where(Replacement.old_id == item_id, visible(actor)).order_by(Item.position, Item.id)
    return tuple(Successor(*row) for row in session.execute(query))


def _consent(item: Item, days: Row[*tuple[Any, ...]]) -> ConsentView:
    consent: Consent = item.consent
    stands = days.consent_version == consent.version
    return ConsentView(
        version=consent.version,
        audience=consent.audience,
        naming=consent.naming,
        name_shown=consent.name_shown,
        place_precision=consent.place_precision,
        places_shown=consent.places_shown,
        people=consent.people,
        people_words=consent.people_words,
        reuse=consent.reuse,
        not_before=consent.not_before,
        not_after=consent.not_after,
        narrowed=stands,
        allowed_from=days.allowed_from if stands else consent.not_before,
        places_without_words=without_words(item),
    )


def _messages(session: Session, item: Item) -> tuple[MessageView, ...]:
    last: Sequence[Message] = session.scalars(_LAST, {"submission_id": item.submission_id}).all()
    return tuple(view(one, at_desk=True) for one in last)
