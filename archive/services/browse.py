"""Ways in: the places, names, subjects and decades of what a reader may see, counted.

Readers are everybody, or members of the community (`readers.as_reader`): what staff alone may see is counted nowhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, Text, and_, cast, distinct, func, or_, select
from sqlalchemy.orm import Session, aliased

from archive.access import PUBLIC, Actor, visible
from archive.models import AlternativeName, Authority, Consent, Item, ItemPlace, Place
from archive.models.errors import IndexUnusableError
from archive.profiles import Term, Vocabulary
from archive.profiles.model import fold
from archive.search import Filters, parse_query, search_layers
from archive.services.first_shown import shown_since_clause
from archive.services.known_words import PLACES, counts_as, vocabularies
from archive.services.labels import worded
from archive.services.opening import Archive
from archive.services.readers import layers
from archive.services.rooms import ROOMS, SUBJECTS, Room
from archive.services.shown import DECIMALS, in_its_stead

# Which lists of the collections' files say more of the words of which room.
FILES = {"terms": SUBJECTS, "places": PLACES}
NOTHING_IN_ITS_STEAD = "{}"
Rows = TypeVarTuple("Rows")


@dataclass(frozen=True, slots=True)
class Counted:
    """A name, how many items bear it, and its other names; a place with where it is (degrees), where that is known.

    `value` is what a search is narrowed to by it, "" where that is the name; `language` that of the name, where it is known.
    """

    name: str
    count: int
    others: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    value: str = ""
    language: str = ""


def people(archive: Archive, language: str = "en", reader: Actor = PUBLIC) -> tuple[Counted, ...]:
    """Everyone whom an item names that `reader` may see, by name."""
    return _of_room(archive, ROOMS["agents"], language, visible(reader))


def subjects(archive: Archive, language: str = "en", reader: Actor = PUBLIC) -> tuple[Counted, ...]:
    """What items are about that `reader` may see, by name: one subject once, in whichever languages they say it."""
    room, seen = ROOMS["terms"], visible(reader)
    said: dict[str, list[str]] = defaultdict(list)
    with archive.db.read() as session:
        counted = _counted(session, room, seen)
        others = _others(archive, session, room, counted, language)
        for words in sorted(counted):
            said[counts_as(archive.profiles, words)].append(words)
        counts = {
            value: counted[same[0]].count if len(same) == 1 else _bearing_any(session, room, same, seen)
            for value, same in said.items()
        }
    found = []
    for value, same in said.items():
        name, spoken = worded(archive, "subject", value, language)
        also = dict.fromkeys(other for one in same for other in others.get(one, ()) if other != name)
        found.append(Counted(name, counts[value], tuple(also), value=value, language=spoken))
    return _sorted(found)


def places(archive: Archive, language: str = "en", reader: Actor = PUBLIC) -> tuple[Counted, ...]:
    """The places of items that `reader` may see by name, as each item's consent lets others read them."""
    seen = visible(reader)
    with archive.db.read() as session:
        found = _told(session, seen)
        for name, count in _in_their_stead(session, seen).items():
            known = found.get(name, Counted(name, 0))
            found[name] = replace(known, count=known.count + count)
        others = _others(archive, session, ROOMS["places"], found, language)
        written = _placed_at_desk(session)
    listed = vocabularies(archive.profiles, PLACES)
    return _sorted(
        _where(replace(one, others=others.get(one.name, ())), listed, at_desk=one.name in written)
        for one in found.values()
    )


def borne_together(archive: Archive, reader: Actor = PUBLIC) -> Mapping[tuple[str, ...], int]:
    """Places, as others may read them, that items `reader` may see bear besides each other, and how many bear just these."""
    bearing = select(ItemPlace.item_id).group_by(ItemPlace.item_id).having(func.count() > 1)
    several = and_(Item.id.in_(bearing), visible(reader))
    told = _linked(select(Item.id, Place.name), and_(several, _speaks_for_itself()))
    borne: dict[str, set[str]] = defaultdict(set)
    with archive.db.read() as session:
        for item_id, name in session.execute(told):
            borne[item_id].add(name)
        for item_id, name, words in session.execute(_untold(several)):
            borne[item_id].add(in_its_stead(words, name))
    found = (tuple(sorted(filter(None, names))) for names in borne.values())
    return Counter(names for names in found if len(names) > 1)


def decades(archive: Archive, reader: Actor = PUBLIC) -> tuple[tuple[str, int], ...]:
    """The decades of items that `reader` may see in order of time, `undated` at their end, with how many may belong to each.

    None before an unusable index is made anew.
    """
    through = layers(archive.indexes, reader)
    try:
        found = search_layers(through, parse_query(""), Filters(), "newest", 0, 0)
    except IndexUnusableError:
        return ()
    return tuple((one.value, one.count) for one in found.facets.get("decade", ()))


def how_many(archive: Archive) -> int:
    """How many items everyone may see."""
    with archive.db.read() as session:
        return session.scalar(select(func.count()).select_from(Item).where(visible(PUBLIC))) or 0


def some(archive: Archive, first: int, many: int) -> tuple[tuple[str, date | None], ...]:
    """`many` public items from the `first` (from 0) in the order of their ids, and since when each is shown."""
    query = select(Item.id, shown_since_clause()).where(visible(PUBLIC)).order_by(Item.id)
    with archive.db.read() as session:
        return tuple((row[0], row[1]) for row in session.execute(query.offset(first).limit(many)))


def _of_room(archive: Archive, room: Room, language: str, seen: ColumnElement[bool]) -> tuple[Counted, ...]:
    with archive.db.read() as session:
        found = _counted(session, room, seen)
        others = _others(archive, session, room, found, language)
    return _sorted(replace(one, others=others.get(one.name, ())) for one in found.values())


def _counted(session: Session, room: Room, seen: ColumnElement[bool]) -> dict[str, Counted]:
    query = _borne(select(room.label, func.count(distinct(room.item))), room, seen).group_by(room.label)
    return {name: Counted(name, count) for name, count in session.execute(query)}


def _bearing_any(session: Session, room: Room, names: Sequence[str], seen: ColumnElement[bool]) -> int:
    query = _borne(select(func.count(distinct(room.item))), room, seen)
    return session.scalar(query.where(room.label.in_(names))) or 0


def _borne(query: Select[*Rows], room: Room, seen: ColumnElement[bool]) -> Select[*Rows]:
    """A question about the words of a room, asked of those that items bear which may be seen."""
    query = query.select_from(room.model).join(room.link, room.key == room.model.id)
    return query.join(Item, Item.id == room.item).where(seen)


def _sorted(found: Iterable[Counted]) -> tuple[Counted, ...]:
    """By name; one that stands in the list itself is no other name of anything."""
    ordered = sorted(found, key=lambda one: one.name)
    borne = {fold(one.name) for one in ordered}
    return tuple(
        replace(one, others=tuple(other for other in one.others if fold(other) not in borne))
        if one.others
        else one
        for one in ordered
    )


# A consent is joined under a name of its own: `visible` looks at consents too, for itself.
_Allowed = aliased(Consent)


def _linked(query: Select[*Rows], which: ColumnElement[bool]) -> Select[*Rows]:
    """A question about places, asked of what links them to such items whose consent lets others read places at all."""
    query = query.join(ItemPlace, ItemPlace.place_id == Place.id).join(Item, Item.id == ItemPlace.item_id)
    query = query.join(_Allowed, _Allowed.id == Item.consent_id)
    return query.where(_Allowed.place_precision.in_(DECIMALS), which)


def _speaks_for_itself() -> ColumnElement[bool]:
    """As `shown.tells_name` has it."""
    words = cast(_Allowed.places_shown, Text)
    unasked = and_(_Allowed.people == "", _Allowed.agreement_version == "", words == NOTHING_IN_ITS_STEAD)
    return or_(_Allowed.place_precision == "exact", unasked)


def _told(session: Session, seen: ColumnElement[bool]) -> dict[str, Counted]:
    """Places whose own names may be read, where they are no more exactly than every one of the consents allows."""
    by = (Place.name, Place.latitude, Place.longitude, _Allowed.place_precision)
    query = _linked(select(*by, func.count(distinct(Item.id))), and_(seen, _speaks_for_itself())).group_by(
        *by
    )
    found: dict[str, Counted] = {}
    for name, latitude, longitude, precision, count in session.execute(query):
        before = found.get(name, Counted(name, 0, (), latitude, longitude))
        found[name] = replace(
            before,
            count=before.count + count,
            latitude=_rounded(before.latitude, precision),
            longitude=_rounded(before.longitude, precision),
        )
    return {name: one for name, one in found.items() if name}


def _in_their_stead(session: Session, seen: ColumnElement[bool]) -> Counter[str]:
    """What stands for places whose own names their contributors do not tell: few, so each is looked at."""
    borne: dict[str, set[str]] = defaultdict(set)
    for item_id, name, words in session.execute(_untold(seen)):
        borne[in_its_stead(words, name)].add(item_id)
    return Counter({name: len(items) for name, items in borne.items() if name})


def _untold(which: ColumnElement[bool]) -> Select[str, str, dict[str, str]]:
    return _linked(select(Item.id, Place.name, _Allowed.places_shown), and_(which, ~_speaks_for_itself()))


def _placed_at_desk(session: Session) -> frozenset[str]:
    query = select(Place.name).join(Authority, Authority.id == Place.id).where(Place.latitude.is_not(None))
    return frozenset(session.scalars(query))


def _where(place: Counted, listed: Iterable[Vocabulary], *, at_desk: bool) -> Counted:
    """The place with where the collections' files say that it is, unless curators said so at the desk."""
    term = next((one for one in (words.named(place.name) for words in listed) if one), None)
    if term is None or term.latitude is None or at_desk:
        return place
    return replace(place, latitude=term.latitude, longitude=term.longitude)


def _rounded(degrees: float | None, precision: str) -> float | None:
    return None if degrees is None else round(degrees, DECIMALS[precision])


def _others(
    archive: Archive, session: Session, room: Room, found: Mapping[str, Counted], language: str
) -> dict[str, tuple[str, ...]]:
    """Other names of what was found: those written at the desk, else those of the collections' files.

    A name that somebody bore before is not told here, nor one of a word that is not ours to use any more.
    """
    rows = session.execute(
        select(room.label, AlternativeName.name)
        .join(Authority, Authority.id == room.model.id)
        .outerjoin(
            AlternativeName,
            and_(
                AlternativeName.authority_id == Authority.id,
                AlternativeName.former.is_(False),
                Authority.standing == "",
            ),
        )
        .order_by(room.label, AlternativeName.position)
    )
    desk: dict[str, list[str]] = {}
    for name, other in rows:
        desk.setdefault(name, []).extend([other] if other else [])
    files = vocabularies(archive.profiles, FILES.get(room.name, ""))
    listed = {
        name: tuple(desk[name]) if name in desk else tuple(_of_files(files, name, found, language))
        for name in found
    }
    return {name: others for name, others in listed.items() if others}


def _of_files(
    listed: Iterable[Vocabulary], name: str, found: Mapping[str, Counted], language: str
) -> Iterable[str]:
    term: Term | None = next((one for one in (words.named(name) for words in listed) if one), None)
    if term is None or term.use:
        return ()
    label = term.label.get(language, name)
    # The same word in the reader's own language stands in the list, and has them.
    if label != name and label in found:
        return ()
    return dict.fromkeys(word for word in (label, *term.alternatives) if word != name)
