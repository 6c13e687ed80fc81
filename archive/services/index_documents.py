"""An item as it may be found: the document that an index keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from archive.access import SEALED
from archive.dates import reach
from archive.models import Item
from archive.search import IndexDocument, years
from archive.services import known_words
from archive.services.first_shown import shown_since
from archive.services.kept import for_everybody
from archive.services.known_words import Known, KnownOf, Profiles
from archive.services.relations import entries
from archive.services.shown import places_of, tells_name, untold_names
from archive.services.told_beside import OBSERVANCES, Told, names_of
from archive.services.turned_names import turned
from archive.services.written_in import languages_spoken

_WERE_KEPT = 100


def _days(item: Item) -> dict[str, Any]:
    """Days and decades to look for it under: wider than those that are kept where its date is only about right.

    A date without an end reaches to this year, whenever it was written down.
    """
    kept: dict[str, Any] = {
        "date_start": item.date_start,
        "date_end": item.date_end,
        "decades": item.decades,
    }
    is_about = any(mark in item.date_edtf for mark in "~%")
    is_of_several = item.date_edtf.startswith(("[", "{"))
    # An earlier version kept the last hundred of them alone.
    is_cut = bool(item.date_edtf) and len(item.decades) == _WERE_KEPT
    if (
        is_cut
        or is_about
        or is_of_several
        or (item.date_edtf and (item.date_start is None) != (item.date_end is None))
    ):
        found = reach(item.date_edtf)
        kept = {"date_start": found.start, "date_end": found.end, "decades": found.decades}
        kept["years"] = found.years
    # It stands among others as it is dated.
    return kept | {"date_order": (item.date_start or item.date_end) if is_about else None}


def document(
    item: Item, known: KnownOf, beside: Sequence[Told], profiles: Profiles, *, staff: bool
) -> IndexDocument:
    """An item as it may be found, by what is `known` of its words and told `beside` it too; its files are loaded with their passages.

    Of what was taken back or declined no word is in any index: staff find it by its state alone, so that a search is no
    look at it that nobody wrote down.
    """
    if item.state in SEALED:
        return IndexDocument(
            id=item.id, title="", collection=item.collection, added=_day(item), state=item.state
        )
    passages = (passage.text for file in item.files for passage in file.passages)
    names = names_of(item)
    other_names = [
        *_others(known, (link.agent_id for link in item.agents)),
        *(one.words for one in beside if one.is_name),
    ]
    extra = item.extra if staff else for_everybody(profiles, item)
    said = (one.words for one in beside if not one.is_name)
    days = _days(item)
    told = map(str, days["years"]) if days.get("years") else years(item.date_start, item.date_end)
    return IndexDocument(
        id=item.id,
        title=item.title,
        names=names,
        subjects=[link.term.label for link in item.terms],
        places=[place.name for place in places_of(item, exact=staff) if place.name],
        # A year is found as a word too, also where only the date says it.
        description="\n".join([item.description, *said, *told]),
        text="\n".join(passages),
        kind=item.kind,
        kind_names=known_words.called(profiles, known_words.KINDS, item.kind),
        collection=item.collection,
        languages=item.languages,
        written_in=languages_spoken(item, (file.language for file in item.files)),
        # Only statements of the closed list make a facet; anybody's own words would make one value an item.
        rights=item.rights_uri,
        observances=entries(extra.get(OBSERVANCES)),
        **days,
        added=_day(item),
        state=item.state if staff else "",
        other_names=[*other_names, *turned([*names, *other_names])],
        other_subjects=_others(known, (link.term_id for link in item.terms)),
        other_places=_other_places(item, known, staff=staff),
        whole_names=[link.agent.name for link in item.agents],
        subject_values=[_known(known, link.term_id).value or link.term.label for link in item.terms],
    )


def _others(known: KnownOf, ids: Iterable[str]) -> list[str]:
    return [word for one in ids for word in _known(known, one).also]


def _known(known: KnownOf, word_id: str) -> Known:
    return known.get(word_id, Known(""))


def _other_places(item: Item, known: KnownOf, *, staff: bool) -> list[str]:
    """Other names of its places; those of a place that is not told may tell it, also where another place has them."""
    untold = frozenset[str]() if staff else untold_names(item, known)
    told = (link.place_id for link in item.places if staff or tells_name(item.consent))
    return [name for name in _others(known, told) if name.casefold() not in untold]


def _day(item: Item) -> int:
    # What opens on a day is new on that day; it comes into the index of what everyone finds then.
    day = shown_since(item) or item.received_on
    return day.year * 10000 + day.month * 100 + day.day
