"""Suggestions for typing errors: words one slip away that an index does contain."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_lowercase

from archive.search.parse import parse_query
from archive.search.query import Query, Word, wanted
from archive.search.words import fold

FEWEST_LETTERS, MOST_LETTERS = 4, 24
MOST_WORDS = 4
MOST_CHANGED, MOST_TRIED = 3, 5
"""How many words that are known are looked at for a slip, and how many near ones are tried in place of each."""


def suggest(text: str, known: Callable[[str], int], finds: Callable[[Query], int]) -> str | None:
    """The text with words replaced by near ones, so that something is found; None when there is nothing to offer.

    `known` counts what holds a word, `finds` what a query finds. Words that nothing holds are replaced by the near
    ones that most hold. Where nothing holds all words together even so, the rarest that a near one can stand for is.
    Near means one letter missing, added, changed or two swapped, the first letter kept.
    """
    unknown = [word for word in _correctable(text) if not known(word)]
    corrected = text
    for word in unknown if len(unknown) <= MOST_WORDS else ():
        better = _known_near(word, known)[:1]
        if not better:
            return None
        corrected = _replaced(corrected, word, better[0])
    if not finds(parse_query(corrected)):
        return _that_finds(corrected, known, finds)
    return corrected if corrected != text else None


def _correctable(text: str) -> list[str]:
    leaves = wanted(parse_query(text).root)
    words = (leaf.word for leaf in leaves if isinstance(leaf, Word))
    return [word for word in dict.fromkeys(words) if FEWEST_LETTERS <= len(word) <= MOST_LETTERS]


def _that_finds(text: str, known: Callable[[str], int], finds: Callable[[Query], int]) -> str | None:
    """The text with one word that exists replaced by a near one that stands together with the others."""
    words = _correctable(text)
    if len(words) < 2 or len(words) > MOST_WORDS:
        return None
    for word in sorted(words, key=known)[:MOST_CHANGED]:
        tried = [_replaced(text, word, near) for near in _known_near(word, known)[:MOST_TRIED]]
        counts = {other: finds(parse_query(other)) for other in tried}
        if any(counts.values()):
            return max(counts, key=lambda other: counts[other])
    return None


def _known_near(word: str, known: Callable[[str], int]) -> list[str]:
    """The near words that something holds, those that most hold first."""
    counts = {near: known(near) for near in sorted(_near(word))}
    return sorted((near for near in counts if counts[near]), key=lambda near: -counts[near])


def _near(word: str) -> set[str]:
    letters = ascii_lowercase if word.isascii() else "".join(sorted(set(word)))
    splits = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    near = {head + tail[1:] for head, tail in splits if tail}
    near |= {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    near |= {head + letter + tail[1:] for head, tail in splits if tail for letter in letters}
    near |= {head + letter + tail for head, tail in splits for letter in letters}
    return near - {word}


def _replaced(text: str, word: str, better: str) -> str:
    return re.sub(r"[\w'’]+", lambda found: better if fold(found.group()) == word else found.group(), text)
