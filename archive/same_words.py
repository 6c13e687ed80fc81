"""Finds words however they are written: without case, accents, marks that do not show, ligatures, and kinds of dashes
and quotation marks, and across line ends; rather a word too many is found than one too few.

A leaf that anything may import.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence

DASHES = dict.fromkeys("‐‑‒–—―−", "-")
QUOTES = dict.fromkeys("‘’‚‛ʼ′`´", "'") | dict.fromkeys("“”„‟«»″", '"')
ALIKE = DASHES | QUOTES
UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc", "Cn", "Co", "Cs"})
# A word may be broken at the end of a line, with a hyphen or without.
BROKEN = r"(?:-?[^\S\n]*\n\s*)?"
Span = tuple[int, int]


def standing_in(text: str, sought: Sequence[str]) -> tuple[str, ...]:
    """Those of the words sought that stand in the text."""
    if not sought:
        return ()
    letters, places = folded(text)
    return tuple(one for one in sought if next(find(letters, places, len(text), one), None))


def find(letters: str, places: array[int], length: int, words: str) -> Iterator[Span]:
    """Where the words stand in a text of that length, given as `folded` has it: first character, and the one after the last."""
    tokens = folded(words)[0].split()
    if not tokens:
        return
    pattern = r"\s+".join(BROKEN.join(map(re.escape, token)) for token in tokens)
    for match in re.finditer(pattern, letters):
        last = places[match.end() - 1] + 1
        # Accents that stand behind their letter, and marks that do not show, go with it.
        following = places[match.end()] if match.end() < len(places) else length
        yield places[match.start()], max(last, following)


def folded(text: str) -> tuple[str, array[int]]:
    """The text as it is compared, and for each of its characters the one of the text that it comes from."""
    folds = {character: _fold(character) for character in set(text)}
    places = array("q")
    for place, character in enumerate(text):
        places.extend([place] * len(folds[character]))
    return "".join(folds[character] for character in text), places


def _fold(character: str) -> str:
    if character.isspace():
        return "\n" if character in "\n\r\v\f\x85\u2028\u2029" else " "
    plain = unicodedata.normalize("NFKD", ALIKE.get(character, character)).casefold()
    # Folding may itself give something that can be taken apart.
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(ALIKE.get(one, one) for one in plain if unicodedata.category(one) not in UNSEEN)
