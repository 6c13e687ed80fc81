"""Stories that hold what somebody searches for: looked for in the stories themselves, so that none is found a moment too long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from archive.access import Actor
from archive.search import parse_query
from archive.search.query import And, Node, Not, Or, Phrase, Prefix, Word, wanted
from archive.search.words import stem, words
from archive.services import stories
from archive.services.opening import Archive
from archive.services.stories import StoryLine
from archive.services.story_said import Said

MOST_FOUND = 5
PICTURE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
TARGET = re.compile(r"\]\([^)]*\)")


@dataclass(frozen=True)
class Told:
    """The words of a story, folded: one behind the other, and their stems; those of its title apart."""

    said: str
    stems: frozenset[str]
    title: str
    title_stems: frozenset[str]


def matching(archive: Archive, actor: Actor, text: str, language: str = "en") -> tuple[StoryLine, ...]:
    """The stories that everyone may read and that hold what is asked for, the newest first, a few at most.

    A story has no date, place or kind: what asks for one finds none, and what asks for nothing neither.
    BadInputError says why a query cannot be asked.
    """
    query = parse_query(text)
    if not wanted(query.root):
        return ()

    def holds(said: Said) -> bool:
        return _holds(query.root, _told(said.title, _read(said.body)))

    return stories.published(archive, actor, language, holds=holds, most=MOST_FOUND)


def _read(body: str) -> str:
    """What everybody reads of a text: not what stands for an item, which may be hidden, nor where links lead."""
    return TARGET.sub("]", PICTURE.sub(" ", body))


@lru_cache(512)
def _told(title: str, body: str) -> Told:
    spelled = [form for forms in words(f"{title}\n{body}") for form in forms[:1]]
    in_title = [form for forms in words(title) for form in forms[:1]]
    return Told(_run(spelled), _stems(spelled), _run(in_title), _stems(in_title))


def _run(spelled: list[str]) -> str:
    return f" {' '.join(spelled)} "


def _stems(spelled: list[str]) -> frozenset[str]:
    return frozenset({*spelled, *map(stem, spelled)})


def _holds(node: Node, told: Told) -> bool:
    match node:
        case And(nodes):
            return all(_holds(one, told) for one in nodes)
        case Or(nodes):
            return any(_holds(one, told) for one in nodes)
        case Not(inner):
            return not _holds(inner, told)
        case Word(word, None):
            return stem(word) in told.stems
        case Word(word, "title"):
            return stem(word) in told.title_stems
        case Phrase(spelled, None | "title" as field):
            return f" {' '.join(spelled)} " in (told.title if field else told.said)
        case Prefix(letters, None | "title" as field):
            return f" {letters}" in (told.title if field else told.said)
        case _:
            return False
