"""What the public ledger says to receipts: the proof below a new one, and what one that is brought proves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Item
from archive.models.errors import IntegrityError, NotFoundError
from archive.services import checkpoint_keys, checkpoint_proofs, checkpoints, gap_standing
from archive.services.checkpoint_proofs import Standing
from archive.services.gap_text import Gap
from archive.services.opening import Archive
from archive.services.receipt_text import Entered, read_receipt


@dataclass(frozen=True)
class LedgerAnswer:
    """What the ledger says to a receipt: each item's standing, the day of the checkpoint that its proof leads to, and the
    acknowledged gap into which something of it fell; None where there is none."""

    standings: Mapping[str, Standing]
    day: date | None = None
    gap: Gap | None = None


def entered(archive: Archive, text: str) -> LedgerAnswer:
    """What the ledger says to a receipt. Only what this archive published itself counts. BadInputError (`bad-receipt`)."""
    given, proofs = read_receipt(text), checkpoint_proofs.read(text)
    standings = checkpoint_proofs.standings(given, proofs)
    if proofs is None:
        return LedgerAnswer(standings)
    day, settings = proofs.checkpoint.day, archive.settings
    try:
        gaps, every = gap_standing.accepted(settings)
    except IntegrityError:
        gaps, every = (), ()
    try:
        ours = [checkpoints.of_day(settings, day)]
    except (NotFoundError, IntegrityError):
        ours = []
    known = checkpoint_keys.published(settings)
    if not checkpoint_proofs.is_published(proofs, known, ours, gap_standing.lost_points(gaps)):
        return LedgerAnswer(dict.fromkeys(standings, Standing.WRONG), day)
    fell = gap_standing.fallen(proofs, standings, gaps, every)
    with archive.db.read() as session:
        # What came back since, by its bag from a further store, is here.
        back = set(session.scalars(select(Item.id).where(Item.id.in_(fell))))
    lost = {item_id: gap for item_id, gap in fell.items() if item_id not in back}
    return LedgerAnswer(
        {**standings, **dict.fromkeys(lost, Standing.IN_GAP)}, day, next(iter(lost.values()), None)
    )


def proof_for(archive: Archive, session: Session, item_ids: Sequence[str]) -> Entered | None:
    """What the ledger holds of items; nothing where it cannot be read: the receipt is as good without."""
    try:
        proofs, later = checkpoint_proofs.proofs_of(archive.settings, session, item_ids)
    except IntegrityError:
        return None
    if proofs is None:
        return Entered(more_from=later)
    return Entered(proofs.checkpoint.day, later, checkpoint_proofs.write(proofs))
