"""Objects by key: what is kept for good lies behind one small port, in a local folder."""

from archive.storage.folder import FolderStore
from archive.storage.keys import check_key
from archive.storage.port import ObjectStore
from archive.storage.urls import open_store

__all__ = ["FolderStore", "ObjectStore", "check_key", "open_store"]
