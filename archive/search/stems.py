"""Stems by the language of a record: Spanish, French and Portuguese beside the one that every word has.

Snowball's stemmers want accents, and nobody types them: what they need is put back where the end of a word tells it. They
stem "libertad" and "libertades" differently too, so a plural becomes a singular first, by the rules that hold for most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from archive.search.languages import language_code
from archive.search.words import snowball, stem

LANGUAGES = {"es": "spanish", "fr": "french", "pt": "portuguese"}
MARK = "/"
"""Stands in no word."""

JOINED = f"-{MARK}"
"""Stands before a stem of what hyphens hold together, written as one: "-/antislaveri" at the place of the first of its words."""

LONGEST_ROW = 8
"""In longer rows no word is looked for that hyphens part in the text."""

FEWEST_LETTERS = 3
"""Shorter words are their own stem, as in English."""

_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> _Rules:
    return tuple((re.compile(pattern + "$"), written) for pattern, written in pairs)


# Of the first list one rule is applied, the first that fits; of the second and third all that do. The third is for the stem.
_SINGULAR = {
    "es": _rules(
        (r"(?<=..)(?<!n)ces", "z"), (r"(?<=[aeiou][dlnrsyj])es", ""), (r"(?<=..[aeiou])s", "")
    ),
    "fr": _rules((r"travaux", "travail"), (r"(?<=^.oi)s", ""), (r"(?<=...u)s", "")),
    "pt": _rules(
        (r"(?<=.)(?:oes|aes|aos)", "ao"), (r"(?<=..)ais", "al"), (r"(?<=..)eis", "el"), (r"(?<=..)ois", "ol"),
        (r"(?<=..)uis", "ul"), (r"(?<=.[bcdfglmnprtv])is", "il"), (r"(?<=.[eiou])ns", "m"),
        (r"(?<=[aeiou][rszl])es", ""), (r"(?<=..[aeiou])s", ""),
    ),
}  # fmt: skip
_SINGULAR["pt"] = _rules((r"(?<=^.[eiou])ns", "m")) + _SINGULAR["pt"]
_ACCENTS = {
    "es": _rules((r"(?<=....)esa?", "e"), (r"(?<=..)cion", "ción")),
    "fr": _rules((r"(?<=..)ees?", "e"), (r"(?<=..)erent", "èrent")),
    "pt": _rules((r"(?<=....)esa?", "e"), (r"il", "el"), (r"cao", "ção"), (r"ao", "ão")),
}
_AFTER = {"es": _rules((r"(?<=....)i", "")), "fr": _rules((r"iv", "if")), "pt": ()}


def languages_of(codes: Iterable[str]) -> tuple[str, ...]:
    """Those of a record's languages (by whatever code) that have stems of their own, in a fixed order."""
    spoken = set(map(language_code, codes))
    return tuple(language for language in LANGUAGES if language in spoken)


@lru_cache(maxsize=200_000)
def marked_stem(word: str, language: str) -> str:
    """The stem of a folded word in one of LANGUAGES, marked with it so that it is no word of another: "pt/liberd".

    Empty where the word has none of its own.
    """
    if len(word) < FEWEST_LETTERS or not (word.isascii() and word.isalpha()):
        return ""
    for pattern, written in _SINGULAR[language]:
        singular, changed = pattern.subn(written, word)
        if changed:
            word = singular
            break
    for pattern, written in _ACCENTS[language]:
        word = pattern.sub(written, word)
    found = snowball(word, LANGUAGES[language]).translate(_PLAIN)
    for pattern, written in _AFTER[language]:
        found = pattern.sub(written, found)
    return f"{language}{MARK}{found}"


_PLAIN = str.maketrans("áâãàçéêèíóôõúü", "aaaaceeeiooouu")


@lru_cache(maxsize=50_000)
def every_stem(word: str) -> tuple[str, ...]:
    """What stands in an index where a folded word is meant, whatever the language of the record: any of these."""
    return (*stems_in(word, LANGUAGES), JOINED + stem(word))


def stems_in(word: str, languages: Iterable[str]) -> tuple[str, ...]:
    """The stems of a folded word that count in a text of some of LANGUAGES."""
    return (stem(word), *filter(None, (marked_stem(word, language) for language in languages)))


def every_row(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The same of words that stand one behind the other: each row is in one language, and they are different."""
    rows = [tuple(marked_stem(word, language) or stem(word) for word in words) for language in LANGUAGES]
    plain = tuple(map(stem, words))
    return list(dict.fromkeys([plain, *rows, *_parted(plain)]))


def every_name(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The same of names, which are kept as they are written."""
    return [tuple(words), *_parted(words)]


def _parted(row: Sequence[str]) -> list[tuple[str, ...]]:
    """The row with one of its words as hyphens part it in a text; at the empty place behind it stands its second half."""
    if len(row) > LONGEST_ROW:
        return []
    parted = [at for at, word in enumerate(row) if not word.isdigit()]
    return [
        (*row[:at], JOINED + row[at], *(("", *after) if (after := row[at + 1 :]) else ())) for at in parted
    ]
