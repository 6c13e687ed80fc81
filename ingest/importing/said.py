"""What a bag from elsewhere says of what is in it: read as a suggestion, with where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.bags import ForeignBag, is_item_id, parse_foreign_info
from archive.exchange.reading_xml import LARGEST, read_dublin_core, read_original_names
from archive.models.errors import BadInputError
from archive.plain_text import plain
from archive.profiles import CollectionProfile, Field
from archive.services.describe import Description
from archive.services.describing import Understanding
from ingest.bulk.model import Problem
from ingest.bulk.walk import as_text
from ingest.importing.record import FileSaid, described_by, files_of

RECORD = re.compile(r"metadata/([1-9][0-9]{0,8})/record\.json")
METS = re.compile(r"data/METS[^/]*\.xml", re.IGNORECASE)
IN_TAGS = re.compile(r"(?:.*/)?(?:dc|dublin_core|premis)\.xml", re.IGNORECASE)
_PLACE = re.compile(r"^%[A-Za-z]+%")
APTRUST = "aptrust-info.txt"
INFO = "bag-info.txt"
OTHER_TERMS = {"coverage": "spatial", "created": "date", "issued": "date", "contributor.author": "creator"}
"""Terms of Dublin Core by which others tell what a field of a profile stands for by another."""


@dataclass(frozen=True)
class Said:
    """A description as suggested, `sources` that it was read from, remarks, and what is said of single files.

    `item_id` is the id of the item that the bag was made of, where an archive like this one made it.
    """

    description: Description
    sources: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: Mapping[str, FileSaid] = field(default_factory=dict)
    item_id: str = ""


def item_in(bag: ForeignBag) -> str:
    """The id of the item that a bag of an archive like this one holds, "" when another program made it."""
    item_id = bag.said("External-Identifier")
    return item_id if is_item_id(item_id) and any(map(RECORD.fullmatch, bag.tags)) else ""


def said_by(bag: ForeignBag, profile: CollectionProfile) -> Said:
    """What a bag says of itself; what it says of consents, of states, and of whom to write to is never read."""
    item_id = item_in(bag)
    record = _record(bag) if item_id else {}
    if record:
        description, problems = described_by(record, profile)
        return Said(description, ("record.json",), tuple(problems), files_of(record), item_id)
    reading = _Reading(profile)
    for path in sorted(path for path in (*bag.tags, *bag.payload) if _is_description(path)):
        reading.read_xml(bag, path)
    reading.read_values(
        APTRUST, _values(bag.tag_text(APTRUST), {"title": "title", "description": "description"})
    )
    reading.read_values(INFO, {"description": bag.said("External-Description"), "source": _source(bag)})
    description = reading.given.description(
        bag.said("External-Identifier") or as_text(bag.root.resolve().name)
    )
    files = _renamed(bag, reading.names)
    return Said(description, tuple(reading.sources), tuple(reading.problems), files, item_id)


class _Reading:
    """Reads one source after the other; of single values the first counts."""

    def __init__(self, profile: CollectionProfile) -> None:
        self.given = Understanding(profile)
        self._profile = profile
        self.sources: list[str] = []
        self.problems: list[Problem] = []
        self.names: dict[str, str] = {}

    def read_xml(self, bag: ForeignBag, path: str) -> None:
        """Take in what a document says in Dublin Core, and in PREMIS of how files were called."""
        try:
            data = _bytes(bag, path)
            statements = read_dublin_core(data)
            self.names |= read_original_names(data)
        except BadInputError as error:
            self.problems.append(Problem(0, path, str(error)))
            return
        known = [(found, words) for term, words in statements if (found := field_of(term, self._profile))]
        self._take(path, known)

    def read_values(self, source: str, values: Mapping[str, str]) -> None:
        """Take in values by the name of their field."""
        known = [
            (found, words) for name, words in values.items() if words and (found := self._profile.field(name))
        ]
        self._take(source, known)

    def _take(self, source: str, statements: Iterable[tuple[Field, str]]) -> None:
        for one, words in statements:
            try:
                self.given.take(one, plain(words))
            except BadInputError as error:
                self.problems.append(Problem(0, one.name, str(error)))
            if source not in self.sources:
                self.sources.append(source)


def field_of(term: str, profile: CollectionProfile) -> Field | None:
    """The field of a profile that a term of Dublin Core fills; of several the first."""
    wanted = OTHER_TERMS.get(term, term.partition(".")[0])
    return next((one for one in profile.fields if one.dc == OTHER_TERMS.get(wanted, wanted)), None)


def _bytes(bag: ForeignBag, path: str) -> bytes:
    with (bag.root / path).open("rb") as stream:
        return stream.read(LARGEST + 1)


def _is_description(path: str) -> bool:
    in_tags = not path.startswith("data/") and IN_TAGS.fullmatch(path)
    return bool(in_tags or METS.fullmatch(path))


def _renamed(bag: ForeignBag, names: Mapping[str, str]) -> dict[str, FileSaid]:
    """The names that files bore before, for those whose checksum is told with one."""
    found: dict[str, FileSaid] = {}
    for manifest in bag.manifests:
        for path in bag.payload.keys() & manifest.sums.keys():
            # Archivematica writes where the transfer lay as a word of its own.
            name = plain(_PLACE.sub("", names.get(manifest.sums[path], "")))
            if name:
                found[path.removeprefix("data/")] = FileSaid(name, "", "original", "", "", "")
    return found


def _record(bag: ForeignBag) -> dict[str, Any]:
    """The newest record of a bag of an archive like this one; empty when it is none."""
    newest = max((path for path in bag.tags if RECORD.fullmatch(path)), key=_revision)
    try:
        record = json.loads(bag.tag_text(newest))
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _revision(path: str) -> int:
    match = RECORD.fullmatch(path)
    return int(match[1]) if match else 0


def _source(bag: ForeignBag) -> str:
    return ": ".join(
        words for label in ("Source-Organization", "External-Identifier") if (words := bag.said(label))
    )


def _values(text: str, wanted: Mapping[str, str]) -> dict[str, str]:
    known = parse_foreign_info(text)
    return {name: known[label][0] for label, name in wanted.items() if label in known}
