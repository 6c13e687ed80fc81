"""The word that is meant by what somebody writes: by its name, by one that it bore, by another of its names, in any case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, text, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.access import Actor, visible
from archive.models import Agent, AlternativeName, Authority, Item, Place, Term
from archive.services.rooms import ROOMS, Room, told_of

Row = TypeVar("Row", Agent, Place, Term)
ROOM_OF: Mapping[type[Agent | Place | Term], Room] = {room.model: room for room in ROOMS.values()}
# No name is longer; what is, somebody wrote by mistake, and the database refuses to look for it.
LONGEST = 300
LAST = "\U0010ffff"


def spelled(name: str) -> str:
    """A name as it is compared with others: letters composed (NFC), small, with one blank between words."""
    return " ".join(unicodedata.normalize("NFC", name).lower().split())


def in_order(name: str) -> tuple[str, str]:
    """By what names are sorted that are made together: those that are spelled alike lie beside each other."""
    return spelled(name), name


def named(session: Session, model: type[Row], key: Mapping[str, Any]) -> Row | None:
    """The word of that key, or the one word that bore its name before it was renamed, or merged into another."""
    # Held until the end, so that nobody merges it into another one before the link to it is written.
    held = select(model).filter_by(**key).with_for_update(read=True, key_share=True)
    return session.scalars(held).first() or _renamed(session, model, key)


def meant(session: Session, model: type[Row], key: Mapping[str, Any], actor: Actor, item: Item) -> Row | None:
    """The word that `actor` means who describes `item`: the one `named` so, else the one that is called nearly so.

    That is the one with exactly that other name, else the one whose name is spelled alike, else the one with another name
    spelled alike; of people another name is none that leads to them. Where several are as near, nobody knows which is meant, and none is. Of the words that nothing is
    written down about, only those count that the actor sees in other items: a word of their own they may spell anew.
    """
    return named(session, model, key) or _alike(session, model, key, _known(ROOM_OF[model], actor, item))


def hold(session: Session, model: type[Row], key: Mapping[str, Any]) -> None:
    """Let nobody else make a word that is spelled like this one until the transaction ends.

    PostgreSQL's unique keys tell letters apart; SQLite has one writer anyhow.
    """
    if session.get_bind().dialect.name != "sqlite":
        _, word, _ = _parts(model, key)
        held = f"{model.__tablename__} {spelled(word)}"
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:word, 0))"), {"word": held})


def _renamed(session: Session, model: type[Row], key: Mapping[str, Any]) -> Row | None:
    room, word, rest = _parts(model, key)
    bore = select(AlternativeName.authority_id).join(Authority, Authority.id == AlternativeName.authority_id)
    bore = bore.where(AlternativeName.name == word, AlternativeName.former, Authority.room == room.name)
    query = select(model).where(model.id.in_(bore), *rest)
    rows = session.scalars(query.with_for_update(read=True, key_share=True)).all()
    return rows[0] if len(rows) == 1 else None


def _alike(
    session: Session, model: type[Row], key: Mapping[str, Any], known: ColumnElement[bool]
) -> Row | None:
    room, word, rest = _parts(model, key)
    wanted = spelled(word)
    if not wanted or len(word) > LONGEST:
        return None
    own = select(model.id, room.label.label("name"), literal(False).label("other"))
    own = own.where(_may_be(session, room.label, wanted, rest), known)
    others = select(AlternativeName.authority_id, AlternativeName.name, literal(True))
    others = others.where(_may_be(session, AlternativeName.name, wanted))
    others = others.where(exists().where(model.id == AlternativeName.authority_id, *rest))
    # Two people may be called alike, and what one gave must not be said of the other: of people the name alone counts.
    query = own if model is Agent else union_all(own, others)
    # What the database compares lets some through that are not spelled alike.
    rows = session.execute(query).all()
    found = [(row[0], row[1], bool(row[2])) for row in rows if spelled(row[1]) == wanted]
    exactly = {one for one, name, other in found if other and name == word}
    names = {one for one, _, other in found if not other}
    for near in (exactly, names, {one for one, _, _ in found}):
        if len(near) == 1:
            held = select(model).where(model.id.in_(near)).with_for_update(read=True, key_share=True)
            return session.scalars(held).first()
    return None


def _known(room: Room, actor: Actor, item: Item) -> ColumnElement[bool]:
    """The words that the desk wrote down, and those of other items of which a list may tell `actor`."""
    seen = select(room.key).join(Item, Item.id == room.item)
    seen = seen.where(room.key == room.model.id, *told_of(actor), visible(actor), Item.id != item.id)
    if actor.submissions:
        # Who gives may correct how they wrote it everywhere in what they gave.
        seen = seen.where(Item.submission_id.not_in(actor.submissions))
    return or_(exists().where(Authority.id == room.model.id), seen.exists())


def _may_be(
    session: Session,
    column: InstrumentedAttribute[str],
    wanted: str,
    rest: Sequence[ColumnElement[bool]] = (),
) -> ColumnElement[bool]:
    """What every name that is spelled so fulfils, and few others, with the `rest` of its key.

    SQLite makes small letters of ASCII alone: any other letter that has a large form may be any, and one that is composed may be several.
    """
    pattern = "".join(_in_pattern(letter) for letter in wanted)
    alike = func.lower(column).like(pattern, escape="\\")
    if session.get_bind().dialect.name != "sqlite":
        return and_(alike, *rest)
    # SQLite finds by its index what begins with the same two letters, large or small.
    ranges = [and_(*rest, column >= begins, column < begins + LAST) for begins in _beginnings(wanted)]
    return and_(or_(*ranges), alike)


def _in_pattern(letter: str) -> str:
    if letter == " ":
        return "%"
    if letter in "\\%_":
        return f"\\{letter}"
    if letter.isascii() or letter.upper() == letter:
        return letter
    return "_" if unicodedata.normalize("NFD", letter) == letter else "%"


def _beginnings(wanted: str) -> Iterator[str]:
    first = wanted.split(" ")[0][:2]
    return ("".join(one) for one in product(*map(_forms, first)))


def _forms(letter: str) -> list[str]:
    cases = {letter, letter.upper(), letter.title()}
    return sorted({*cases, *(unicodedata.normalize("NFD", one) for one in cases)})


def _parts(model: type[Row], key: Mapping[str, Any]) -> tuple[Room, str, list[ColumnElement[bool]]]:
    """The room of a model, the word of its key, and what else the key says, for WHERE."""
    room = ROOM_OF[model]
    rest = [getattr(model, name) == value for name, value in key.items() if name != room.label.key]
    return room, key[room.label.key], rest
