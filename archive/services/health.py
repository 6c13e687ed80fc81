"""Whether all is well: a few figures for a monitor, and the long look of `remembrance doctor`."""

from __future__ import annotations

from typing import Any

from archive.models.errors import IndexUnusableError
from archive.search import SearchIndex
from archive.services import (
    checkpoint_gaps,
    checkpoint_keys,
    checkpoint_standing,
    checkpoints,
    fixity_state,
    indexing,
    records,
    shared_fixity,
    shared_writing,
)
from archive.services.opening import Archive


def check(archive: Archive) -> dict[str, Any]:
    """Quick facts for a monitor: `status` is `ok` or `degraded`; holds no secret and no name."""
    failed = len(archive.jobs.failed())
    worker = archive.jobs.is_worker_alive()
    damaged, late = fixity_state.counts(archive)
    unread, there = fixity_state.unread(archive), fixity_state.are_there(archive)
    behind, refused = records.counts(archive)
    shared_behind, shared_refused = shared_writing.counts(archive)
    behind, refused = behind + shared_behind, refused + shared_refused
    shared = shared_fixity.counts(archive)
    damaged, late, unread = damaged + shared.damaged, late + shared.late, unread + shared.unread
    with archive.db.read() as session:
        unsigned = checkpoint_standing.behind(archive.settings, session)
    signs = checkpoint_keys.can_sign(archive.settings)
    cut_off = checkpoints.is_cut_off(archive)
    stands_still = unsigned >= checkpoint_standing.LATE_DAYS or not signs or cut_off
    found = {index: _findable(index) for index in archive.indexes.every}
    wrong = (
        None in found.values() or failed or damaged or late or unread or not there or stands_still or refused
    )
    return {
        "status": "ok" if worker and not wrong else "degraded",
        "worker": "alive" if worker else "not running",
        "jobs": {"waiting": archive.jobs.pending_count(), "failed": failed},
        "fixity": {
            "damaged": damaged,
            "late": late,
            "unread": unread,
            "bags": "there" if there else "absent",
            # Made anew already, so nothing is wrong any more; it is how a disk begins to die.
            "copies_damaged": fixity_state.copies_damaged(archive),
        },
        # What bags have yet to be told; while one takes nothing, what was changed is in the database alone.
        "records": {"waiting": behind, "refused": refused},
        "ledger": {
            "behind": unsigned,
            "key": "there" if signs else "lost",
            "checkpoints": "cut-off" if cut_off else "there",
            "gaps": checkpoint_gaps.count(archive.settings),
        },
        "index": {
            "public": found[archive.indexes.public],
            "staff": found[archive.indexes.staff],
            "waiting": indexing.pending(archive),
        },
    }


def _findable(index: SearchIndex) -> int | None:
    """How many items an index finds; None before one that cannot be read is made anew."""
    try:
        return index.count()
    except IndexUnusableError:
        return None
