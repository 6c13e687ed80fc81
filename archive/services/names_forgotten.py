"""Forgets by which name somebody was to be named once they chose another, or none: in rows, and in revisions of a bag."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from archive.bags import Bag
from archive.models import Consent
from archive.models.errors import ArchiveError

NAMELESS = "no-name"


def forget(consents: Sequence[Consent]) -> bool:
    """Wipe from every version of a consent a name that the newest does not say any more; whether one was wiped."""
    newest = max(consents, key=lambda one: one.version)
    kept = "" if newest.naming == NAMELESS else newest.name_shown
    old = [one for one in consents if one.name_shown not in ("", kept)]
    for one in old:
        one.name_shown = ""
    return bool(old)


def is_wiped(consent: Mapping[str, Any]) -> bool:
    """Whether a version, of a row or a record, said a name that was forgotten since."""
    return consent["naming"] != NAMELESS and not consent["name_shown"]


def wiped_in(record: Mapping[str, Any]) -> frozenset[int]:
    """The versions of the consent whose name a record does not tell any more."""
    return frozenset(one["version"] for one in record["consent"] if is_wiped(one))


def tells(bag: Bag, wiped: frozenset[int]) -> bool:
    """Whether any revision in a bag still tells a name of the versions `wiped`.

    All of them are read, and only of items of which something was wiped: an older copy may have brought one back.
    """
    return any(_tells(bag, number, wiped) for number in bag.revisions) if wiped else False


def _tells(bag: Bag, number: int, wiped: frozenset[int]) -> bool:
    try:
        said = json.loads(bag.record("record.json", number))["consent"]
        return any(one["version"] in wiped and one.get("name_shown") for one in said)
    except (ArchiveError, ValueError, LookupError, TypeError):
        # What cannot be read is damaged, and is looked at again once it is put right.
        return False
