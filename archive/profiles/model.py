"""The shape of a collection: fields, vocabularies, agreement and days of remembrance, as frozen values."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

Texts = Mapping[str, str]
"""The same words in each language: {"en": "...", "es": "..."}."""

FIELD_KINDS = (
    "text",
    "long_text",
    "names",
    "date",
    "place",
    "vocabulary",
    "language",
    "description_language",
    "rights",
    "relation",
    "parts",
    "observance",
    "notice",
)

# Nothing, or their names as they are written and coordinates to about a kilometre.
UNASKED_PLACES = ("none", "named")
DUBLIN_CORE_TERMS = frozenset(
    [
        "abstract",
        "accessRights",
        "alternative",
        "audience",
        "contributor",
        "coverage",
        "created",
        "creator",
        "date",
        "description",
        "educationLevel",
        "extent",
        "format",
        "hasFormat",
        "hasPart",
        "hasVersion",
        "identifier",
        "instructionalMethod",
        "isFormatOf",
        "isPartOf",
        "isReferencedBy",
        "isVersionOf",
        "issued",
        "language",
        "license",
        "medium",
        "modified",
        "provenance",
        "publisher",
        "references",
        "relation",
        "rights",
        "rightsHolder",
        "source",
        "spatial",
        "subject",
        "tableOfContents",
        "temporal",
        "title",
        "type",
    ]
)
"""Those DCMI Metadata Terms (/terms/ namespace) that a field may stand for."""

CLAUSES = ("keep", "show", "name", "reuse")
"""What an agreement must ask for separately; it may have further clauses."""


def say(texts: Texts, language: str) -> str:
    """The words in that language, else in the first language there is; "" when there are none."""
    return texts.get(language) or next(iter(texts.values()), "")


def spoken_in(texts: Texts, language: str) -> str:
    """The language of what `say` says; "" when it says nothing."""
    return language if texts.get(language) else next(iter(texts), "")


def fold(text: str) -> str:
    """Text as it is compared: no case, no accents, single spaces, no full stop at its end."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split()).rstrip(".")


def in_order(text: str, language: str) -> str:
    """By what words are put in the order of a dictionary of that language: no case and no accents, in Spanish Ñ after N."""
    if language == "es":
        text = unicodedata.normalize("NFC", text).replace("ñ", "n\uffff").replace("Ñ", "n\uffff")
    return fold(text)


@dataclass(frozen=True)
class Field:
    """One thing that is asked about an item; `column` is the metadata.csv column that fills it, None when none does.

    With `later` it is asked of those alone who wish to say more, with `staff` of curators alone.
    """

    name: str
    dc: str
    kind: str
    label: Texts
    help: Texts
    required: bool = False
    repeatable: bool = False
    vocabulary: str | None = None
    column: str | None = None
    later: bool = False
    staff: bool = False


@dataclass(frozen=True)
class Term:
    """One entry of a vocabulary; `use` is the id of the term preferred to it, places have coordinates (WGS 84 degrees)."""

    id: str
    label: Texts
    alternatives: tuple[str, ...] = ()
    note: Texts = field(default_factory=dict)
    uri: str | None = None
    broader: str | None = None
    use: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Vocabulary:
    """A list of terms; a closed one takes no words from outside it."""

    name: str
    title: Texts
    terms: tuple[Term, ...]
    closed: bool = False

    @cached_property
    def by_id(self) -> Mapping[str, Term]:
        """Terms by their id."""
        return {term.id: term for term in self.terms}

    @cached_property
    def _by_words(self) -> Mapping[str, Term]:
        found: dict[str, Term] = {}
        for names_of in (_own_names, _other_names):  # a term's own name wins over another term's alternative
            for term in self.terms:
                for name in names_of(term):
                    found.setdefault(fold(name), term)
        return found

    def find(self, words: str) -> Term | None:
        """The term that these words (a label in any language, an alternative, an id, a URI) name, as it is preferred."""
        term = self.named(words)
        return self.preferred(term) if term else None

    def named(self, words: str) -> Term | None:
        """The term that bears these words itself, also where another one is preferred to it."""
        return self._by_words.get(fold(words))

    def preferred(self, term: Term) -> Term:
        """The term to use in place of this one: itself, unless it names another."""
        return self.by_id[term.use] if term.use else term


def _own_names(term: Term) -> tuple[str, ...]:
    return (term.id, *([term.uri] if term.uri else []), *term.label.values())


def _other_names(term: Term) -> tuple[str, ...]:
    return term.alternatives


@dataclass(frozen=True)
class Clause:
    """One part of the agreement that a person accepts or leaves by itself: Markdown below a heading."""

    id: str
    heading: str
    text: str


@dataclass(frozen=True)
class Agreement:
    """What a contributor agrees to: Markdown whole by language, and its clauses; a new wording has a new version.

    `fingerprint` (SHA-256, hex, over the texts in order of language) tells two wordings of one version apart."""

    version: str
    texts: Texts
    clauses: Mapping[str, tuple[Clause, ...]]
    fingerprint: str


@dataclass(frozen=True)
class Observance:
    """A day of every year that the collection keeps, with the welcome that its pages show on it."""

    id: str
    month: int
    day: int
    name: Texts
    welcome: Texts
    uri: str | None = None


@dataclass(frozen=True)
class BroughtPicture:
    """A picture of the collection's own that leads in a story: its file, what is seen on it, and its size in pixels."""

    path: Path
    words: str
    width: int
    height: int


@dataclass(frozen=True)
class BroughtStory:
    """A story that comes with the collection, in Markdown; `translation_of` is the slug of the one it says again."""

    slug: str
    title: str
    language: str
    written_on: date
    translation_of: str
    body: str
    picture: BroughtPicture | None = None


@dataclass(frozen=True)
class CollectionProfile:
    """One collection as its folder describes it."""

    slug: str
    title: Texts
    description: Texts
    languages: tuple[str, ...]
    fields: tuple[Field, ...]
    vocabularies: Mapping[str, Vocabulary]
    agreement: Agreement
    observances: tuple[Observance, ...] = ()
    stories: tuple[BroughtStory, ...] = ()
    # What others read of the places of what staff bring, where nobody was asked: one of UNASKED_PLACES.
    unasked_places: str = "none"

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((one for one in self.fields if one.name == name), None)

    def field_for_column(self, column: str) -> Field | None:
        """The field that a column of metadata.csv fills."""
        return next((one for one in self.fields if one.column == column), None)

    @cached_property
    def places(self) -> tuple[Term, ...]:
        """Every term of every vocabulary that has coordinates."""
        terms = (term for vocabulary in self.vocabularies.values() for term in vocabulary.terms)
        return tuple(term for term in terms if term.latitude is not None)
