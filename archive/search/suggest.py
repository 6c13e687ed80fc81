"""Suggestions for typing errors: words one slip away that an index does contain."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_lowercase

from archive.models.errors import BadInputError
from archive.search.cost import TOO_COSTLY
from archive.search.folded import folded
from archive.search.parse import parse_query, weight
from archive.search.port import Filters
from archive.search.query import Phrase, Query, Word, wanted
from archive.search.words import forms, stem, word_pattern

FEWEST_LETTERS, MOST_LETTERS = 4, 24
MOST_WORDS = 4
MOST_WEIGHT = 16
"""What costs more (as of parse.py) is not asked again and again."""

MOST_CHANGED, MOST_TRIED = 3, 5
"""How many words that are known are looked at for a slip, and how many near ones are tried in place of each."""


Finds = Callable[[Query, Filters], int]
NO_FILTERS = Filters()


def suggest(
    text: str, written: Callable[[str], int], finds: Finds, filters: Filters = NO_FILTERS
) -> str | None:
    """The text with words replaced by near ones, so that something is found; None when there is nothing to offer.

    `written` counts what holds a word in this very form, `finds` what a query finds. Words that nothing holds are replaced by the near
    ones that most hold and that find something under the filters. Where nothing holds all words together even so, the rarest
    that a near one can stand for is.
    Near means one letter missing, added, changed or two swapped; the first letter is kept where anything else will do.
    What costs too much to try is not offered.
    """
    try:
        return _suggested(text, written, finds, filters)
    except BadInputError as error:
        if error.code == TOO_COSTLY:
            return None
        raise


def _suggested(text: str, written: Callable[[str], int], finds: Finds, filters: Filters) -> str | None:
    def found(query: Query) -> int:
        return finds(query, filters)

    def is_found(word: str) -> bool:
        return bool(found(Query(Word(word))))

    unknown = [
        word for word in _correctable(text) if not written(word) and not finds(Query(Word(word)), NO_FILTERS)
    ]
    corrected = text
    for word in unknown if len(unknown) <= MOST_WORDS else ():
        better = next(filter(is_found, _written_near(word, written)[:MOST_TRIED]), None)
        if better is None:
            return None
        corrected = _replaced(corrected, word, better)
    if not found(parse_query(corrected)):
        return _that_finds(corrected, written, found)
    return corrected if corrected != text else None


def _correctable(text: str) -> list[str]:
    words: list[str] = []
    for leaf in wanted(parse_query(text).root):
        words += (leaf.word,) if isinstance(leaf, Word) else leaf.words if isinstance(leaf, Phrase) else ()
    return [word for word in dict.fromkeys(words) if FEWEST_LETTERS <= len(word) <= MOST_LETTERS]


def _that_finds(text: str, written: Callable[[str], int], finds: Callable[[Query], int]) -> str | None:
    """The text with one word that exists replaced by a near one that stands together with the others."""
    words = _correctable(text)
    if len(words) < 2 or len(words) > MOST_WORDS or weight(parse_query(text).root) > MOST_WEIGHT:
        return None
    for word in sorted(words, key=written)[:MOST_CHANGED]:
        tried = [_replaced(text, word, near) for near in _written_near(word, written)[:MOST_TRIED]]
        found = next((other for other in tried if finds(parse_query(other))), None)
        if found is not None:
            return found
    return None


def _written_near(word: str, written: Callable[[str], int]) -> list[str]:
    """The near words that something holds: first where one letter is written for two alike, then what most hold."""
    counts: dict[str, int] = {}
    for near_ones in (near_words, slips_at_the_start):
        counts = counts or {near: held for near in sorted(near_ones(word)) if (held := written(near))}
    # A stem may be no word: where a longer form is held, that is what people write, and it finds the same.
    longer = {stem(near) for near in counts if stem(near) != near}
    return sorted(
        (near for near in counts if near not in longer),
        key=lambda near: (_single(near) != _single(word), -counts[near]),
    )


def _single(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)


def near_words(word: str) -> set[str]:
    """All that is one slip away and begins alike, most of it no words at all."""
    letters = _letters(word)
    splits = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    near = {head + tail[1:] for head, tail in splits if tail}
    near |= {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    near |= {head + letter + tail[1:] for head, tail in splits if tail for letter in letters}
    near |= {head + letter + tail for head, tail in splits for letter in letters}
    return near - {word}


def slips_at_the_start(word: str) -> set[str]:
    """All that is one slip away at the first letter."""
    near = {letter + rest for letter in _letters(word) for rest in (word, word[1:])}
    return (near | {word[1:], word[1] + word[0] + word[2:]}) - {word}


def _letters(word: str) -> str:
    return ascii_lowercase if word.isascii() else "".join(sorted(set(word)))


def _replaced(text: str, word: str, better: str) -> str:
    """The text with another word for this one, and all else as it was typed."""
    place = folded(text)
    pieces: list[str] = []
    at = 0
    for spelled in word_pattern(place.plain).finditer(place.plain):
        if word in forms(spelled.group()):
            start, end, instead = _part(spelled.group(), word, better)
            first, last = place.span(spelled.start() + start, spelled.start() + end)
            pieces += (text[at:first], instead)
            at = last
    return "".join([*pieces, text[at:]])


def _part(spelled: str, word: str, better: str) -> tuple[int, int, str]:
    """From where to where a word stands among its apostrophes (as of `forms`), and what to write there instead of it."""
    end = len(spelled.removesuffix("'s"))
    head, apostrophe, tail = spelled[:end].partition("'")
    behind = len(head) + len(apostrophe)
    if apostrophe and tail.replace("'", "") == word:
        return behind, end, better
    if apostrophe and better.startswith(head) and better != head:
        return behind, end, better.removeprefix(head)
    return 0, end, better
