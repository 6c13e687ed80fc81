"""Stories that hold what somebody searches for: looked for in the stories themselves, so that none is found a moment too long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import chain

from archive.access import Actor
from archive.models.errors import BadInputError
from archive.search import Query, parse_query, snippet
from archive.search.cost import LetterLimit, leaves_of
from archive.search.query import And, Node, Not, Or, Phrase, Prefix, Word, wanted
from archive.search.stems import JOINED, LANGUAGES, every_row, languages_of, marked_stem, stems_in
from archive.search.words import all_joined, stem, words
from archive.services import stories
from archive.services.opening import Archive
from archive.services.story_lines import StoryLine
from archive.services.story_said import Said
from archive.services.story_text import read

MOST_KEPT = 50_000_000
"""So many letters of what stories say a process keeps, folded and stemmed, which is about 1,500 long ones; others are read each time."""

_FEW, _TO_SET_APART = 16, 20
"""More stems than so many are looked up among all of a story set apart, which takes as long as looking through so often its letters."""


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
    or kind: what asks for one finds none, and what asks for nothing neither. BadInputError says why a query cannot be asked,
    `query-too-costly` where too much would have to be looked through for it.
    """
    query = parse_query(text)
    if not wanted(query.root):
        return StoriesFound()
    look, total, finder = Looking(_LAST.kept), 0, Finder(query)

    def holds(said: Said) -> bool:
        nonlocal total
        found = finder.finds(look.told(said))
        total += found
        return found

    def rank(said: Said) -> tuple[bool, bool]:
        return said.language != language, not finder.finds_in_title(look.told(said))

    try:
        lines = stories.published(archive, actor, language, holds=holds, rank=rank, first=first, most=most)
    except BadInputError:
        # What was read for a search that is refused is not read once more for the next.
        _LAST.kept = {**_LAST.kept, **look.kept}
        raise
    _LAST.kept = look.kept
    return StoriesFound(total, tuple(_with_snippet(line, query) for line in lines))


def told_to(archive: Archive, actor: Actor) -> list[Told]:
    """The words of every story that is published and that `actor` may read."""
    look, found = Looking(_LAST.kept), list[Told]()

    def gather(said: Said) -> bool:
        found.append(look.told(said))
        return False

    stories.published(archive, actor, holds=gather, leads=False)
    _LAST.kept = look.kept
    return found


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


class Finder:
    """Looks for one query in stories, one after the other, and through so many letters of them as one search may."""

    def __init__(self, query: Query, limit: LetterLimit | None = None) -> None:
        self._root = query.root
        self._limit = limit or LetterLimit()
        asked = leaves_of(query.root)
        self._stems = {leaf.word: stems_in(leaf.word, LANGUAGES) for leaf in asked if isinstance(leaf, Word)}
        self._rows = {leaf: _rows(leaf) for leaf in asked if isinstance(leaf, Phrase)}
        rows = chain(self._stems.values(), *self._rows.values())
        self._is_long = sum(map(len, rows)) > _FEW

    def finds(self, told: Told) -> bool:
        """Whether a story holds what is asked for."""
        return self._holds(self._root, _Place(told.story, told.title, self._limit, self._is_long))

    def finds_in_title(self, told: Told) -> bool:
        """Whether its title alone does."""
        return self._holds(self._root, _Place(told.title, told.title, self._limit, self._is_long))

    def _holds(self, node: Node, place: _Place) -> bool:
        match node:
            case And(nodes):
                return all(self._holds(one, place) for one in nodes)
            case Or(nodes):
                return any(self._holds(one, place) for one in nodes)
            case Not(inner):
                return not self._holds(inner, place)
            case Word(word, None | "title" as field):
                return any(place.has(one, field) for one in self._stems[word])
            case Phrase(_, None | "title" as field):
                return any(place.has_row(row, field) for row in self._rows[node])
            case Prefix(letters, None | "title" as field):
                return place.has_begun(letters, field)
            case _:
                return False


def _rows(phrase: Phrase) -> list[tuple[str, ...]]:
    """The rows of a phrase, but for those of what hyphens part: a story is kept in both ways instead."""
    rows = (row for way in phrase.rows for row in every_row(way))
    return [row for row in rows if not any(one.startswith(JOINED) for one in row)]


@dataclass
class _Place:
    """Where one story is looked through; of many words those it holds are set apart first, which is faster."""

    story: Run
    title: Run
    limit: LetterLimit
    is_long: bool
    held: frozenset[str] | None = None

    def has(self, one: str, field: str | None) -> bool:
        if field or not self.is_long:
            return self._is_in(f" {one} ", self._run(field).stems)
        if self.held is None:
            self.limit.spend(_TO_SET_APART * len(self.story.stems))
            self.held = frozenset(self.story.stems.split())
        return one in self.held

    def has_row(self, row: tuple[str, ...], field: str | None) -> bool:
        # What lacks one of the words is not looked through for all of them, which is ten times as long.
        return all(self.has(one, field) for one in row) and any(
            self._is_in(_row(row), said) for said in self._run(field).stemmed
        )

    def has_begun(self, letters: str, field: str | None) -> bool:
        return self._is_in(f" {letters}", self._run(field).written)

    def _run(self, field: str | None) -> Run:
        return self.title if field else self.story

    def _is_in(self, letters: str, row: str) -> bool:
        self.limit.spend(len(row))
        return letters in row
