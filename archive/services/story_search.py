"""Stories that hold what somebody searches for: looked for in the stories themselves, so that none is found a moment too long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from archive.access import Actor
from archive.search import Query, parse_query, snippet
from archive.search.query import And, Node, Not, Or, Phrase, Prefix, Word, wanted
from archive.search.stems import every_row, every_stem, languages_of, marked_stem
from archive.search.words import all_joined, stem, words
from archive.services import stories
from archive.services.opening import Archive
from archive.services.stories import StoryLine
from archive.services.story_said import Said
from archive.services.story_text import read

MOST_KEPT = 50_000_000
"""So many letters of what stories say a process keeps, folded and stemmed, which is about 1,500 long ones; others are read each time."""


@dataclass(frozen=True)
class Run:
    """Words one behind the other, folded: as they are written, and stemmed as items are, once in each way that counts here.

    `stems` has each stem once.
    """

    written: str
    stemmed: tuple[str, ...]
    stems: str


@dataclass(frozen=True)
class Told:
    """The words of a story in its language, those of its title first, and those of its title alone."""

    story: Run
    title: Run

    @property
    def letters(self) -> int:
        """How many letters are kept of it."""
        return sum(
            len(row) for run in (self.story, self.title) for row in (run.written, run.stems, *run.stemmed)
        )


@dataclass
class Looking:
    """One look through the stories: of what the last one knew, it keeps what it meets again."""

    known: Mapping[bytes, Told]
    kept: dict[bytes, Told] = field(default_factory=dict)
    letters: int = 0

    def told(self, said: Said) -> Told:
        """The words of a story, read anew where it is another than the last time."""
        says = "\0".join((said.language, said.title, said.body))
        mark = blake2b(says.encode(), digest_size=16).digest()
        told = self.known.get(mark) or _told(said)
        if mark not in self.kept and self.letters + told.letters <= MOST_KEPT:
            self.kept[mark] = told
            self.letters += told.letters
        return told


_LAST = Looking({})


@dataclass(frozen=True)
class StoriesFound:
    """How many stories hold what was asked for, and those of them that are shown."""

    total: int = 0
    shown: tuple[StoryLine, ...] = ()


def matching(
    archive: Archive, actor: Actor, text: str, language: str = "en", *, first: int = 0, most: int
) -> StoriesFound:
    """The stories that everyone may read and that hold what is asked for: `most` of them, from the `first` (from 0) on.

    Those in `language` come first, of these those whose title holds it, and then the newest. A story has no date, place
    or kind: what asks for one finds none, and what asks for nothing neither. BadInputError says why a query cannot be asked.
    """
    query = parse_query(text)
    if not wanted(query.root):
        return StoriesFound()
    look, total = Looking(_LAST.kept), 0

    def holds(said: Said) -> bool:
        nonlocal total
        told = look.told(said)
        found = _holds(query.root, told.story, told.title)
        total += found
        return found

    def rank(said: Said) -> tuple[bool, bool]:
        title = look.told(said).title
        return said.language != language, not _holds(query.root, title, title)

    lines = stories.published(archive, actor, language, holds=holds, rank=rank, first=first, most=most)
    _LAST.kept = look.kept
    return StoriesFound(total, tuple(_with_snippet(line, query) for line in lines))


def _with_snippet(line: StoryLine, query: Query) -> StoryLine:
    """The story with the words around what was found in it; without where its title alone holds it."""
    parts = snippet(read(line.body), query, languages=(line.language,)).parts
    return replace(line, snippet=tuple(parts)) if any(marked for _, marked in parts) else line


def _told(said: Said) -> Told:
    languages = languages_of((said.language,))
    return Told(_run(f"{said.title}\n{read(said.body)}", languages), _run(said.title, languages))


def _run(text: str, languages: tuple[str, ...]) -> Run:
    spelled = [form for forms in words(text) for form in forms[:1]]
    # Whoever asks for antislavery finds anti-slavery too.
    joined = list(all_joined(text))
    ways = [spelled, joined] if joined != spelled else [spelled]
    rows = [[stem(word) for word in way] for way in ways]
    rows += [[marked_stem(word, one) or stem(word) for word in way] for way in ways for one in languages]
    return Run(
        "".join(map(_row, ways)),
        tuple(dict.fromkeys(map(_row, rows))),
        # In a row, which takes a tenth of the memory that a set does.
        _row(dict.fromkeys(one for row in rows for one in row)),
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
            return any(f" {one} " in (title if field else story).stems for one in every_stem(word))
        case Phrase(_, None | "title" as field):
            rows = [_row(row) for way in node.rows for row in every_row(way)]
            return any(row in said for said in (title if field else story).stemmed for row in rows)
        case Prefix(letters, None | "title" as field):
            return f" {letters}" in (title if field else story).written
        case _:
            return False
