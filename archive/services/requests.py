"""The desk's side of requests: what waits for an answer, hiding a thing while one thinks, and the decision that stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Actor, can
from archive.models import (
    Action,
    Answer,
    Asked,
    Item,
    ItemState,
    PublicNote,
    Request,
    Right,
    record_event,
    today,
)
from archive.models.errors import BadInputError, ConflictError, NotFoundError
from archive.services import contacts, taken_out
from archive.services.asked_about import (
    ANSWER,
    REQUEST_WAITS,
    TAKEN_DOWN,
    against_publishing,
    answered_by,
    other_parts,
    still_waiting,
)
from archive.services.contacts import Details
from archive.services.lifecycle import (
    agent_of,
    changing,
    changing_together,
    load_for_change,
    stop_plan,
    touch,
    transition,
)
from archive.services.opening import Archive
from archive.services.records import touch_history
from archive.services.sealed import listed_title

PER_PAGE = 50
LONGEST_REASON = 5000
NO_SUCH_REQUEST = "There is no such request."
# What may be decided about what is asked; the likeliest first.
CHOICES: dict[str, tuple[str, ...]] = {
    Asked.TAKE_DOWN: (Answer.TAKEN_DOWN, Answer.NARROWED, Answer.CORRECTED, Answer.KEPT),
    Asked.CORRECTION: (Answer.CORRECTED, Answer.NARROWED, Answer.TAKEN_DOWN, Answer.KEPT),
    Asked.NOTE: (Answer.SHOWN, Answer.NOT_SHOWN),
}
# Everything else needs a word to whoever asked.
WITHOUT_WORDS = frozenset({Answer.SHOWN})


@dataclass(frozen=True)
class RequestView:
    """A request as the desk sees it; `item_state` and `item_title` are of what it is about.

    `against` is a code that says why its answer cannot show the item again, which is told of one request alone.
    """

    id: str
    item_id: str
    item_title: str
    item_state: str
    collection: str
    kind: str
    why: str
    words: str
    name: str
    has_contact: bool
    asked_on: date
    due_on: date
    decision: str
    reason: str
    decided_by: str
    decided_on: date | None
    against: str = ""


def listed(
    archive: Archive, actor: Actor, *, decided: bool = False, page: int = 1
) -> tuple[int, tuple[RequestView, ...]]:
    """What waits for an answer, what is due first at the top, or what was decided, newest first; 50 a page, and how many."""
    query = select(Request, Item).join(Item, Item.id == Request.item_id).where(answered_by(actor))
    if decided:
        query = query.where(Request.decision != "").order_by(Request.decided_on.desc(), Request.id)
    else:
        query = query.where(Request.decision == "").order_by(Request.due_on, Request.id)
    with archive.db.read() as session:
        total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        rows = session.execute(query.limit(PER_PAGE).offset(PER_PAGE * (page - 1)))
        return total, tuple(_view(actor, request, item) for request, item in rows)


def one(archive: Archive, actor: Actor, request_id: str) -> RequestView:
    """One request; NotFoundError for whoever may not decide about its item, above all for who gave it or sent the request."""
    with archive.db.read() as session:
        request, item = _found(session, actor, request_id)
        hidden = request.decision == "" and item.state == ItemState.ACCEPTED
        against = against_publishing(session, item.id, request_id) if hidden else ""
        return replace(_view(actor, request, item), against=against)


def about(archive: Archive, actor: Actor, item_id: str) -> tuple[RequestView, ...]:
    """Everything that was asked about an item, newest first; NotFoundError as `one`.

    What was asked before its files were put together in another way is told of every part that waits for the answer.
    """
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None or not can(actor, Right.REVIEW, item):
            raise NotFoundError(NO_SUCH_REQUEST)
        query = select(Request).where(Request.item_id == item_id, Request.id.not_in(actor.asked_here))
        rows = session.scalars(query.order_by(Request.asked_on.desc(), Request.id))
        found = [_view(actor, request, item) for request in rows]
        for request in still_waiting(session, item_id) if item.state != ItemState.PUBLISHED else ():
            its = session.get_one(Item, request.item_id)
            if its is not item and request.id not in actor.asked_here and can(actor, Right.REVIEW, its):
                found.append(_view(actor, request, its))
        return tuple(found)


def hide(archive: Archive, actor: Actor, request_id: str) -> None:
    """Take the item off the public pages at once, while one thinks; what is not shown any more stays so.

    A day on which it was to be published by itself does not show it either. ConflictError (`already-decided`) when
    somebody has answered: what was decided to stay is not hidden from an older page.
    """
    with changing(archive, one(archive, actor, request_id).item_id) as (session, item):
        _undecided(session, request_id)
        stop_plan(session, item.id, REQUEST_WAITS)
        if item.state == ItemState.PUBLISHED:
            transition(session, item, Action.UNPUBLISH, actor, detail={"request": request_id})


def decide(
    archive: Archive,
    actor: Actor,
    request_id: str,
    decision: str,
    reason: str,
    *,
    show_again: bool = False,
    anyway: bool = False,
) -> None:
    """Answer a request, for good; `reason` is for whoever asked, and in no event.

    What is taken down leaves the public pages, and every part that was split off and still waits stays off; a note that is shown joins the item; with `show_again` an item that was
    hidden is published, unless it is taken down. ConflictError (`already-decided`) when somebody else was first,
    (`taken-down`, `request-waits`) when what others asked stands against showing it; BadInputError
    (`no-such-decision`, `reason-needed`), without `anyway` (`taken-out`) for a note that says what was taken out.
    """
    seen = one(archive, actor, request_id)
    words = _checked(seen.kind, decision, reason)
    parts: list[str] = []
    if decision == Answer.TAKEN_DOWN:
        with archive.db.read() as session:
            parts = other_parts(session, seen.item_id, request_id)
    with changing_together(archive, [seen.item_id, *parts]) as (session, items):
        item = items[seen.item_id]
        row = _undecided(session, request_id)
        if decision == Answer.SHOWN and not anyway:
            taken_out.check(session, [item.id], {}, {"words": row.words, "name": row.name})
        row.decision, row.reason = decision, words
        row.decided_by, row.decided_on = agent_of(actor), today()
        _carry_out(session, actor, item, row, show_again=show_again)
        for one_of_them in items.values():
            if one_of_them is not item and one_of_them.state == ItemState.PUBLISHED:
                # Somebody has just decided about that part by itself.
                continue
            if decision == Answer.TAKEN_DOWN:
                stop_plan(session, one_of_them.id, TAKEN_DOWN)
            detail = {"request": row.id, "asked": row.kind, "decision": decision}
            record_event(session, one_of_them.id, ANSWER, agent_of(actor), detail)
            touch(one_of_them)


def contact(archive: Archive, actor: Actor, request_id: str) -> Details | None:
    """How to reach whoever asked, None when they did not say; needs a right of its own, and is an event."""
    with archive.db.write() as session:
        request, item = _found(session, actor, request_id)
        if not can(actor, Right.READ_CONTACTS, item):
            raise NotFoundError(NO_SUCH_REQUEST)
        if request.sealed is None:
            return None
        item = load_for_change(session, item.id)
        record_event(session, item.id, "contact-read", agent_of(actor), {"request": request_id})
        touch_history(session, item)
        return contacts.unseal(archive, request_id, request.sealed)


def _undecided(session: Session, request_id: str) -> Request:
    """The request as it stands at this moment, locked; the caller holds its item, and so takes both in one order."""
    row = session.get_one(Request, request_id, populate_existing=True, with_for_update=True)
    if row.decision:
        raise ConflictError(
            "Somebody else has decided about this already.",
            code="already-decided",
            remedy="Look at what was decided. What you wrote is still here.",
        )
    return row


def _carry_out(session: Session, actor: Actor, item: Item, row: Request, *, show_again: bool) -> None:
    detail = {"request": row.id}
    if row.decision == Answer.TAKEN_DOWN:
        if item.state == ItemState.PUBLISHED:
            transition(session, item, Action.UNPUBLISH, actor, detail=detail)
        return
    if row.decision == Answer.SHOWN:
        session.add(PublicNote(id=row.id, item_id=item.id, words=row.words, name=row.name))
    if show_again and item.state == ItemState.ACCEPTED:
        _check_others(session, item, row)
        transition(session, item, Action.PUBLISH, actor, detail=detail)


def _check_others(session: Session, item: Item, row: Request) -> None:
    against = against_publishing(session, item.id, row.id)
    if against:
        said = {
            TAKEN_DOWN: "It was taken down because somebody else asked, and they were told so.",
        }.get(against, "Somebody else asked about it too, and has no answer yet.")
        remedy = "Decide without showing it again. What you wrote is still here."
        raise ConflictError(said, code=against, remedy=remedy)


def _checked(kind: str, decision: str, reason: str) -> str:
    if decision not in CHOICES[kind]:
        raise BadInputError("This is not a decision about what was asked.", code="no-such-decision")
    words = reason.strip()
    if len(words) > LONGEST_REASON or (not words and decision not in WITHOUT_WORDS):
        raise BadInputError(
            f"Write to whoever asked why, in {LONGEST_REASON} characters at most.", code="reason-needed"
        )
    return words


def _found(session: Session, actor: Actor, request_id: str) -> tuple[Request, Item]:
    # Nobody decides on what they asked themselves, nor accepts what they know.
    request = session.get(Request, request_id) if request_id not in actor.asked_here else None
    item = session.get(Item, request.item_id) if request is not None else None
    if request is None or item is None or not can(actor, Right.REVIEW, item):
        raise NotFoundError(NO_SUCH_REQUEST)
    return request, item


def _view(actor: Actor, request: Request, item: Item) -> RequestView:
    return RequestView(
        id=request.id,
        item_id=item.id,
        item_title=listed_title(actor, item),
        item_state=item.state,
        collection=item.collection,
        kind=request.kind,
        why=request.why,
        words=request.words,
        name=request.name,
        has_contact=request.sealed is not None,
        asked_on=request.asked_on,
        due_on=request.due_on,
        decision=request.decision,
        reason=request.reason,
        decided_by=request.decided_by,
        decided_on=request.decided_on,
    )
