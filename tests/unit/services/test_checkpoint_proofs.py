"""A receipt proves by itself that these files had come by a day; with what was published nobody can have made it up since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archive.access import OPERATOR, contributor
from archive.models.errors import BadInputError
from archive.services import (
    checkpoint_keys,
    checkpoint_proofs,
    checkpoints,
    erasing,
    receipt_ledger,
    receipts,
    withdrawing,
)
from archive.services.checkpoint_proofs import Standing
from archive.services.receipt_ledger import LedgerAnswer
from archive.services.receipt_text import read_receipt
from tests.fixtures.forged import forged
from tests.fixtures.ledgers import Ledger, ledger

__all__ = ["ledger"]


def receipt_of(ledger: Ledger, item_id: str) -> str:
    submission_id = ledger.submission_of(item_id)
    return receipts.receipt(ledger.archive, contributor([submission_id]), submission_id)


def standing(ledger: Ledger, text: str) -> Standing:
    (found,) = receipt_ledger.entered(ledger.archive, text).standings.values()
    return found


def alone(text: str) -> Standing:
    """What the receipt says by itself, without the archive."""
    (found,) = checkpoint_proofs.standings(read_receipt(text), checkpoint_proofs.read(text)).values()
    return found


def test_before_a_checkpoint_covers_it_the_receipt_says_from_when_it_is_proven(ledger: Ledger) -> None:
    item_id = ledger.come()
    text = receipt_of(ledger, item_id)
    tomorrow = ledger.on + timedelta(days=1)
    assert f"can be had from: {tomorrow}" in text and checkpoint_proofs.MARK not in text
    assert standing(ledger, text) == Standing.NOT_YET
    made = ledger.a_day_passes()
    assert made is not None and made.day + timedelta(days=1) == tomorrow
    text = receipt_of(ledger, item_id)
    assert f"signed in the checkpoint of: {made.day}" in text and "can be had from" not in text
    assert standing(ledger, text) == alone(text) == Standing.PROVEN


def test_every_item_is_proven_by_the_newest_checkpoint_and_stays_so(ledger: Ledger) -> None:
    made = ledger.grown()
    texts = [receipt_of(ledger, item_id) for item_id in ledger.items]
    ledger.come()
    ledger.a_day_passes()
    checkpoints.rotate_key(ledger.archive)
    ledger.come()
    ledger.a_day_passes()
    for text in texts:
        proofs = checkpoint_proofs.read(text)
        assert proofs is not None and proofs.checkpoint.day == made[-1].day
        assert standing(ledger, text) == Standing.PROVEN
        published = checkpoint_keys.published(ledger.archive.settings)
        assert checkpoint_proofs.is_published(proofs, published, made)
        assert not checkpoint_proofs.is_published(proofs, published, made[:-1])


def test_a_receipt_on_which_anything_was_changed_proves_nothing(ledger: Ledger) -> None:
    ledger.grown()
    text = receipt_of(ledger, ledger.items[0])
    (file,) = read_receipt(text).files
    proofs = checkpoint_proofs.read(text)
    assert proofs is not None
    (entry,) = proofs.entries
    for old, new in (
        (file.sha512, "0" * 128),
        (entry.nonce, "0" * 64),
        (entry.previous, "1" * 64),
        (f" {entry.number} {entry.nonce}", f" {entry.number + 1} {entry.nonce}"),
        ('"sequence":2', '"sequence":3'),
    ):
        assert old in text
        assert alone(forged(text, old, new)) == Standing.WRONG, old
    assert alone(forged(text, ledger.items[0], ledger.items[1])) == Standing.WRONG
    for lost in ("end-proof", "entry ", "key ", "checkpoint "):
        without = "\n".join(line for line in text.splitlines() if not line.startswith(lost))
        with pytest.raises(BadInputError) as caught:
            checkpoint_proofs.read(without)
        assert caught.value.code == "bad-receipt"


def test_a_proof_from_a_ledger_that_is_not_ours_is_told(ledger: Ledger) -> None:
    ledger.grown()
    text = receipt_of(ledger, ledger.items[0])
    for path in (ledger.folder / "keys.json", ledger.archive.settings.home / "keys" / "ledger-1.key"):
        path.unlink()
    checkpoint_keys.rotate(ledger.archive.settings)
    assert alone(text) == Standing.PROVEN, "it is whole; only not ours"
    assert standing(ledger, text) == Standing.WRONG


def test_a_receipt_from_before_there_was_a_ledger_is_still_one(ledger: Ledger) -> None:
    ledger.grown()
    text = receipt_of(ledger, ledger.items[0])
    old = text[: text.index(checkpoint_proofs.MARK)]
    assert read_receipt(old) == read_receipt(text)
    assert receipt_ledger.entered(ledger.archive, old) == LedgerAnswer({ledger.items[0]: Standing.NOT_YET})
    assert [one.verdict for one in receipts.check(ledger.archive, old)] == ["held"]


def test_nobody_proves_any_more_what_was_destroyed_but_who_has_the_receipt(ledger: Ledger) -> None:
    ledger.grown()
    gone = ledger.items[0]
    text = receipt_of(ledger, gone)
    withdrawing.withdraw_item(ledger.archive, OPERATOR, gone, destroy=True)
    erasing.clear(ledger.archive)
    with ledger.archive.db.read() as session:
        proofs, _ = checkpoint_proofs.proofs_of(ledger.archive.settings, session, [gone])
    assert proofs is None
    assert standing(ledger, text) == Standing.PROVEN


def test_a_ledger_that_is_damaged_keeps_nobody_from_a_receipt(ledger: Ledger) -> None:
    ledger.grown()
    proven = receipt_of(ledger, ledger.items[0])
    for path in (ledger.folder / "checkpoints").iterdir():
        path.write_text("{}")
    text = receipt_of(ledger, ledger.items[0])
    assert checkpoint_proofs.MARK not in text and read_receipt(text) == read_receipt(proven)
    assert standing(ledger, proven) == Standing.WRONG
    assert ledger.problems() == [("unreadable", None)]
