"""Stories that hold what somebody searches for: looked for in the stories themselves, so that none is found a moment too long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from archive.access import Actor
from archive.search import parse_query
from archive.search.query import And, Node, Not, Or, Phrase, Prefix, Word, wanted
from archive.search.stems import every_row, every_stem, languages_of, marked_stem
from archive.search.words import all_joined, stem, words
from archive.services import stories
from archive.services.opening import Archive
from archive.services.stories import StoryLine
from archive.services.story_said import Said
from archive.services.story_text import read

MOST_FOUND = 5


@dataclass(frozen=True)
class Run:
    """Words one behind the other, folded: as they are written, and stemmed as items are, once in each way that counts here."""

    written: str
    stemmed: tuple[str, ...]
    stems: frozenset[str]


def matching(archive: Archive, actor: Actor, text: str, language: str = "en") -> tuple[StoryLine, ...]:
    """The stories that everyone may read and that hold what is asked for, the newest first, a few at most.

    A story has no date, place or kind: what asks for one finds none, and what asks for nothing neither.
    BadInputError says why a query cannot be asked.
    """
    query = parse_query(text)
    if not wanted(query.root):
        return ()

    def holds(said: Said) -> bool:
        return _holds(query.root, *_told(said.title, said.body, said.language))

    return stories.published(archive, actor, language, holds=holds, most=MOST_FOUND)


@lru_cache(512)
def _told(title: str, body: str, language: str) -> tuple[Run, Run]:
    """The words of a story in its language, those of its title first, and those of its title alone."""
    languages = languages_of((language,))
    return _run(f"{title}\n{read(body)}", languages), _run(title, languages)


def _run(text: str, languages: tuple[str, ...]) -> Run:
    spelled = [form for forms in words(text) for form in forms[:1]]
    # Whoever asks for antislavery finds anti-slavery too.
    joined = list(all_joined(text))
    ways = [spelled, joined] if joined != spelled else [spelled]
    rows = [[stem(word) for word in way] for way in ways]
    rows += [[marked_stem(word, one) or stem(word) for word in way] for way in ways for one in languages]
    return Run(
        "".join(map(_row, ways)), tuple(map(_row, rows)), frozenset(one for row in rows for one in row)
    )


def _row(spelled: Iterable[str]) -> str:
    return f" {' '.join(spelled)} "


def _holds(node: Node, story: Run, title: Run) -> bool:
    match node:
        case And(nodes):
            return all(_holds(one, story, title) for one in nodes)
        case Or(nodes):
            return any(_holds(one, story, title) for one in nodes)
        case Not(inner):
            return not _holds(inner, story, title)
        case Word(word, None | "title" as field):
            return not (title if field else story).stems.isdisjoint(every_stem(word))
        case Phrase(_, None | "title" as field):
            rows = [_row(row) for way in node.rows for row in every_row(way)]
            return any(row in said for said in (title if field else story).stemmed for row in rows)
        case Prefix(letters, None | "title" as field):
            return f" {letters}" in (title if field else story).written
        case _:
            return False
