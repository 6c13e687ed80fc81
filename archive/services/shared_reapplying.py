"""Takes off again what belongs to no item and the ledger of withdrawals hides, where an older copy has brought it back.

Everything is looked at again once its row is locked: whoever just puts something back on has told the ledger so by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import OPERATOR
from archive.models import (
    Authority,
    Introduction,
    MergedAuthority,
    SharedRevision,
    Story,
    Term,
    record_event,
)
from archive.services import authority_changes, introductions, shared_bags, word_revisions
from archive.services.authorities import Wording, wording_of
from archive.services.authority_checks import row_named
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.rooms import ROOMS, Room
from archive.services.shared_bags import STORY, WORD
from archive.services.shared_withdrawing import (
    INTRODUCTION,
    former_name,
    hide,
    name,
    note,
    sum_of,
    taken_back,
)
from archive.services.withdrawal_ledger import BY_LEDGER

IDS_A_QUERY = 500
# What stands for a name that was taken away, where nobody knows any more which other one was meant.
TAKEN_AWAY = "[…]"


def reapply(archive: Archive) -> None:
    """Make the database hide what the ledger hides; what the database hides and the ledger never heard of is entered."""
    _enter_unheard(archive)
    taken = taken_back(archive)
    whole = sorted(subject for subject, words in taken if not words)
    for story_id in _held(archive, select(Story.id).where(Story.published), Story.id, _ids(whole, STORY)):
        _take_off(archive, story_id)
    for word_id in _held(archive, select(Authority.id), Authority.id, _ids(whole, WORD)):
        _remove(archive, word_id)
    said: dict[str, set[str]] = {}
    for subject, words in taken:
        if words:
            said.setdefault(subject, set()).add(words)
    for subject in sorted(said):
        kind, _, about = subject.partition("/")
        hidden = _Hidden(archive, subject, frozenset(said[subject]))
        if kind == WORD:
            _take_out_of_word(archive, hidden, about)
        elif kind == INTRODUCTION:
            _take_out_of_introduction(archive, hidden, *about.split("/"))


@dataclass(frozen=True)
class _Hidden:
    """What the ledger takes out of one thing: of words one can only ask, for it holds keyed hashes alone."""

    archive: Archive
    subject: str
    keyed: frozenset[str]

    def has(self, words: str) -> bool:
        """Whether these are taken out."""
        return self.archive.withdrawals.keyed(sum_of(self.subject, words)) in self.keyed

    def now(self) -> _Hidden:
        """The same as the ledger has it at this moment."""
        taken = taken_back(self.archive)
        return replace(self, keyed=frozenset(words for of, words in taken if of == self.subject and words))


@dataclass(frozen=True)
class _Said:
    """What the ledger takes away and is said of a word: names, those that are let go and are or were said, and its note."""

    names: frozenset[str]
    before: frozenset[str]
    is_noted: bool

    @property
    def is_any(self) -> bool:
        """Whether there is anything to take away."""
        return bool(self.names or self.before or self.is_noted)


def _ids(subjects: Sequence[str], kind: str) -> list[str]:
    return [one.removeprefix(f"{kind}/") for one in subjects if one.startswith(f"{kind}/")]


def _held(archive: Archive, query: Any, key: Any, ids: Sequence[str]) -> list[str]:
    """Those of the ids that a query finds."""
    found: list[str] = []
    for start in range(0, len(ids), IDS_A_QUERY):
        with archive.db.read() as session:
            found += session.scalars(query.where(key.in_(ids[start : start + IDS_A_QUERY])))
    return found


def _is_hidden(archive: Archive, subject: str) -> bool:
    return (subject, "") in taken_back(archive)


def _take_off(archive: Archive, story_id: str) -> None:
    with archive.db.write() as session:
        row = session.get(Story, story_id, with_for_update=True, populate_existing=True)
        if row is None or not row.published or not _is_hidden(archive, shared_bags.story(story_id)):
            return
        row.published = False
        record_event(session, row.id, "unpublish-story", agent_of(OPERATOR), dict(BY_LEDGER))
        shared_bags.touch(session, shared_bags.story(row.id))


def _remove(archive: Archive, word_id: str) -> None:
    """Remove what is written down about a word, and the word itself where nothing bears it."""
    with archive.db.write() as session:
        known = session.get(Authority, word_id, with_for_update=True, populate_existing=True)
        if known is None or not _is_hidden(archive, shared_bags.word(word_id)):
            return
        room = ROOMS[known.room]
        row = session.get(room.model, word_id)
        authority_changes.put_away(archive, session, room, OPERATOR, word_id, row, BY_LEDGER)


def _take_out_of_word(archive: Archive, hidden: _Hidden, word_id: str) -> None:
    """Take names and a note out of what is said of a word, and what was let go out of all that was said before."""
    with archive.db.read() as session:
        if not _said_of(archive, session, hidden, word_id).is_any:
            return
    with archive.db.write() as session:
        room, row = _bearing(session, word_id, lock=True)
        found = _said_of(archive, session, hidden.now(), word_id)
        if room is None or not found.is_any:
            return
        before = wording_of(session, archive, row)
        others = tuple(one for one in before.others if one not in found.names)
        called = before.name
        if called in found.names:
            called = next(one for one in _free(others) if _is_free(session, room, row, one))
        after = replace(before, name=called, others=others, note="" if found.is_noted else before.note)
        if after != before:
            _say(archive, session, room, row, before, after)
        for one in sorted(found.before):
            word_revisions.let_go(session, row.id, one, called)


def _say(archive: Archive, session: Session, room: Room, row: Any, before: Wording, after: Wording) -> None:
    known = session.get(Authority, row.id)
    preferred = known.preferred_id if known else None
    authority_changes.put(
        archive,
        session,
        room,
        OPERATOR,
        row,
        (before, after),
        preferred,
        keep_name=False,
        detail=BY_LEDGER,
    )


def _bearing(session: Session, word_id: str, *, lock: bool = False) -> tuple[Room | None, Any]:
    """The row of a word, or of that into which it was merged, and its room; None where it is no more."""
    led = session.get(MergedAuthority, word_id)
    target = led.new_id if led else word_id
    for room in ROOMS.values():
        query = select(room.model).where(room.model.id == target)
        if lock:
            query = query.with_for_update(of=room.model).execution_options(populate_existing=True)
        if (row := session.scalars(query).first()) is not None:
            return room, row
    return None, None


def _said_of(archive: Archive, session: Session, hidden: _Hidden, word_id: str) -> _Said:
    room, row = _bearing(session, word_id)
    if room is None:
        return _Said(frozenset(), frozenset(), is_noted=False)
    wording = wording_of(session, archive, row)
    merged = session.scalars(select(MergedAuthority.old_id).where(MergedAuthority.new_id == row.id))
    subjects = [word_revisions.subject_of(one) for one in (row.id, *merged)]
    names = {wording.name, *wording.others}
    before: set[str] = set()
    for said in session.scalars(select(SharedRevision.said).where(SharedRevision.subject.in_(subjects))):
        fields = (said.get("name", ""), said.get("others", ""), said.get(word_revisions.FORMER, ""))
        before.update(one for field in fields for one in field.splitlines())
    gone = frozenset(one for one in names | before if one and hidden.has(former_name(one)))
    taken = frozenset(one for one in names if one in gone or hidden.has(name(one)))
    return _Said(taken, gone, is_noted=bool(wording.note) and hidden.has(note(wording.note)))


def _free(others: Sequence[str]) -> Iterator[str]:
    """What a word can be called whose name was taken away: what else it is called, or that there is no name."""
    yield from others
    yield TAKEN_AWAY
    yield from (f"{TAKEN_AWAY} ({number})" for number in count(2))


def _is_free(session: Session, room: Room, row: Any, called: str) -> bool:
    bears = row_named(session, room, called, row.vocabulary if isinstance(row, Term) else "")
    return bears is None or bears.id == row.id


def _take_out_of_introduction(archive: Archive, hidden: _Hidden, slug: str, language: str) -> None:
    body = select(Introduction.body).where(Introduction.collection == slug, Introduction.language == language)
    with archive.db.read() as session:
        if not hidden.has(note(session.scalar(body) or "")):
            return
    with archive.db.write() as session:
        stands = session.scalar(body.with_for_update()) or ""
        if hidden.now().has(note(stands)):
            introductions.put(session, slug, language, "", OPERATOR, BY_LEDGER)


def _enter_unheard(archive: Archive) -> None:
    """Enter stories that were taken off before the ledger heard of any."""
    known = {subject for subject, _ in archive.withdrawals.standing_shared()}
    off = select(Story.id).where(Story.published.is_(False), Story.published_on.is_not(None))
    with archive.db.read() as session:
        ids = session.scalars(off.order_by(Story.id)).all()
    hide(archive, [one for one in map(shared_bags.story, ids) if one not in known])
