"""Words for values that are kept as ids, in the reader's language, from the collections' own vocabularies."""

from __future__ import annotations

from collections.abc import Iterable

from archive.profiles import CollectionProfile, say
from archive.services.opening import Archive

# Which vocabulary holds the words of which facet; other facets are their own words.
VOCABULARIES = {"kind": "kinds", "rights": "rights", "observance": "observances"}


def label(archive: Archive, facet: str, value: str, language: str) -> str:
    """How a facet's value is shown: its term's label, or the value itself where it is words already."""
    if facet == "collection":
        profile = archive.profiles.get(value)
        return say(profile.title, language) if profile else value
    vocabulary = VOCABULARIES.get(facet)
    if vocabulary is None or not value:
        return value
    return _term(archive.profiles.values(), vocabulary, value, language) or value


def _term(profiles: Iterable[CollectionProfile], vocabulary: str, value: str, language: str) -> str | None:
    for profile in profiles:
        if vocabulary == "observances":
            names = (one.name for one in profile.observances if one.id == value)
            found = next(names, None)
            if found is not None:
                return say(found, language)
            continue
        terms = profile.vocabularies.get(vocabulary)
        term = terms.find(value) if terms else None
        if term is not None:
            return say(term.label, language)
    return None
