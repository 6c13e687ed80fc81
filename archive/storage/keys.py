"""Keys: relative posix paths that mean the same in a folder and in an object store, and cannot leave it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from archive.models.errors import BadInputError

LONGEST_KEY = 1024
LONGEST_SEGMENT = 255
"""Bytes of UTF-8: the limits of S3 and of common file systems."""


def check_key(key: str) -> str:
    """Return `key` when it is safe, else raise BadInputError (`storage-key`).

    Refused: empty, absolute, `.`/`..`/empty or hidden segments, backslash, control characters, text that is not
    UTF-8, more than 1024 bytes, or a segment of more than 255.
    """
    fault = _fault(key)
    if fault:
        shown = key.encode("ascii", "backslashreplace").decode("ascii")[:80]
        raise BadInputError(
            f"The key {shown!r} {fault}.",
            code="storage-key",
            remedy="Use a relative path of plain names.",
        )
    return key


_PLAIN = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
"""Most keys, ours all: told to be safe without a look at each character."""


@lru_cache(4096)
def _fault(key: str) -> str | None:
    if len(key) <= LONGEST_SEGMENT and _PLAIN.fullmatch(key):
        return None
    try:
        encoded = key.encode("utf-8")
    except UnicodeEncodeError:
        return "is not UTF-8"
    segments = key.split("/")
    faults = (
        (not key, "is empty"),
        (len(encoded) > LONGEST_KEY, f"is longer than {LONGEST_KEY} bytes"),
        ("\\" in key, "holds a backslash"),
        (any(unicodedata.category(character) == "Cc" for character in key), "holds a control character"),
        (key.startswith("/"), "is absolute"),
        ("" in segments, "has an empty part"),
        (any(segment.startswith(".") for segment in segments), "has a part that starts with a dot"),
        (
            any(len(segment.encode("utf-8")) > LONGEST_SEGMENT for segment in segments),
            f"has a part longer than {LONGEST_SEGMENT} bytes",
        ),
    )
    return next((words for wrong, words in faults if wrong), None)
