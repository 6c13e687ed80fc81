"""The choices of a receipt: written on it for programs too, and held against the versions that are kept of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from archive.services.names_forgotten import is_wiped

# As a receipt tells them; what a giver says of other people in their own words is on none.
CHOICES = (
    *("audience", "not_before", "not_after", "place_precision", "places_shown"),
    *("reuse", "naming", "name_shown", "people"),
)
_START = "allowed {"


class ChoiceVerdict(StrEnum):
    """What became of a choice that a receipt tells."""

    SAME = "same"
    CHANGED = "changed-since"
    DIFFERENT = "different"
    NEWER = "newer"
    """The version that the receipt tells is a later one than any that is kept here."""


@dataclass(frozen=True)
class Allowed:
    """A version of what a giver allows, by its number; each choice as the record of a bag holds it."""

    version: int
    said: Mapping[str, Any]


@dataclass(frozen=True)
class ChoiceFinding:
    """One choice of a receipt: what it tells, the verdict, and of one changed since the day and what holds now."""

    name: str
    told: Any
    verdict: ChoiceVerdict
    on: date | None = None
    now: Any = None


def allowed_by(consent: Mapping[str, Any]) -> Allowed:
    """The choices of one version of a consent, from a record or a row; LookupError where one is missing.

    What has no effect is left out: paper tells no name and no place that nobody is to be shown. Of places shown as
    towns the towns alone are told, each once: the place itself is what their giver chose to hide. Receipts of before
    tell both, and are held by the towns too.
    """
    said = {name: _plain(consent[name]) for name in CHOICES}
    said["places_shown"] = _towns(consent["places_shown"])
    if said["naming"] == "no-name":
        said["name_shown"] = ""
    if said["place_precision"] != "town":
        said["places_shown"] = []
    return Allowed(int(consent["version"]), said)


def line_of(allowed: Allowed) -> str:
    """The choices as a line of a receipt."""
    return "allowed " + json.dumps({"version": allowed.version, **allowed.said}, sort_keys=True)


def read_choices(lines: Sequence[str]) -> Allowed | None:
    """The choices that the last of `lines` tell; None where they tell none, as on receipts of before.

    A line that was broken into several is read as one.
    """
    starts = [place for place, line in enumerate(lines) if line.startswith(_START)]
    if not starts:
        return None
    try:
        told = json.loads(" ".join(lines[starts[-1] :]).strip().removeprefix("allowed "))
        return allowed_by(told)
    except (ValueError, LookupError, TypeError):
        return None


def compare(allowed: Allowed, consents: Iterable[Mapping[str, Any]]) -> tuple[ChoiceFinding, ...]:
    """Each choice of a receipt against the versions that are kept; nothing where none can be read.

    One that differs in the very version that the receipt tells is `different`; what the giver changed later is
    `changed-since` the day of the first version that says otherwise.
    """
    try:
        kept = sorted(((allowed_by(one), _day(one)) for one in consents), key=lambda one: one[0].version)
    except (LookupError, TypeError, ValueError):
        return ()
    return tuple(_held(name, allowed, kept) for name in CHOICES) if kept else ()


def _held(name: str, allowed: Allowed, kept: Sequence[tuple[Allowed, date | None]]) -> ChoiceFinding:
    told = allowed.said[name]
    then = next((one for one, _ in kept if one.version == allowed.version), None)
    newest = kept[-1][0]
    if then is None and newest.version < allowed.version:
        same = _agree(name, told, newest)
        return ChoiceFinding(name, told, ChoiceVerdict.SAME if same else ChoiceVerdict.NEWER)
    if then is None or not _agree(name, told, then):
        return ChoiceFinding(name, told, ChoiceVerdict.DIFFERENT)
    if _agree(name, told, newest):
        return ChoiceFinding(name, told, ChoiceVerdict.SAME)
    later = (one for one in kept if one[0].version > allowed.version and not _agree(name, told, one[0]))
    return ChoiceFinding(name, told, ChoiceVerdict.CHANGED, next(later)[1], newest.said[name])


def _agree(name: str, told: Any, kept: Allowed) -> bool:
    """Whether a kept version says the same; of places a bag knows those of its own item alone."""
    held = kept.said[name]
    if name == "name_shown" and is_wiped(kept.said):
        # Whoever chose another name, or none, had the one of before forgotten; what they chose then is told by the newest.
        return True
    if name == "places_shown":
        # Where places are not shown as towns any more, `place_precision` tells so.
        return set(held) <= set(told)
    return bool(told == held)


def _towns(shown: Any) -> list[str]:
    """The words that are shown instead of places, from a row, a record or a receipt."""
    words = shown.values() if isinstance(shown, Mapping) else shown or ()
    return sorted({str(one) for one in words if one})


def _plain(value: Any) -> Any:
    """A value as JSON has it: a day as its date, one that is not there as empty."""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _day(consent: Mapping[str, Any]) -> date | None:
    given_on = consent["given_on"]
    return given_on if isinstance(given_on, date) else date.fromisoformat(given_on)
