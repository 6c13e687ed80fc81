"""Suggestions for typing errors: words one slip away that an index does contain."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_lowercase

from archive.models.errors import BadInputError
from archive.search.cost import TOO_COSTLY
from archive.search.parse import parse_query, weight
from archive.search.query import Query, Word, wanted
from archive.search.words import fold, stem

FEWEST_LETTERS, MOST_LETTERS = 4, 24
MOST_WORDS = 4
MOST_WEIGHT = 16
"""What costs more (as of parse.py) is not asked again and again."""

MOST_CHANGED, MOST_TRIED = 3, 5
"""How many words that are known are looked at for a slip, and how many near ones are tried in place of each."""


def suggest(text: str, written: Callable[[str], int], finds: Callable[[Query], int]) -> str | None:
    """The text with words replaced by near ones, so that something is found; None when there is nothing to offer.

    `written` counts what holds a word in this very form, `finds` what a query finds. Words that nothing holds are replaced by the near
    ones that most hold. Where nothing holds all words together even so, the rarest that a near one can stand for is.
    Near means one letter missing, added, changed or two swapped, the first letter kept. What costs too much to try is not offered.
    """
    try:
        return _suggested(text, written, finds)
    except BadInputError as error:
        if error.code == TOO_COSTLY:
            return None
        raise


def _suggested(text: str, written: Callable[[str], int], finds: Callable[[Query], int]) -> str | None:
    unknown = [word for word in _correctable(text) if not written(word) and not finds(Query(Word(word)))]
    corrected = text
    for word in unknown if len(unknown) <= MOST_WORDS else ():
        better = _written_near(word, written)[:1]
        if not better:
            return None
        corrected = _replaced(corrected, word, better[0])
    if not finds(parse_query(corrected)):
        return _that_finds(corrected, written, finds)
    return corrected if corrected != text else None


def _correctable(text: str) -> list[str]:
    leaves = wanted(parse_query(text).root)
    words = (leaf.word for leaf in leaves if isinstance(leaf, Word))
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
    counts = {near: written(near) for near in sorted(near_words(word))}
    held = [near for near in counts if counts[near]]
    # A stem may be no word: where a longer form is held, that is what people write, and it finds the same.
    longer = {stem(near) for near in held if stem(near) != near}
    return sorted(
        (near for near in held if near not in longer),
        key=lambda near: (_single(near) != _single(word), -counts[near]),
    )


def _single(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)


def near_words(word: str) -> set[str]:
    """All that is one slip away, most of it no words at all."""
    letters = ascii_lowercase if word.isascii() else "".join(sorted(set(word)))
    splits = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    near = {head + tail[1:] for head, tail in splits if tail}
    near |= {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    near |= {head + letter + tail[1:] for head, tail in splits if tail for letter in letters}
    near |= {head + letter + tail for head, tail in splits for letter in letters}
    return near - {word}


def _replaced(text: str, word: str, better: str) -> str:
    return re.sub(r"[\w'’]+", lambda found: better if fold(found.group()) == word else found.group(), text)
