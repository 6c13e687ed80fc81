"""Keeps a verified bag: it appears in the object store at once or not at all."""

from __future__ import annotations

from dataclasses import replace

from archive.bags import bag_key
from ingest.item_parcel import ItemParcel, Tools


def run(parcel: ItemParcel, tools: Tools) -> ItemParcel:
    """Move the staged bag into the store, flushed to disk."""
    if parcel.staged is None:
        return parcel
    tools.archive.store.publish_folder(parcel.staged, bag_key(parcel.item_id))
    return replace(parcel, staged=None)
