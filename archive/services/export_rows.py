"""Items as tables and as JSON: what everybody may read of them, or their whole records for staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archive.services.export_public import PublicItem, as_json, changed, public_item, said
from archive.services.opening import Archive
from archive.services.record import records
from archive.services.tables import MARK_OF_UTF_8, line_of

AT_ONCE = 100
PUBLIC_COLUMNS = (
    "id",
    "address",
    "title",
    "kind",
    "creators",
    "others",
    "date",
    "date_in_words",
    "description",
    "subjects",
    "places",
    "languages",
    "rights",
    "rights_uri",
    "source",
    "content_note",
    "collection",
    "given_by",
    "published_on",
    "files",
)
ITEM, DESCRIPTION = (
    ("id", "collection", "state", "submission", "received_on", "published_on"),
    (
        "title",
        "description",
        "kind",
        "languages",
        "subjects",
        "rights",
        "rights_uri",
        "source",
        "content_note",
    ),
)
CONSENT = (
    "audience",
    "naming",
    "name_shown",
    "place_precision",
    "people",
    "reuse",
    "not_before",
    "not_after",
)
FILES = ("given_name", "puid", "size", "sha512")
STAFF_COLUMNS = (*ITEM, *DESCRIPTION, "names", "places", "date_given", "date", *CONSENT, *FILES)


def public_csv(archive: Archive, ids: Sequence[str]) -> Iterator[bytes]:
    """Items as everybody may read of them, as a table (RFC 4180, UTF-8); no cell is a formula to any program."""
    yield (MARK_OF_UTF_8 + line_of(PUBLIC_COLUMNS)).encode()
    for item_id in ids:
        yield line_of(_public_cells(public_item(archive, item_id))).encode()


def public_json(archive: Archive, ids: Sequence[str]) -> Iterator[bytes]:
    """Items as everybody may read of them, as one JSON list, an item a line."""
    yield from _listed(as_json(said(public_item(archive, item_id))) for item_id in ids)


def staff_csv(archive: Archive, ids: Sequence[str]) -> Iterator[bytes]:
    """Items with what only staff see: states, consent as it stands, files by the names they came with."""
    yield (MARK_OF_UTF_8 + line_of(STAFF_COLUMNS)).encode()
    for record in _records(archive, ids):
        yield line_of(_staff_cells(record)).encode()


def staff_json(archive: Archive, ids: Sequence[str]) -> Iterator[bytes]:
    """The whole records of items, as they are in their bags, as one JSON list, an item a line."""
    yield from _listed(as_json(record) for record in _records(archive, ids))


def _listed(lines: Iterator[bytes]) -> Iterator[bytes]:
    yield b"["
    for number, line in enumerate(lines):
        yield (b",\n" if number else b"\n") + line.rstrip(b"\n")
    yield b"\n]\n"


def _records(archive: Archive, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        with archive.db.read() as session:
            found = records(session, some)
        if len(found) < len(some):
            raise changed()
        yield from (found[one] for one in some)


def _public_cells(item: PublicItem) -> Iterator[str]:
    view, described = item.view, item.described
    values = {
        **{name: getattr(view, name) for name in ("id", "title", "kind", "description", "subjects")},
        **{name: getattr(view, name) for name in ("languages", "rights", "rights_uri", "source")},
        **{name: getattr(view, name) for name in ("content_note", "given_by", "published_on")},
        "address": described.address,
        "creators": described.creators,
        "others": tuple(f"{name} ({role})" for role, name in described.others),
        "date": view.date_edtf,
        "date_in_words": view.date_words,
        "places": described.places,
        "collection": described.collection,
        "files": len(view.files),
    }
    return (_cell(values[name]) for name in PUBLIC_COLUMNS)


def _staff_cells(record: Mapping[str, Any]) -> Iterator[str]:
    item, description = record["item"], record["description"]
    consent: Mapping[str, Any] = record["consent"][-1] if record["consent"] else {}
    values = {
        **{name: item[name] for name in ITEM},
        **{name: description[name] for name in DESCRIPTION},
        "names": [f"{one['name']} ({one['role']})" for one in description["names"]],
        "places": [one["name"] for one in description["places"]],
        "date_given": description["date"]["given"],
        "date": description["date"]["edtf"],
        **{name: consent.get(name) for name in CONSENT},
        **{name: [file[name] for file in record["files"]] for name in FILES},
    }
    return (_cell(values[name]) for name in STAFF_COLUMNS)


def _cell(value: Any) -> str:
    """A value as a cell; the entries of a list stand one on a line."""
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)
