"""Changes what is said of the names and words that items share; what uses them hears of it by jobs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import (
    Agent,
    Authority,
    Consent,
    Item,
    ItemPlace,
    MergedAuthority,
    Place,
    Rewording,
    Term,
    new_id,
    record_event,
)
from archive.models.errors import BadInputError, ConflictError, NotFoundError
from archive.services import authorities, shared_bags, shared_withdrawing, word_revisions
from archive.services.authorities import NO_SUCH_WORD, Wording, wording_of
from archive.services.authority_checks import (
    Troubles,
    Typed,
    kind_to_keep,
    row_named,
    said_in_items,
    troubles_with,
    understand,
)
from archive.services.authority_rows import forget, preferred_id, row_for, write_down
from archive.services.known_words import Row
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.rooms import SUBJECTS, Room, room_of
from archive.services.taken_out import refuse

REWORDING_JOB = "rewording"
RENAME, MERGE, TOUCH = "rename", "merge", ""
STALE = "Somebody else changed this name or word in the meantime."
TAKEN = {"name": "name-taken"}
NOTHING: Mapping[str, str] = {}


def add(
    archive: Archive, actor: Actor, room_name: str, typed: Typed, vocabulary: str = SUBJECTS
) -> tuple[str, Troubles]:
    """Add a name or a word; returns its id, or "" and by field what cannot be used yet."""
    authorities.check(actor)
    room = room_of(room_name)
    if room.name == "terms" and vocabulary not in authorities.lists(archive):
        raise BadInputError("Words cannot be added to this list here.", code="closed-list")
    understood = understand(typed)
    try:
        with archive.db.write() as session:
            troubles = understood.troubles | troubles_with(
                session, actor, archive.profiles, room, understood.wording, vocabulary, ""
            )
            if troubles:
                return "", troubles
            preferred = preferred_id(session, room, understood.wording, vocabulary)
            # One that only a draft or something sealed has becomes the desk's: that it is here would tell of them.
            there = row_named(session, room, understood.wording.name, vocabulary)
            row = row_for(session, room, there, understood.wording, vocabulary)
            write_down(session, room, row, understood.wording, preferred)
            word_revisions.keep(session, archive, row, {}, actor)
            record_event(session, row.id, "add-word", agent_of(actor), {"room": room.name})
            _carry(archive, session, room, actor, [preferred, there.id if there else None])
            return row.id, {}
    except IntegrityError:
        # Somebody else added the same at the same moment.
        return "", TAKEN


def change(
    archive: Archive,
    actor: Actor,
    room_name: str,
    word_id: str,
    typed: Typed,
    seen: str,
    *,
    borne: Collection[str] = (),
    anyway: bool = False,
) -> Troubles:
    """Say something else of a name or a word; returns by field what cannot be used yet, and then nothing is changed.

    `seen` is the mark of what the person had before them: ConflictError (`stale-version`) when that is not what is said
    now. A name that is changed stays as another name and leads on, unless `keep_name` is `no`; of the other names those
    that are `borne` lead on too. Every change is a revision. What was taken out of files of an item that uses it is said
    of it (`taken-out`) only with `anyway`.
    """
    authorities.check(actor)
    room = room_of(room_name)
    understood = understand(typed)
    try:
        with archive.db.write() as session:
            row = locked(session, actor, room, [word_id])[word_id]
            before = wording_of(session, archive, row)
            if seen != before.mark:
                raise ConflictError(STALE, code="stale-version")
            vocabulary = row.vocabulary if isinstance(row, Term) else ""
            troubles = understood.troubles | troubles_with(
                session, actor, archive.profiles, room, understood.wording, vocabulary, word_id
            )
            if not anyway:
                troubles |= said_in_items(session, room, word_id, before, understood.wording)
            if not troubles:
                preferred = preferred_id(session, room, understood.wording, vocabulary)
                keep = typed.get("keep_name", "yes") != "no"
                wordings = before, understood.wording
                put(archive, session, room, actor, row, wordings, preferred, keep_name=keep, borne=borne)
            return troubles
    except IntegrityError:
        return TAKEN


def restore(archive: Archive, actor: Actor, room_name: str, word_id: str, number: int, seen: str) -> None:
    """Say again of a name or a word what a revision said, as a revision of its own; ConflictError as `change`.

    A name that it bears since stays as another name and leads on; one that was let go stays so. ConflictError (`revision-does-not-fit`) when another
    word bears the name now, or the word to prefer is gone, (`taken-out`) when it says what was taken out of a file since.
    """
    authorities.check(actor)
    said = word_revisions.typed_then(archive, room_of(room_name), word_id, number)
    borne = said.get(word_revisions.FORMER, "").splitlines()
    troubles = change(archive, actor, room_name, word_id, said, seen, borne=borne)
    refuse(troubles.values())
    if troubles:
        raise ConflictError(
            "This revision does not fit the other names and words any more.", code="revision-does-not-fit"
        )


def remove(archive: Archive, actor: Actor, room_name: str, word_id: str, seen: str) -> None:
    """Remove a name or a word that nothing uses; ConflictError (`word-in-use`) when something does.

    What only a draft or something sealed uses goes from the desk alike, and stays where it is used.
    """
    authorities.check(actor)
    room = room_of(room_name)
    with archive.db.write() as session:
        row = locked(session, actor, room, [word_id])[word_id]
        if seen != wording_of(session, archive, row).mark:
            raise ConflictError(STALE, code="stale-version")
        replaces = session.scalar(select(Authority.id).where(Authority.preferred_id == word_id).limit(1))
        if replaces or authorities.uses(session, actor, room, [word_id]):
            raise ConflictError("Something uses this name or word.", code="word-in-use")
        merged = session.scalars(
            select(MergedAuthority.old_id).where(MergedAuthority.new_id == word_id)
        ).all()
        put_away(archive, session, room, actor, word_id, row)
        session.flush()
        # What was one with it would be a word by itself in an older copy.
        shared_withdrawing.hide(archive, map(shared_bags.word, (word_id, *merged)))


def put_away(
    archive: Archive,
    session: Session,
    room: Room,
    actor: Actor,
    word_id: str,
    row: Row | None,
    detail: Mapping[str, str] = NOTHING,
) -> None:
    """Forget what is known of a word, in the caller's transaction, and the word itself where nothing bears it."""
    linked = session.scalar(select(room.item).where(room.key == word_id).limit(1))
    known = session.get(Authority, word_id)
    _carry(archive, session, room, actor, [known.preferred_id if known else None])
    forget(session, [word_id])
    if linked:
        carry(archive, session, room, actor, word_id, TOUCH)
    elif row is not None:
        session.delete(row)
    record_event(session, word_id, "remove-word", agent_of(actor), {"room": room.name, **detail})


def locked(session: Session, actor: Actor, room: Room, ids: Iterable[str]) -> dict[str, Any]:
    """The words of these ids, locked in one order until the transaction ends; NotFoundError when one is not there."""
    wanted = sorted(set(ids))
    query = select(room.model).where(room.model.id.in_(wanted), room.known(actor)).order_by(room.model.id)
    query = query.with_for_update(of=room.model).execution_options(populate_existing=True)
    rows = {row.id: row for row in session.scalars(query)}
    if len(rows) != len(wanted):
        raise NotFoundError(NO_SUCH_WORD)
    return rows


def carry(
    archive: Archive, session: Session, room: Room, actor: Actor, word_id: str, kind: str, **more: Any
) -> None:
    """Have every item that uses a word hear of its change, once the caller's transaction is committed."""
    work = Rewording(
        id=new_id(), authority_id=word_id, room=room.name, kind=kind, agent=agent_of(actor), **more
    )
    session.add(work)
    session.flush()
    archive.jobs.enqueue(session, REWORDING_JOB, work.id, key=work.id)


def carry_consents(session: Session, place_id: str, before: str, after: str) -> None:
    """What a consent has read in a place's stead is read there still when the place bears another name."""
    given = select(Item.submission_id).join(ItemPlace, ItemPlace.item_id == Item.id)
    query = select(Consent).where(Consent.submission_id.in_(given.where(ItemPlace.place_id == place_id)))
    for consent in session.scalars(query):
        words = consent.places_shown.get(before)
        if words is not None and after not in consent.places_shown:
            consent.places_shown = {**consent.places_shown, after: words}


def put(
    archive: Archive,
    session: Session,
    room: Room,
    actor: Actor,
    row: Row,
    wordings: tuple[Wording, Wording],
    preferred: str | None,
    *,
    keep_name: bool,
    borne: Collection[str] = (),
    detail: Mapping[str, str] = NOTHING,
) -> None:
    """Make of what is said of a word the first what the second says, in the caller's transaction; nothing is checked."""
    before, after = wordings
    said_before = word_revisions.said_of(session, archive, row)
    known = session.get(Authority, row.id)
    preferred_before = known.preferred_id if known else None
    is_renamed = before.name != after.name
    if isinstance(row, Term):
        row.label = after.name
    else:
        row.name = after.name
    if isinstance(row, Agent):
        row.kind = kind_to_keep(after, row)
    if isinstance(row, Place):
        row.latitude, row.longitude = after.latitude, after.longitude
        if is_renamed:
            carry_consents(session, row.id, before.name, after.name)
    former = before.name if is_renamed and keep_name else ""
    write_down(session, room, row, after, preferred, former, borne)
    session.flush()
    if wording_of(session, archive, row).mark == before.mark:
        if known is None:
            # It says no more, and is the desk's word from now on: bags say which are.
            carry(archive, session, room, actor, row.id, TOUCH)
        return
    session.get_one(Authority, row.id).version += 0 if known is None else 1
    word_revisions.keep(session, archive, row, said_before, actor)
    taken_out = _taken_out(before, wording_of(session, archive, row))
    if is_renamed and not keep_name and before.name not in after.others:
        word_revisions.let_go(session, row.id, before.name, after.name)
        taken_out.append(shared_withdrawing.former_name(before.name))
    told = {"fields": _changed(before, after), **detail}
    record_event(session, row.id, "reword", agent_of(actor), told)
    carry(archive, session, room, actor, row.id, RENAME if is_renamed else TOUCH)
    replaced = session.scalars(select(Authority.id).where(Authority.preferred_id == row.id)).all()
    word_revisions.follow(session, archive, room, replaced, actor)
    _carry(archive, session, room, actor, {preferred, preferred_before, *replaced})
    session.flush()
    shared_withdrawing.take_out(archive, shared_bags.word(row.id), taken_out)


def _taken_out(before: Wording, now: Wording) -> list[str]:
    """What the ledger is to know of that is said no more: names, and a note that gave way to none."""
    names = sorted({before.name, *before.others} - {now.name, *now.others})
    noted = [shared_withdrawing.note(before.note)] if before.note and not now.note else []
    return [*map(shared_withdrawing.name, names), *noted]


def _carry(archive: Archive, session: Session, room: Room, actor: Actor, ids: Iterable[str | None]) -> None:
    """Items are found by the words that theirs replaces, or is replaced by: they hear of a change of those too."""
    for one in sorted({one for one in ids if one}):
        carry(archive, session, room, actor, one, TOUCH)


def _changed(before: Wording, after: Wording) -> list[str]:
    # Which fields, not what: an event can never be taken back, and a name may have to be.
    return sorted(name for name in vars(after) if getattr(before, name) != getattr(after, name))
