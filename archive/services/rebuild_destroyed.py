"""Sees to it that the public ledger knows of everything whose bag was destroyed, so that nobody misses its events there."""

from __future__ import annotations

from sqlalchemy import select

from archive.access import PIPELINE
from archive.models import Event, record_event
from archive.services import checkpoint_entries as entries_of
from archive.services import checkpoint_explained as explained
from archive.services import checkpoints
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.withdrawal_ledger import BY_LEDGER


def sign_destroyed(archive: Archive) -> None:
    """Finish in the public ledger what destroying an item does there, where its database was lost in between.

    Of what was destroyed there is no bag to bring it back. Where its end was not signed by then, it is written down
    now, so that the next checkpoint signs it; by what its entries could be proven is let go of, should it be there still.
    """
    entries = entries_of.read_all(archive.settings)
    told = {one.subject for one in entries}
    with archive.db.read() as session:
        gone = explained.unknown_of(session, sorted(archive.withdrawals.ended() & told))
    for item_id in sorted({one.subject for one in entries if one.nonce} & gone):
        checkpoints.forget(archive, item_id)
    unsigned = gone - {one.subject for one in entries if one.kind == "destruction"}
    with archive.db.write() as session:
        for item_id in sorted(unsigned):
            if session.scalar(select(Event.id).where(Event.subject_id == item_id).limit(1)) is None:
                record_event(session, item_id, "destroy", agent_of(PIPELINE), dict(BY_LEDGER))
