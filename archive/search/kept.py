"""What every engine keeps of an item: its words by field with their places, its days, and the values it counts for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.dates.bounds import OPEN_BEGIN, earliest_day
from archive.search.days import APART, LAST_DAY
from archive.search.languages import language_code
from archive.search.port import UNDATED, IndexDocument
from archive.search.stems import JOINED, MARK, languages_of, marked_stem
from archive.search.words import forms, held_together, joined_from, stem, words

BETWEEN_VALUES = "\x1f"
"""Stands in no value, so that an engine may join several with it."""

LONGEST_VALUE = 500
"""No query is longer; values of `kind:` and `language:` beyond it are not kept whole."""

_GAP = 16  # places left free between two values, so that no phrase reaches across
Places = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Kept:
    """An item's words, each with the places it stands at, ascending; `raw` are those that their stem changed or a hyphen parts.

    Names are kept as they are written, everything else is stemmed, and stemmed once more in each language of the record that
    has stems of its own (stems.py): at the same places, and counted in no length. So is what hyphens hold together, written as one. `raw_in` are those of `raw` by the field they stand in. `start` and `end` are days, 0 where there is none:
    a date without a beginning or an end may belong to every day on that side.
    """

    everything: Places
    raw: frozenset[str]
    raw_in: Mapping[str, frozenset[str]]
    title: Places
    names: Places
    subjects: Places
    places: Places
    start: int
    end: int

    order: int


def kept(document: IndexDocument) -> Kept:
    """What there is to be found of a document."""
    title, names = [document.title], [*document.names, *document.other_names]
    subjects = [*document.subjects, *document.other_subjects]
    places = [*document.places, *document.other_places]
    everything = [
        *title,
        *names,
        *subjects,
        *places,
        document.description,
        document.text,
    ]
    languages = languages_of((*document.languages, *document.written_in))
    stems, raw = _cut(everything, languages)
    in_title, in_subjects, in_places = (_cut(values, languages) for values in (title, subjects, places))
    start = document.date_start or (earliest_day(document.date_end) if document.date_end else 0)
    end = document.date_end or (LAST_DAY if document.date_start else 0)
    return Kept(
        everything=stems,
        raw=frozenset(raw),
        raw_in={
            "title": frozenset(in_title[1]),
            "subject": frozenset(in_subjects[1]),
            "place": frozenset(in_places[1]),
        },
        title=in_title[0],
        names=_cut(names)[0],
        subjects=in_subjects[0],
        places=in_places[0],
        start=start,
        end=end,
        order=document.date_order or (end if start == OPEN_BEGIN else start),
    )


def place_among(id_: str) -> int:
    """Where an id stands among others, as a number of 30 bits that goes by its first six letters.

    The last word of every order: items of one day stand as they did when an index is merged, or made anew.
    """
    place = 0
    for letter in f"{id_:0<6}"[:6]:
        number = ord(letter) - 48 if letter.isdigit() else 10 + (ord(letter) - 97) * 22 // 26
        place = place * 32 + min(max(number, 0), 31)
    return place


def facet_values(document: IndexDocument) -> dict[str, list[str]]:
    """The values a document counts for or can be chosen by, each once."""
    decades = [str(decade) for decade in document.decades]
    values: dict[str, Sequence[str]] = {
        "kind": [document.kind],
        "decade": decades or [UNDATED],
        "place": document.places,
        "subject": document.subject_values or document.subjects,
        "collection": [document.collection],
        "language": document.languages,
        "rights": [document.rights],
        "observance": document.observances,
        "state": [document.state],
        "name": document.whole_names,
    }
    return {facet: _clean(those) for facet, those in values.items()}


def asked_values(document: IndexDocument) -> dict[str, list[str]]:
    """What `kind:` and `language:` find a document by, as they are compared: by whatever each is called.

    And the years of a date of several, with APART beside them.
    """
    called = {
        "kind": [document.kind, *document.kind_names],
        "language": [language_code(language) for language in document.languages],
        "year": [*map(str, document.years), APART] if document.years else [],
    }
    return {
        name: [each for each in _clean(map(spelled, values)) if len(each) <= LONGEST_VALUE]
        for name, values in called.items()
    }


def spelled(value: str) -> str:
    """A whole value as it is compared: whatever its case, accents and endings."""
    return stems(each[0] for each in words(value))


def stems(folded: Iterable[str]) -> str:
    """The words of a value asked for, to be compared with `spelled`."""
    return " ".join(map(stem, folded))


def length(words: Places) -> int:
    """How many words a field has."""
    return sum(len(places) for word, places in words.items() if MARK not in word)


def _cut(
    values: Iterable[str], languages: Sequence[str] | None = None
) -> tuple[dict[str, list[int]], set[str]]:
    """The words with their places, stemmed where languages are given, and those words that their stem changed or a hyphen parts."""
    found: dict[str, list[int]] = {}
    raw: set[str] = set()

    def keep(form: str, at: int, before: str = "") -> None:
        word = form if languages is None else stem(form)
        if before or word != form:
            raw.add(form)
        for one in (before + word, *(marked_stem(form, language) for language in languages or ())):
            places = found.setdefault(one, [])
            if not places or places[-1] != at:
                places.append(at)

    at = 0
    for value in values:
        for held in held_together(value):
            for number, word in enumerate(held):
                for form in forms(word):
                    keep(form, at)
                for form in joined_from(held, number):
                    keep(form, at, JOINED)
                at += 1
        at += _GAP
    found.pop("", None)  # words without a stem of their own in a language
    return found, raw


def _clean(values: Iterable[str]) -> list[str]:
    """Each value once, as every engine can keep it."""
    cleaned = (value.replace(BETWEEN_VALUES, " ").replace("\0", " ").strip() for value in values)
    # What is half a character cannot be written anywhere.
    return list(dict.fromkeys(value.encode(errors="replace").decode() for value in cleaned if value))
