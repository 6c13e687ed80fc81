"""In which language an item's title and description are written: not always that of what is described."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from archive.models import Item
from archive.profiles import CollectionProfile

# The field of a profile, of the kind of the same name, in which curators say it.
DESCRIPTION_LANGUAGE = "description_language"


def written_in(profiles: Mapping[str, CollectionProfile], item: Item | Row[*tuple[Any, ...]]) -> str:
    """The language (a code) in which an item is described: as was said, else its only one, else its collection's first."""
    return language_of(profiles, item.collection, item.languages, item.extra.get(DESCRIPTION_LANGUAGE))


def languages_spoken(item: Item, texts: Iterable[str]) -> tuple[str, ...]:
    """Every language that an item is said to be, described or transcribed in; `texts` are those of its files."""
    said = item.extra.get(DESCRIPTION_LANGUAGE)
    return tuple(dict.fromkeys(filter(None, (*item.languages, str(said or ""), *texts))))


def text_in(file_language: str, role: str, languages: Sequence[str]) -> str:
    """In which language a file's text is: what is said of the file, else the only language of its item, else "".

    A translation is in none of its item's languages by itself.
    """
    if file_language or role == "translation" or len(languages) != 1:
        return file_language
    return languages[0]


def language_of(
    profiles: Mapping[str, CollectionProfile], collection: str, languages: Sequence[str], said: object
) -> str:
    """The same of a description that no item has yet; "" where nothing is known."""
    if said:
        return str(said)
    if len(languages) == 1:
        return languages[0]
    profile = profiles.get(collection)
    return profile.languages[0] if profile and profile.languages else ""
