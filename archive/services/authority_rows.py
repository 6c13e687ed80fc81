"""The rows in which what is known of a word is written down."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.models import (
    Agent,
    AlternativeName,
    Authority,
    AuthorityLink,
    MergedAuthority,
    Place,
    Rewording,
    Term,
    new_id,
)
from archive.services import shared_bags, word_revisions
from archive.services.authorities import Wording
from archive.services.authority_checks import kind_to_keep, row_named
from archive.services.known_words import Row
from archive.services.rooms import Room, name_of


def write_down(
    session: Session,
    room: Room,
    row: Row,
    wording: Wording,
    preferred: str | None,
    former: str = "",
    borne: Collection[str] = (),
) -> Authority:
    """Make a wording what is written down about a word; a `former` name stays as another one.

    Of its other names those that are `borne` are known to lead on too.
    """
    known = session.get(Authority, row.id)
    if known is None:
        known = Authority(id=row.id, room=room.name)
        session.add(known)
    bore = {one.name for one in known.names if one.former} | {former, *borne}
    known.standing, known.preferred_id = wording.standing, preferred
    known.note, known.precision = wording.note, wording.precision
    names = dict.fromkeys([*wording.others, *([former] if former else [])])
    names.pop(name_of(row), None)
    replace_names(known, [(name, name in bore) for name in names])
    replace_links(known, wording.links)
    session.flush()
    return known


def replace_names(known: Authority, names: Sequence[tuple[str, bool]]) -> None:
    """Make these the other names, each with whether it was borne here before."""
    kept = {one.name: one for one in known.names}
    known.names = [kept.get(name) or AlternativeName(name=name) for name, _ in names]
    for position, (one, (_, former)) in enumerate(zip(known.names, names, strict=True)):
        one.position, one.former = position, former


def replace_links(known: Authority, links: Sequence[str]) -> None:
    """Make these the links."""
    kept = {one.uri: one for one in known.links}
    known.links = [kept.get(uri) or AuthorityLink(uri=uri) for uri in links]
    for position, one in enumerate(known.links):
        one.position = position


def forget(session: Session, ids: Sequence[str], *, is_merged: bool = False) -> list[str]:
    """Forget what is known of words that are no more; whoever deletes the words themselves comes here first.

    Returns what the bags are of in which something was written down about one.
    What was said of one that `is_merged` into another stays beside what was said of that.
    """
    written = session.scalars(select(Authority.id).where(Authority.id.in_(ids)).order_by(Authority.id)).all()
    if not is_merged:
        word_revisions.forget(session, ids)
    shared_bags.let_go(session, map(shared_bags.word, ids))
    session.execute(delete(AlternativeName).where(AlternativeName.authority_id.in_(ids)))
    session.execute(delete(AuthorityLink).where(AuthorityLink.authority_id.in_(ids)))
    session.execute(delete(Rewording).where(Rewording.authority_id.in_(ids)))
    led = update(Authority).where(Authority.preferred_id.in_(ids))
    session.execute(led.values(preferred_id=None, version=Authority.version + 1))
    session.execute(delete(MergedAuthority).where(MergedAuthority.new_id.in_(ids)))
    session.execute(delete(Authority).where(Authority.id.in_(ids)))
    return [shared_bags.word(one) for one in written]


def preferred_id(session: Session, room: Room, wording: Wording, vocabulary: str) -> str | None:
    """The id of the word to prefer; one that only a collection's file holds becomes a word of this archive."""
    if not wording.preferred:
        return None
    row = row_named(session, room, wording.preferred, vocabulary)
    if row is None:
        row = _added(session, _new_row(room, Wording(name=wording.preferred), vocabulary))
    return row.id


def row_for(session: Session, room: Room, row: Row | None, wording: Wording, vocabulary: str) -> Row:
    """The row of a word that is added, as if the desk had been first also where there is one."""
    if row is None:
        return _added(session, _new_row(room, wording, vocabulary))
    if isinstance(row, Agent):
        row.kind = kind_to_keep(wording, None)
    elif isinstance(row, Place):
        row.latitude, row.longitude = wording.latitude, wording.longitude
    return row


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def _new_row(room: Room, wording: Wording, vocabulary: str) -> Row:
    if room.name == "agents":
        return Agent(id=new_id(), name=wording.name, kind=kind_to_keep(wording, None))
    if room.name == "places":
        return Place(id=new_id(), name=wording.name, latitude=wording.latitude, longitude=wording.longitude)
    return Term(id=new_id(), label=wording.name, vocabulary=vocabulary)
