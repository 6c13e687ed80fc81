"""Messages between a contributor and the curators, read by the ones with their code and by the others at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session, aliased

from archive.access import Actor, can
from archive.models import Action, Item, ItemState, Message, Right, Submission
from archive.models.errors import BadInputError, NotFoundError
from archive.services import notices
from archive.services.lifecycle import NO_SUCH_ITEM, load_for_change, transition
from archive.services.of_submission import has_for_any, in_care
from archive.services.opening import Archive
from archive.services.sealed import title_listed

CONTRIBUTOR, CURATORS = "contributor", "curators"
LONGEST = 10_000


@dataclass(frozen=True)
class MessageView:
    """One message: `written_by` is `contributor` or `curators`; `seen` says whether the other side has opened it."""

    written_by: str
    text: str
    written_on: date
    seen: bool


@dataclass(frozen=True)
class Waiting:
    """A thread that waits for the desk: an item it is about, how many messages are new, since which day."""

    item_id: str
    title: str
    count: int
    since: date


def write(
    archive: Archive, actor: Actor, submission_id: str, text: str, *, item_id: str | None = None
) -> None:
    """Add a message to the thread of a submission, as its contributor or as one who reviews it.

    With `item_id` it repeats what is said of one thing of it, and is erased when that is destroyed.

    What its contributor was asked about goes back to the curators with it, and waits until one of them decides.
    The same words sent twice, with nothing between them and before the other side has opened them, are one message.
    """

    archive.db.write_until_done(
        lambda session: add_once(archive, session, actor, submission_id, text, item_id=item_id)
    )


def add_once(
    archive: Archive,
    session: Session,
    actor: Actor,
    submission_id: str,
    text: str,
    *,
    item_id: str | None = None,
) -> None:
    """The same in the caller's transaction."""
    # Locked, so that a form that is sent twice at once meets itself here.
    session.get(Submission, submission_id, with_for_update={"key_share": True})
    side = _side(session, actor, submission_id)
    if not _stands_already(session, side, submission_id, text.strip()):
        _add(archive, session, actor, submission_id, text, item_id)
    elif side == CONTRIBUTOR:
        # Whatever they say is an answer, also when it is what they said before.
        _send_back(session, actor, submission_id)


def _add(
    archive: Archive, session: Session, actor: Actor, submission_id: str, text: str, item_id: str | None
) -> None:
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise BadInputError(f"A message has 1 to {LONGEST} characters.", code="bad-message")
    if _side(session, actor, submission_id) == CURATORS:
        tell(archive, session, submission_id, words, item_id=item_id)
        return
    session.add(Message(submission_id=submission_id, item_id=item_id, written_by=CONTRIBUTOR, text=words))
    session.flush()
    _send_back(session, actor, submission_id)


def tell(
    archive: Archive, session: Session, submission_id: str, words: str, *, item_id: str | None = None
) -> None:
    """Write to the contributor in the caller's transaction, who has decided that they are to hear it."""
    waiting = session.scalars(_unread(submission_id, CONTRIBUTOR).limit(1)).first()
    message = Message(submission_id=submission_id, item_id=item_id, written_by=CURATORS, text=words)
    session.add(message)
    session.flush()
    # One notice until they have looked, however much is written.
    if waiting is None:
        notices.enqueue(archive, session, submission_id, message.id)


def thread(archive: Archive, actor: Actor, submission_id: str) -> tuple[MessageView, ...]:
    """The whole thread, oldest first; what of it the other side wrote counts as seen from now on."""
    with archive.db.write() as session:
        side = _side(session, actor, submission_id)
        query = select(Message).where(Message.submission_id == submission_id).order_by(Message.id)
        rows = session.scalars(query).all()
        found = tuple(MessageView(one.written_by, one.text, one.written_on, one.seen) for one in rows)
        # What is written at this very moment nobody has before them yet.
        theirs = [one.id for one in rows if one.written_by != side and not one.seen]
        session.execute(update(Message).where(Message.id.in_(theirs)).values(seen=True))
        return found


def is_unread(actor: Actor) -> ColumnElement[bool]:
    """Whether a contributor wrote what nobody at the desk has opened, about something that `actor` reviews."""
    reviewed = select(Item.id).where(
        Item.submission_id == Message.submission_id, in_care(actor, Right.REVIEW)
    )
    query = select(Message.id).join(Submission, Submission.id == Message.submission_id)
    query = query.where(Message.written_by == CONTRIBUTOR, Message.seen.is_(False), Submission.sent)
    return query.where(reviewed.exists()).exists()


def waiting(archive: Archive, actor: Actor) -> tuple[Waiting, ...]:
    """The threads with something that nobody at the desk has opened, longest waiting first, as far as `actor` reviews."""
    shown = aliased(Item)
    one_of_it = select(func.min(Item.id)).where(
        Item.submission_id == Submission.id, in_care(actor, Right.REVIEW)
    )
    query = (
        select(shown.id, title_listed(actor, shown), func.count(Message.id), func.min(Message.written_on))
        .join(Submission, Submission.id == shown.submission_id)
        .join(Message, Message.submission_id == Submission.id)
        .where(Message.written_by == CONTRIBUTOR, Message.seen.is_(False))
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


def _unread(submission_id: str, side: str) -> Select[int]:
    """What the other side wrote and this side has not opened."""
    return select(Message.id).where(
        Message.submission_id == submission_id, Message.written_by != side, Message.seen.is_(False)
    )


def _stands_already(session: Session, side: str, submission_id: str, words: str) -> bool:
    """Whether these words are the last of the thread, written by this side, and the other has not opened them."""
    said = select(Message.written_by, Message.text, Message.seen)
    said = said.where(Message.submission_id == submission_id)
    last = session.execute(said.order_by(Message.id.desc()).limit(1)).first()
    return last is not None and tuple(last) == (side, words, False)


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
