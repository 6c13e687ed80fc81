"""What of a description its consent lets others see: for pages, lists and indexes alike."""

from __future__ import annotations

from archive.models import Consent, Item
from archive.services.known_words import KnownOf
from archive.services.views import PlaceView, WordNote

# Decimals of a degree that each precision of a consent leaves: a house, about a kilometre, about 100 km.
DECIMALS = {"exact": 6, "town": 2, "region": 0}


def places_of(item: Item, *, exact: bool) -> tuple[PlaceView, ...]:
    """An item's places, words and coordinates as precise as its consent allows (or exact, for staff)."""
    consent = item.consent
    precision = "exact" if exact else consent.place_precision
    if precision not in DECIMALS:
        return ()
    digits = DECIMALS[precision]
    words = {} if precision == "exact" else consent.places_shown
    given = [
        (words.get(link.place.name, link.place.name), link.place.latitude, link.place.longitude)
        for link in item.places
    ]
    if item.latitude is not None and not any(latitude is not None for _, latitude, _ in given):
        given.append(("", item.latitude, item.longitude))
    return tuple(
        PlaceView(
            name,
            None if latitude is None else round(latitude, digits),
            None if longitude is None else round(longitude, digits),
        )
        for name, latitude, longitude in given
    )


def tells_name(consent: Consent, place: str) -> bool:
    """Whether a consent lets others read the name of that place itself, and not words in its stead, or nothing."""
    precision = consent.place_precision
    return precision in DECIMALS and (precision == "exact" or place not in consent.places_shown)


def word_notes(item: Item, known: KnownOf, *, staff: bool) -> tuple[WordNote, ...]:
    """What is to be known of words of an item that are not ours to use any more; never of a place that is not told."""
    places = [link.place_id for link in item.places if staff or tells_name(item.consent, link.place.name)]
    ids = [*(link.agent_id for link in item.agents), *places, *(link.term_id for link in item.terms)]
    words = (known[one] for one in dict.fromkeys(ids) if one in known)
    return tuple(WordNote(one.name, one.standing, one.preferred, one.note) for one in words if one.standing)


def giver(consent: Consent) -> str:
    """The name of who gave it, as they wish to be named; empty when they do not."""
    return "" if consent.naming == "no-name" else consent.name_shown
