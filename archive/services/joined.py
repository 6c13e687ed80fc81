"""What is said of an item that is made of others: what the first says, and beside it nothing that warns or names is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from archive.models import Item
from archive.services.describe import Description
from archive.services.kept import Profiles
from archive.services.revisions import as_described

# Where the first says nothing of it, what another one says stands.
_FILLED = ("description", "kind", "source")
_DATE = ("date_given", "date_edtf", "date_start", "date_end", "decades")


def joined(profiles: Profiles, olds: Sequence[Item]) -> Description:
    """The description of the first of `olds`, with every warning, name, place, subject and language of all of them.

    Content notes and notices of a community stand one after the other, and lists grow. Of what is said in words the
    first counts, and another where it says nothing; but for rights, which nobody gave for what the first holds.
    """
    first, *others = (as_described(one) for one in olds)
    if not others:
        return first
    every = (first, *others)
    notices = {one.name for each in profiles.values() for one in each.fields if one.kind == "notice"}
    dated = next((each for each in every if each.date_given), first)
    found: dict[str, object] = {name: getattr(dated, name) for name in _DATE}
    for name in ("names", "places", "subjects", "languages"):
        found[name] = list(dict.fromkeys(one for each in every for one in getattr(each, name)))
    for name in _FILLED:
        found[name] = next(filter(None, (getattr(each, name) for each in every)), "")
    found["content_note"] = _after(*(one.content_note for one in every), between="; ")
    found["extra"] = _extra([one.extra for one in every], notices, {one.id for one in olds})
    return replace(first, **found)  # type: ignore[arg-type]


def _extra(
    extras: Sequence[Mapping[str, Any]], notices: Iterable[str], gone: Iterable[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in dict.fromkeys(name for one in extras for name in one):
        values = [one[name] for one in extras if one.get(name)]
        if values and all(isinstance(one, list) for one in values):
            # One that was shown together with the other is the same item now.
            found[name] = [
                one for one in dict.fromkeys(each for value in values for each in value) if one not in gone
            ]
        elif values:
            found[name] = _after(*map(str, values), between="\n\n") if name in notices else values[0]
    return found


def _after(*texts: str, between: str) -> str:
    """The texts one after the other, each once."""
    found: list[str] = []
    for text in texts:
        if text and not any(text in one for one in found):
            found = [*(one for one in found if one not in text), text]
    return between.join(found)
