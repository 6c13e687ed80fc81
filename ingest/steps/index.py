"""Has the search indexes hear of an item."""

from __future__ import annotations

from archive.models import Item
from ingest.item_parcel import Row


def run(row: Row) -> Row:
    """Mark the item for the index job, which writes for many items in one commit."""
    row.session.get_one(Item, row.parcel.item_id).index_pending = True
    return row
