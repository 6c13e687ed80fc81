"""Pages and styles sent in gzip (RFC 1952) to who accepts it: a fifth of the bytes for whoever pays by the megabyte.

Only what everybody gets alike is packed. The length of a packed page tells a little of what stands in it, so a page that is
for one person, with a key or a code in it beside words that somebody else may have put there, leaves as it is.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Response, request

GZIP = "gzip"
PACKED_TYPES = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "text/plain",
        "text/xml",
        "text/csv",
        "text/calendar",
        "text/vtt",
    }
    | {"application/json", "application/ld+json", "application/xml", "application/atom+xml", "image/svg+xml"}
)
LEAST_BYTES = 1_000
"""Less than this fits a packet as it is."""
MOST_BYTES = 4_000_000
_LEVEL = 5


def may_be_packed(response: Response) -> bool:
    """Whether an answer is text of a size that is worth it, whole and not packed yet."""
    length = response.content_length
    return (
        response.status_code == 200
        and response.mimetype in PACKED_TYPES
        and "Content-Encoding" not in response.headers
        and (length is None or LEAST_BYTES <= length <= MOST_BYTES)
    )


def is_asked_for() -> bool:
    """Whether who asks accepts gzip (RFC 9110, section 12.5.3) and wants no part alone."""
    return request.accept_encodings.quality(GZIP) > 0 and "Range" not in request.headers


def pack(response: Response, *, for_good: bool = False) -> None:
    """Put the body of an answer in gzip; `for_good` keeps what never changes, so that it is packed once."""
    body = response.get_data()
    response.set_data(_packed_once(body) if for_good else _packed(body))
    response.headers["Content-Encoding"] = GZIP


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)


_packed_once = lru_cache(64)(_packed)
