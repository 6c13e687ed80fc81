"""Words for values that are kept as ids, in the reader's language, from the collections' own vocabularies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from archive.profiles import CollectionProfile, Texts, say, spoken_in
from archive.profiles.model import fold
from archive.services.known_words import counts_as
from archive.services.opening import Archive
from archive.services.rooms import SUBJECTS

# Which vocabulary holds the words of which facet; other facets are their own words.
VOCABULARIES = {"kind": "kinds", "rights": "rights", "observance": "observances", "subject": SUBJECTS}


class Worded(NamedTuple):
    """Words as they are shown, and their language: "" where nobody knows it."""

    words: str
    language: str = ""


class Subject(NamedTuple):
    """A subject of a record: the value that it counts as, and how it is shown."""

    value: str
    words: str
    language: str


def label(archive: Archive, facet: str, value: str, language: str) -> str:
    """How a facet's value is shown: its term's label, or the value itself where it is words already."""
    return worded(archive, facet, value, language).words


def worded(archive: Archive, facet: str, value: str, language: str) -> Worded:
    """The same with the language of the words, which is another one where the vocabulary has none of the reader's."""
    texts = _texts(archive, facet, value)
    return Worded(say(texts, language) or value, spoken_in(texts, language)) if texts else Worded(value)


def worded_in(texts: Texts, language: str) -> Worded:
    """Words of a collection's files in that language, else in the first there is, with the language that they are in."""
    return Worded(say(texts, language), spoken_in(texts, language))


def subject(archive: Archive, own: str, written_in: str, language: str) -> Subject:
    """What a record says that it is about: a term's label in the reader's language, any other word as the record has it."""
    value = counts_as(archive.profiles, own)
    texts = _texts(archive, "subject", value)
    # Another name of a term may say more than its label does.
    if texts and fold(own) in map(fold, texts.values()):
        return Subject(value, say(texts, language), spoken_in(texts, language))
    return Subject(value, own, written_in)


def _texts(archive: Archive, facet: str, value: str) -> Texts | None:
    if facet == "collection":
        profile = archive.profiles.get(value)
        return profile.title if profile else None
    vocabulary = VOCABULARIES.get(facet)
    if vocabulary is None or not value:
        return None
    return _of_term(archive.profiles.values(), vocabulary, value)


def _of_term(profiles: Iterable[CollectionProfile], vocabulary: str, value: str) -> Texts | None:
    for profile in profiles:
        if vocabulary == "observances":
            names = (one.name for one in profile.observances if one.id == value)
            found = next(names, None)
            if found is not None:
                return found
            continue
        terms = profile.vocabularies.get(vocabulary)
        if terms is None:
            continue
        # Of subjects the term itself is meant, also where another one is preferred to it.
        term = terms.by_id.get(value) if vocabulary == SUBJECTS else terms.find(value)
        if term is not None:
            return term.label
    return None
