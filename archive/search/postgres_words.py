"""An item as a row: its words as a tsvector made here, not by PostgreSQL, so that every engine finds the same.

In a vector stand the stemmed words with their places, and beside them, without places, marks of a letter and a slash:
`T/`, `N/`, `S/`, `P/` a word of the title, a name, a subject, a place (these with places); `R/` a word that its stem
changed, `RT/`, `RS/`, `RP/` one of the title, a subject, a place; `K/`, `L/` a whole kind or language; `D/` a decade; `Y/` a year of a date of several; `V/` another whole value, by its number; and `a/` to `p/`
how much a stem is worth in this item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from archive.search.kept import Kept, Places, asked_values, facet_values, kept, length
from archive.search.port import KEPT, IndexDocument
from archive.search.stems import JOINED, every_stem
from archive.search.words import stem

RAW_IN = {"title": "RT/", "subject": "RS/", "place": "RP/"}
LEVELS = 16
# What a tsvector can hold of one item, and of the places of one word (PostgreSQL, "Limitations" of text search).
_MOST_BYTES = 1_000_000
_LAST_PLACE = 16_000
_MOST_PLACES = 255
# No query has more words than the overlap, and both together are within the places of one word.
_PART, _OVERLAP = 190, 64

# As whoosh_match.py: (weight, how much a long field counts against a word in it).
_TEXT, _TITLE, _NAMES = (1.0, 0.75), (4.0, 0.5), (4.0, 0.3)
_MEAN_TITLE, _MEAN_NAMES = 8.0, 4.0
_SATURATION = 1.2


@dataclass(frozen=True)
class Row:
    """An item, how many words it has, the codes of its facet values, its vector, and the vectors of its parts.

    Parts are there only where a vector cannot hold every place: phrases are looked for in them too.
    """

    document: IndexDocument
    first_day: int
    last_day: int
    order_day: int
    words: int
    values: dict[int, tuple[str, str]]
    vector: str
    parts: list[str]


def row(document: IndexDocument, facets: Iterable[str], count_before: int, words_before: int) -> Row:
    """A document as it is kept; its length counts against its words by the mean of it and all before."""
    words, by_facet = kept(document), facet_values(document)
    size = length(words.everything)
    everything, is_whole = _limited(words.everything)
    levels = _levels(words, (words_before + size) / (count_before + 1))
    marks = [
        *_value_marks(asked_values(document), by_facet),
        *(f"R/{word}" for word in words.raw if _is_in(everything, word)),
        *(
            f"{RAW_IN[name]}{word}"
            for name, raw in words.raw_in.items()
            for word in raw
            if _is_in(everything, word)
        ),
        *(f"{level}/{word}" for word, level in levels if word in everything),
    ]
    fields = (
        ("", everything),
        ("T/", words.title),
        ("N/", words.names),
        ("S/", words.subjects),
        ("P/", words.places),
    )
    lexemes = [
        _lexeme(f"{letter}{word}", places)
        for letter, field in fields
        for word, places in _limited(field)[0].items()
    ]
    return Row(
        document=document,
        first_day=words.start,
        last_day=words.end,
        order_day=words.order,
        words=size,
        values={code_of(facet, value): (facet, value) for facet in facets for value in by_facet[facet]},
        vector=" ".join([*lexemes, *(f"'{mark}'" for mark in marks)]),
        parts=[] if is_whole else list(_parts(words.everything)),
    )


def _is_in(everything: Places, word: str) -> bool:
    return stem(word) in everything or JOINED + stem(word) in everything


def _value_marks(asked: Mapping[str, Sequence[str]], by_facet: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield from (f"D/{decade}" for decade in by_facet["decade"])
    for letter, facet in (("K", "kind"), ("L", "language"), ("Y", "year")):
        yield from (f"{letter}/{value}" for value in asked[facet])
    # Not among the codes, which are counted one by one in all that was found.
    yield from (value_mark(name, value) for name in KEPT for value in by_facet[name])


def value_mark(name: str, value: str) -> str:
    """What stands in a vector for a value that is chosen and never counted."""
    return f"V/{code_of(name, value)}"


def code_of(facet: str, value: str) -> int:
    """The number that stands for a value of a facet."""
    named = f"{facet}\x1f{value}".encode(errors="replace")
    return int.from_bytes(blake2b(named, digest_size=8).digest(), "big", signed=True)


def level_weights() -> Iterator[tuple[str, float]]:
    """The letters of how much a word is worth, with what they mean: 0 to 1."""
    return ((chr(ord("a") + level), (level + 0.5) / LEVELS) for level in range(LEVELS))


def _levels(words: Kept, mean_words: float) -> Iterator[tuple[str, str]]:
    """BM25F without the rarity of the word, which changes with every commit; in 16 steps, so that it is found like a word."""
    names: Counter[str] = Counter()
    for name, places in words.names.items():
        is_joined = name.startswith(JOINED)
        for one in (JOINED + stem(name.removeprefix(JOINED)),) if is_joined else every_stem(name):
            names[one] += len(places)
    title = {word: len(places) for word, places in words.title.items()}
    in_text = _damped(_TEXT, length(words.everything), mean_words)
    in_title = _damped(_TITLE, length(words.title), _MEAN_TITLE)
    in_names = _damped(_NAMES, length(words.names), _MEAN_NAMES)
    for word, places in words.everything.items():
        frequency = in_text * len(places) + in_title * title.get(word, 0) + in_names * names[word]
        yield word, chr(ord("a") + int(LEVELS * frequency / (_SATURATION + frequency)))


def _damped(weight: tuple[float, float], length: int, mean: float) -> float:
    return weight[0] / (1 - weight[1] + weight[1] * length / max(mean, 1.0))


def _limited(words: Places) -> tuple[Mapping[str, Sequence[int]], bool]:
    """As much as a vector can hold, and whether that is everything."""
    held: dict[str, Sequence[int]] = {}
    is_whole, size = True, 0
    for word, places in words.items():
        fitting = [at for at in places[:_MOST_PLACES] if at < _LAST_PLACE]
        is_whole = is_whole and len(fitting) == len(places)
        size += (
            3 * len(word.encode()) + 2 * len(fitting) + 12
        )  # it stands there up to three times, with its marks
        if size > _MOST_BYTES:
            return held, False
        held[word] = fitting
    return held, is_whole


def _parts(words: Places) -> Iterator[str]:
    """Vectors of stretches of the text that overlap."""
    parts: dict[int, dict[str, list[int]]] = {}
    for word, places in words.items():
        for at in places:
            number, offset = divmod(at, _PART)
            parts.setdefault(number, {}).setdefault(word, []).append(offset)
            if number and offset < _OVERLAP:
                parts.setdefault(number - 1, {}).setdefault(word, []).append(offset + _PART)
    for part in parts.values():
        yield " ".join(_lexeme(word, sorted(places)) for word, places in part.items())


def _lexeme(word: str, places: Sequence[int]) -> str:
    return f"'{word}':{','.join(str(at + 1) for at in places)}" if places else f"'{word}'"
