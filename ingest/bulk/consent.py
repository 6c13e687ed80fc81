"""Reads what a contributor allows from the `consent_` columns of a table: strictly, for nobody is there to be asked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from archive.models import Audience
from archive.profiles import CollectionProfile
from archive.services.answers import NAMING, PEOPLE, PRECISIONS
from archive.services.consent_columns import CONSENT_COLUMNS, CONSENT_PREFIX, consent_column
from archive.services.contribute import ConsentDraft
from archive.services.describing import place_name, rights_uri, split
from archive.services.spelled import spelled
from ingest.bulk.model import Problem
from ingest.bulk.table import Row, Table

# Each from the widest to the strictest; of several answers the strictest counts.
AUDIENCES = tuple(audience.value for audience in Audience)
KEEP = ("yes", "no")
PLACE_SHOWN = "place_shown"
WHICH_TOWN = "It does not say which town is shown instead of each place; no place is shown."
TWO_TOWNS = "Another town is said elsewhere of a place of this row; that place is not shown."
# Unlike between the entries of other lists, nothing between two of these is an entry: a place that is not shown.
_BETWEEN = re.compile(r";\s*|[\r\n]+")


def narrower(one: str, other: str) -> str:
    """Of two audiences the one that fewer people belong to."""
    return max(one, other, key=AUDIENCES.index)


# How exactly a consent shows places, by what the collection lets others read where nobody was asked.
PRECISION_UNASKED = {"none": "none", "named": "town"}


def allowed(said: ConsentDraft | None, audience: Audience, profile: CollectionProfile) -> ConsentDraft:
    """What a table says, never wider than what whoever brings it says; without a table, what they say.

    Where nobody was asked, the collection says what others read of places.
    """
    unasked = ConsentDraft(audience=audience, place_precision=PRECISION_UNASKED[profile.unasked_places])
    if said is None:
        return unasked
    narrowed = narrower(said.audience, audience)
    return replace(unasked if said == ConsentDraft() else said, audience=narrowed)


@dataclass(frozen=True)
class Told:
    """What a table says of consent, and what of it could not be understood.

    `consent` is None where it says nothing. `may_be_kept` is None where nobody can tell.
    """

    consent: ConsentDraft | None = None
    may_be_kept: bool | None = True
    problems: tuple[Problem, ...] = ()


def consent_of(table: Table, profile: CollectionProfile) -> Told:
    """What the rows allow, whether it may be kept at all, and what could not be understood.

    A table without such a column leaves it to whoever brings it who may see it. Where it has one, what is not said is not
    allowed, and one answer that cannot be understood leaves it all to staff.
    """
    parts = {consent_column(name) for name in table.header}
    if parts <= {None}:
        return Told()
    reading = _Reading(table, profile)
    may_be_kept: bool | None = reading.choice("keep", KEEP, "yes") == "yes"
    if may_be_kept and f"{CONSENT_PREFIX}keep" in parts and any(row.is_shifted for row in table.told):
        may_be_kept = None
    consent = reading.consent()
    if reading.problems:
        consent = replace(consent, audience=Audience.STAFF)
    return Told(consent, may_be_kept, (*reading.problems, *reading.remarks))


def _wrong_in_header(header: tuple[str, ...]) -> Iterator[Problem]:
    closed = "only staff sees what the table describes."
    for name in dict.fromkeys(header):
        part = consent_column(name)
        if part == "":
            yield Problem(1, name, f"A consent has no such part; {closed}")
        elif part is not None and part != name:
            yield Problem(1, name, f"The name of this column is “{part}”; {closed}")
        elif part is not None and header.count(name) > 1:
            yield Problem(1, name, f"There are several columns of this name; {closed}")


def _towns(text: str, places: list[str]) -> list[str] | None:
    """What stands for each of the places, in their order, "" for one that is not shown; None where nobody can tell.

    One town for several places would be told of some where they are not.
    """
    towns = [town.strip() for town in _BETWEEN.split(text)] if text else []
    if len(towns) == 1 and len(set(places)) == 1:
        return towns * len(places)
    while len(towns) > len(places) and not towns[-1]:
        towns.pop()
    return towns if len(towns) == len(places) else None


class _Reading:
    """Reads one column after the other, and collects what is wrong with them; remarks close nothing."""

    def __init__(self, table: Table, profile: CollectionProfile) -> None:
        self._profile = profile
        self._all = [row for row in table.told if not row.is_shifted]
        self._rows = [row for row in self._all if any(row.get(name) for name in CONSENT_COLUMNS)]
        self.remarks: list[Problem] = []
        self.problems = [*_wrong_in_header(table.header)]
        # A row is told once, however many of its columns are there twice.
        for number in dict.fromkeys(row.number for row in table.told if row.is_shifted):
            words = "Nobody knows what this row allows; only staff sees what the table describes."
            self.problems.append(Problem(number, "", words))

    def consent(self) -> ConsentDraft:
        """The strictest of what the rows say."""
        precision = self.choice("place_precision", PRECISIONS, "none")
        places = self._places_shown() if precision == "town" else {}
        if places is None:
            precision, places = "none", {}
        naming = self.choice("naming", NAMING, "no-name")
        version, language, fingerprint, text = self._agreement()
        return ConsentDraft(
            audience=self.choice("audience", AUDIENCES, Audience.STAFF),
            naming=naming,
            name_shown="" if naming == "no-name" else self._first("name_shown"),
            place_precision=precision,
            places_shown=places,
            people=self.choice("others", PEOPLE, "not-asked"),
            people_words="\n".join(self._values("others_words")),
            reuse=self._reuse(),
            not_before=self._day("not_before", max),
            not_after=self._day("not_after", min),
            agreement_version=version,
            agreement_language=language,
            agreement_fingerprint=fingerprint,
            agreement_text=text,
        )

    def choice(self, part: str, known: tuple[str, ...], otherwise: str) -> str:
        """The strictest word that a row has for this part; `otherwise` when none has any."""
        found: list[str] = []
        for row in self._rows:
            word = row.get(CONSENT_PREFIX + part).lower()
            if word in known:
                found.append(word)
            elif word:
                self._wrong(row, part, f"“{word}” is none of: {', '.join(known)}.")
        return max(found, key=known.index) if found else otherwise

    def _day(self, part: str, strictest: Callable[[list[date]], date]) -> date | None:
        found: list[date] = []
        for row in self._rows:
            text = row.get(CONSENT_PREFIX + part)
            try:
                found += [date.fromisoformat(text)] if text else []
            except ValueError:
                self._wrong(row, part, f"“{text}” is not a day like 2030-03-25.")
        return strictest(found) if found else None

    def _reuse(self) -> str:
        """The statement that all rows agree on; where they do not, people must ask."""
        field = next((one for one in self._profile.fields if one.kind == "rights"), None)
        found: set[str] = set()
        for row in self._rows:
            text = row.get(f"{CONSENT_PREFIX}reuse")
            uri = rights_uri(text, field, self._profile) if text and field else ""
            if text and not uri:
                self._wrong(row, "reuse", f"“{text}” is not in the collection's list of rights.")
            found.add(uri)
        return found.pop() if len(found) == 1 else ""

    def _places_shown(self) -> dict[str, str] | None:
        """Which words stand for each place; None where a row does not say it, for then no place may be shown."""
        columns = [one.column for one in self._profile.fields if one.kind == "place" and one.column]
        shown: dict[str, str] = {}
        # What is spelled alike becomes one place of the archive, which bears one town.
        said: dict[str, set[str]] = defaultdict(set)
        for row in self._all:
            places = [place_name(place) for column in columns for place in split(row.get(column))]
            if not places:
                continue
            towns = _towns(row.get(CONSENT_PREFIX + PLACE_SHOWN), places)
            if towns is None:
                self._wrong(row, PLACE_SHOWN, WHICH_TOWN)
                return None
            for place, town in zip(places, towns, strict=True):
                shown[place] = town
                said[spelled(place)].add(town)
            if any(len(said[spelled(place)]) > 1 for place in places):
                self.remarks.append(Problem(row.number, CONSENT_PREFIX + PLACE_SHOWN, TWO_TOWNS))
        return {place: town for place, town in shown.items() if town and len(said[spelled(place)]) == 1}

    def _agreement(self) -> tuple[str, str, str, str]:
        """Version, language, fingerprint and text of what was read, as far as it is known."""
        agreement = self._profile.agreement
        version, fingerprint = self._first("agreement_version"), self._first("agreement_fingerprint")
        language = self._first("agreement_language") or self._profile.languages[0]
        if not version:
            return "", language, "", ""
        same = version == agreement.version and fingerprint in ("", agreement.fingerprint)
        if same and language in agreement.texts:
            return version, language, agreement.fingerprint, agreement.texts[language]
        words = f"The words of that agreement are not here any more; the collection has version {agreement.version}."
        self.remarks.append(Problem(self._rows[0].number, f"{CONSENT_PREFIX}agreement_version", words))
        return version, language, fingerprint, ""

    def _values(self, part: str) -> list[str]:
        given = (row.get(CONSENT_PREFIX + part) for row in self._rows)
        return list(dict.fromkeys(text for text in given if text))

    def _first(self, part: str) -> str:
        return next(iter(self._values(part)), "")

    def _wrong(self, row: Row, part: str, reason: str) -> None:
        self.problems.append(Problem(row.number, CONSENT_PREFIX + part, reason))
