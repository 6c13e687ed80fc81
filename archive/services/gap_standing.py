"""What acknowledged gaps mean for those outside: which count, and what of a receipt fell into one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from archive.services import checkpoint_gaps, checkpoint_keys, checkpoints
from archive.services.checkpoint_proofs import Proofs, Standing
from archive.services.checkpoint_text import Checkpoint
from archive.services.gap_check import check_gaps, point_of, size_before
from archive.services.gap_text import Gap, Point, PublishedGap
from archive.settings import Settings


def accepted(settings: Settings) -> tuple[tuple[PublishedGap, ...], Sequence[Checkpoint]]:
    """The acknowledgements of an archive where nothing is wrong with any, and all checkpoints; nothing where there are none.

    IntegrityError (`checkpoint-refused`) when something cannot be read.
    """
    if not checkpoint_gaps.count(settings):
        return (), ()
    found = [checkpoints.of_day(settings, day) for day in checkpoints.all_days(settings)]
    gaps = tuple(checkpoint_gaps.published(settings, found))
    wrong = any(check_gaps(checkpoint_keys.published(settings), found, gaps))
    return (() if wrong else gaps), found


def lost_points(gaps: Sequence[PublishedGap]) -> Collection[Point]:
    """Every checkpoint that was published and is not in the ledger any more, as the archive says itself."""
    return frozenset(point for one in gaps for point in one.gap.lost)


def fallen(
    proofs: Proofs,
    standings: Mapping[str, Standing],
    gaps: Sequence[PublishedGap],
    found: Sequence[Checkpoint],
) -> dict[str, Gap]:
    """The gap into which the coming of each item of a receipt fell that is proven and was lost."""
    leads_to = point_of(proofs.checkpoint)
    fell: dict[str, Gap] = {}
    for entry in proofs.entries:
        if standings.get(entry.item_id) != Standing.PROVEN:
            continue
        for gap in (one.gap for one in gaps):
            # In a checkpoint that is lost the number is that of another list, from the backup on.
            was_after = leads_to in gap.lost and entry.number > size_before(found, gap.backup)
            if was_after or (leads_to not in gap.lost and gap.holds(entry.number)):
                fell[entry.item_id] = gap
    return fell
