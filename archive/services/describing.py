"""Understands what people write into the fields of a profile, whether in a form or in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from archive.dates import Ambiguous, UnderstoodDate, understand
from archive.models import id_in
from archive.models.errors import BadInputError
from archive.plain_text import in_its_order
from archive.profiles import CollectionProfile, Field
from archive.services.describe import Description, PlaceGiven

# What the item has a place for of its own; every other field of a profile is kept under its name in `extra`.
PLAIN_FIELDS = frozenset({"title", "description", "source", "content_note"})
LISTS = ("names", "places", "subjects", "languages")
GROWING = frozenset({"names", "place", "language", "observance", "relation"})
_ROLE = re.compile(r"(.+?)\s*\(([^()]+)\)")
_ADDRESS = re.compile(r"https?://\S+")
_WHERE = re.compile(r"(?P<name>.*\S)\s*\[(?P<where>[-+]?\d[^\[\],]*,[^\[\]]*)\]")
# The shape of a language tag (RFC 5646), a language first.
_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_TOWN = frozenset({"town", "about", "ciudad", "ville", "cidade"})
_BETWEEN = re.compile(r"[;\r\n]+")


class AmbiguousDateError(BadInputError):
    """A date with more than one reading; `choices` are its readings, and the person who wrote it chooses."""

    code = "date-ambiguous"
    remedy = "Write the one that is meant."

    def __init__(self, text: str, choices: tuple[UnderstoodDate, ...]) -> None:
        super().__init__(
            f"“{text}” can be {' or '.join(one.edtf for one in choices)}: write the one that is meant."
        )
        self.choices = choices


# Behind the name of a column: all of a text of which only the beginning fits into its field.
AS_GIVEN = " (as given)"


class Understanding:
    """Collects the description of one item value by value: of single values the first counts, lists grow."""

    def __init__(self, profile: CollectionProfile, language: str = "en") -> None:
        self.values: dict[str, Any] = {"extra": {}}
        self._profile = profile
        self._language = language

    def take(self, field: Field, text: str) -> None:
        """Take in what was written for `field`; BadInputError when it cannot be understood.

        Then it is kept as given, a date in its own place, anything else under the field's name in `extra`: nothing typed
        is lost. Only what turns the order of letters round goes, also from tables and packages.
        """
        text = in_its_order(text)
        try:
            self._take(field, text)
        except BadInputError:
            if grows(field) and field.name in self.values["extra"]:
                self._grow(field, [text])
            if not _is_the_date(field):
                self.values["extra"].setdefault(field.name, text)
            raise

    def take_as_written(self, text: str) -> None:
        """Take in the item's date as far as it is understood, and its words alone where it is not."""
        with suppress(BadInputError):
            self._take_date(text)

    def description(self, fallback_title: str = "") -> Description:
        """What was understood so far."""
        values = dict(self.values)
        values["title"] = values.get("title") or in_its_order(fallback_title)
        for name in LISTS:
            values[name] = tuple(dict.fromkeys(values.get(name, ())))
        return Description(**values)

    def _take(self, field: Field, text: str) -> None:
        values = self.values
        if field.kind == "text" and not field.repeatable:
            text = one_line(text)
        match field.kind:
            case "names":
                role = "creator" if field.dc == "creator" else "subject"
                values.setdefault("names", []).extend(_names(text, role, field, self._profile))
            case _ if _is_the_date(field):
                self._take_date(text)
            case "place":
                # One on a line; a semicolon may be part of a place's name as it was found.
                places = text.splitlines() if field.repeatable else [text]
                values.setdefault("places", []).extend(
                    _place(one.strip(), field, self._profile) for one in places if one.strip()
                )
            case "language":
                values.setdefault("languages", []).extend(split(text))
            case "description_language":
                values["extra"].setdefault(field.name, _language(text))
            case "rights":
                values.setdefault("rights", text)
                values.setdefault("rights_uri", rights_uri(text, field, self._profile))
            case "vocabulary":
                self._take_terms(field, text)
            case "observance":
                self._take_observances(field, text)
            case "relation":
                self._grow(field, [one.strip() for one in text.splitlines() if one.strip()])
            case "parts":
                # By their numbers alone, however their address was written.
                found = dict.fromkeys(filter(None, map(id_in, text.splitlines())))
                values["extra"].setdefault(field.name, list(found))
            case _ if field.name in PLAIN_FIELDS:
                values[field.name] = values.get(field.name) or text
            case _:
                values["extra"].setdefault(field.name, text)

    def _take_terms(self, field: Field, text: str) -> None:
        vocabulary = self._profile.vocabularies.get(field.vocabulary or "")
        words = split(text) if field.repeatable else [text]
        if vocabulary is not None and vocabulary.closed:
            found = [vocabulary.find(word) for word in words]
            unknown = [word for word, term in zip(words, found, strict=True) if term is None]
            if unknown:
                raise BadInputError(f"“{unknown[0]}” is not a word of the list “{vocabulary.name}”.")
            words = [term.id for term in found if term is not None]
        if field.name == "subjects":
            self.values.setdefault("subjects", []).extend(words)
        elif field.name == "kind":
            self.values.setdefault("kind", words[0])
        elif grows(field):
            self._grow(field, words)
        else:
            self.values["extra"].setdefault(field.name, words)

    def _grow(self, field: Field, words: list[str]) -> None:
        """Add to a list of the collection's own, each entry once."""
        known = self.values["extra"].get(field.name, [])
        known = [known] if isinstance(known, str) else known
        self.values["extra"][field.name] = list(dict.fromkeys([*known, *words]))

    def _take_observances(self, field: Field, text: str) -> None:
        known = {name: one.id for one in self._profile.observances for name in (one.id, *one.name.values())}
        words = split(text)
        unknown = [word for word in words if word not in known]
        if unknown:
            raise BadInputError(f"“{unknown[0]}” is not an observance of this collection.")
        self._grow(field, [known[word] for word in words])

    def _take_date(self, text: str) -> None:
        values = self.values
        if values.get("date_given"):
            return
        values["date_given"] = text
        found = understand(text, language=self._language)
        if isinstance(found, Ambiguous):
            raise AmbiguousDateError(text, found.choices)
        values.update(
            date_edtf=found.edtf, date_start=found.start, date_end=found.end, decades=tuple(found.decades)
        )


def grows(field: Field) -> bool:
    """Whether a field holds a list, to which whatever is said of it again adds."""
    return field.kind in GROWING or (field.kind == "vocabulary" and field.repeatable)


def _is_the_date(field: Field) -> bool:
    return field.kind == field.name == "date"


def split(text: str) -> list[str]:
    """The entries of a list: one on a line, or with semicolons between."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def one_line(text: str) -> str:
    """What was typed on several lines, on one."""
    return " ".join(line for one in text.splitlines() if (line := one.strip()))


def rights_uri(text: str, field: Field, profile: CollectionProfile) -> str:
    """The address of the rights statement that the text is or names, of those in the vocabulary; "" for others."""
    rights = profile.vocabularies.get(field.vocabulary or "")
    if rights is None:
        return ""
    for words in (text, *_ADDRESS.findall(text)):
        term = rights.find(words)
        if term is not None and term.uri:
            return term.uri
    return ""


def _names(text: str, role: str, field: Field, profile: CollectionProfile) -> Iterator[tuple[str, str]]:
    """`Hughes, Fountain; Norwood, Hermond (interviewer)`: a role only counts when the vocabulary knows it."""
    roles = profile.vocabularies.get(field.vocabulary or "")
    for name in split(text):
        match = _ROLE.fullmatch(name)
        term = roles.find(match[2]) if match and roles else None
        yield (match[1], term.id) if match and term else (name, role)


def place_name(text: str) -> str:
    """The name of a place without the brackets in which its coordinates stand."""
    match = _WHERE.fullmatch(text.strip())
    return match["name"] if match else text.strip()


def place_typed(place: PlaceGiven) -> str:
    """A place as a person types it: `Norfolk, Virginia [36.85, -76.29, town]`."""
    if not place.precision:
        return place.name
    more = ", town" if place.precision == "town" else ""
    return f"{place.name} [{place.latitude:.10g}, {place.longitude:.10g}{more}]"


def _language(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise BadInputError(
            f"“{text}” is not the code of a language, such as pt or yo.", code="not-a-language-code"
        )
    return text


def _place(text: str, field: Field, profile: CollectionProfile) -> PlaceGiven:
    match = _WHERE.fullmatch(text)
    if match is not None:
        return PlaceGiven(match["name"], *_where(match["where"]))
    places = profile.vocabularies.get(field.vocabulary or "")
    term = places.find(text) if places else None
    return PlaceGiven(text, term.latitude, term.longitude) if term else PlaceGiven(text)


def _where(text: str) -> tuple[float, float, str]:
    """`36.85, -76.29` or `36.85, -76.29, town`: degrees north and east, and whether that is only about where it is."""
    parts = [part.strip() for part in text.split(",")]
    try:
        latitude, longitude = (float(part) for part in parts[:2])
        if parts[2:] and (len(parts) > 3 or parts[2].casefold() not in {*_TOWN, "exact"}):
            raise ValueError(text)
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            raise ValueError(text)
    except ValueError as error:
        raise BadInputError(
            f"“{text}” is not where a place is: write it as [36.85, -76.29] or [36.85, -76.29, town].",
            code="bad-coordinates",
        ) from error
    return latitude, longitude, "town" if parts[2:] and parts[2].casefold() in _TOWN else "exact"
