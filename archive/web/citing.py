"""An item in forms that other programs read: for citing it, and as a record."""

from __future__ import annotations

from flask import Blueprint, Response

from archive.exchange.citation import bibtex, csl_json, ris
from archive.exchange.described import Described
from archive.exchange.json_ld import schema_org
from archive.models import today
from archive.services import show
from archive.web.i18n import language
from archive.web.pages_cite import MEDIA_TYPES, described
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("citing", __name__, url_prefix="/items/<item_id>")


@blueprint.get("/cite.<any(ris, bib, json):style>")
def cite(item_id: str, style: str) -> Response:
    """The item for a program that keeps citations, as a file to take away."""
    written = {"ris": ris, "bib": bibtex, "json": csl_json}[style](_described(item_id), today())
    response = Response(written, content_type=f"{MEDIA_TYPES[style]}; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{item_id}.{style}")
    return response


@blueprint.get("/record.jsonld")
def record(item_id: str) -> Response:
    """The item in the words of schema.org."""
    return Response(schema_org(_described(item_id)), content_type=MEDIA_TYPES["jsonld"])


def _described(item_id: str) -> Described:
    archive = the_archive()
    return described(archive, show.item(archive, visitor().actor, item_id, language()))
