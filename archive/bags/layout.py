"""Where everything lies in a bag (RFC 8493, version 1.0; one item is one bag)."""

from __future__ import annotations

import re

DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha512.txt"
TAG_MANIFEST = "tagmanifest-sha512.txt"
FETCH = "fetch.txt"
PAYLOAD = "data"
RECORD = "metadata"
PENDING = ".pending-"
"""What the name of a file starts with that a killed writer may leave in the root of a bag."""

DECLARATION_BYTES = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

_REVISION = re.compile(r"metadata/([1-9][0-9]{0,8})/.+", re.DOTALL)
_ITEM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def bag_key(item_id: str) -> str:
    """Return the key of an item's bag in the object store: `bags/<item-id>`."""
    return f"bags/{item_id}"


def shared_key(bag_id: str) -> str:
    """Return the key of a bag of what belongs to no item: `shared/<bag-id>`."""
    return f"shared/{bag_id}"


def is_item_id(text: str) -> bool:
    """Say whether `text` may name a bag folder: up to 64 ASCII letters, digits, `_` and `-`."""
    return _ITEM_ID.fullmatch(text) is not None


def revision_folder(number: int) -> str:
    """Return the folder of a revision of the record, counted from 1: `metadata/<number>`."""
    return f"{RECORD}/{number}"


def revision_of(path: str) -> int | None:
    """Return the revision that a file of the bag belongs to, None when it belongs to none."""
    match = _REVISION.fullmatch(path)
    return int(match[1]) if match else None


def revisions_in(paths: list[str] | dict[str, str]) -> list[int]:
    """Return the numbers of the revisions that `paths` belong to, ascending."""
    return sorted({number for path in paths if (number := revision_of(path)) is not None})


def is_pending(path: str, current: int, first: int = 1) -> bool:
    """Say whether a file that no tag manifest lists may be what an interrupted revision left behind.

    Also what is older than the `first` revision that counts: it was to be forgotten.
    """
    number = revision_of(path)
    if number is None:
        return "/" not in path and path.startswith(PENDING)
    return not first <= number <= current
