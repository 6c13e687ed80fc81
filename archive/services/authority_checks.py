"""What cannot be said of a name or a word, by the field it was typed into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import Agent, Authority
from archive.services.authorities import Wording
from archive.services.authority_links import understand_link
from archive.services.known_words import PLACES, STANDINGS, Profiles, Row, vocabularies
from archive.services.rooms import Room
from archive.services.taken_out import said_again

KINDS = ("person", "organisation", "family")
PRECISIONS = ("", "exact", "street", "town", "region", "country")
LONGEST_NAME, LONGEST_NOTE, MOST_OTHERS, MOST_LINKS = 300, 4000, 60, 20
Typed = Mapping[str, str]
Troubles = dict[str, str]
"""Why the words in a field cannot be used, as a code, by field."""


@dataclass(frozen=True)
class Understood:
    """What was typed, as it can be kept, and what of it cannot."""

    wording: Wording
    troubles: Troubles


def understand(typed: Typed) -> Understood:
    """Read what was typed into the form of a word; what only the database knows is looked at by `troubles_with`."""
    troubles: Troubles = {}
    name = " ".join(typed.get("name", "").split())
    if not name or len(name) > LONGEST_NAME:
        troubles["name"] = "name-too-long" if name else "name-needed"
    note = typed.get("note", "").replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        troubles["note"] = "note-too-long"
    latitude, longitude = (
        _degrees(typed, "latitude", 90, troubles),
        _degrees(typed, "longitude", 180, troubles),
    )
    if (latitude is None) != (longitude is None) and not troubles.keys() & {"latitude", "longitude"}:
        troubles["longitude" if longitude is None else "latitude"] = "both-coordinates"
    wording = Wording(
        name=name,
        kind=_choice(typed, "kind", ("", *KINDS), troubles),
        others=_others(typed, name, troubles),
        links=_links(typed, troubles),
        standing=_choice(typed, "standing", STANDINGS, troubles),
        preferred=" ".join(typed.get("preferred", "").split()),
        note=note,
        latitude=latitude,
        longitude=longitude,
        precision=_choice(typed, "precision", PRECISIONS, troubles),
    )
    if wording.preferred and not wording.standing:
        troubles["standing"] = "standing-needed"
    return Understood(wording, troubles)


def troubles_with(
    session: Session,
    actor: Actor,
    profiles: Profiles,
    room: Room,
    wording: Wording,
    vocabulary: str,
    word_id: str,
) -> Troubles:
    """What in a wording does not fit the other words of its room that `actor` may know of; `word_id` is "" for a new one."""
    troubles: Troubles = {}
    if room.name != "places" and ";" in wording.name:
        # In lists a semicolon stands between two names.
        troubles["name"] = "name-semicolon"
    # Two rows cannot bear one name, whoever knows of the other; what is new takes its place.
    other = None if word_id else actor
    same = row_named(session, room, wording.name, vocabulary, other)
    if same is not None and same.id != word_id:
        troubles["name"] = "name-taken"
    if not wording.preferred:
        return troubles
    preferred = row_named(session, room, wording.preferred, vocabulary, actor)
    if wording.preferred == wording.name or (preferred and preferred.id == word_id):
        troubles["preferred"] = "preferred-itself"
    elif preferred is None and not _in_files(profiles, room, wording.preferred, vocabulary):
        troubles["preferred"] = "preferred-unknown"
    elif (preferred and _is_replaced(session, preferred.id)) or _replaces(session, word_id):
        # Whoever follows one step must be there.
        troubles["preferred"] = "preferred-chain"
    return troubles


def said_in_items(session: Session, room: Room, word_id: str, before: Wording, after: Wording) -> Troubles:
    """The fields of a word that would say of the items that use it what was taken out of their files (`taken-out`)."""
    using = select(room.item).where(room.key == word_id)
    found = said_again(session, using, _read(before), _read(after))
    return {name: one.code for name, one in found.items()}


def _read(wording: Wording) -> dict[str, str]:
    """What everybody reads of a word."""
    return {"name": wording.name, "others": "\n".join(wording.others), "note": wording.note}


def row_named(
    session: Session, room: Room, name: str, vocabulary: str, actor: Actor | None = None
) -> Row | None:
    """The word of that name; with `actor` only one that they may know of."""
    query = select(room.model).where(room.label == name)
    if actor is not None:
        query = query.where(room.known(actor))
    if room.name == "terms":
        query = query.where(room.model.vocabulary == vocabulary)
    row: Row | None = session.scalars(query).first()
    return row


def kind_to_keep(wording: Wording, row: Agent | None) -> str:
    """What kind of agent it is; as it was where nothing was chosen."""
    return wording.kind or (row.kind if row else KINDS[0])


def _in_files(profiles: Profiles, room: Room, name: str, vocabulary: str) -> bool:
    wanted = {"terms": vocabulary, "places": PLACES}.get(room.name, "")
    terms = [one.named(name) for one in vocabularies(profiles, wanted)]
    return any(term is not None and not term.use and name in term.label.values() for term in terms)


def _is_replaced(session: Session, word_id: str) -> bool:
    return bool(session.scalar(select(Authority.preferred_id).where(Authority.id == word_id)))


def _replaces(session: Session, word_id: str) -> bool:
    query = select(Authority.id).where(Authority.preferred_id == word_id).limit(1)
    return session.scalar(query) is not None


def _others(typed: Typed, name: str, troubles: Troubles) -> tuple[str, ...]:
    others = tuple(
        dict.fromkeys(one for line in typed.get("others", "").splitlines() if (one := " ".join(line.split())))
    )
    if len(others) > MOST_OTHERS or any(len(one) > LONGEST_NAME for one in others):
        troubles["others"] = "others-too-long"
    return tuple(one for one in others if one != name)


def _links(typed: Typed, troubles: Troubles) -> tuple[str, ...]:
    found = [understand_link(line) for line in typed.get("links", "").splitlines() if line.strip()]
    if len(found) > MOST_LINKS:
        troubles["links"] = "links-too-many"
    for _, why in found:
        if why:
            troubles.setdefault("links", why)
    return tuple(dict.fromkeys(link for link, _ in found))


def _degrees(typed: Typed, name: str, limit: float, troubles: Troubles) -> float | None:
    text = typed.get(name, "").strip().replace(",", ".").replace("−", "-")
    if not text:
        return None
    try:
        degrees = float(text)
    except ValueError:
        degrees = limit + 1
    if not -limit <= degrees <= limit:
        troubles[name] = f"bad-{name}"
        return None
    return degrees


def _choice(typed: Typed, name: str, allowed: tuple[str, ...], troubles: Troubles) -> str:
    value = typed.get(name, "")
    if value not in allowed:
        troubles[name] = "bad-choice"
        return ""
    return value
