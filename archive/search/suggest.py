"""Suggestions for typing errors: words one slip away that an index does contain."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_lowercase

from archive.search.parse import parse_query
from archive.search.query import Word, wanted
from archive.search.words import fold

FEWEST_LETTERS = 4
MOST_WORDS = 6


def suggest(text: str, known: Callable[[str], int]) -> str | None:
    """Replace words that `known` counts as 0 by near ones that it counts most; None when there is nothing to offer.

    Near means one letter missing, added, changed or two swapped, the first letter kept.
    """
    corrected = text
    unknown = [leaf.word for leaf in wanted(parse_query(text).root) if isinstance(leaf, Word)]
    for word in [word for word in unknown if len(word) >= FEWEST_LETTERS and not known(word)][:MOST_WORDS]:
        counts = {near: known(near) for near in sorted(_near(word))}
        best = max(counts, key=lambda near: counts[near], default=word)
        if counts.get(best):
            corrected = _replaced(corrected, word, best)
    return corrected if corrected != text else None


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
