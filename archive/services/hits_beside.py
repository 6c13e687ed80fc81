"""What an item's page says beside its texts and its description, where it holds what was searched for and they do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from sqlalchemy.orm import Session

from archive.models import Item
from archive.profiles import say
from archive.search import Query, lacking, snippet
from archive.services import told_beside
from archive.services.hit_view import Hit
from archive.services.kept import field_of
from archive.services.known_words import Profiles
from archive.services.shown import places_of
from archive.services.told_beside import DATE, NAMES, OWN, PLACES, SOURCE, SUBJECTS, Told, names_of
from archive.services.written_in import written_in


class Wanting(NamedTuple):
    """An item of which so many of the words asked for are not seen; `spoken` are the languages of its words."""

    item: Item
    lacks: int
    spoken: tuple[str, ...]


def hits_beside(
    session: Session,
    profiles: Profiles,
    wanting: Mapping[str, Wanting],
    query: Query,
    *,
    staff: bool,
    language: str,
) -> dict[str, tuple[Hit, ...]]:
    """By item the first of what stands beside it with most of the words, for those of which something shows more of them."""
    if not wanting:
        return {}
    told = told_beside.of_items(session, profiles, (one.item for one in wanting.values()), staff=staff)
    found: dict[str, tuple[Hit, ...]] = {}
    for item_id, (item, lacks, spoken) in wanting.items():
        for first, text in _texts(item, told.get(item_id, ()), staff=staff):
            less = lacking(text, query, languages=spoken)
            if less < lacks:
                lacks = less
                words = tuple(snippet(text, query, languages=spoken).parts)
                found[item_id] = (_hit(profiles, item, first, words, language),)
    return found


def _texts(item: Item, told: Sequence[Told], *, staff: bool) -> Iterator[tuple[Told, str]]:
    """All that one field says of an item, or what stands above one of its files, each with the first of it."""
    described = {
        NAMES: names_of(item),
        SUBJECTS: [link.term.label for link in item.terms],
        PLACES: [place.name for place in places_of(item, exact=staff) if place.name],
    }
    every = [Told(field, "; ".join(words)) for field, words in described.items()]
    for _, those in groupby([*every, *told], key=lambda one: (one.field, one.file_id)):
        of_field = list(those)
        yield of_field[0], "\n".join(one.words for one in of_field)


def _hit(
    profiles: Profiles, item: Item, first: Told, words: tuple[tuple[str, bool], ...], language: str
) -> Hit:
    name = first.field.removeprefix(OWN)
    own = field_of(profiles, item.collection, name) if name != first.field else None
    return Hit(
        words,
        first.file_id or None,
        # Who wrote what stands elsewhere, and in which language, nobody knows.
        written_in=written_in(profiles, item) if name != first.field or first.field in (DATE, SOURCE) else "",
        field=first.field,
        label=say(own.label, language) if own else name.replace("_", " ").capitalize(),
    )
