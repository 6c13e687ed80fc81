"""Objects by key: what is kept for good lies behind one small port, in a local folder or in a bucket."""

from archive.storage.address import Bucket, Folder, read_address
from archive.storage.errors import StoreAwayError, disk_told, of_the_disk
from archive.storage.folder import FolderStore
from archive.storage.keys import check_key
from archive.storage.lease import StoreHeldError, leased
from archive.storage.port import ObjectStore
from archive.storage.urls import open_store

__all__ = [
    "Bucket",
    "Folder",
    "FolderStore",
    "ObjectStore",
    "StoreAwayError",
    "StoreHeldError",
    "check_key",
    "disk_told",
    "leased",
    "of_the_disk",
    "open_store",
    "read_address",
]
