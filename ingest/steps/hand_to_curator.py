"""Puts a kept item on the curators' desk."""

from __future__ import annotations

from archive.access import PIPELINE
from archive.models import Action, ItemState
from archive.services.lifecycle import transition
from ingest.item_parcel import Row


def run(row: Row) -> Row:
    """Move the item from received to in review; one that was withdrawn meanwhile stays withdrawn."""
    item = row.item
    if item.state == ItemState.RECEIVED:
        transition(row.session, item, Action.ACCESSION, PIPELINE)
    return row
