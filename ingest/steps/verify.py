"""Reads a new bag back before it counts: by our strict reader, and by the stock BagIt library in full, both at once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from archive.bags import StockReport, patience, read_bag
from archive.models.errors import ArchiveError, IntegrityError
from ingest.item_parcel import ItemParcel, Tools

TRIES = 3


def run(parcel: ItemParcel, tools: Tools) -> ItemParcel:
    """Validate the staged bag; IntegrityError when a byte is not what arrived, ArchiveError when nobody could tell."""
    if parcel.staged is None:
        return parcel
    report = _opinions(parcel.staged, patience(parcel.size), tools)
    if report.undecided:
        raise ArchiveError(
            f"The bag of item {parcel.item_id} could not be checked: {report.message}",
            code="bag-not-checked",
            remedy="Nothing is lost. Run the same ingest again.",
        )
    if not report.valid:
        raise IntegrityError(
            f"The bag of item {parcel.item_id} is not what arrived: {report.message}", code="bag-not-valid"
        )
    return parcel


def _opinions(staged: Path, seconds: float, tools: Tools) -> StockReport:
    """What the stock library says of a bag that our reader does not refuse; one that was killed says nothing of the bag, so another is asked."""
    with tools.validator() as validator:
        for _ in range(TRIES):
            report = validator.validate(staged, seconds, partial(read_bag, staged))
            if not report.undecided:
                break
    return report
