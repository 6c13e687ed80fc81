"""From the address in the settings to a store."""

from __future__ import annotations

from pathlib import Path

from archive.storage.address import Folder, read_address
from archive.storage.folder import FolderStore
from archive.storage.port import ObjectStore


def open_store(url: str, keys: Path | None = None) -> ObjectStore:
    """Open the store at `url`: a path, `file:///absolute/folder`, or `s3://bucket/prefix`.

    A folder is made when it is not there; the keys to a bucket are in the file `keys` or in the environment. Raises
    BadInputError (`storage-scheme`, `storage-url`, `store-keys`).
    """
    address = read_address(url)
    if isinstance(address, Folder):
        return FolderStore(address.path)
    # Only now: an archive without buckets starts without the library.
    from archive.storage.bucket import open_bucket
    from archive.storage.credentials import keys_for

    return open_bucket(address, keys_for(address.bucket, keys))
