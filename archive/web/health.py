"""Whether all is well, for a monitor."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from archive.services import health
from archive.web.visitors import the_archive

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def check() -> Response:
    """Facts without secrets; 200 as long as pages are served, `status` says whether all is well."""
    return jsonify(health.check(the_archive()))
