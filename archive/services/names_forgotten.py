"""Forgets by which name somebody was to be named once they chose another, or none: in rows, and in revisions of a bag.

And which revisions of a bag tell places that their giver wished to be forgotten, as `archive.services.places_forgotten` does.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from archive.bags import Bag
from archive.models import Consent, Event
from archive.models.errors import ArchiveError

NAMELESS = "no-name"
# In the history of what was given together, so that every bag of it tells that older revisions are to go.
FORGET_PLACES = "forget-places"
# What is raised of a record that is none.
MISSHAPEN = (ValueError, LookupError, TypeError, AttributeError)


def forget(consents: Sequence[Consent]) -> bool:
    """Wipe from every version of a consent a name that the newest does not say any more; whether one was wiped."""
    newest = max(consents, key=lambda one: one.version)
    kept = "" if newest.naming == NAMELESS else newest.name_shown
    old = [one for one in consents if one.name_shown not in ("", kept)]
    for one in old:
        one.name_shown = ""
    return bool(old)


def submissions(session: Session, submission_ids: Collection[str]) -> frozenset[str]:
    """Those of some submissions of which a name or places were forgotten."""
    wished = select(Event.subject_id).where(Event.subject_id.in_(submission_ids), Event.kind == FORGET_PLACES)
    wiped = select(Consent.submission_id).where(
        Consent.submission_id.in_(submission_ids), Consent.naming != NAMELESS, Consent.name_shown == ""
    )
    return frozenset(session.scalars(union(wished, wiped)))


def is_wiped(consent: Mapping[str, Any]) -> bool:
    """Whether a version, of a row or a record, said a name that was forgotten since."""
    return consent["naming"] != NAMELESS and not consent["name_shown"]


def wiped_in(record: Mapping[str, Any]) -> frozenset[int]:
    """The versions of the consent whose name a record does not tell any more."""
    return frozenset(one["version"] for one in record["consent"] if is_wiped(one))


@dataclass(frozen=True)
class Forgotten:
    """What a record does not tell any more, and an older one may.

    `names` are the versions of the consent of which the name was wiped, `places` is how often it was wished that places
    are forgotten; `beside` are other things of the same gift: once, what the first of them is called stood in every bag.
    """

    names: frozenset[int]
    places: int
    beside: bool = False

    def __bool__(self) -> bool:
        return self.is_wished or self.beside

    @property
    def is_wished(self) -> bool:
        """Whether somebody wished that something of this very item is forgotten."""
        return bool(self.names or self.places)

    def is_told_in(self, data: bytes) -> bool:
        """Whether a record, as it lies in a bag, tells anything of it; ValueError, LookupError, TypeError for what is none."""
        told = json.loads(data)
        named = any(one["version"] in self.names and one.get("name_shown") for one in told["consent"])
        # Written before it was wished for the last time; or before a record said who saw it.
        return named or wishes(told) < self.places or (self.beside and "shown_to" not in told["item"])


def forgotten(record: Mapping[str, Any], *, beside: bool) -> Forgotten:
    """What older revisions may tell that `record` does not."""
    return Forgotten(wiped_in(record), wishes(record), beside)


def wishes(record: Mapping[str, Any]) -> int:
    """How often the giver wished, as a record tells it, that places are forgotten."""
    told = record.get("submission", {}).get("events", ())
    return sum(1 for one in told if one["kind"] == FORGET_PLACES)


def tells(bag: Bag, what: Forgotten) -> bool:
    """Whether any revision in a bag still tells what was forgotten.

    All of them are read, and only of items of which something was forgotten: an older copy may have brought it back.
    What is called otherwise the oldest tells, if any does.
    """
    numbers = bag.revisions if what.is_wished else bag.revisions[:1]
    return bool(what) and any(_tells(bag, number, what) for number in numbers)


def _tells(bag: Bag, number: int, what: Forgotten) -> bool:
    try:
        return what.is_told_in(bag.record("record.json", number))
    except (ArchiveError, *MISSHAPEN):
        # What cannot be read is damaged, and is looked at again once it is put right.
        return False
