"""How text becomes words, the same for what is kept and for what is asked: folded, cut, stemmed."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import Stemmer

LONGEST_WORD = 64
"""Longer runs of letters (encoded data, mostly) are cut here, in documents and in queries alike."""

_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ß": "ss",
    "ɓ": "b", "ɗ": "d", "ɖ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ǝ": "e", "ɔ": "o", "ƒ": "f", "ɣ": "g", "ǥ": "g",
    "ŋ": "ng", "ɲ": "ny", "ʋ": "v", "ŧ": "t", "ɨ": "i", "ʉ": "u",
    "ٱ": "ا", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ـ": "",
    "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "＇": "'", "‐": "-",
}  # fmt: skip
UNSEEN = (
    0xAD,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2065),
    *range(0x2066, 0x206A),
    0xFEFF,
)
"""What stands between letters and is not seen: joiners, as they are written within words of Persian, marks of direction, a place to part at."""

# Accents, tone marks, Arabic and Hebrew vowel points fall away; the vowel signs of Indic scripts are letters and stay.
_MARKS = (
    *range(0x300, 0x370), *range(0x483, 0x488), *range(0x591, 0x5BE), 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7,
    *range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6DD), *range(0x6DF, 0x6E9), *range(0x6EA, 0x6EE),
    0x711, *range(0x730, 0x74B), *range(0x7EB, 0x7F4), *range(0x8CA, 0x8E2), *range(0x8E3, 0x900), *range(0x135D, 0x1360),
    *range(0x1AB0, 0x1B00), *range(0x1DC0, 0x1E00), *range(0x20D0, 0x20F1), *range(0xFE00, 0xFE10), *range(0xFE20, 0xFE30),
    *range(0x1E944, 0x1E94B),
)  # fmt: skip
_FOLDING: dict[int, str | None] = {
    **{ord(letter): plain for letter, plain in _LETTERS.items()},
    **{0x660 + digit: str(digit) for digit in range(10)},
    **{0x6F0 + digit: str(digit) for digit in range(10)},
    **dict.fromkeys((*UNSEEN, *_MARKS)),
}

# An accent that stands alone is typed for an apostrophe, and would be taken apart into a blank and an accent.
_ALONE = {0xB4: "'", 0x60: "'"}
# The number of a note, raised behind a word, is none of its letters; "m²" is a measure.
_NOTE = re.compile(r"(?<=[^\W\d_]{3})[¹²³⁰⁴-⁹]+")

_SIGNS = "\u0900-\u0963\u0966-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0f71-\u0fbc\u102b-\u103e\u17b4-\u17d3"
# Scripts written without spaces between words (and Korean, whose particles cling): every sign is a word of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = rf"(?:[^\W_]|[{_SIGNS}])+"
_SPACED = rf"(?:(?![{_UNSPACED}])(?:[^\W_]|[{_SIGNS}]))+"
_WORD = re.compile(rf"{_RUN}(?:'{_RUN})*")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
# What a hyphen holds together, or parts at the end of a line.
_HYPHEN = re.compile(r"-(?:\r?\n[ \t]*)?")
_HELD = re.compile(rf"{_RUN}(?:(?:'|{_HYPHEN.pattern}){_RUN})*")
_ASCII_HELD = re.compile(rf"[a-z0-9]+(?:(?:'|{_HYPHEN.pattern})[a-z0-9]+)*")
_DIGIT = re.compile(r"\d")
_MIXED = re.compile(rf"([{_UNSPACED}])")
_ONE_WORD = re.compile(rf"[{_UNSPACED}]|{_SPACED}(?:'{_SPACED})*")
_ELISIONS = frozenset(("l", "d", "j", "m", "n", "s", "t", "c", "qu", "k", "w", "jusqu", "lorsqu", "puisqu"))
_SCRIPTS = ((0x24F, "english"), (0x3FF, ""), (0x52F, "russian"), (0x5FF, ""), (0x6FF, "arabic"))
_ARTICLES = ("ال", "بال", "كال", "فال", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_local = threading.local()


def fold(text: str) -> str:
    """Lower case without accents: "Escravidão" is "escravidao", "Ọjà" is "oja"; length may change."""
    return text.lower().replace("`", "'") if text.isascii() else _folded(without_notes(text))


def without_notes(text: str) -> str:
    """The text as long as it is, blanks in place of the raised numbers of notes behind words: "manumission²"."""
    return _NOTE.sub(lambda note: " " * len(note[0]), text)


@lru_cache(maxsize=20_000)
def fold_letter(letter: str) -> str:
    """What `fold` makes of one letter where others than those of ASCII stand around it: none, one or several."""
    return _folded(letter)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_ALONE)).casefold().translate(_FOLDING)
    return unicodedata.normalize("NFC", plain)


def forms(word: str) -> tuple[str, ...]:
    """Ways a folded word with or without apostrophes is kept; a query asks for the first.

    "freedman's" is ("freedman",), "o'brien" is ("obrien", "brien"), "l'esclavage" is ("esclavage", "lesclavage").
    """
    if "'" not in word:
        return (word[:LONGEST_WORD],)
    if word.endswith("'s"):
        word = word[:-2]
    head, _, tail = word.partition("'")
    joined = word.replace("'", "")[:LONGEST_WORD]
    tail = tail.replace("'", "")[:LONGEST_WORD]
    if len(tail) < 2:
        return (joined,)
    return (tail, joined) if head in _ELISIONS else (joined, tail)


def words(text: str) -> Iterator[tuple[str, ...]]:
    """The words of a text in order, each as its `forms`, not stemmed."""
    return (forms(word) for held in held_together(text) for word in held)


def held_together(text: str) -> Iterator[tuple[str, ...]]:
    """The folded words of a text in order, those in one that hyphens hold together: ("anti", "slavery")."""
    folded = fold(text)
    pattern = _ASCII_HELD if folded.isascii() else _HELD
    for held in pattern.findall(folded):
        if held.isascii():
            yield tuple(_HYPHEN.split(held)) if "-" in held else (held,)
        else:
            for part in _MIXED.split(held):
                if part := part.strip("'-\r\n\t "):
                    yield tuple(_HYPHEN.split(part))


def as_one(held: Sequence[str]) -> str:
    """What hyphens hold together, written as one word ("antislavery"); empty where nobody would write it so: 1861-64."""
    joined = "".join(held)
    return "" if len(joined) > LONGEST_WORD or _DIGIT.search(joined) else forms(joined)[0]


def joined_from(held: Sequence[str], at: int) -> tuple[str, ...]:
    """What the words that hyphens hold together are kept as beside themselves, from one of them on: with its neighbour, and all."""
    several = [held[at : at + 2]] if at + 1 < len(held) else []
    if not at and len(held) > 2:
        several.append(held)
    return tuple(filter(None, map(as_one, several)))


def all_joined(text: str) -> tuple[str, ...]:
    """The words of a text, each as it is asked for, those that hyphens hold together written as one."""
    found: list[str] = []
    for held in held_together(text):
        joined = as_one(held) if len(held) > 1 else ""
        found += (joined,) if joined else (forms(word)[0] for word in held)
    return tuple(found)


def word_pattern(folded: str) -> re.Pattern[str]:
    """What matches each word that `words` finds in this folded text, and nothing more."""
    return _ASCII_WORD if folded.isascii() else _ONE_WORD


def word_begins(folded: str, at: int) -> bool:
    """Whether a word of a folded text may begin at a letter of it: none goes on from the letter before."""
    if not at or (not (before := folded[at - 1]).isalnum() and before.isascii()):
        return True
    return bool(_MIXED.match(before) or _MIXED.match(folded, at) or not _WORD.match(before))


def is_cut_off(folded: str, at: int) -> bool:
    """Whether an apostrophe parts this letter from a word before it: standing alone there, it is none (slavery's)."""
    behind = at > 1 and folded[at - 1] == "'" and folded[at - 2].isalnum()
    return behind and not _MIXED.match(folded, at)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of a folded word: Snowball for Latin (as English) and Cyrillic (as Russian), light10 for Arabic letters.

    Words of other scripts, numbers and words of one or two letters are their own stem.
    """
    if len(word) < 3 or not word.isalpha():
        return word
    highest = ord(max(word))
    language = next((name for limit, name in _SCRIPTS if highest <= limit), "")
    if not language:
        return word
    if language == "arabic":
        return _light10(word)
    return snowball(word, language) or word


def snowball(word: str, language: str) -> str:
    """What Snowball's stemmer of a language (by its English name) makes of a word."""
    stemmers = _local.__dict__.setdefault("stemmers", {})  # a Stemmer may not be shared by two threads
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(language)
    return str(stemmers[language].stemWord(word))


def _light10(word: str) -> str:
    """Larkey, Ballesteros, Connell: "Light Stemming for Arabic Information Retrieval", 2007, table 3.

    Snowball's Arabic stems "freedom" and "the freedom" differently.
    """
    if word.startswith("و") and len(word) > 3:
        word = word[1:]
    article = next((each for each in _ARTICLES if word.startswith(each) and len(word) > len(each) + 1), "")
    word = word[len(article) :]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            word = word[: -len(ending)]
    return word
