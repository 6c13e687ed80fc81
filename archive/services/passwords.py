"""Which passwords are taken: long ones in which something is left once everything common is taken away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise, zip_longest

from archive.models.errors import BadInputError
from archive.services.opening import Archive
from archive.services.slow_hash import slow_hash

SHORTEST, LONGEST = 15, 128
# So many letters or digits of somebody's own have to be left, and so many different characters have to be in the whole.
OWN, DIFFERENT = 8, 6
# A walk along the keyboard, the alphabet or the digits is told from so many keys on, a repetition from so many on.
WALK, REPEATED = 4, 3
# Shorter parts of names are in words that have nothing to do with them.
NAME = 3
ALPHABET, DIGITS = "abcdefghijklmnopqrstuvwxyz", "1234567890"
# The rows of letters of the keyboards of our languages, from above.
KEYBOARDS = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("qwertzuiop", "asdfghjkl", "yxcvbnm"),
    ("azertyuiop", "qsdfghjklm", "wxcvbn"),
)
# Sentences that many know by heart: so many words of one that follow each other are one thing to guess.
PHRASES = (
    "the quick brown fox jumps over the lazy dog",
    "to be or not to be that is the question",
    "may the force be with you",
    "we hold these truths to be self evident",
)
WORDS_OF_A_PHRASE = 3
PLAIN = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)


def hash_password(archive: Archive, password: str, username: str) -> str:
    """The slow hash of a password that may be used by that user; BadInputError (`bad-password`, `common-password`)."""
    if not SHORTEST <= len(password) <= LONGEST:
        sentence = f"A password has {SHORTEST} to {LONGEST} characters."
        raise BadInputError(
            sentence, code="bad-password", remedy="Four or more random words make a good one."
        )
    settings = archive.settings
    if is_common(password, (username, settings.site_name, settings.organisation)):
        raise BadInputError(
            "Too much of this password is what others would guess first.",
            code="common-password",
            remedy="Four or more random words make a good one: no names, no rows of keys, nothing twice.",
        )
    return slow_hash(password)


def is_common(password: str, names: Iterable[str] = ()) -> bool:
    """Whether hardly anything is left of a password without common words, those names, walks and repetitions."""
    if len(set(password)) < DIFFERENT:
        return True
    plain = _folded(password)
    return any(_left(form, tuple(names)) < OWN for form in {plain, plain.translate(PLAIN)})


def _left(text: str, names: tuple[str, ...]) -> int:
    """How many letters and digits are left."""
    text = _without_phrases(text)
    for word in sorted({*_words(), *_parts(names)}, key=lambda one: (-len(one), one)):
        text = text.replace(word, " ")
    return len(re.sub(r"[\W_]", "", _without_repetitions(_without_walks(text))))


def _without_phrases(text: str) -> str:
    """The text without what follows each other in a sentence that everybody knows, with or without anything between."""
    for words in (phrase.split() for phrase in PHRASES):
        for length in range(len(words), WORDS_OF_A_PHRASE - 1, -1):
            for start in range(len(words) - length + 1):
                text = re.sub(r"[\W_]*".join(words[start : start + length]), " ", text)
    return text


def _without_walks(text: str) -> str:
    """The text without runs of keys that lie side by side, forward or backward, and without years."""
    for row in _rows():
        for length in range(len(row), WALK - 1, -1):
            for start in range(len(row) - length + 1):
                text = text.replace(row[start : start + length], " ")
    return re.sub(r"(?:19|20)\d\d", " ", text)


def _without_repetitions(text: str) -> str:
    """The text with anything that stands there again right after itself said once, and one key pressed often not at all."""
    text = re.sub(rf"(.)\1{{{REPEATED - 1},}}", " ", text)
    return re.sub(r"(\S{2,64}?)(?:\W*\1)+", r"\1", text)


@cache
def _rows() -> tuple[str, ...]:
    return tuple(dict.fromkeys(row for walk in _walks() for row in (walk, walk[::-1])))


def _walks() -> Iterator[str]:
    """Along the rows, from one row to the next and back (1q2w3e, qawsed), and down the columns (qazwsx, 1qaz2wsx)."""
    yield from (ALPHABET, f"0{DIGITS}")
    yield from _in_turn(ALPHABET, DIGITS)
    for letters in KEYBOARDS:
        rows = (DIGITS, *letters)
        yield from letters
        for above, below in pairwise(rows):
            yield from _in_turn(above, below)
        for columns in (rows, letters):
            yield "".join("".join(column) for column in zip_longest(*columns, fillvalue=""))


def _in_turn(one: str, other: str) -> Iterator[str]:
    """A key of one row, then a key of the other, beginning with either."""
    for first, second in ((one, other), (other, one)):
        yield "".join(a + b for a, b in zip(first, second, strict=False))


@cache
def _words() -> frozenset[str]:
    listed = (files("archive.services") / "common_passwords.txt").read_text(encoding="utf-8")
    lines = (line for line in listed.splitlines() if not line.startswith("#"))
    return frozenset(_folded(word) for line in lines for word in line.split())


def _parts(names: Iterable[str]) -> Iterable[str]:
    """The words of names, and each name in one word."""
    for name in names:
        words = [word for word in re.split(r"[\W_]+", _folded(name)) if len(word) >= NAME]
        yield from (*words, "".join(words)) if words else ()


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
