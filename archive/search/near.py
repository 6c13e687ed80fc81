"""What may have been meant by a word that nothing holds: all that is a slip of the pen or two away from it, most of it no words at all."""

from __future__ import annotations

from functools import lru_cache
from string import ascii_lowercase

FEWEST_FOR_TWO, MOST_FOR_TWO = 8, 14
"""In so long a word two slips are looked for: in a shorter one they leave too little of it, in a longer one too much is near."""

_VOWELS = "aeiou"
_ALIKE = ("aeiouy", "ckqsxz", "gj", "bvw", "dt", "mn", "lr", "fpv", "st")
"""Letters that are taken for each other, by ear."""


_ALPHABETS = (
    ascii_lowercase,
    "абвгдежзиклмнопрстуфхцчшщъыьэюяєіґјљњћђџ",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
    "ءابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگٹڈڑںھے",
)
"""What may be missing or wrong in a word, by the letters it has; as words are folded, without accents."""


def near_words(word: str) -> set[str]:
    """All that is one slip away and begins alike: one letter missing, added, changed, or two swapped."""
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


def two_slips(word: str) -> set[str]:
    """What is two slips away that come by themselves, and begins alike; nothing for a word of few letters or very many.

    About 5,000 for one of ten letters, where any two slips at all would be 200,000.
    """
    if not FEWEST_FOR_TWO <= len(word) <= MOST_FOR_TWO:
        return set()
    return {other for near in _easily_made(word) for other in _easily_made(near)} - {word}


def _easily_made(word: str) -> set[str]:
    """A letter left out, written twice or too many, two swapped, a vowel that is not heard, letters that sound alike."""
    splits = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    near = {head + tail[1:] for head, tail in splits if tail}
    near |= {head + tail[0] + tail for head, tail in splits if tail}
    near |= {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    near |= {head + vowel + tail for head, tail in splits for vowel in _VOWELS}
    near |= {
        head + other + tail[1:]
        for head, tail in splits
        if tail
        for alike in _ALIKE
        if tail[0] in alike
        for other in alike
    }
    return near


@lru_cache(maxsize=1000)
def _letters(word: str) -> str:
    """Those of the alphabets that the word is written in, and its own."""
    written = set(word)
    return "".join(sorted(written.union(*(one for one in _ALPHABETS if not written.isdisjoint(one)))))
