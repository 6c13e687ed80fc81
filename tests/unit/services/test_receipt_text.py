"""The text of a receipt is read again, however much was given."""

from __future__ import annotations

from archive.models import today
from archive.services.receipt_text import LONGEST, Agreed, GivenFile, Receipt, read_receipt, write_receipt
from ingest.bulk import unzip


def test_a_receipt_of_the_largest_parcel_with_every_proof_is_one_still() -> None:
    files = tuple(
        GivenFile(f"Photograph {number:05}.jpg", 4_000_000, f"{number:0128x}", f"{number:016}")
        for number in range(unzip.MOST_FILES)
    )
    text = write_receipt(
        "Archive", today(), Receipt("0" * 16, files), Agreed("1", "0" * 64, "Word. " * 20_000)
    )
    assert read_receipt(text).files == files
    # What proves the entry of an item: its event, and a path in a tree of sixteen million.
    proof = 300 + 45 * 24
    assert len(text) + proof * len(files) <= LONGEST
