"""What of a description its consent lets others see: for pages, lists and indexes alike."""

from __future__ import annotations

from archive.models import Consent, Item
from archive.services.views import PlaceView

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


def giver(consent: Consent) -> str:
    """The name of who gave it, as they wish to be named; empty when they do not."""
    return "" if consent.naming == "no-name" else consent.name_shown
