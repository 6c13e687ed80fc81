"""Runs the pipeline: a worker of its own, or for the length of one command when none runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

from archive.jobs import Periodic, SlotTakenError, Worker
from archive.services import (
    checkpoints,
    copies_round,
    export_standing,
    faces,
    fixity_round,
    indexing,
    sweep,
    times,
    upkeep,
)
from archive.services.opening import Archive
from ingest.helpers import Helpers
from ingest.item_parcel import Tools
from ingest.pipeline import handlers
from ingest.renewing import RenewalRound

# Seconds between looks at what waits; well under the two within which a publication is to be found.
EVERY = 0.3
HELPERS_EVERY = 0.5
TURN_OF_DAY_EVERY = 60.0
# To see that it is another day costs nothing; what opens or closes with it is waited for.
LOOKED_AT_THE_DAY_EVERY = 2.0
SWEEP_EVERY = 3600.0
AUDIT_EVERY = 10.0
INDEX_EVERY = 60.0
RENEW_EVERY = 1.0
# What was taken back is handed out no more from that moment on; this removes the file.
EXPORTS_EVERY = 5.0


@contextmanager
def worker(archive: Archive, slot: str) -> Iterator[Worker]:
    """A worker that does jobs and upkeep until the `with` ends, with helpers while much waits."""
    helpers, audit = Helpers(archive, slot), fixity_round.Round(archive)
    renewal = RenewalRound(archive)
    periodic = (
        Periodic("indexing", EVERY, upkeep.Indexing(archive)),
        Periodic("catch-up", EVERY, upkeep.CatchUp(archive)),
        # After an upgrade, in a round of its own: what was taken back does not wait for it.
        Periodic("index", INDEX_EVERY, lambda: indexing.renew(archive)),
        Periodic("sweep", SWEEP_EVERY, lambda: sweep.sweep(archive)),
        # What was to vanish, while the disk took nothing, vanishes once it does.
        Periodic("doomed", TURN_OF_DAY_EVERY, archive.store.sweep_orphans),
        Periodic("times", TURN_OF_DAY_EVERY, lambda: times.cut(archive)),
        Periodic("exports", EXPORTS_EVERY, lambda: export_standing.sweep(archive)),
        Periodic("forget-faces", TURN_OF_DAY_EVERY, lambda: faces.forget_old(archive)),
        Periodic("another-day", LOOKED_AT_THE_DAY_EVERY, upkeep.AnotherDay(archive)),
        Periodic("turn-of-day", TURN_OF_DAY_EVERY, upkeep.TurnOfDay(archive)),
        Periodic("checkpoint", TURN_OF_DAY_EVERY, lambda: checkpoints.make_due(archive)),
        Periodic("helpers", HELPERS_EVERY, helpers.see_to_it),
        Periodic("fixity", AUDIT_EVERY, audit),
        Periodic("renewal", RENEW_EVERY, renewal),
        *copies_round.rounds(archive),
    )
    try:
        with _worker(archive, slot, archive.settings.concurrency, periodic, lambda: helpers.count) as running:
            try:
                yield running
            finally:
                # A large bag or film is not read to its end before a worker can stop.
                audit.stop()
                renewal.stop()
    finally:
        helpers.close()


@contextmanager
def helping(archive: Archive, slot: str) -> Iterator[Worker]:
    """A worker beside another one, which sees to the upkeep: one job at a time until the `with` ends."""
    with _worker(archive, slot, 1) as running:
        yield running


@contextmanager
def _worker(
    archive: Archive,
    slot: str,
    concurrency: int,
    periodic: Sequence[Periodic] = (),
    lent: Callable[[], int] = lambda: 0,
) -> Iterator[Worker]:
    tools = Tools(archive, concurrency)
    running = Worker(
        archive.db.engine,
        handlers(tools),
        concurrency=concurrency,
        slot=slot,
        periodic=periodic,
        lent=lent,
    )
    try:
        with running:
            yield running
    finally:
        tools.close()


@contextmanager
def working(archive: Archive) -> Iterator[Callable[[], None]]:
    """Make sure that somebody works: the worker that runs already, or one of our own for the length of a `with`.

    Call what it yields now and then: where the worker that ran has ended meanwhile, one of our own takes over.
    """
    with ExitStack() as stack:
        own: list[Worker] = []

        def see_to_it() -> None:
            if own or archive.jobs.is_worker_alive():
                return
            # Taken: another command has just had the same thought.
            with suppress(SlotTakenError):
                own.append(stack.enter_context(worker(archive, "command")))

        see_to_it()
        yield see_to_it


def wait_until_caught_up(archive: Archive, timeout_s: float = 600.0) -> None:
    """Wait until bags and indexes hold what the database does; a bag that is gone or damaged is not waited for."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if upkeep.catch_up(archive):
            return
        time.sleep(EVERY / 2)
