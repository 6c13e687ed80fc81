"""What a curator needs beside an item to decide: what its giver allows, what was written, who is around, what is like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from archive.access import Actor, can, can_see, visible
from archive.models import (
    Consent,
    Embargo,
    File,
    Item,
    Likeness,
    Message,
    PlannedPublication,
    Right,
)
from archive.models.errors import NotFoundError
from archive.services.lifecycle import NO_SUCH_ITEM
from archive.services.messages import MessageView
from archive.services.opening import Archive
from archive.services.taking import Around, around

LAST_MESSAGES = 3
MOST_ALIKE = 12


@dataclass(frozen=True)
class ConsentView:
    """The consent as it stands, for staff; `narrowed` when staff moved `not_before`, from `allowed_from` of the giver."""

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


@dataclass(frozen=True)
class Likewise:
    """Another item that holds the same bytes, or a picture that is nearly the same, as the file `file_id`."""

    file_id: str
    item_id: str
    title: str
    state: str
    is_same: bool


@dataclass(frozen=True)
class Planned:
    """When it is to be published, who asked, and the code of why it was not."""

    on: date
    user_id: str
    trouble: str


@dataclass(frozen=True)
class Facts:
    """Everything beside an item; the messages are the last of the thread, and stay as unread as they were."""

    consent: ConsentView
    around: Around
    likewise: tuple[Likewise, ...]
    messages: tuple[MessageView, ...]
    planned: Planned | None


def facts(archive: Archive, actor: Actor, item_id: str) -> Facts:
    """What stands beside an item for staff; NotFoundError for everybody else, as if there were none."""
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None or not (actor.has(Right.SEE_ALL, item.collection) and can_see(actor, item)):
            raise NotFoundError(NO_SUCH_ITEM)
        row = session.get(PlannedPublication, item_id)
        return Facts(
            consent=_consent(session, item),
            around=around(session, actor, [item_id]),
            likewise=_likewise(session, actor, item_id),
            messages=_messages(session, item) if can(actor, Right.REVIEW, item) else (),
            planned=Planned(row.publish_on, row.user_id, row.trouble) if row else None,
        )


def _consent(session: Session, item: Item) -> ConsentView:
    consent: Consent = item.consent
    embargo = session.get(Embargo, item.submission_id)
    stands = embargo is not None and embargo.consent_version == consent.version
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
        allowed_from=embargo.allowed_from if embargo is not None and stands else consent.not_before,
    )


def _likewise(session: Session, actor: Actor, item_id: str) -> tuple[Likewise, ...]:
    """The same bytes first, then near pictures, the nearest first; only of what `actor` may see."""
    mine = aliased(File)
    columns = (mine.id, Item.id, Item.title, Item.state)
    same = (
        select(*columns)
        .join_from(mine, File, File.sha512 == mine.sha512)
        .join(Item, Item.id == File.item_id)
        .where(mine.item_id == item_id, Item.id != item_id, mine.size > 0, visible(actor))
        .order_by(Item.received_on, Item.id)
    )
    near = (
        select(*columns)
        .join_from(mine, Likeness, Likeness.file_id == mine.id)
        .join(File, File.id == Likeness.other_id)
        .join(Item, Item.id == File.item_id)
        .where(mine.item_id == item_id, Item.id != item_id, File.sha512 != mine.sha512, visible(actor))
        .order_by(Likeness.distance, Item.received_on, Item.id)
    )
    found: dict[tuple[str, str], Likewise] = {}
    for query, is_same in ((same, True), (near, False)):
        for file_id, other_id, title, state in session.execute(query.limit(MOST_ALIKE)):
            found.setdefault((file_id, other_id), Likewise(file_id, other_id, title, state, is_same))
    return tuple(found.values())


def _messages(session: Session, item: Item) -> tuple[MessageView, ...]:
    query = select(Message).where(Message.submission_id == item.submission_id)
    last: Sequence[Message] = session.scalars(query.order_by(Message.id.desc()).limit(LAST_MESSAGES)).all()
    return tuple(MessageView(one.written_by, one.text, one.written_on, one.seen) for one in reversed(last))
