"""Writes a description into an item's rows, sharing people, terms and places with every other item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import (
    Agent,
    Consent,
    Item,
    ItemAgent,
    ItemPlace,
    ItemTerm,
    Place,
    Term,
    new_id,
)
from archive.services.rooms import SUBJECTS
from archive.services.spelled import Row, hold, in_order, meant, named
from archive.services.upsert import put_row_once


@dataclass(frozen=True)
class PlaceGiven:
    """A place as given; coordinates in degrees where there are any.

    With a `precision`, `exact` or `town` (about where), the coordinates are of this item alone.
    """

    name: str
    latitude: float | None = None
    longitude: float | None = None
    precision: str = ""


@dataclass(frozen=True)
class Description:
    """What people say about an item; dates are already understood (EDTF, days as YYYYMMDD)."""

    title: str = ""
    description: str = ""
    kind: str = ""
    names: Sequence[tuple[str, str]] = ()
    date_given: str = ""
    date_edtf: str = ""
    date_start: int | None = None
    date_end: int | None = None
    decades: Sequence[int] = ()
    places: Sequence[PlaceGiven] = ()
    latitude: float | None = None
    longitude: float | None = None
    subjects: Sequence[str] = ()
    languages: Sequence[str] = ()
    rights: str = ""
    rights_uri: str = ""
    source: str = ""
    content_note: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


PLAIN = (
    "title",
    "description",
    "kind",
    "date_given",
    "date_edtf",
    "date_start",
    "date_end",
    "latitude",
    "longitude",
    "rights",
    "rights_uri",
    "source",
    "content_note",
)


def describe(session: Session, item: Item, given: Description, actor: Actor | None = None) -> None:
    """Make `given` the item's description, in the caller's transaction; flushing is the caller's part.

    With an `actor` words are those that they mean (`spelled.meant`), however they write them; without one they are taken
    letter by letter.
    New words are made in the order of the alphabet, so that of two who write the same ones neither waits for the other
    while the other waits for them.
    """
    for name in PLAIN:
        setattr(item, name, getattr(given, name))
    item.decades = list(given.decades)
    item.languages = list(given.languages)
    item.extra = dict(given.extra)
    # An item that is only being made has no links to look for, and must not be written before it is whole.
    with session.no_autoflush:
        agents = {
            name: _ensure(session, Agent, {"name": name}, item, actor)
            for name in sorted({name for name, _ in given.names}, key=in_order)
        }
        terms = {
            label: _ensure(session, Term, {"vocabulary": SUBJECTS, "label": label}, item, actor)
            for label in sorted(set(given.subjects), key=in_order)
        }
        item.agents = [
            ItemAgent(agent=agent, role=role, position=position)
            for position, (agent, role) in enumerate(
                # Two names of one person are one person.
                dict.fromkeys((agents[name], role) for name, role in given.names)
            )
        ]
        item.terms = [
            ItemTerm(term=term, position=position)
            for position, term in enumerate(dict.fromkeys(terms[label] for label in given.subjects))
        ]
        item.places = _places(session, item, given.places, actor)


def place_given(link: ItemPlace) -> PlaceGiven:
    """A place of an item as it was given."""
    at = link if link.precision else link.place
    return PlaceGiven(link.place.name, at.latitude, at.longitude, link.precision)


def by_present_names(session: Session, words: Mapping[str, str]) -> dict[str, str]:
    """What a consent has read in places' stead, also under the names that those places bear now.

    The places are held until the transaction ends, so that none is renamed before the consent is written.
    """
    found = dict(words)
    for name, shown in words.items():
        place = named(session, Place, {"name": name})
        if place is not None:
            found.setdefault(place.name, shown)
    return found


def _places(
    session: Session, item: Item, given: Sequence[PlaceGiven], actor: Actor | None
) -> list[ItemPlace]:
    made = {
        id(one): _place(session, one, item, actor)
        for one in sorted(given, key=lambda one: in_order(one.name))
    }
    places = [(made[id(one)], one) for one in given]
    # A name that led on to another one does not tell that one either.
    consent = session.get(Consent, item.consent_id) if item.consent_id else None
    for place, one in places:
        words = consent.places_shown.get(one.name) if consent else None
        if consent and words is not None and place.name not in consent.places_shown:
            consent.places_shown = {**consent.places_shown, place.name: words}
    return [
        ItemPlace(place=place, position=position, **_here(one))
        for position, (place, one) in enumerate(dict(places).items())
    ]


def _here(given: PlaceGiven) -> dict[str, Any]:
    if not given.precision:
        return {}
    return {"latitude": given.latitude, "longitude": given.longitude, "precision": given.precision}


def _place(session: Session, given: PlaceGiven, item: Item, actor: Actor | None) -> Place:
    # Where somebody put it for one item says nothing about the same name elsewhere.
    shared = not given.precision
    coordinates = {
        "latitude": given.latitude if shared else None,
        "longitude": given.longitude if shared else None,
    }
    return _ensure(session, Place, {"name": given.name}, item, actor, coordinates)


def _ensure(
    session: Session,
    model: type[Row],
    key: Mapping[str, Any],
    item: Item,
    actor: Actor | None,
    more: Mapping[str, Any] | None = None,
) -> Row:
    """The row with that key, or that is meant by it, made when there is none; two writers at once get the same one."""
    found = named(session, model, key)
    if found is None and actor:
        # Else it would be made twice by two who write it in different letters.
        hold(session, model, key)
        found = meant(session, model, key, actor, item)
    if found is not None:
        return found
    put_row_once(session, model, list(key), {"id": new_id(), **key, **(more or {})})
    return session.scalars(select(model).filter_by(**key)).one()
