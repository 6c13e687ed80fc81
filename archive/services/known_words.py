"""What is known of the words that items share: other names, notes, and the word to prefer.

What curators wrote down at the desk is known of a word; where they wrote nothing, what the collections' files say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.models import Agent, Authority, Item, Place, Term
from archive.profiles import CollectionProfile, Vocabulary, say
from archive.profiles import Term as FileTerm
from archive.services.rooms import ROOMS, SUBJECTS, name_of

HISTORIC, HARMFUL = "historic", "harmful"
STANDINGS = ("", HISTORIC, HARMFUL)
PLACES = "places"
KINDS = "kinds"
Profiles = Mapping[str, CollectionProfile]
Row = Agent | Place | Term


@dataclass(frozen=True)
class Known:
    """What is known of one word; `also` are all the words by which what bears it is found, none of them its own.

    `value` is what a subject counts as.
    """

    name: str
    others: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    standing: str = ""
    preferred: str = ""
    note: str = ""
    also: tuple[str, ...] = ()
    value: str = ""


def of_items(session: Session, profiles: Profiles, items: Iterable[Item], language: str = "en") -> KnownOf:
    """What is known of every word that these items are linked to, by the word's id."""
    agents: dict[str, Row] = {link.agent_id: link.agent for item in items for link in item.agents}
    places: dict[str, Row] = {link.place_id: link.place for item in items for link in item.places}
    terms: dict[str, Row] = {link.term_id: link.term for item in items for link in item.terms}
    return of_rows(session, profiles, [*agents.values(), *places.values(), *terms.values()], language)


KnownOf = Mapping[str, Known]


def of_rows(session: Session, profiles: Profiles, rows: Sequence[Row], language: str = "en") -> KnownOf:
    """What is known of these words, by their ids."""
    ids = [row.id for row in rows]
    written, below = _written(session, ids) if ids else ({}, {})
    names = _names(session, [*below.values()], [one.preferred_id for one in written.values()])
    found: dict[str, Known] = {}
    for row in rows:
        one = written.get(row.id)
        known = _from_desk(row, one, names) if one else _from_file(row, profiles, language)
        replaced = [
            word for other in below.values() if other.preferred_id == row.id for word in _all(other, names)
        ]
        also = dict.fromkeys((*known.also, *replaced))
        also.pop(known.name, None)
        value = counts_as(profiles, known.name) if isinstance(row, Term) else ""
        found[row.id] = replace(known, also=tuple(also), value=value)
    return found


def counts_as(profiles: Profiles, subject: str) -> str:
    """What a subject counts as: the id of the term that it names, in whatever language, or itself where it names none.

    Whatever curators wrote of a word at the desk: one subject is not another in each language.
    """
    named = (words.named(subject) for words in vocabularies(profiles, SUBJECTS))
    return next((term.id for term in named if term is not None), subject)


def vocabularies(profiles: Profiles, name: str) -> list[Vocabulary]:
    """The lists of that name of all collections."""
    return [profile.vocabularies[name] for profile in profiles.values() if name in profile.vocabularies]


def called(profiles: Profiles, name: str, value: str) -> list[str]:
    """All that the lists of that name call a term that is kept by its id: its labels in every language, its other names."""
    terms = [term for words in vocabularies(profiles, name) if (term := words.by_id.get(value))]
    return list(dict.fromkeys(word for term in terms for word in (*term.label.values(), *term.alternatives)))


def _written(session: Session, ids: Sequence[str]) -> tuple[dict[str, Authority], dict[str, Authority]]:
    """What curators wrote of these words, and of those to which these are preferred."""
    query = select(Authority).where(or_(Authority.id.in_(ids), Authority.preferred_id.in_(ids)))
    found = {one.id: one for one in session.scalars(query)}
    asked = frozenset(ids)
    written = {key: one for key, one in found.items() if key in asked}
    return written, {key: one for key, one in found.items() if one.preferred_id in asked}


def _names(session: Session, below: Sequence[Authority], preferred: Iterable[str | None]) -> dict[str, str]:
    """The names of what is replaced, and of what is preferred."""
    wanted: dict[str, set[str]] = {room: set() for room in ROOMS}
    for one in below:
        wanted[one.room].add(one.id)
    ids = {one for one in preferred if one}
    found: dict[str, str] = {}
    for room in ROOMS.values():
        asked = wanted[room.name] | ids
        if asked:
            query = select(room.model.id, room.label).where(room.model.id.in_(asked))
            found |= {row[0]: row[1] for row in session.execute(query)}
    return found


def _all(one: Authority, names: Mapping[str, str]) -> list[str]:
    return [word for word in (names.get(one.id, ""), *(other.name for other in one.names)) if word]


def _from_desk(row: Row, one: Authority, names: Mapping[str, str]) -> Known:
    others = tuple(other.name for other in one.names)
    preferred = names.get(one.preferred_id or "", "")
    also = (*others, preferred) if preferred else others
    links = tuple(link.uri for link in one.links)
    return Known(name_of(row), others, links, one.standing, preferred, one.note, also)


def _from_file(row: Row, profiles: Profiles, language: str) -> Known:
    name = name_of(row)
    if isinstance(row, Agent):
        return Known(name)
    for vocabulary in vocabularies(profiles, row.vocabulary if isinstance(row, Term) else PLACES):
        term = vocabulary.named(name)
        if term is not None:
            return _of_term(name, term, vocabulary, language)
    return Known(name)


def _of_term(name: str, term: FileTerm, vocabulary: Vocabulary, language: str) -> Known:
    own = [*term.label.values(), *term.alternatives]
    preferred = vocabulary.preferred(term) if term.use else None
    replaced = [other for other in vocabulary.terms if other.use == term.id]
    linked = [*replaced, *([preferred] if preferred else [])]
    around = [word for other in linked for word in (*other.label.values(), *other.alternatives)]
    return Known(
        name,
        tuple(dict.fromkeys(word for word in own if word != name)),
        (term.uri,) if term.uri else (),
        HISTORIC if preferred else "",
        say(preferred.label, language) if preferred else "",
        say(term.note, language),
        tuple(dict.fromkeys((*own, *around))),
    )
