"""With which version of the readers and makers of copies something was made, as one number.

A leaf that anything may import.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COPIES_VERSION = 3
"""Raised by hand when a reader, or a maker of access copies, comes to show less or otherwise than it did, or reads what it
could not: whatever was made with a lower number is then made anew. 0 is everything made before there was a number."""


def as_counted(extent: Mapping[str, Any]) -> dict[str, Any]:
    """The extent of a mark, whose words go wherever they stand where `occurrence` was counted in a text read by another version.

    Another version may read words before it that the former left out, or the other way round: nobody knows any more which are meant.
    """
    is_known = extent.get("counted_by") == COPIES_VERSION
    return dict(extent) if is_known or not extent.get("occurrence") else {**extent, "occurrence": None}
