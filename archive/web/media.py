"""Access copies: bytes in ranges, always checked against who may see them."""

from __future__ import annotations

from flask import Blueprint, Response, request, send_file

from archive.models.errors import NotFoundError
from archive.services import deliver
from archive.services.lifecycle import NO_SUCH_FILE
from archive.web.elsewhere import let_others_ask
from archive.web.links import SHOWN
from archive.web.visitors import the_archive, visitor

UNKNOWN_TYPE = "application/octet-stream"
# What manifests lead viewers at other sites to; pictures they ask for by IIIF.
PLAYED = ("audio/", "video/", "text/vtt")

blueprint = Blueprint("media", __name__)


@blueprint.get("/media/<copy_id>/<name>")
def access_copy(copy_id: str, name: str) -> Response:
    """An access copy; its name in the address is for people and says nothing to the archive."""
    copy = deliver.access_copy(the_archive(), visitor().actor, copy_id)
    # A text's own charset is said once more by whatever sends it.
    bare = copy.media_type.partition(";")[0]
    is_shown = bare in SHOWN
    try:
        response = send_file(
            copy.path,
            mimetype=bare if is_shown else UNKNOWN_TYPE,
            as_attachment=not is_shown or request.args.get("download") == "1",
            download_name=copy.download_name,
            conditional=True,
            etag=copy.sha512,
        )
    except FileNotFoundError as error:
        raise NotFoundError(NO_SUCH_FILE) from error
    # When a file was made says when somebody gave it; the ETag is all a browser needs.
    response.headers.pop("Last-Modified", None)
    return let_others_ask(response) if copy.media_type.startswith(PLAYED) else response


@blueprint.get("/media/<file_id>/document/<name>")
def document(file_id: str, name: str) -> Response:
    """The page images of a file as one PDF to take away."""
    stream, mark = deliver.document(the_archive(), visitor().actor, file_id)
    if request.if_none_match.contains_weak(mark):
        response = Response(status=304)
    else:
        response = Response(stream.chunks, mimetype=stream.media_type)
        response.content_length = stream.size
        response.headers.set("Content-Disposition", "attachment", filename=stream.download_name)
    response.set_etag(mark)
    return response
