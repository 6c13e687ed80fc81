"""What of a description its consent lets others see: for pages, lists and indexes alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.models import Consent, Item
from archive.services.describe import PlaceGiven, place_given
from archive.services.known_words import KnownOf
from archive.services.views import PlaceView, WordNote

# Decimals of a degree that each precision of a consent leaves: a house, about a kilometre, about 100 km.
DECIMALS = {"exact": 6, "town": 2, "region": 0}


def places_of(item: Item, *, exact: bool) -> tuple[PlaceView, ...]:
    """An item's places, words and coordinates as precise as its consent allows (or exact, for staff)."""
    return as_consented(item, [place_given(link) for link in item.places], exact=exact)


def as_consented(item: Item, given: Sequence[PlaceGiven], *, exact: bool) -> tuple[PlaceView, ...]:
    """These places, as precise as the item's consent allows; what is only about where it is stays so for everybody."""
    precision = "exact" if exact else item.consent.place_precision
    if precision not in DECIMALS:
        return ()
    known = list(given)
    if item.latitude is not None and not any(one.latitude is not None for one in known):
        known.append(PlaceGiven("", item.latitude, item.longitude))
    named = ((one, one.name if exact else name_told(item.consent, one.name)) for one in known)
    # Of a place with no words in its stead nothing is shown; coordinates that never had a name need none.
    return tuple(_shown(one, name, precision, exact=exact) for one, name in named if name or not one.name)


def _shown(place: PlaceGiven, name: str, allowed: str, *, exact: bool) -> PlaceView:
    about = place.precision if exact else _coarser(place.precision or allowed, allowed)
    digits = DECIMALS[allowed if exact else about]
    return PlaceView(
        name,
        None if place.latitude is None else round(place.latitude, digits),
        None if place.longitude is None else round(place.longitude, digits),
        about if place.precision else "",
    )


def _coarser(one: str, other: str) -> str:
    return min(one, other, key=DECIMALS.__getitem__)


def in_its_stead(words: Mapping[str, str], place: str) -> str:
    """The words that stand for a place where its own name is not told; empty where there are none, and then it is not shown."""
    return words.get(place, "").strip()


def name_told(consent: Consent, place: str) -> str:
    """What a consent lets others read of a place: its own name, the words in its stead, or nothing."""
    if tells_name(consent):
        return place
    return in_its_stead(consent.places_shown, place) if consent.place_precision in DECIMALS else ""


def tells_name(consent: Consent) -> bool:
    """Whether a consent lets others read the names of places themselves, and not words in its stead, or nothing.

    Of what nobody was asked about (`was_asked`) whoever brought it vouches for the names that they write.
    """
    precision = consent.place_precision
    return precision in DECIMALS and (precision == "exact" or not was_asked(consent))


def was_asked(consent: Consent) -> bool:
    """Whether somebody answered for what was given: who is in it, by which agreement, or what stands for a place.

    `archive.services.browse` asks the same of rows.
    """
    return bool(consent.people or consent.agreement_version or consent.places_shown)


def without_words(item: Item) -> tuple[str, ...]:
    """The places of an item of which others read nothing only because nobody wrote words in their stead."""
    names = [link.place.name for link in item.places] if item.consent.place_precision in DECIMALS else []
    return tuple(name for name in names if not name_told(item.consent, name))


def untold_names(item: Item, known: KnownOf) -> frozenset[str]:
    """Every name, case-folded, of those places of an item that its consent does not tell."""
    hidden = [link.place for link in item.places if not tells_name(item.consent)]
    others = (name for place in hidden if place.id in known for name in known[place.id].others)
    return frozenset(name.casefold() for name in (*(place.name for place in hidden), *others))


def word_notes(item: Item, known: KnownOf, *, staff: bool) -> tuple[WordNote, ...]:
    """What is to be known of words of an item that are not ours to use any more; never of a place that is not told."""
    places = [link.place_id for link in item.places if staff or tells_name(item.consent)]
    ids = [*(link.agent_id for link in item.agents), *places, *(link.term_id for link in item.terms)]
    words = (known[one] for one in dict.fromkeys(ids) if one in known)
    # The word to prefer to one that is told may be one that is not.
    untold = frozenset[str]() if staff else untold_names(item, known)
    return tuple(
        WordNote(
            one.name,
            one.standing,
            "" if one.preferred.casefold() in untold else one.preferred,
            one.note,
        )
        for one in words
        if one.standing
    )


def giver(consent: Consent) -> str:
    """The name of who gave it, as they wish to be named; empty when they do not."""
    return "" if consent.naming == "no-name" else consent.name_shown
