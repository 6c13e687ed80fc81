"""What an item keeps from where it was: what is said in fields that its collection does not ask, and another one does.

Where a field keeps what is said in it is told by its kind, its Dublin Core element and its name: `hosts` of one collection
and `creators` of another are one place, and whoever moves an item between them loses nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import Session, object_session

from archive.models import Event, Item, ItemAgent
from archive.profiles import CollectionProfile, Field, Vocabulary
from archive.services.describe import Description, place_given
from archive.services.describing import AS_GIVEN, PLAIN_FIELDS, place_typed

Profiles = Mapping[str, CollectionProfile]
# Kinds that an item has a place for of its own, whatever a collection calls them.
_OWN = frozenset({"place", "language", "rights"})
# The event of an item that is put into another collection: `from` one `to` another.
MOVE = "move"
CREATOR, SUBJECT = "names:creator", "names:subject"


def home_of(field: Field) -> str:
    """Where an item keeps what is said in a field: the same for two fields of two collections that ask the same."""
    if field.kind == "names":
        return CREATOR if field.dc == "creator" else SUBJECT
    if field.kind in _OWN:
        return field.kind
    is_own = field.name in PLAIN_FIELDS or field.name == "kind"
    if is_own or (field.kind, field.name) in (("date", "date"), ("vocabulary", "subjects")):
        return field.name
    return f"extra:{field.name}"


def asked_of(profiles: Profiles, item: Item, also: Collection[str] = ()) -> CollectionProfile:
    """The item's profile, with the fields of other collections in which it holds something, and those named in `also`.

    Those come last, are never required, and bring their words with them.
    """
    own = profiles[item.collection]
    found = [
        (profile, one)
        for profile, one in _keepable(profiles, own)
        if one.name in also or as_typed(item, one).strip()
    ]
    own = with_roles(profiles, item)
    return _with(own, found) if found else own


def everything_in(profiles: Profiles, slug: str) -> CollectionProfile:
    """A collection's profile with every field in which something may be kept there."""
    return _with(profiles[slug], list(_keepable(profiles, profiles[slug])))


def field_of(profiles: Profiles, slug: str, name: str) -> Field | None:
    """The field of that name: the collection's own, or the one by which it is kept there."""
    return everything_in(profiles, slug).field(name) if slug in profiles else None


def undeclared(profiles: Profiles, item: Item, extra: Mapping[str, Any] | None = None) -> frozenset[str]:
    """The names in an item's `extra` that no field bears: columns of a table for which nobody decided who sees them, so only staff do.

    A field of another collection declares nothing here, unless the item was moved from there. All of a text that is too
    long for its field is declared with that field.
    """
    extra = item.extra if extra is None else extra
    own = profiles.get(item.collection)
    left = {name for name in extra if own is None or not _is_declared(own, name)}
    if own is not None and any(_is_declared(one, name) for one in profiles.values() for name in left):
        before = [profiles[slug] for slug in _was_in(item) if slug in profiles]
        left = {name for name in left if not any(_is_declared(one, name) for one in before)}
    return frozenset(left)


def for_everybody(profiles: Profiles, item: Item, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Of what stands in fields of its collection's own, what a profile declares."""
    hidden = undeclared(profiles, item, extra)
    extra = item.extra if extra is None else extra
    return {name: value for name, value in extra.items() if name not in hidden}


def told_of(profiles: Profiles, item: Item, *, staff: bool) -> dict[str, Any]:
    """What stands in fields of its collection's own, for everybody or `staff`, without a date that is told as the item's own.

    An earlier version kept one that is no day in both places.
    """
    told = item.extra if staff else for_everybody(profiles, item)
    return {name: value for name, value in told.items() if name != "date" or value != item.date_given}


def _is_declared(profile: CollectionProfile, name: str) -> bool:
    is_whole = name.endswith(AS_GIVEN) and profile.field_for_column(name.removesuffix(AS_GIVEN)) is not None
    return is_whole or profile.field(name) is not None


def _was_in(item: Item) -> frozenset[str]:
    """The collections that an item was moved out of, by itself or as what it was made of."""
    session = object_session(item)
    found: set[str] = set()
    looked: set[str] = set()
    next_ids = {item.id}
    while session is not None and next_ids:
        query = select(Event.detail).where(Event.subject_id.in_(next_ids), Event.kind.in_((MOVE, "receive")))
        looked |= next_ids
        told = [detail.get("from") for detail in session.scalars(query)]
        found |= {one for one in told if isinstance(one, str)}
        next_ids = {old for one in told if isinstance(one, list) for old in one} - looked
    return frozenset(found)


def spoken_in(said: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the fields in which something is said."""
    return tuple(name for name, text in said.items() if text.strip())


def is_kept(profiles: Profiles, slug: str, field: Field) -> bool:
    """Whether a field is none of the collection's own."""
    return profiles[slug].field(field.name) is None


def renamed(profiles: Profiles, said: Mapping[str, str], fields: Sequence[Field]) -> dict[str, str]:
    """What was said under the names of any collection, under those that `fields` have for the same; others stay."""
    homes = {home_of(one): one.name for one in fields}
    names = {one.name for one in fields}
    found = {name: text for name, text in said.items() if name in names}
    for name, text in said.items():
        if name not in names:
            known = (one for profile in profiles.values() if (one := profile.field(name)))
            found.setdefault(
                next((homes[home] for one in known if (home := home_of(one)) in homes), name), text
            )
    return found


def columns(session: Session, profiles: Profiles, slug: str) -> tuple[str, ...]:
    """The names of a collection's fields, and of those in which any item of it keeps something."""
    own = profiles[slug]
    kept = (
        one.name
        for _, one in _keepable(profiles, own)
        if session.scalars(select(Item.id).where(Item.collection == slug, _holds(one)).limit(1)).first()
    )
    return (*(one.name for one in own.fields), *kept)


def as_typed(item: Item, field: Field) -> str:
    """What an item holds in a field, written as a person would type it: one entry of a list on a line."""
    match field.kind:
        case "names":
            made = field.dc == "creator"
            links = (link for link in item.agents if (link.role != "subject") == made)
            return "\n".join(_named(link) for link in links)
        case "date" if field.name == "date":
            return item.date_given
        case "place":
            return "\n".join(place_typed(place_given(link)) for link in item.places)
        case "language":
            return "\n".join(item.languages)
        case "rights":
            return item.rights or item.rights_uri
        case "vocabulary" if field.name == "subjects":
            return "\n".join(link.term.label for link in item.terms)
        case _ if field.name in PLAIN_FIELDS or field.name == "kind":
            return str(getattr(item, field.name))
    value = item.extra.get(field.name, "")
    return "\n".join(value) if isinstance(value, list) else str(value)


def spoken_of(
    profiles: Profiles, item: Item, profile: CollectionProfile, typed: Mapping[str, str]
) -> tuple[Field, ...]:
    """Of the fields of `asked_of`, the collection's own, and the kept ones in which `typed` says something else.

    What is kept need not fit here, as long as nobody changes it.
    """
    return tuple(
        one
        for one in profile.fields
        if not is_kept(profiles, item.collection, one)
        or _lines(typed.get(one.name, as_typed(item, one))) != _lines(as_typed(item, one))
    )


def with_the_rest(item: Item, fields: Sequence[Field], given: Description) -> Description:
    """`given`, and what the item holds that `fields` do not ask about."""
    names, homes = {one.name for one in fields}, {home_of(one) for one in fields}
    kept: dict[str, object] = {
        name: getattr(item, name) for name in (*PLAIN_FIELDS, "kind") if name not in homes
    }
    kept |= {"latitude": item.latitude, "longitude": item.longitude}
    kept["extra"] = {name: value for name, value in item.extra.items() if name not in names} | dict(
        given.extra
    )
    if "date" not in homes:
        kept |= {name: getattr(item, name) for name in ("date_given", "date_edtf", "date_start", "date_end")}
        kept["decades"] = item.decades
    if "rights" not in homes:
        kept |= {"rights": item.rights, "rights_uri": item.rights_uri}
    if "language" not in homes:
        kept["languages"] = item.languages
    if "subjects" not in homes:
        kept["subjects"] = [link.term.label for link in item.terms]
    rest = [
        (link.agent.name, link.role)
        for link in item.agents
        if (SUBJECT if link.role == "subject" else CREATOR) not in homes
    ]
    kept["names"] = [*given.names, *rest] if CREATOR in homes else [*rest, *given.names]
    if "place" not in homes:
        kept["places"] = [place_given(link) for link in item.places]
    return replace(given, **kept)  # type: ignore[arg-type]


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()


def _named(link: ItemAgent) -> str:
    return link.agent.name if link.role in ("creator", "subject") else f"{link.agent.name} ({link.role})"


def _keepable(profiles: Profiles, own: CollectionProfile) -> Iterator[tuple[CollectionProfile, Field]]:
    """The fields of other collections for which this one has no place and no other use for their name."""
    homes, names = {home_of(one) for one in own.fields}, {one.name for one in own.fields}
    for profile in profiles.values():
        for one in profile.fields:
            if home_of(one) not in homes and one.name not in names:
                homes.add(home_of(one))
                names.add(one.name)
                yield profile, one


def _with(own: CollectionProfile, found: Sequence[tuple[CollectionProfile, Field]]) -> CollectionProfile:
    fields, vocabularies, days = list(own.fields), dict(own.vocabularies), list(own.observances)
    for profile, one in found:
        words = profile.vocabularies.get(one.vocabulary or "")
        named = one.vocabulary
        if words is not None:
            # Two collections may have a list of one name, with other words.
            named = f"{profile.slug}/{one.vocabulary}"
            vocabularies[named] = words
        fields.append(replace(one, required=False, vocabulary=named))
        if one.kind == "observance":
            known = {day.id for day in days}
            days += [day for day in profile.observances if day.id not in known]
    return replace(own, fields=tuple(fields), vocabularies=vocabularies, observances=tuple(days))


def with_roles(profiles: Profiles, item: Item) -> CollectionProfile:
    """The item's profile, whose fields of names know roles for as long as names of the item have any: saved again, they stay."""
    own = profiles[item.collection]
    if not any(link.role not in ("creator", "subject") for link in item.agents):
        return own
    fields, vocabularies = [], dict(own.vocabularies)
    for one in own.fields:
        lent = _roles(profiles, one) if one.kind == "names" and one.vocabulary is None else None
        vocabularies |= {lent[0]: lent[1]} if lent else {}
        fields.append(replace(one, vocabulary=lent[0]) if lent else one)
    return replace(own, fields=tuple(fields), vocabularies=vocabularies)


def _roles(profiles: Profiles, field: Field) -> tuple[str, Vocabulary] | None:
    for profile in profiles.values():
        for one in profile.fields:
            words = profile.vocabularies.get(one.vocabulary or "")
            if words is not None and home_of(one) == home_of(field):
                return f"{profile.slug}/{one.vocabulary}", words
    return None


def _holds(field: Field) -> ColumnElement[bool]:
    """The WHERE clause that leaves items which hold something in a field, and perhaps some that do not."""
    match home_of(field):
        case "names:creator":
            return Item.agents.any(ItemAgent.role != "subject")
        case "names:subject":
            return Item.agents.any(ItemAgent.role == "subject")
        case "place":
            return Item.places.any()
        case "subjects":
            return Item.terms.any()
        case "language":
            return cast(Item.languages, String) != "[]"
        case "rights":
            return or_(Item.rights != "", Item.rights_uri != "")
        case "date":
            return Item.date_given != ""
        case home if home.startswith("extra:"):
            return cast(Item.extra, String).contains(f'"{field.name}"', autoescape=True)
        case home:
            has_words: ColumnElement[bool] = getattr(Item, home) != ""
            return has_words
