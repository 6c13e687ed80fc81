"""Whether all is well: a few figures for a monitor, and the long look of `remembrance doctor`."""

from __future__ import annotations

from typing import Any

from archive.services import (
    checkpoint_gaps,
    checkpoint_keys,
    checkpoint_standing,
    fixity_state,
    indexing,
    shared_fixity,
)
from archive.services.opening import Archive


def check(archive: Archive) -> dict[str, Any]:
    """Quick facts for a monitor: `status` is `ok` or `degraded`; holds no secret and no name."""
    failed = len(archive.jobs.failed())
    worker = archive.jobs.is_worker_alive()
    damaged, late = fixity_state.counts(archive)
    unread, there = fixity_state.unread(archive), fixity_state.are_there(archive)
    shared = shared_fixity.counts(archive)
    damaged, late, unread = damaged + shared.damaged, late + shared.late, unread + shared.unread
    with archive.db.read() as session:
        unsigned = checkpoint_standing.behind(archive.settings, session)
    signs = checkpoint_keys.can_sign(archive.settings)
    stands_still = unsigned >= checkpoint_standing.LATE_DAYS or not signs
    wrong = failed or damaged or late or unread or not there or stands_still
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
        "ledger": {
            "behind": unsigned,
            "key": "there" if signs else "lost",
            "gaps": checkpoint_gaps.count(archive.settings),
        },
        "index": {
            "public": archive.indexes.public.count(),
            "staff": archive.indexes.staff.count(),
            "waiting": indexing.pending(archive),
        },
    }
