"""Reads the record in a bag that an archive like this one made, believing nothing of its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archive.dates import Ambiguous, read_edtf, understand
from archive.models.errors import BadInputError
from archive.plain_text import plain
from archive.profiles import CollectionProfile
from archive.services.describe import Description, PlaceGiven
from ingest.bulk.model import Problem

LONGEST = 1 << 20
ROLES = frozenset({"original", "transcript", "captions", "translation", "verso", "attachment"})
_PLAIN = ("title", "description", "rights", "source", "content_note")


@dataclass(frozen=True)
class FileSaid:
    """What a record says of one file: the name it was given under, what it is to its item, and to which file (its place)."""

    given_name: str
    title: str
    role: str
    language: str
    accompanies: str
    id: str
    given_bytes: str = ""


def described_by(record: Mapping[str, Any], profile: CollectionProfile) -> tuple[Description, list[Problem]]:
    """The description in a record, read anew: days are reckoned again, words of closed lists looked up."""
    said = _table(record.get("description"))
    problems: list[Problem] = []
    values: dict[str, Any] = {name: _text(said.get(name)) for name in _PLAIN}
    values["languages"] = tuple(_texts(said.get("languages")))
    values["subjects"] = tuple(_texts(said.get("subjects")))
    values["names"] = tuple((name, _text(one.get("role"))) for one, name in _named(said.get("names")))
    values["places"] = tuple(_place(one, name) for one, name in _named(said.get("places")))
    values["latitude"], values["longitude"] = _where(said)
    values["extra"] = _extra(said.get("extra"))
    values |= _kind(_text(said.get("kind")), profile, problems)
    values["rights_uri"] = _rights_uri(_text(said.get("rights_uri")), profile, problems)
    values |= _date(_table(said.get("date")), problems)
    return Description(**values), problems


def files_of(record: Mapping[str, Any]) -> dict[str, FileSaid]:
    """What is said of files, by the name that each has in the bag."""
    found: dict[str, FileSaid] = {}
    for one in _tables(record.get("files")):
        role = _text(one.get("role"))
        found[_text(one.get("safe_name"))] = FileSaid(
            given_name=_text(one.get("given_name")),
            title=_text(one.get("title")),
            role=role if role in ROLES else "original",
            language=_text(one.get("language")),
            accompanies=_text(one.get("accompanies_id")),
            id=_text(one.get("id")),
            given_bytes=_text(one.get("given_bytes")),
        )
    return found


def _kind(kind: str, profile: CollectionProfile, problems: list[Problem]) -> dict[str, str]:
    field = profile.field("kind")
    vocabulary = profile.vocabularies.get(field.vocabulary or "") if field else None
    term = vocabulary.find(kind) if vocabulary and kind else None
    if kind and vocabulary and vocabulary.closed and term is None:
        problems.append(Problem(0, "kind", f"“{kind}” is not a word of the list “{vocabulary.name}”."))
        return {}
    return {"kind": term.id if term else kind}


def _rights_uri(uri: str, profile: CollectionProfile, problems: list[Problem]) -> str:
    field = next((one for one in profile.fields if one.kind == "rights"), None)
    vocabulary = profile.vocabularies.get(field.vocabulary or "") if field else None
    term = vocabulary.find(uri) if vocabulary and uri else None
    if uri and term is None:
        problems.append(Problem(0, "rights", f"“{uri}” is not in the collection's list of rights."))
    return (term.uri or "") if term else ""


def _date(said: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """The date as given, and what it was understood as, reckoned anew."""
    given, edtf = _text(said.get("given")), _text(said.get("edtf"))
    try:
        found = read_edtf(edtf) if edtf else understand(given, language="en") if given else None
    except BadInputError as error:
        problems.append(Problem(0, "date", str(error)))
        return {"date_given": given or edtf}
    if found is None or isinstance(found, Ambiguous):
        return {"date_given": given}
    days = {"date_start": found.start, "date_end": found.end, "decades": tuple(found.decades)}
    return {"date_given": given or edtf, "date_edtf": found.edtf} | days


def _place(one: Mapping[str, Any], name: str) -> PlaceGiven:
    here = _table(one.get("here"))
    precision = _text(here.get("precision"))
    if precision in ("exact", "town"):
        return PlaceGiven(name, *_where(here), precision)
    return PlaceGiven(name, *_where(one))


def _where(said: Mapping[str, Any]) -> tuple[float | None, float | None]:
    found = [said.get(name) for name in ("latitude", "longitude")]
    for degrees, limit in zip(found, (90, 180), strict=True):
        if isinstance(degrees, bool) or not isinstance(degrees, int | float) or not abs(degrees) <= limit:
            return None, None
    return float(found[0] or 0), float(found[1] or 0)


def _extra(said: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in _table(said).items():
        words = _texts(value) if isinstance(value, list) else _text(value)
        if words and _text(name):
            found[_text(name)] = words
    return found


def _named(said: object) -> Iterator[tuple[Mapping[str, Any], str]]:
    for one in _tables(said):
        if name := _text(one.get("name")):
            yield one, name


def _table(said: object) -> Mapping[str, Any]:
    return said if isinstance(said, dict) else {}


def _tables(said: object) -> list[Mapping[str, Any]]:
    return [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []


def _texts(said: object) -> list[str]:
    return [words for one in said if (words := _text(one))] if isinstance(said, list) else []


def _text(said: object) -> str:
    """Text that can be kept: JSON may hold half of a sign, and NUL."""
    return plain(said[:LONGEST]) if isinstance(said, str) else ""
