"""An item as everybody may have it: its description as plain values, and its access copies; nothing that only staff see.

Whatever is in here was decided for somebody of whom nothing is known, as pages and `media` decide it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive.access import PUBLIC
from archive.bags.leaving import Part, made_parts
from archive.exchange.described import Described
from archive.models.errors import ConflictError, GoneError, NotFoundError
from archive.services import deliver, exchanging, show
from archive.services.export_choosing import TAKEN_ALONG
from archive.services.opening import Archive
from archive.services.views import CopyView, FileView, ItemView

FORMAT = "remembrance-description/1"
DESCRIPTION = "description.json"
COPIES = "copies"
README = """This folder is a bag (BagIt 1.0, RFC 8493) of one item of an archive: what everybody may see of it.

data/description.json   what is said of the item, as text that any editor shows
data/copies/            copies to look at, read or listen to, in the order of the item's files
manifest-sha512.txt     what every file in data/ must be, to its last bit

The originals stay in the archive. Of some neither checksum nor size is said: not all that
is in them is shown, and by these somebody could find out the rest. Whoever gave the item may take it back: then please remove this copy too.
Where it is, who keeps it and how it may be used is said in description.json.
"""


@dataclass(frozen=True)
class PublicItem:
    """What everybody may know of an item, the address it has, and its access copies by their paths in a bag."""

    view: ItemView
    described: Described
    copies: tuple[tuple[str, CopyView, FileView], ...]


def public_item(archive: Archive, item_id: str, language: str = "en") -> PublicItem:
    """The item as everybody sees it, in a language; ConflictError (`export-changed`) when it is not for everybody any more."""
    try:
        view = show.item(archive, PUBLIC, item_id, language)
    except (NotFoundError, GoneError) as error:
        raise changed() from error
    paths = dict(_paths(view))
    address = f"{archive.settings.public_url.rstrip('/')}/items/{item_id}"
    described = exchanging.described(archive, view, address, lambda copy: paths.get(copy.id, ""), language)
    copies = ((copy, file) for file in view.files for copy in file.copies if copy.id in paths)
    return PublicItem(view, described, tuple((paths[copy.id], copy, file) for copy, file in copies))


def changed() -> ConflictError:
    """What is said when something changed while an export was made of it."""
    return ConflictError(
        "Something in it changed while it was made.",
        code="export-changed",
        remedy="Ask for the export again.",
    )


def safe_parts(archive: Archive, item: PublicItem) -> list[Part]:
    """The parts of an item's safe bag: access copies and the public description, and nothing else."""
    payload = [Part.of(DESCRIPTION, as_json(said(item), indent=1))]
    for path, copy, _ in item.copies:
        try:
            found = deliver.access_copy(archive, PUBLIC, copy.id)
        except NotFoundError as error:
            raise changed() from error
        payload.append(Part(path, found.sha512, found.size, found.path))
    info = {
        "Source-Organization": archive.settings.organisation,
        "External-Description": f"Access copies and public description of {item.described.address}",
    }
    return made_parts(item.view.id, payload, info, {"README.txt": README.encode()})


def said(item: PublicItem) -> dict[str, Any]:
    """What everybody may read of an item, as plain values; what nobody said is left out."""
    view, described = item.view, item.described
    places = (
        {"name": one.name, "latitude": one.latitude, "longitude": one.longitude} for one in view.public_places
    )
    values: dict[str, Any] = {
        "format": FORMAT,
        "id": view.id,
        "address": described.address,
        "title": view.title,
        "kind": view.kind,
        "names": [{"name": one.name, "role": one.role} for one in view.names],
        "date": {"edtf": view.date_edtf, "words": view.date_words} if view.date_edtf else None,
        "description": view.description,
        "subjects": list(view.subjects),
        "places": [{key: value for key, value in one.items() if value not in ("", None)} for one in places],
        "languages": list(view.languages),
        "rights": view.rights,
        "rights_uri": view.rights_uri,
        "source": view.source,
        "content_note": view.content_note,
        "collection": described.collection,
        "archive": described.archive,
        "keeper": described.keeper,
        "given_by": view.given_by,
        "published_on": view.published_on.isoformat() if view.published_on else "",
        "files": [_file(item, file) for file in view.files],
    }
    return {name: value for name, value in values.items() if value}


def as_json(value: Any, indent: int | None = None) -> bytes:
    """A value as JSON in UTF-8, its keys sorted, so that the same value is the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent).encode() + b"\n"


def _file(item: PublicItem, file: FileView) -> dict[str, Any]:
    values = {
        "title": file.title,
        "role": file.role,
        "language": file.language,
        "format": file.format_name,
        "puid": file.puid,
        "bytes_of_the_original": file.size,
        "sha512_of_the_original": file.sha512,
        "copies": [path for path, _, one in item.copies if one.id == file.id],
    }
    return {name: value for name, value in values.items() if value}


def _paths(view: ItemView) -> Iterator[tuple[str, str]]:
    """Where each access copy lies in the payload, by its id: named after its place, kind and page, and nobody's words."""
    taken: set[str] = set()
    for file in view.files:
        for copy in _in_order(file.copies):
            page = f"-{copy.page:04d}" if copy.page is not None else ""
            ending = deliver.ENDINGS.get(copy.media_type.split(";")[0], "bin")
            stem, number = f"{COPIES}/{file.position + 1:03d}-{copy.kind}{page}", 1
            path = f"{stem}.{ending}"
            while path in taken:
                number += 1
                path = f"{stem}-{number}.{ending}"
            taken.add(path)
            yield copy.id, path


def _in_order(copies: Sequence[CopyView]) -> list[CopyView]:
    """Those that are taken along, in an order that is the same whenever they are made anew."""
    along = [one for one in copies if one.kind in TAKEN_ALONG]
    return sorted(
        along, key=lambda one: (TAKEN_ALONG.index(one.kind), one.page or 0, one.media_type, one.sha512)
    )
