"""What a receipt tells of terms and choices, held against the record of a bag: one piece for the command and the page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.bags import Bag
from archive.models.errors import ArchiveError
from archive.services.receipt_choices import ChoiceFinding, ChoiceVerdict, compare
from archive.services.receipt_text import Receipt

# From what is as it was to what nobody chose; of several bags the gravest is told.
GRAVITY = (ChoiceVerdict.SAME, ChoiceVerdict.NEWER, ChoiceVerdict.CHANGED, ChoiceVerdict.DIFFERENT)


@dataclass(frozen=True)
class Held:
    """What records say to a receipt.

    `is_agreed` is whether one names the agreement, by version and fingerprint, None where either names none. One of a
    later gift to the same submission may be newer than a bag. `choices` is empty where either tells none.
    """

    is_agreed: bool | None = None
    choices: tuple[ChoiceFinding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was never chosen so; what was chosen otherwise since is no fault."""
        return all(one.verdict != ChoiceVerdict.DIFFERENT for one in self.choices)


def hold(given: Receipt, consents: Sequence[Mapping[str, Any]]) -> Held:
    """Hold terms and choices of a receipt against the versions of the consent that one record has."""
    known = [(one.get("agreement_version"), one.get("agreement_fingerprint")) for one in consents]
    is_agreed = given.agreed in known if given.agreed and known else None
    return Held(is_agreed, compare(given.allowed, consents) if given.allowed else ())


def together(all_of: Iterable[Held]) -> Held:
    """What several records say: the terms that one of them names, and of each choice the gravest."""
    found = list(all_of)
    agreed = {one.is_agreed for one in found} - {None}
    gravest: dict[str, ChoiceFinding] = {}
    for choice in (one for held in found for one in held.choices):
        known = gravest.get(choice.name)
        if known is None or GRAVITY.index(choice.verdict) > GRAVITY.index(known.verdict):
            gravest[choice.name] = choice
    return Held(any(agreed) if agreed else None, tuple(gravest.values()))


def consents_in(bag: Bag) -> Sequence[Mapping[str, Any]]:
    """The versions of the consent that the record of a bag holds; none where it cannot be read."""
    try:
        found = json.loads(bag.record("record.json"))["consent"]
    except (ArchiveError, ValueError, LookupError, TypeError):
        return ()
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else ()
