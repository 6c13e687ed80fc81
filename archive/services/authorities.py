"""The names, places and terms that items share, as those see them who keep them in order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, or_, select
from sqlalchemy.orm import Session

from archive.access import Actor, may_keep_words, visible
from archive.models import Agent, AlternativeName, Authority, Item, MergedAuthority, Place, Term
from archive.models.errors import ForbiddenError, NotFoundError
from archive.profiles import CollectionProfile, Field, in_order, say
from archive.services import known_words
from archive.services.cards import cards
from archive.services.known_words import PLACES, Row, vocabularies
from archive.services.opening import Archive
from archive.services.rooms import ROOMS, SUBJECTS, Room, name_of, room_of, told_of
from archive.services.views import Card

PER_PAGE = 50
SHOWN_ITEMS = 6
# More would make a page slow to open on an old telephone, and nobody scrolls through them.
MOST_LABELS = 1000
NO_SUCH_WORD = "There is no such name or word."


@dataclass(frozen=True)
class Offered:
    """Names or words to choose from, in the order of a dictionary; not `is_all` when there are more than are listed."""

    words: tuple[str, ...] = ()
    is_all: bool = True


@dataclass(frozen=True)
class WordLine:
    """One name or word in a list, with how many items use it."""

    id: str
    name: str
    kind: str
    others: tuple[str, ...]
    standing: str
    uses: int


@dataclass(frozen=True)
class Wording:
    """Everything that is said of a name or a word; what a form shows and sends."""

    name: str = ""
    kind: str = ""
    others: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    standing: str = ""
    preferred: str = ""
    note: str = ""
    latitude: float | None = None
    longitude: float | None = None
    precision: str = ""

    @property
    def mark(self) -> str:
        """A mark that differs when anything that is said differs (SHA-256, hexadecimal)."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class WordView:
    """One name or word: what is said of it, what uses it, and whether the collections' files say it rather than the desk."""

    id: str
    room: str
    vocabulary: str
    wording: Wording
    uses: int
    items: tuple[Card, ...]
    is_from_file: bool
    is_preferred: bool


def check(actor: Actor) -> None:
    """ForbiddenError for everybody who may not keep the words of this archive."""
    if not may_keep_words(actor):
        raise ForbiddenError("Your role does not allow keeping the names and words of this archive.")


def listed(
    archive: Archive, actor: Actor, room_name: str, text: str = "", page: int = 1
) -> tuple[int, tuple[WordLine, ...]]:
    """The names and words of a room that hold `text`, by name, 50 a page: how many there are, and those of the page."""
    check(actor)
    room = room_of(room_name)
    query = select(room.model).where(room.known(actor))
    if text.strip():
        query = query.where(_holds(room, text.strip()))
    with archive.db.read() as session:
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        ordered = query.order_by(func.lower(room.label), room.model.id)
        rows = session.scalars(ordered.limit(PER_PAGE).offset(PER_PAGE * (page - 1))).all()
        counted = uses(session, actor, room, [row.id for row in rows])
        known = known_words.of_rows(session, archive.profiles, rows)
        return total, tuple(
            WordLine(
                row.id,
                name_of(row),
                kind_of(row),
                known[row.id].others,
                known[row.id].standing,
                counted.get(row.id, 0),
            )
            for row in rows
        )


def one(archive: Archive, actor: Actor, room_name: str, word_id: str, language: str = "en") -> WordView:
    """One name or word; NotFoundError when there is none, or only somebody's draft has it."""
    check(actor)
    room = room_of(room_name)
    with archive.db.read() as session:
        row = found(session, actor, room, word_id)
        items = session.scalars(
            select(Item)
            .where(Item.id.in_(select(room.item).where(room.key == word_id)), visible(actor))
            .where(*told_of(actor))
            .order_by(Item.id.desc())
            .limit(SHOWN_ITEMS)
        ).all()
        return WordView(
            word_id,
            room.name,
            row.vocabulary if isinstance(row, Term) else "",
            wording_of(session, archive, row),
            uses(session, actor, room, [word_id]).get(word_id, 0),
            tuple(cards(archive, session, items, language, actor)),
            session.get(Authority, word_id) is None,
            session.scalar(select(Authority.id).where(Authority.preferred_id == word_id).limit(1))
            is not None,
        )


def led_to(archive: Archive, actor: Actor, room_name: str, word_id: str) -> str:
    """The id that an old one leads to since the two were merged; itself when it was not."""
    check(actor)
    with archive.db.read() as session:
        merged = session.get(MergedAuthority, word_id)
        return merged.new_id if merged and merged.room == room_name else word_id


def names_like(archive: Archive, actor: Actor, view: WordView, language: str = "en") -> Offered:
    """The names of the same list among which the preferred one is chosen: those that nothing replaces, at most 1,000."""
    check(actor)
    room = room_of(view.room)
    replaced = select(Authority.id).where(Authority.standing != "")
    query = select(room.label).where(
        room.known(actor), room.model.id.not_in(replaced), room.model.id != view.id
    )
    if view.vocabulary:
        query = query.where(Term.vocabulary == view.vocabulary)
    with archive.db.read() as session:
        found = session.scalars(query.order_by(func.lower(room.label)).limit(MOST_LABELS + 1)).all()
    return Offered(_in_order(found[:MOST_LABELS], language), len(found) <= MOST_LABELS)


def labels_for(
    archive: Archive,
    actor: Actor,
    profile: CollectionProfile,
    field: Field,
    language: str = "en",
    holding: str = "",
) -> Offered:
    """What may be written into a field, for whoever describes: the words to prefer, none that another one replaces.

    Of what items use, at most 1,000: of those that hold the letters `holding`, in another of their names too.

    Names and words are those of items that the actor may see and that are not sealed, and, for whoever keeps the words of the whole archive,
    what no item uses yet: others may not know who wrote it down for what. None for other fields.
    """
    room = _room_for(field)
    vocabulary = profile.vocabularies.get(field.vocabulary or "") if room is not ROOMS["agents"] else None
    words: dict[str, None] = {}
    replaced: set[str] = set()
    rows: Sequence[Any] = ()
    if vocabulary is not None:
        said = (say(term.label, language) or term.id for term in vocabulary.terms if not term.use)
        words |= {word: None for word in said if holding.strip().casefold() in word.casefold()}
    if room is not None:
        with archive.db.read() as session:
            rows = _used(session, actor, room, holding.strip())
            known = known_words.of_rows(session, archive.profiles, rows[:MOST_LABELS], language)
        for row in rows[:MOST_LABELS]:
            preferred = known[row.id].preferred
            words[preferred or name_of(row)] = None
            if preferred or known[row.id].standing:
                replaced.add(name_of(row))
    return Offered(_in_order(words.keys() - replaced, language), len(rows) <= MOST_LABELS)


def found(session: Session, actor: Actor, room: Room, word_id: str) -> Row:
    """The row of a word that staff may know of; NotFoundError when there is none."""
    row: Row | None = session.scalars(
        select(room.model).where(room.model.id == word_id, room.known(actor))
    ).first()
    if row is None:
        raise NotFoundError(NO_SUCH_WORD)
    return row


def uses(session: Session, actor: Actor, room: Room, ids: Sequence[str]) -> dict[str, int]:
    """How many items use each of these words, of those of which a list may tell."""
    counted = (
        select(room.key, func.count(distinct(room.item)))
        .join(Item, Item.id == room.item)
        .where(room.key.in_(ids), *told_of(actor))
        .group_by(room.key)
    )
    return {word_id: count for word_id, count in session.execute(counted)}  # noqa: C416 - a Row is no tuple to the type checker


def wording_of(session: Session, archive: Archive, row: Row) -> Wording:
    """What is said of a word now."""
    known = known_words.of_rows(session, archive.profiles, [row])[row.id]
    written = session.get(Authority, row.id)
    place = row if isinstance(row, Place) else None
    return Wording(
        name=name_of(row),
        kind=row.kind if isinstance(row, Agent) else "",
        others=known.others,
        links=known.links,
        standing=known.standing,
        preferred=known.preferred,
        note=known.note,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        precision=written.precision if written else "",
    )


def kind_of(row: Row) -> str:
    """What kind of agent it is, or the vocabulary that a term is of."""
    if isinstance(row, Agent):
        return row.kind
    return row.vocabulary if isinstance(row, Term) else ""


def lists(archive: Archive) -> tuple[str, ...]:
    """The vocabularies that words can be added to: those that are not closed lists of the collections' files."""
    names = {name for profile in archive.profiles.values() for name in profile.vocabularies} - {
        PLACES,
        "roles",
    }
    is_open = {name for name in names if not any(one.closed for one in vocabularies(archive.profiles, name))}
    return (SUBJECTS, *sorted(is_open - {SUBJECTS}))


def _in_order(words: Iterable[str], language: str) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (in_order(word, language), word)))


def _holds(room: Room, text: str) -> ColumnElement[bool]:
    other = select(AlternativeName.authority_id).where(AlternativeName.name.icontains(text, autoescape=True))
    return or_(room.label.icontains(text, autoescape=True), room.model.id.in_(other))


def _room_for(field: Field) -> Room | None:
    if field.kind == "names":
        return ROOMS["agents"]
    if field.kind == "place":
        return ROOMS["places"]
    return ROOMS["terms"] if field.name == SUBJECTS else None


def _used(session: Session, actor: Actor, room: Room, holding: str) -> Sequence[Any]:
    # One more than is listed tells that there are more. Asked word by word: the first item that is seen is enough.
    mine = room.key == room.model.id
    seen = select(room.key).join(Item, Item.id == room.item)
    seen = seen.where(mine, *told_of(actor), visible(actor))
    offered: ColumnElement[bool] = seen.exists()
    if may_keep_words(actor):
        offered = or_(offered, ~select(room.key).where(mine).exists())
    query = select(room.model).where(offered)
    if holding:
        query = query.where(_holds(room, holding))
    return session.scalars(query.order_by(room.label).limit(MOST_LABELS + 1)).all()
