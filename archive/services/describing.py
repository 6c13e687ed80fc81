"""Understands what people write into the fields of a profile, whether in a form or in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from archive.dates import Ambiguous, UnderstoodDate, understand
from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile, Field
from archive.services.describe import Description, PlaceGiven

# What the item has a place for of its own; every other field of a profile is kept under its name in `extra`.
PLAIN_FIELDS = frozenset({"title", "description", "source", "content_note"})
LISTS = ("names", "places", "subjects", "languages")
_ROLE = re.compile(r"(.+?)\s*\(([^()]+)\)")
_ADDRESS = re.compile(r"https?://\S+")
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


class Understanding:
    """Collects the description of one item value by value: of single values the first counts, lists grow."""

    def __init__(self, profile: CollectionProfile, language: str = "en") -> None:
        self.values: dict[str, Any] = {"extra": {}}
        self._profile = profile
        self._language = language

    def take(self, field: Field, text: str) -> None:
        """Take in what was written for `field`; BadInputError when it cannot be understood.

        Then it is kept as given, under the field's name in `extra`: nothing typed is lost.
        """
        try:
            self._take(field, text)
        except BadInputError:
            self.values["extra"].setdefault(field.name, text)
            raise

    def description(self, fallback_title: str = "") -> Description:
        """What was understood so far."""
        values = dict(self.values)
        values["title"] = values.get("title") or fallback_title
        for name in LISTS:
            values[name] = tuple(dict.fromkeys(values.get(name, ())))
        return Description(**values)

    def _take(self, field: Field, text: str) -> None:
        values = self.values
        match field.kind:
            case "names":
                role = "creator" if field.dc == "creator" else "subject"
                values.setdefault("names", []).extend(_names(text, role, field, self._profile))
            case "date" if field.name == "date":
                self._take_date(text)
            case "place":
                # One on a line; a semicolon may be part of a place's name as it was found.
                places = text.splitlines() if field.repeatable else [text]
                values.setdefault("places", []).extend(
                    _place(one.strip(), field, self._profile) for one in places if one.strip()
                )
            case "language":
                values.setdefault("languages", []).extend(split(text))
            case "rights":
                values.setdefault("rights", text)
                values.setdefault("rights_uri", rights_uri(text, field, self._profile))
            case "vocabulary":
                self._take_terms(field, text)
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
        else:
            self.values["extra"].setdefault(field.name, words)

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


def split(text: str) -> list[str]:
    """The entries of a list: one on a line, or with semicolons between."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


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


def _place(text: str, field: Field, profile: CollectionProfile) -> PlaceGiven:
    places = profile.vocabularies.get(field.vocabulary or "")
    term = places.find(text) if places else None
    return PlaceGiven(text, term.latitude, term.longitude) if term else PlaceGiven(text)
