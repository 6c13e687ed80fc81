"""What programs of other sites may ask for: what everybody is told, without cookies."""

from __future__ import annotations

from flask import Response


def let_others_ask(response: Response) -> Response:
    """Let viewers at other sites ask; without cookies, so that they are told what everybody is told."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
