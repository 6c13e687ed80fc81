"""What a consent allows, as the ledger of withdrawals holds it: choices and days, and of words keyed hashes alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from archive.access import UNASKED
from archive.models import Audience

Closure = tuple[str, ...]
"""Parts `choice=value`, sorted; `place` once for all words that stand for a place. No part has a word that somebody wrote."""

AUDIENCES = (Audience.STAFF, Audience.COMMUNITY, Audience.PUBLIC)
PRECISIONS = ("none", "region", "town", "exact")
NAMELESS = "no-name"
DAYS = ("not_before", "not_after")
CHOSEN = ("audience", "naming", "place_precision", "people", "reuse", *DAYS)
WORDS = "words"
PLACE = "place"
# The giver's own first day, where staff chose a later one, and that they named none.
THEIRS, UNNAMED = "allowed_from", "none"
ASKED, ANSWERED, BY_WORDS = "asked", "answered", "words"
Keyed = Callable[[str], str]


def closure_of(consent: Mapping[str, Any], keyed: Keyed) -> Closure:
    """The closure of a consent's choices; `keyed` gives what stands for words.

    Where staff chose the first day, `allowed_from` is its giver's own, as in the record.
    """
    parts = {f"{name}={consent[name]}" for name in CHOSEN if consent[name]}
    if consent["naming"] != NAMELESS:
        parts.add(f"{WORDS}={keyed(consent['name_shown'])}")
    parts |= {f"{PLACE}={keyed(words)}" for words in consent["places_shown"].values() if words}
    if "allowed_from" in consent and consent["allowed_from"] != consent["not_before"]:
        parts.add(f"{THEIRS}={consent['allowed_from'] or UNNAMED}")
    if consent["people"] or consent["agreement_version"]:
        parts.add(f"{ASKED}={ANSWERED}")
    elif consent["places_shown"]:
        parts.add(f"{ASKED}={BY_WORDS}")
    return tuple(sorted(parts))


def places_in(closure: Closure) -> frozenset[str]:
    """What stands for the places that are told, by their words."""
    return frozenset(one.partition("=")[2] for one in closure if one.startswith(f"{PLACE}="))


def value_in(closure: Closure, choice: str) -> str:
    """The value of a choice, "" where none was made."""
    return next((one.partition("=")[2] for one in closure if one.startswith(f"{choice}=")), "")


def own_day(closure: Closure) -> str:
    """The first day that the giver themselves allowed, "" for none."""
    own = value_in(closure, THEIRS) or value_in(closure, "not_before")
    return "" if own == UNNAMED else own


def together(mine: Closure, theirs: Closure) -> Closure:
    """What both allow: of each choice the narrower one; where neither is, nothing. What `theirs` closes no more is `mine`."""
    both = {name: (value_in(mine, name), value_in(theirs, name)) for name in (*CHOSEN, WORDS, ASKED)}
    chosen = {name: one for name, (one, _) in both.items()}
    chosen["audience"] = _lower(AUDIENCES, both["audience"])
    chosen["place_precision"] = _lower(PRECISIONS, both["place_precision"])
    if NAMELESS in both["naming"] or both[WORDS][0] != both[WORDS][1]:
        chosen |= {"naming": NAMELESS, WORDS: ""}
    chosen["people"] = next((one for one in both["people"] if one in UNASKED), both["people"][0])
    chosen["reuse"] = both["reuse"][0] if both["reuse"][0] == both["reuse"][1] else ""
    first, last = max(both["not_before"]), min(filter(None, both["not_after"]), default="")
    if first and last and first > last:
        # There is no day on which both allow it.
        chosen["audience"] = Audience.STAFF
    else:
        chosen |= {"not_before": first, "not_after": last}
    known = places_in(mine)
    told = known if both["place_precision"][1] == "exact" else known & places_in(theirs)
    asked, heard = value_in(mine, ASKED), value_in(theirs, ASKED)
    if chosen["place_precision"] not in ("exact", "none") and (
        (heard and not asked) or (asked == BY_WORDS and not told and known)
    ):
        # Of what nobody was asked about the names themselves are told: no words stand for them any more.
        chosen["place_precision"] = "none"
    own = _own_day_of_both(mine, theirs)
    if own < chosen["not_before"]:
        chosen[THEIRS] = own or UNNAMED
    parts = {f"{name}={one}" for name, one in chosen.items() if one}
    return tuple(sorted(parts | {f"{PLACE}={one}" for one in told}))


def narrowed(consent: Mapping[str, Any], allowed: Closure, keyed: Keyed) -> dict[str, Any]:
    """The choices of a consent as a closure of it that is narrower, or the same, has them."""
    found: dict[str, Any] = {name: value_in(allowed, name) for name in CHOSEN}
    for day in DAYS:
        found[day] = date.fromisoformat(found[day]) if found[day] else None
    told = places_in(allowed)
    places = {
        place: words if keyed(words) in told else "" for place, words in consent["places_shown"].items()
    }
    return found | {
        "name_shown": consent["name_shown"] if value_in(allowed, WORDS) else "",
        "places_shown": places,
    }


def _own_day_of_both(mine: Closure, theirs: Closure) -> str:
    """The later of what givers allowed themselves; of one day which only one of the two says that staff chose, that one's word."""
    is_one_day = value_in(mine, "not_before") == value_in(theirs, "not_before")
    if is_one_day and bool(value_in(mine, THEIRS)) != bool(value_in(theirs, THEIRS)):
        return own_day(mine if value_in(mine, THEIRS) else theirs)
    return max(own_day(mine), own_day(theirs))


def _lower(order: Sequence[str], of: tuple[str, str]) -> str:
    return min((one for one in of if one in order), key=order.index, default=order[0])
