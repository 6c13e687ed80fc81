"""What belongs to no item has bags of its own too: which there are, and which wait for their newest record.

Whoever changes a story, an introduction, or what is said of a name or a word says so here, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.models import Authority, Introduction, SharedBag, Story, new_id, today
from archive.services.export_standing import end_with_shared
from archive.services.upsert import put_row_once

STORY, COLLECTION, WORD = "story", "collection", "word"
# What bag-info.txt calls what the bag is of.
SUBJECT_LABEL = "Internal-Sender-Identifier"


def story(story_id: str) -> str:
    """What the bag of a story is of."""
    return f"{STORY}/{story_id}"


def collection(slug: str) -> str:
    """What the bag of a collection's introductions, in all languages, is of."""
    return f"{COLLECTION}/{slug}"


def word(word_id: str) -> str:
    """What the bag of a name or a word is of."""
    return f"{WORD}/{word_id}"


def touch(session: Session, subject: str) -> None:
    """Have the bag of a subject hear of a change; where there is none yet, one is to be made."""
    _see_to(session, [subject])
    ahead = update(SharedBag).where(SharedBag.subject == subject)
    session.execute(ahead.values(record_revision=SharedBag.record_revision + 1))


def begin_anew(session: Session, subjects: Iterable[str]) -> None:
    """Have other bags take the place of these, without their past: something was destroyed that it holds.

    What is left of the past is in the record, like all of it. No export holds these any more either.
    """
    for row in _locked(session, subjects):
        subject, revision = row.subject, row.record_revision
        row.subject = None
        session.flush()
        session.add(SharedBag(id=new_id(), subject=subject, record_revision=revision + 1))
        session.flush()
        end_with_shared(session)


def let_go(session: Session, subjects: Iterable[str]) -> None:
    """Have the bags of what is no more removed, here, in every further store and with every export that holds them."""
    for row in _locked(session, subjects):
        row.subject = None
        end_with_shared(session)
    session.flush()


def see_to_all(session: Session) -> None:
    """See to it that everything that is to have a bag has its row: also what came by a way that says nothing here."""
    told = select(SharedBag.subject).where(SharedBag.subject.is_not(None))
    known = set(session.scalars(told))
    wanted = [story(one) for one in session.scalars(select(Story.id))]
    wanted += [collection(one) for one in session.scalars(select(Introduction.collection).distinct())]
    wanted += [word(one) for one in session.scalars(select(Authority.id))]
    missing = [one for one in wanted if one not in known]
    _see_to(session, missing)
    ahead = update(SharedBag).where(SharedBag.record_revision == 0)
    session.execute(ahead.values(record_revision=1))


def _see_to(session: Session, subjects: Sequence[str]) -> None:
    for subject in subjects:
        values = {"id": new_id(), "subject": subject, "record_revision": 0, "bag_revision": 0}
        values |= {"made_on": today(), "outcome": "", "found": {}}
        put_row_once(session, SharedBag, ["subject"], values)


def _locked(session: Session, subjects: Iterable[str]) -> Sequence[SharedBag]:
    query = select(SharedBag).where(SharedBag.subject.in_(sorted(set(subjects)))).order_by(SharedBag.id)
    query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).all()
