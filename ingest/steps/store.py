"""Keeps a verified bag: it appears in the object store at once or not at all."""

from __future__ import annotations

from dataclasses import replace

from archive.bags import bag_key
from ingest.item_parcel import ItemParcel, Tools, bag_staging


def run(parcel: ItemParcel, tools: Tools) -> ItemParcel:
    """Move the staged bag into the store, flushed to disk; one that is there already is flushed all the same.

    Whoever moved it may have been stopped, or the disk have failed, before it was there for good.
    """
    staged = parcel.staged or bag_staging(tools.archive, parcel.item_id)
    if parcel.staged is None and staged.exists():
        # Copied from another disk by one who was killed before the source was gone: the sweep's part.
        return parcel
    tools.archive.store.publish_folder(staged, bag_key(parcel.item_id))
    return replace(parcel, staged=None)
