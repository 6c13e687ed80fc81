"""What is shown instead of the places of one thing, asked where its description is put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from archive.models import Consent
from archive.profiles import CollectionProfile
from archive.services.answers import Answers, Trouble, places_said
from archive.services.shown import DECIMALS
from archive.web import giving_words as words
from archive.web.pages_form import Question
from archive.web.words import _

# Before what is drawn from the place.
TOWN = "town-"


def places_asked(profile: CollectionProfile, consent: Consent, said: Mapping[str, str]) -> tuple[str, ...]:
    """The places that are said of a thing, where its giver lets only the town be shown."""
    is_asked = consent.place_precision in DECIMALS and consent.place_precision != "exact"
    return places_said(profile, Answers(about=dict(said))) if is_asked else ()


def town_questions(
    consent: Consent, places: Iterable[str], typed: Mapping[str, str], *, told: bool = False
) -> tuple[Question, ...]:
    """A question for each place, with what was `typed` or stands; `told` that of some it was not asked yet."""
    return tuple(
        Question(
            town_field(place),
            _("Shown instead of “%(place)s”, if only the town is shown", place=place),
            help=_("Left empty, nobody else is shown this place."),
            value=typed.get(place, consent.places_shown.get(place, "")),
            trouble=words.trouble(Trouble("which-town"))
            if told and place in unasked(consent, [place], typed)
            else "",
            optional=True,
        )
        for place in places
    )


def towns_typed(places: Iterable[str], form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by place, of those places that the page asked about."""
    return {place: form[town_field(place)].strip() for place in places if town_field(place) in form}


def unasked(consent: Consent, places: Iterable[str], typed: Mapping[str, str]) -> tuple[str, ...]:
    """Places, such as one that was only just written, that have no words and that the page did not ask about."""
    return tuple(one for one in places if one not in typed and not consent.places_shown.get(one, ""))


def town_field(place: str) -> str:
    """The name of the field in which it is typed what is shown instead of a place."""
    # By the place, not its number: what is typed on the same page may change which places there are.
    return f"{TOWN}{sha256(place.encode()).hexdigest()[:12]}"
