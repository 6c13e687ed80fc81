"""Has the search indexes hear of an item."""

from __future__ import annotations

from ingest.item_parcel import Row


def run(row: Row) -> Row:
    """Mark the item for the index job, which writes for many items in one commit."""
    row.item.index_pending = True
    return row
