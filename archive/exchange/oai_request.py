"""What a harvester asks by OAI-PMH 2.0, read and checked; where a list goes on stands in its token and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from archive.exchange.oai_pmh import PREFIX
from archive.models.ids import is_id

RESUMPTION = "resumptionToken"
LISTS = ("ListIdentifiers", "ListRecords")
# For each verb what it needs and what it may have (section 4).
ARGUMENTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({RESUMPTION})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    **dict.fromkeys(LISTS, (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}))),
}
# What the schema lets stand in an answer.
WORD = r"[A-Za-z0-9\-_.!~*'()]+"
SHAPES = {
    "metadataPrefix": re.compile(WORD),
    "set": re.compile(f"{WORD}(?::{WORD})*"),
    "identifier": re.compile(r"[!-~]{1,300}"),
}
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Days for which a token is good.
GOOD_FOR = 2
NONE = "-"


class RefusedError(Exception):
    """A request that cannot be answered; `code` is what the protocol calls it (section 3.6)."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True)
class Asked:
    """A request that can be answered: its verb, and its arguments as they were given."""

    verb: str
    arguments: Mapping[str, str]

    @property
    def told(self) -> dict[str, str]:
        """What of it the answer repeats."""
        return {"verb": self.verb, **self.arguments}

    @property
    def format(self) -> str:
        """The form that is wanted; RefusedError where there is none of that name."""
        prefix = self.arguments.get("metadataPrefix", PREFIX)
        if prefix != PREFIX:
            raise RefusedError("cannotDisseminateFormat", f"Records are told in {PREFIX} alone.")
        return prefix


@dataclass(frozen=True)
class Span:
    """Which records of a list, and from where on: after the record `after`, of which `told` were told before."""

    first: date | None = None
    last: date | None = None
    collection: str = ""
    after: tuple[date, str] | None = None
    told: int = 0

    def token(self, on: date) -> str:
        """Everything that is needed to go on, as one word, given out on that day."""
        day, item_id = self.after or (on, "")
        days = (one.isoformat() if one else NONE for one in (self.first, self.last))
        expires = (on + timedelta(days=GOOD_FOR)).isoformat()
        return ":".join(
            (PREFIX, *days, self.collection or NONE, str(self.told), day.isoformat(), item_id, expires)
        )


def read(pairs: Iterable[tuple[str, str]]) -> Asked:
    """A request by its arguments, in any order; RefusedError (badVerb, badArgument)."""
    given = list(pairs)
    verbs = [value for name, value in given if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in ARGUMENTS:
        raise RefusedError("badVerb", "One of the six verbs of OAI-PMH 2.0 is needed, once.")
    arguments = {name: value for name, value in given if name != "verb"}
    if len(arguments) != len(given) - 1:
        raise RefusedError("badArgument", "An argument is repeated.")
    _check_names(verbs[0], arguments)
    for name, value in arguments.items():
        if name != RESUMPTION and not SHAPES.get(name, DAY).fullmatch(value):
            raise RefusedError("badArgument", f"What is given as {name} is none.")
    asked = Asked(verbs[0], arguments)
    if RESUMPTION not in arguments:
        _days(arguments)
    return asked


def span(asked: Asked, on: date) -> Span:
    """Which records are asked for; RefusedError (badArgument, badResumptionToken, cannotDisseminateFormat)."""
    if RESUMPTION in asked.arguments:
        return _resumed(asked.arguments[RESUMPTION], on)
    _ = asked.format
    first, last = _days(asked.arguments)
    return Span(first, last, asked.arguments.get("set", ""))


def _check_names(verb: str, arguments: Mapping[str, str]) -> None:
    needed, possible = ARGUMENTS[verb]
    if RESUMPTION in arguments and verb in (*LISTS, "ListSets"):
        needed, possible = frozenset({RESUMPTION}), frozenset()
    if arguments.keys() - needed - possible:
        raise RefusedError("badArgument", f"{verb} has no such argument, or not with the others.")
    if missing := needed - arguments.keys():
        raise RefusedError("badArgument", f"{verb} needs {', '.join(sorted(missing))}.")


def _days(arguments: Mapping[str, str]) -> tuple[date | None, date | None]:
    try:
        first, last = (
            date.fromisoformat(arguments[name]) if name in arguments else None for name in ("from", "until")
        )
    except ValueError as error:
        raise RefusedError("badArgument", "There is no such day.") from error
    if first and last and first > last:
        raise RefusedError("badArgument", "The first day is after the last.")
    return first, last


def _resumed(token: str, on: date) -> Span:
    """What a token says: it holds nothing that could not be asked for as well, so that no secret is needed to believe it."""
    parts = token.split(":")
    bad = RefusedError(
        "badResumptionToken", "This token is none, or is not good any more: begin the list anew."
    )
    if len(parts) != 8 or parts[0] != PREFIX or not SHAPES["set"].fullmatch(parts[3]) or not is_id(parts[6]):
        raise bad
    try:
        first, last = (date.fromisoformat(one) if one != NONE else None for one in parts[1:3])
        told, day, expires = int(parts[4]), date.fromisoformat(parts[5]), date.fromisoformat(parts[7])
    except ValueError as error:
        raise bad from error
    if on >= expires or told < 0:
        raise bad
    return Span(first, last, "" if parts[3] == NONE else parts[3], (day, parts[6]), told)
