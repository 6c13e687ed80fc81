"""A mark on every page that may be kept: whoever has it asks whether it still holds, and is told so in a few bytes.

Of a file a part may be asked for: one, in bytes.
"""

from __future__ import annotations

from flask import Flask, Response, request

from archive.web import packing
from archive.web.security import PUBLIC_CACHE, STATIC_CACHE


def install(app: Flask) -> None:
    """Give the pages of `app` an ETag, answer 304 to whoever has the page as it is now, and send less of it in gzip.

    Whether it may still be seen is decided before: what was taken back has no page that could be the same.
    """

    @app.before_request
    def leave_out_ranges_that_are_not_ours() -> None:
        """What asks for a part in a way that is not heard asks for the whole; Werkzeug would refuse it, or send the part."""
        if not _is_for_one_part():
            request.environ.pop("HTTP_RANGE", None)

    @app.after_request
    def mark(response: Response) -> Response:
        if _may_be_kept(response):
            packed = _is_packed(response)
            response.add_etag()
            if packed:
                # What is sent in another form is another thing to a cache (RFC 9110, section 8.8.3.3).
                response.set_etag(f"{response.get_etag()[0]}-{packing.GZIP}")
            response.make_conditional(request)
            if packed and response.status_code == 200:
                packing.pack(response)
        elif _stays_as_it_is(response) and _is_packed(response):
            response.direct_passthrough = False
            response.set_etag(f"{response.get_etag()[0]}-{packing.GZIP}")
            response.make_conditional(request)
            if response.status_code == 200:
                packing.pack(response, for_good=True)
        return response


def _is_for_one_part() -> bool:
    """Whether one part in bytes is asked for, by somebody who has what it is a part of or nothing at all."""
    asked, known = request.range, request.headers.get("If-Range", "")
    if request.method != "GET" or asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        # RFC 9110, section 14.2: in no other unit, and in answer to nothing but GET.
        return False
    # Whether somebody has it already is looked at first (section 13.2.2), and a weak mark is no proof of it (13.1.5).
    is_asked_about = bool({"If-None-Match", "If-Modified-Since"} & {*request.headers.keys()})
    return not is_asked_about and not known.strip().startswith(("W/", "w/"))


def _is_packed(response: Response) -> bool:
    if not packing.may_be_packed(response):
        return False
    response.vary.add("Accept-Encoding")
    return packing.is_asked_for()


def _stays_as_it_is(response: Response) -> bool:
    return response.status_code == 200 and response.headers.get("Cache-Control") == STATIC_CACHE


def _may_be_kept(response: Response) -> bool:
    is_page = response.status_code == 200 and not response.direct_passthrough and not response.is_streamed
    return is_page and response.headers.get("Cache-Control") == PUBLIC_CACHE
