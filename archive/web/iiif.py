"""Pictures by the IIIF Image API 3: what may be asked of an access copy, and any part of it at any smaller size."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from archive.exchange import iiif_image
from archive.services import deliver
from archive.web.elsewhere import let_others_ask
from archive.web.links import iiif_href
from archive.web.public_address import whole
from archive.web.visitors import the_archive, visitor

LINKED_DATA = "application/ld+json"

blueprint = Blueprint("iiif", __name__, url_prefix="/iiif")

blueprint.after_request(let_others_ask)


@blueprint.get("/<copy_id>")
def base(copy_id: str) -> ResponseReturnValue:
    """To what may be asked of it."""
    deliver.picture(the_archive(), visitor().actor, copy_id)
    return redirect(url_for(".info", copy_id=copy_id), 303)


@blueprint.get("/<copy_id>/info.json")
def info(copy_id: str) -> Response:
    """What may be asked of a picture."""
    archive = the_archive()
    picture = deliver.picture(archive, visitor().actor, copy_id)
    address = whole(archive, iiif_href(copy_id))
    response = jsonify(iiif_image.information(address, picture.width, picture.height))
    if request.accept_mimetypes.best_match(["application/json", LINKED_DATA]) == LINKED_DATA:
        response.mimetype = LINKED_DATA
        response.headers["Content-Type"] = f'{LINKED_DATA};profile="{iiif_image.CONTEXT}"'
    response.vary.add("Accept")
    return response


@blueprint.get("/<copy_id>/<region>/<size>/<rotation>/<name>")
def image(copy_id: str, region: str, size: str, rotation: str, name: str) -> Response:
    """A part of a picture as JPEG; who may see the picture is asked before whether the part makes sense."""
    picture = deliver.picture(the_archive(), visitor().actor, copy_id)
    wanted = iiif_image.cut(region, size, rotation, name, width=picture.width, height=picture.height)
    mark = hashlib.sha256(f"{picture.sha512} {wanted}".encode()).hexdigest()
    if request.if_none_match.contains_weak(mark):
        response = Response(status=304)
    else:
        response = make_response(deliver.part(picture, wanted))
        response.mimetype = "image/jpeg"
    response.set_etag(mark)
    return response
