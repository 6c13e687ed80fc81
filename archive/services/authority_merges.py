"""Makes one of two names or words that mean the same; whoever looks for the other is led on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import Authority, Item, ItemState, MergedAuthority, Place, Rewording, Term, record_event
from archive.models.errors import BadInputError, ConflictError
from archive.services import authorities, taken_out, word_revisions
from archive.services.authorities import Wording, wording_of
from archive.services.authority_changes import (
    MERGE,
    STALE,
    TOUCH,
    carry,
    carry_consents,
    locked,
)
from archive.services.authority_checks import row_named
from archive.services.authority_rows import forget, replace_links, replace_names, write_down
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.rooms import Room, name_of, room_of


def merge(
    archive: Archive,
    actor: Actor,
    room_name: str,
    word_id: str,
    into_id: str,
    seen: tuple[str, str],
    *,
    anyway: bool = False,
) -> int:
    """Make `word_id` one with `into_id`, which stays; returns how many items that were sent it was taken out of.

    Its name and other names become other names of the one that stays, its id leads on. `seen` are the marks of both:
    ConflictError (`stale-version`) when either was changed. The histories of the items say which were moved, and from
    which id, so that somebody can undo it by hand. BadInputError (`taken-out`) without `anyway` when an item that uses
    either would say by it what was taken out of its files.
    """
    authorities.check(actor)
    room = room_of(room_name)
    if word_id == into_id:
        raise BadInputError("A name or a word cannot be merged into itself.", code="merge-itself")
    with archive.db.write() as session:
        rows = locked(session, actor, room, (word_id, into_id))
        lost, kept = rows[word_id], rows[into_id]
        wordings = wording_of(session, archive, lost), wording_of(session, archive, kept)
        if seen != (wordings[0].mark, wordings[1].mark):
            raise ConflictError(STALE, code="stale-version")
        if isinstance(lost, Term) and isinstance(kept, Term) and lost.vocabulary != kept.vocabulary:
            raise BadInputError("Words of two lists cannot be merged.", code="merge-lists")
        if not anyway:
            _check_said(session, room, (word_id, into_id), wordings)
        if isinstance(lost, Place):
            carry_consents(session, lost.id, lost.name, kept.name)
        before = word_revisions.said_of(session, archive, kept)
        word_revisions.stand(session, archive, lost)
        moved = _move_items(session, room, word_id, into_id)
        around = _around(session, (word_id, into_id))
        _join(session, archive, room, lost, kept)
        session.execute(delete(room.model).where(room.model.id == word_id))
        word_revisions.keep(session, archive, kept, before, actor)
        detail = {"room": room.name, "from": word_id, "items": len(moved)}
        record_event(session, into_id, "merge-words", agent_of(actor), detail)
        record_event(session, word_id, "merge-words", agent_of(actor), {"room": room.name, "into": into_id})
        carry(archive, session, room, actor, into_id, MERGE, from_id=word_id, moved=moved)
        word_revisions.follow(session, archive, room, around, actor)
        for one in around:
            carry(archive, session, room, actor, one, TOUCH)
        return len(moved)


def _check_said(
    session: Session, room: Room, ids: tuple[str, str], wordings: tuple[Wording, Wording]
) -> None:
    """What uses one of the two is found by every name of both then."""
    names = [{one.name, *one.others} for one in wordings]
    for word_id, own, new in zip(ids, names, reversed(names), strict=True):
        using = select(room.item).where(room.key == word_id)
        taken_out.check(session, using, {}, {"names": "\n".join(sorted(new - own))})


def _around(session: Session, ids: tuple[str, str]) -> list[str]:
    """The words that these replace, or are replaced by: what bears them is found by these too."""
    query = select(Authority.id, Authority.preferred_id)
    known = session.execute(query.where(or_(Authority.id.in_(ids), Authority.preferred_id.in_(ids))))
    return sorted({one for row in known for one in row if one and one not in ids})


def _move_items(session: Session, room: Room, word_id: str, into_id: str) -> list[str]:
    """Link to the one that stays whatever is linked to the other, once; the items that were."""
    table: Any = room.link.__table__
    key, item = table.c[room.key.key], table.c[room.item.key]
    drafts = select(Item.id).where(Item.state == ItemState.DRAFT)
    linked = select(item).where(key == word_id, item.not_in(drafts)).distinct().order_by(item)
    moved = list(session.scalars(linked))
    other = table.alias()
    same = [other.c[room.item.key] == item, other.c[room.key.key] == into_id]
    if "role" in table.c:
        same.append(other.c.role == table.c.role)
    session.execute(delete(table).where(key == word_id, select(other).where(*same).exists()))
    session.execute(update(table).where(key == word_id).values({room.key.key: into_id}))
    return moved


def _join(session: Session, archive: Archive, room: Room, lost: Any, kept: Any) -> None:
    """Keep with the one that stays what was known of the other."""
    one, other = (_known(session, archive, room, row) for row in (kept, lost))
    former = {name.name for known in (one, other) for name in known.names if name.former} | {name_of(lost)}
    names = dict.fromkeys([*(n.name for n in one.names), name_of(lost), *(n.name for n in other.names)])
    names.pop(name_of(kept), None)
    links = dict.fromkeys([*(link.uri for link in one.links), *(link.uri for link in other.links)])
    one.note, one.version = one.note or other.note, max(one.version, other.version) + 1
    if isinstance(kept, Place) and kept.latitude is None:
        kept.latitude, kept.longitude, one.precision = lost.latitude, lost.longitude, other.precision
    if one.preferred_id == lost.id:
        one.standing, one.preferred_id = "", None
    session.flush()
    session.execute(
        update(Authority)
        .where(Authority.preferred_id == lost.id)
        .values(preferred_id=one.preferred_id or kept.id, version=Authority.version + 1)
    )
    for table, column in ((Rewording, "authority_id"), (MergedAuthority, "new_id")):
        session.execute(update(table).where(getattr(table, column) == lost.id).values({column: kept.id}))
    forget(session, [lost.id], is_merged=True)
    replace_names(one, [(name, name in former) for name in names])
    replace_links(one, list(links))
    session.add(MergedAuthority(old_id=lost.id, room=room.name, new_id=kept.id))
    session.flush()


def _known(session: Session, archive: Archive, room: Room, row: Any) -> Authority:
    """What is written down about a word; what only a collection's file says of it is written down first."""
    written = session.get(Authority, row.id)
    if written is not None:
        return written
    wording = wording_of(session, archive, row)
    vocabulary = row.vocabulary if isinstance(row, Term) else ""
    preferred = row_named(session, room, wording.preferred, vocabulary) if wording.preferred else None
    return write_down(session, room, row, wording, preferred.id if preferred else None)
