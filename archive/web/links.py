"""Addresses inside the site."""

from __future__ import annotations

from typing import Any

from flask import url_for

from archive.services.hit_view import PartOfText
from archive.services.views import CopyView
from archive.web.i18n import shared

# What a browser may show by itself; anything else is only ever handed over as a download.
SHOWN = {
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/png": "png",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/webm": "weba",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "text/plain": "txt",
    "text/vtt": "vtt",
}


def media_href(copy: CopyView, *, download: bool = False) -> str:
    """The address of an access copy; the same in every language."""
    page = f"-{copy.page}" if copy.page else ""
    name = f"{copy.kind}{page}.{SHOWN.get(copy.media_type.partition(';')[0], 'bin')}"
    more: dict[str, Any] = {"download": 1} if download else {}
    return shared(url_for("media.access_copy", copy_id=copy.id, name=name, **more))


def document_href(file_id: str) -> str:
    """The address of the page images of a file as one PDF."""
    return shared(url_for("media.document", file_id=file_id, name="pages.pdf"))


def iiif_href(copy_id: str) -> str:
    """The address of a picture by IIIF; the same in every language."""
    return shared(url_for("iiif.base", copy_id=copy_id))


def item_href(
    item_id: str,
    *,
    file_id: str | None = None,
    page: int | None = None,
    start_ms: int | None = None,
    is_shown: bool = False,
    endpoint: str = "public.item",
) -> str:
    """The address of an item, opened at a page or a second of one of its files where that is asked for.

    `is_shown` where its pictures are to be seen clearly by who has them veiled.
    """
    values: dict[str, Any] = {"item_id": item_id} | ({"show": 1} if is_shown else {})
    if file_id:
        values |= {"file": file_id, "_anchor": f"file-{file_id}"}
    if page is not None:
        values |= {"page": page}
    elif start_ms is not None:
        second = start_ms // 1000
        values |= {"t": second, "_anchor": f"t={second}"}
    return url_for(endpoint, **values)


def text_href(item_id: str, file_id: str, place: PartOfText) -> str:
    """The address of a place in a long text, where the text is read."""
    anchor = place_anchor(place.piece)
    return url_for("public.text", item_id=item_id, file_id=file_id, part=place.part, _anchor=anchor)


def place_anchor(piece: int) -> str:
    """What the place at which a piece of a text begins is called on its page."""
    return f"place-{piece}"
