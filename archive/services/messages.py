"""Messages between a contributor and the curators, read by the ones with their code and by the others at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlalchemy.orm import Session, aliased

from archive.access import Actor, can
from archive.models import Action, Event, Item, ItemState, Message, Right, Submission, record_event
from archive.models.errors import BadInputError, NotFoundError
from archive.services import notices
from archive.services.lifecycle import NO_SUCH_ITEM, agent_of, load_for_change, transition
from archive.services.of_submission import has_for_any, in_care
from archive.services.opening import Archive
from archive.services.sealed import title_listed

CONTRIBUTOR, CURATORS = "contributor", "curators"
LONGEST = 10_000
# What happened in a thread is told of an item by this and its id: messages are in no bag, and neither is who wrote them.
THREAD = "messages/"
WROTE, NO_ANSWER = "message", "no-answer-needed"
UNANSWERED = and_(Message.written_by == CONTRIBUTOR, Message.answered.is_(False))


@dataclass(frozen=True)
class MessageView:
    """One message: `written_by` is `contributor` or `curators`; `seen` says whether the other side has opened it.

    `waits`: a contributor wrote it, and nobody has answered. `agent` is the curator's, for the desk alone.
    """

    id: int
    written_by: str
    text: str
    written_on: date
    seen: bool
    waits: bool
    agent: str = ""


@dataclass(frozen=True)
class Waiting:
    """A thread that waits for the desk: an item it is about, how many messages nobody has answered, since which day, and
    how many of them nobody has opened."""

    item_id: str
    title: str
    count: int
    since: date
    unseen: int


def write(
    archive: Archive,
    actor: Actor,
    submission_id: str,
    text: str,
    *,
    item_id: str | None = None,
    at: str = "",
    read_to: int | None = None,
) -> None:
    """Add a message to the thread of a submission, as its contributor or as one who reviews it.

    With `item_id` it repeats what is said of one thing of it, and is erased when that is destroyed.

    What a curator writes is an event without words, `at` an item of it, and answers what its contributor wrote: up to the
    message `read_to`, the last that they had before them (None: all of it).
    What its contributor was asked about goes back to the curators with it, and waits until one of them decides.
    The same words sent twice, with nothing between them and before the other side has opened them, are one message.
    """

    def add(session: Session) -> None:
        add_once(archive, session, actor, submission_id, text, item_id=item_id, at=at, read_to=read_to)

    archive.db.write_until_done(add)


def add_once(
    archive: Archive,
    session: Session,
    actor: Actor,
    submission_id: str,
    text: str,
    *,
    item_id: str | None = None,
    at: str = "",
    read_to: int | None = None,
) -> None:
    """The same in the caller's transaction."""
    # Locked, so that a form that is sent twice at once meets itself here.
    session.get(Submission, submission_id, with_for_update={"key_share": True})
    side = _side(session, actor, submission_id)
    if not stands_already(session, side, submission_id, text):
        _add(archive, session, actor, submission_id, text, item_id, at)
    elif side == CONTRIBUTOR:
        # Whatever they say is an answer, also when it is what they said before.
        _send_back(session, actor, submission_id)
    if side == CURATORS:
        _answered(session, submission_id, read_to)


def _add(
    archive: Archive,
    session: Session,
    actor: Actor,
    submission_id: str,
    text: str,
    item_id: str | None,
    at: str,
) -> None:
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise BadInputError(f"A message has 1 to {LONGEST} characters.", code="bad-message")
    if _side(session, actor, submission_id) == CURATORS:
        tell(archive, session, actor, at or _first_of(session, submission_id), words)
        return
    session.add(Message(submission_id=submission_id, item_id=item_id, written_by=CONTRIBUTOR, text=words))
    session.flush()
    _send_back(session, actor, submission_id)


def tell(archive: Archive, session: Session, actor: Actor, at: str, words: str) -> None:
    """Write to who gave the item `at` in the caller's transaction, who has decided that they are to hear it.

    It answers nothing by itself: what its contributor asked waits still.
    """
    submission_id = session.get_one(Item, at).submission_id
    waiting = session.scalars(_unread(submission_id, CONTRIBUTOR).limit(1)).first()
    agent = agent_of(actor)
    message = Message(submission_id=submission_id, written_by=CURATORS, text=words, agent=agent)
    session.add(message)
    record_event(session, THREAD + at, WROTE, agent)
    session.flush()
    # One notice until they have looked, however much is written.
    if waiting is None:
        notices.enqueue(archive, session, submission_id, message.id)


def needs_no_answer(archive: Archive, actor: Actor, item_id: str, read_to: int) -> None:
    """Say that what the contributor of an item wrote needs no answer, up to the message `read_to`; that is an event."""
    submission_id = about_item(archive, actor, item_id)

    def put_by(session: Session) -> None:
        session.get(Submission, submission_id, with_for_update={"key_share": True})
        if _answered(session, submission_id, read_to):
            record_event(session, THREAD + item_id, NO_ANSWER, agent_of(actor))

    archive.db.write_until_done(put_by)


def needed_none(archive: Archive, actor: Actor, item_id: str) -> tuple[str, date] | None:
    """Who said last that what the contributor of an item wrote needs no answer, and on which day."""
    submission_id = about_item(archive, actor, item_id)
    with archive.db.read() as session:
        ids = session.scalars(select(Item.id).where(Item.submission_id == submission_id))
        said = select(Event.agent, Event.at).where(Event.kind == NO_ANSWER)
        said = said.where(Event.subject_id.in_([THREAD + one for one in ids]))
        row = session.execute(said.order_by(Event.id.desc()).limit(1)).first()
        return (row.agent, row.at.date()) if row else None


def thread(
    archive: Archive, actor: Actor, submission_id: str, *, looks: bool = True
) -> tuple[MessageView, ...]:
    """The whole thread, oldest first; what of it the other side wrote counts as seen from now on, if somebody `looks`."""
    with archive.db.write() as session:
        side = _side(session, actor, submission_id)
        query = select(Message).where(Message.submission_id == submission_id).order_by(Message.id)
        rows = session.scalars(query).all()
        found = tuple(view(one, at_desk=side == CURATORS) for one in rows)
        # What is written at this very moment nobody has before them yet.
        theirs = [one.id for one in rows if looks and one.written_by != side and not one.seen]
        session.execute(update(Message).where(Message.id.in_(theirs)).values(seen=True))
        return found


def view(row: Message, *, at_desk: bool) -> MessageView:
    """A message as those `at_desk` see it, or its contributor, who is not told which of them wrote."""
    waits = row.written_by == CONTRIBUTOR and not row.answered
    agent = row.agent if at_desk else ""
    return MessageView(row.id, row.written_by, row.text, row.written_on, row.seen, waits, agent)


def is_unanswered(actor: Actor) -> ColumnElement[bool]:
    """Whether a contributor wrote what nobody at the desk has answered, about something that `actor` reviews."""
    reviewed = select(Item.id).where(
        Item.submission_id == Message.submission_id, in_care(actor, Right.REVIEW)
    )
    query = select(Message.id).join(Submission, Submission.id == Message.submission_id)
    query = query.where(UNANSWERED, Submission.sent)
    return query.where(reviewed.exists()).exists()


def waiting(archive: Archive, actor: Actor) -> tuple[Waiting, ...]:
    """The threads with something that nobody at the desk has answered, longest waiting first, as far as `actor` reviews."""
    shown = aliased(Item)
    one_of_it = select(func.min(Item.id)).where(
        Item.submission_id == Submission.id, in_care(actor, Right.REVIEW)
    )
    query = (
        select(
            shown.id,
            title_listed(actor, shown),
            func.count(Message.id),
            func.min(Message.written_on),
            func.count(Message.id).filter(Message.seen.is_(False)),
        )
        .join(Submission, Submission.id == shown.submission_id)
        .join(Message, Message.submission_id == Submission.id)
        .where(UNANSWERED)
        .where(shown.id == one_of_it.scalar_subquery())
        .group_by(shown.id, shown.title, shown.state, shown.submission_id)
        .order_by(func.min(Message.id))
    )
    with archive.db.read() as session:
        return tuple(Waiting(*row) for row in session.execute(query))


def about_item(archive: Archive, actor: Actor, item_id: str) -> str:
    """The submission whose thread is about an item, for those who review it; else as if there were none."""
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None or not can(actor, Right.REVIEW, item):
            raise NotFoundError(NO_SUCH_ITEM)
        return item.submission_id


def _answered(session: Session, submission_id: str, read_to: int | None) -> bool:
    """Note that what a contributor wrote is answered, up to a message; whether anything of it was not."""
    open_ones = select(Message.id).where(Message.submission_id == submission_id, UNANSWERED)
    ids = [one for one in session.scalars(open_ones) if read_to is None or one <= read_to]
    # Who answers has it before them, on whatever page.
    session.execute(update(Message).where(Message.id.in_(ids)).values(answered=True, seen=True))
    return bool(ids)


def _first_of(session: Session, submission_id: str) -> str:
    sent = select(Item.id).where(Item.submission_id == submission_id, Item.state != ItemState.DRAFT)
    return session.scalars(sent.order_by(Item.position, Item.id).limit(1)).one()


def _unread(submission_id: str, side: str) -> Select[int]:
    """What the other side wrote and this side has not opened."""
    return select(Message.id).where(
        Message.submission_id == submission_id, Message.written_by != side, Message.seen.is_(False)
    )


def stands_already(session: Session, side: str, submission_id: str, words: str) -> bool:
    """Whether these words are the last of the thread, written by this side, and the other has not opened them."""
    said = select(Message.written_by, Message.text, Message.seen)
    said = said.where(Message.submission_id == submission_id)
    last = session.execute(said.order_by(Message.id.desc()).limit(1)).first()
    return last is not None and tuple(last) == (side, words.strip(), False)


def _send_back(session: Session, actor: Actor, submission_id: str) -> None:
    """Have what was returned with a question wait in review again: it is answered."""
    returned = select(Item.id).where(Item.submission_id == submission_id, Item.state == ItemState.RETURNED)
    for item_id in session.scalars(returned.order_by(Item.id)).all():
        item = load_for_change(session, item_id)
        # Somebody at the desk may have decided meanwhile.
        if item.state == ItemState.RETURNED:
            transition(session, item, Action.RESEND, actor)


def _side(session: Session, actor: Actor, submission_id: str) -> str:
    submission = session.get(Submission, submission_id)
    if submission is not None and submission_id in actor.submissions:
        return CONTRIBUTOR
    is_sent = submission is not None and submission.sent
    # What was moved to another collection is for those who review it there, and its thread with it.
    if is_sent and has_for_any(session, actor, submission_id, Right.REVIEW):
        return CURATORS
    raise NotFoundError("There is no such submission.")
