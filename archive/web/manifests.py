"""Public items and collections by the IIIF Presentation API 3, for viewers at other sites: the same to whoever asks."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request

from archive.exchange import iiif_presentation
from archive.services import canvases
from archive.web.elsewhere import let_others_ask
from archive.web.oai import record_href
from archive.web.pages_manifest import all_collections, collection_of, manifest_of
from archive.web.visitors import the_archive

PLAIN = "application/json"
LINKED_DATA = ("application/ld+json", iiif_presentation.MEDIA_TYPE)

blueprint = Blueprint("manifests", __name__, url_prefix="/iiif")
blueprint.after_request(let_others_ask)


@blueprint.get("/items/<item_id>/manifest")
def item(item_id: str) -> Response:
    """The manifest of an item that everybody may see; of every other there is none, whoever asks."""
    archive = the_archive()
    view = canvases.item(archive, item_id)
    return _told(iiif_presentation.manifest(manifest_of(archive, view, record_href(archive, item_id))))


@blueprint.get("/collections")
def collections() -> Response:
    """Every collection."""
    return _told(iiif_presentation.collection(*all_collections(the_archive())))


@blueprint.get("/collections/<slug>")
@blueprint.get("/collections/<slug>/<int:part>")
def collection(slug: str, part: int | None = None) -> Response:
    """A collection, or a part of a large one."""
    return _told(iiif_presentation.collection(*collection_of(the_archive(), slug, part)))


def _told(document: dict[str, Any]) -> Response:
    response = Response(json.dumps(document, ensure_ascii=False, indent=1), mimetype=PLAIN)
    # Plain by default, so that whoever follows the link can look at it.
    if request.accept_mimetypes.best_match([PLAIN, *LINKED_DATA]) in LINKED_DATA:
        response.headers["Content-Type"] = iiif_presentation.MEDIA_TYPE
    response.vary.add("Accept")
    return response
