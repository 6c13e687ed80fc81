"""What several consents allow together: of each choice the narrower one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from archive.access import UNASKED
from archive.models import Audience

AUDIENCES = (Audience.STAFF, Audience.COMMUNITY, Audience.PUBLIC)
PRECISIONS = ("none", "region", "town", "exact")


def narrowest(consents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The choices of all these consents, of which the last is the newest, as none of them forbids."""
    newest = dict(consents[-1])
    said = {name: [one[name] for one in consents] for name in newest}
    closed = [one for one in said["people"] if one in UNASKED]
    unnamed = "no-name" in said["naming"]
    first = max((day for day in said["not_before"] if day), default=None)
    last = min((day for day in said["not_after"] if day), default=None)
    audience = min(said["audience"], key=AUDIENCES.index)
    if first and last and first > last:
        # There is no day on which all of them allow it.
        audience, first, last = Audience.STAFF, newest["not_before"], newest["not_after"]
    return newest | {
        "audience": audience,
        "naming": "no-name" if unnamed else newest["naming"],
        "name_shown": "" if unnamed else newest["name_shown"],
        "place_precision": min(said["place_precision"], key=PRECISIONS.index),
        "places_shown": {place: words for one in said["places_shown"] for place, words in one.items()},
        "people": closed[-1] if closed else newest["people"],
        "people_words": "\n".join(dict.fromkeys(words for words in said["people_words"] if words)),
        "reuse": newest["reuse"] if len(set(said["reuse"])) == 1 else "",
        "not_before": first,
        "not_after": last,
    }
