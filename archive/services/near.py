"""What is near an item: others that everybody may see, with the same people, about the same, from the same place."""

from __future__ import annotations

from archive.access import PUBLIC
from archive.models.errors import BadInputError, IndexUnusableError
from archive.search import Query, parse_query
from archive.search.query import Or
from archive.services.cards import cards, seen_in_order
from archive.services.opening import Archive
from archive.services.views import Card, ItemView

MOST = 6
# People lead on furthest; of each only the first few, so that the search stays small.
NAMES, SUBJECTS, PLACES = 4, 4, 2
LONGEST_VALUE = 60


def near(archive: Archive, item: ItemView, language: str = "en") -> tuple[Card, ...]:
    """Up to six items, those with the most and the rarest in common first, found by one search of the public index."""
    asked = Or(tuple(parse_query(one).root for one in _asked(item)))
    told = {one.item_id for things in item.related.values() for one in things} | {item.id}
    try:
        found = archive.indexes.public.search(Query(asked), limit=MOST + len(told)).ids
    except BadInputError:  # what it has in common with others is in too many of them
        return ()
    except IndexUnusableError:  # it is made anew; the item itself can be seen meanwhile
        return ()
    ids = [one for one in found if one not in told][:MOST]
    with archive.db.read() as session:
        items = seen_in_order(session, PUBLIC, ids)
        return tuple(cards(archive, session, items, language))


def _asked(item: ItemView) -> list[str]:
    names = [("creator", one.name) for one in item.names][:NAMES]
    subjects = [("subject", one) for one in item.subjects][:SUBJECTS]
    places = [("place", one.name) for one in item.places if one.name][:PLACES]
    # A value is asked for as it stands, in the archive's own grammar; quotation marks would end it.
    values = ((field, value.replace('"', " ").strip()) for field, value in (*names, *subjects, *places))
    return [f'{field}:"{value}"' for field, value in values if _is_asked(value)]


def _is_asked(value: str) -> bool:
    """Whether a value can be asked for: of signs alone the grammar would keep the field's name as a word."""
    return len(value) <= LONGEST_VALUE and any(sign.isalnum() for sign in value)
