"""From the address in the settings to a store."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from archive.models.errors import BadInputError
from archive.storage.folder import FolderStore
from archive.storage.port import ObjectStore


def open_store(url: str) -> ObjectStore:
    """Open the store at `url`: `file:///absolute/folder` or a plain path; the folder is made when it is not there.

    Raises BadInputError (`storage-scheme`, `storage-url`) for any other address.
    """
    if "://" not in url:
        return FolderStore(Path(url))
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise BadInputError(
            f"Objects cannot be kept at {parts.scheme}:// addresses yet.",
            code="storage-scheme",
            remedy="Give the path of a folder, or file:///absolute/path.",
        )
    folder = Path(unquote(parts.path))
    if parts.netloc not in ("", "localhost") or not folder.is_absolute():
        raise BadInputError(
            "A file address needs three slashes and an absolute path.",
            code="storage-url",
            remedy="Write it as file:///absolute/path.",
        )
    return FolderStore(folder)
