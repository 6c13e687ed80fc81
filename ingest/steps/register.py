"""Writes into the database that an item is kept, and where."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from archive.access import PIPELINE
from archive.bags import bag_key
from archive.models import File, record_event
from archive.services.lifecycle import agent_of
from ingest.item_parcel import Row

# Nothing in memory speaks of these rows, so nothing there is to be kept in step with them.
LET_GO = (
    update(File)
    .where(File.item_id == bindparam("item"))
    .values(staged_as="")
    .execution_options(synchronize_session=False)
)


def run(row: Row) -> Row:
    """Remember the bag and let go of the staged names; done before, it changes nothing."""
    item = row.item
    if not item.bag_key:
        item.bag_key = bag_key(item.id)
        item.bag_revision = 1
        row.session.execute(LET_GO, {"item": item.id})
        record_event(row.session, item.id, "validate", agent_of(PIPELINE), {"with": "bagit-python"})
    return row
