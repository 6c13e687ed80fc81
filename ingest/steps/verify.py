"""Reads a new bag back from disk before it counts: our strict reader first, then the stock BagIt library in full."""

from __future__ import annotations

from archive.bags import read_bag
from archive.models.errors import IntegrityError
from ingest.item_parcel import ItemParcel, Tools

LEAST_SECONDS = 30.0
SLOWEST_BYTES_PER_SECOND = 5_000_000


def run(parcel: ItemParcel, tools: Tools) -> ItemParcel:
    """Validate the staged bag; IntegrityError when a byte is not what arrived."""
    if parcel.staged is None:
        return parcel
    bag = read_bag(parcel.staged)
    size = sum(entry.size for entry in bag.payload)
    with tools.validator() as validator:
        report = validator.validate(parcel.staged, LEAST_SECONDS + size / SLOWEST_BYTES_PER_SECOND)
    if not report.valid:
        raise IntegrityError(
            f"The bag of item {parcel.item_id} is not what arrived: {report.message}", code="bag-not-valid"
        )
    return parcel
