"""What bags together say of names and words: of each the newest, whichever bag is read first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archive.services.known_words import STANDINGS

Said = Mapping[str, Any]
Named = tuple[str, str, str]


class Heard:
    """The newest that any of some records says of each word, by its id.

    Bags are written one by one and copies may be older, so what two of them say of one word need not be the same.
    """

    def __init__(self, records: Iterable[Said] = ()) -> None:
        self._newest: dict[str, Said] = {}
        self._into: dict[str, str] = {}
        for record in records:
            self.hear(record)
        self.settle()

    def hear(self, record: Said) -> None:
        """Take in what a record says; `settle` is to follow the last one."""
        entries = list(entries_of(record))
        ids = {named(entry): entry["id"] for entry in entries}
        for entry in entries:
            # Within one record a name is one word's; in another it may be called otherwise.
            preferred = ids.get(named(entry, entry["preferred"])) if entry["preferred"] else None
            told = {**entry, "preferred_id": preferred}
            known = self._newest.get(entry["id"])
            self._newest[entry["id"]] = told if known is None else _newer(known, told)
            self._into |= dict.fromkeys(entry.get("merged", ()), entry["id"])

    def settle(self) -> None:
        """See to it that no two words are called alike: bags of different ages may say so of two, a database cannot.

        A word of which nothing is written down is its name, so that it is the other one. Two that curators described
        may be two people: they stand beside each other until somebody makes them one.
        """
        alike: dict[Named, list[str]] = {}
        for word_id, entry in self._newest.items():
            if word_id not in self._into:
                alike.setdefault(named(entry), []).append(word_id)
        taken = set(alike)
        for name, ids in alike.items():
            first, *others = sorted(ids, key=lambda one: (-version_of(self._newest[one]), one))
            for word_id in others:
                if version_of(self._newest[word_id]):
                    self._tell_apart(word_id, name, taken)
                else:
                    self._into[word_id] = first

    def leads(self, word_id: str) -> str:
        """The id of what a word was merged into since, or its own."""
        seen = {word_id}
        while (into := self._into.get(word_id)) is not None and into not in seen:
            seen.add(into)
            word_id = into
        return word_id

    def newest(self, word_id: str) -> Said | None:
        """What is known of a word, with the id of the word to prefer, `preferred_id`, where its record has it."""
        return self._newest.get(word_id)

    def _tell_apart(self, word_id: str, name: Named, taken: set[Named]) -> None:
        number = 2
        while (free := (*name[:2], f"{name[2]} ({number})")) in taken:
            number += 1
        taken.add(free)
        entry = self._newest[word_id]
        # A change like any other: what older bags call it does not come back.
        self._newest[word_id] = {**entry, "name": free[2], "version": version_of(entry) + 1}


def entries_of(record: Said) -> Iterator[Said]:
    """What a record says of words, its own and those that these replace or are replaced by."""
    yield from record["words"]
    yield from record.get("related_words", ())


def named(entry: Said, name: str = "") -> Named:
    """By what no two words are alike: room, vocabulary and name, its own unless another is asked for."""
    return entry["room"], entry.get("vocabulary") or "", name or entry["name"]


def version_of(entry: Said) -> int:
    """How often it was changed what is written down about a word; 0 where nothing is.

    Records of before that was counted hold only what is written down.
    """
    version: int = entry.get("version", 1)
    return version


def _newer(one: Said, other: Said) -> Said:
    """The newer of what two records say of one word.

    Where they do not say which is newer, one that knows the other's name as a former one; then the stricter one, and
    of both what the other has no word of.
    """
    if version_of(one) != version_of(other):
        return max(one, other, key=version_of)
    if one["name"] in _former(other) and other["name"] not in _former(one):
        one, other = other, one
    elif other["name"] not in _former(one):
        one, other = sorted((one, other), key=_weight, reverse=True)
    return _filled(one, other)


def _former(entry: Said) -> set[str]:
    return {one["name"] for one in entry["other_names"] if one["former"]}


def _weight(entry: Said) -> tuple[int, str, str]:
    # The last only so that it is the same one in whatever order they are read.
    return STANDINGS.index(entry["standing"]), entry["note"], entry["name"]


def _filled(one: Said, other: Said) -> Said:
    found = dict(one)
    found["standing"] = max(one["standing"], other["standing"], key=STANDINGS.index)
    for name in ("note", "preferred", "preferred_id"):
        found[name] = one[name] or other[name]
    if (one.get("kind") or "person") == "person":
        found["kind"] = other.get("kind") or one.get("kind")
    if one.get("latitude") is None:
        found |= {name: other.get(name) for name in ("latitude", "longitude")}
        found["precision"] = one["precision"] or other["precision"]
    names = {each["name"]: each for each in (*other["other_names"], *one["other_names"])}
    if other["name"] != one["name"]:
        names.setdefault(other["name"], {"name": other["name"], "former": True})
    names.pop(one["name"], None)
    order = dict.fromkeys([*(each["name"] for each in one["other_names"]), *sorted(names)])
    found["other_names"] = [names[each] for each in order if each in names]
    found["links"] = list(dict.fromkeys((*one["links"], *sorted(other["links"]))))
    return found
