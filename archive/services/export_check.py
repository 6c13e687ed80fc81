"""Whether what is about to leave is what its receiver will find: unpacked, read by the stock library, held against its profile."""

from __future__ import annotations

import tempfile
from pathlib import Path

from archive.bags import (
    PROFILE_ID,
    PROFILE_LABEL,
    SHARED_PROFILE_ID,
    Bag,
    StockValidator,
    UnpackLimits,
    breaches,
    patience,
    profile,
    read_bag,
    unpack,
)
from archive.bags.arriving import not_valid
from archive.models.errors import ArchiveError
from archive.services.export_forms import MEDIA_TYPES


def check_zip(path: Path, item_id: str) -> int:
    """Unpack the ZIP of one bag as its receiver will, and check what came out; return how many originals it holds.

    IntegrityError (`export-not-valid`) when it is not valid.
    """
    size = path.stat().st_size
    # It was made here: it may be as large as it is.
    limits = UnpackLimits(most_bytes=size, most_files=size)
    with (
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".checking-") as folder,
        StockValidator() as stock,
    ):
        try:
            unpacked = unpack(path, Path(folder), limits=limits)
        except ArchiveError as error:
            raise not_valid("it cannot be unpacked") from error
        return len(check_bag(unpacked, item_id, size, MEDIA_TYPES["zip"], stock).payload)


def check_bag(root: Path, item_id: str, size: int, media_type: str, stock: StockValidator) -> Bag:
    """Have a bag of `size` bytes that was unpacked read by the stock library, by our reader, and by the profile it names.

    `media_type` is that of the file it came in. IntegrityError (`export-not-valid`) for what the receiver could not use,
    BagRefusedError for a bag that is not sound.
    """
    check_by_stock(root, size, stock)
    bag = read_bag(root)
    if bag.id != item_id:
        raise not_valid(f"{item_id} is another item’s bag")
    # A bag from before there was a profile, and one for everybody, names none.
    named = bag.info.get(PROFILE_LABEL)
    if named in (PROFILE_ID, SHARED_PROFILE_ID) and (broken := breaches(root, profile(named), media_type)):
        raise not_valid(f"{item_id} does not keep its profile: {broken[0]}")
    return bag


def check_by_stock(root: Path, size: int, stock: StockValidator) -> None:
    """Have the stock library read a bag of `size` bytes in full; IntegrityError (`export-not-valid`) where it finds a fault."""
    report = stock.validate(root, patience(size))
    if not report.valid:
        raise not_valid(f"{root.name}: {report.message}")
