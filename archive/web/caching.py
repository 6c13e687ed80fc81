"""A mark on every page that may be kept: whoever has it asks whether it still holds, and is told so in a few bytes."""

from __future__ import annotations

from flask import Flask, Response, request

from archive.web.security import PUBLIC_CACHE


def install(app: Flask) -> None:
    """Give the pages of `app` an ETag, and answer 304 to whoever has the page as it is now.

    Whether it may still be seen is decided before: what was taken back has no page that could be the same.
    """

    @app.after_request
    def mark(response: Response) -> Response:
        if _may_be_kept(response):
            response.add_etag()
            response.make_conditional(request)
        return response


def _may_be_kept(response: Response) -> bool:
    is_page = response.status_code == 200 and not response.direct_passthrough and not response.is_streamed
    return is_page and response.headers.get("Cache-Control") == PUBLIC_CACHE
