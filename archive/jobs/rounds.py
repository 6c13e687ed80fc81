"""What a worker does at intervals beside its jobs: signs of life, sweeps, schedules, and functions it was given."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from archive.jobs.client import Jobs
from archive.jobs.heartbeat import BEAT_EVERY_S, DEAD_AFTER_MS, Heartbeat
from archive.jobs.ledger import Ledger, cut_times, forget_old
from archive.jobs.tables import Tables

log = logging.getLogger(__name__)

BURY_EVERY_S = 5.0
SWEEP_EVERY_S = 5.0
CUT_EVERY_S = 10.0


@dataclass(frozen=True)
class Periodic:
    """A function called every `seconds` in the worker; an error is logged and it is called again."""

    name: str
    seconds: float
    fn: Callable[[], object]


@dataclass(frozen=True)
class Schedule:
    """The job `job` asked for once every `every_s` seconds among all workers, by the database's clock."""

    name: str
    every_s: float
    job: str
    args: tuple[Any, ...] = ()
    queue: str = "upkeep"

    def round(self, engine: Engine) -> Periodic:
        """The round that asks for it; asking again within the same interval is the same job."""
        jobs, now_ms = Jobs(engine), Tables.of(engine).now_ms

        def ask() -> None:
            with Session(engine) as session, session.begin():
                interval = int(session.execute(select(now_ms)).scalar_one() // (self.every_s * 1000))
                jobs.enqueue(session, self.job, *self.args, key=f"{self.name}/{interval}", queue=self.queue)

        return Periodic(self.name, min(self.every_s / 4, 60.0), ask)


class Upkeep:
    """The rounds every worker makes for the good of all."""

    def __init__(
        self,
        engine: Engine,
        tables: Tables,
        ledger: Ledger,
        heartbeat: Heartbeat,
        slot: str,
        running_ids: Callable[[], set[str]],
    ) -> None:
        self._engine = engine
        self._tables = tables
        self._ledger = ledger
        self._heartbeat = heartbeat
        self._slot = slot
        self._running_ids = running_ids
        self._lying: set[str] = set()

    def rounds(self, keep_done_s: float) -> tuple[Periodic, ...]:
        """Sign of life, burial of the dead, sweep of what nobody runs, forgetting of when, and of what is done."""

        def forget() -> None:
            with self._engine.begin() as connection:
                forget_old(connection, self._tables, int(keep_done_s * 1000))

        def cut() -> None:
            with self._engine.begin() as connection:
                cut_times(connection, self._tables)

        return (
            Periodic("heartbeat", BEAT_EVERY_S, self._beat),
            Periodic("burial", BURY_EVERY_S, self._heartbeat.bury_the_dead),
            Periodic("sweep", SWEEP_EVERY_S, self._sweep),
            Periodic("cut-times", CUT_EVERY_S, cut),
            Periodic("forget", min(600.0, max(1.0, keep_done_s / 2)), forget),
        )

    def _beat(self) -> None:
        if not self._heartbeat.beat():
            log.warning("slot %s was taken for dead; taking it again", self._slot)
            self._heartbeat.take()

    def _sweep(self) -> None:
        # Twice in a row, because a job just claimed is for a moment not yet among the running.
        lying = self._ledger.running_as(self._slot) - self._running_ids()
        again, self._lying = lying & self._lying, lying
        if again:
            found = self._ledger.put_back(again, self._slot)
            log.warning("%d job(s) that nobody ran put back", found)
        self._ledger.put_back_ownerless(DEAD_AFTER_MS)


class Rounds:
    """A thread for each round, so that a slow one holds up no sign of life."""

    def __init__(self, rounds: Sequence[Periodic], stopping: threading.Event) -> None:
        self._stopping = stopping
        self._threads = [
            threading.Thread(target=self._go, args=(each,), name=f"jobs-{each.name}", daemon=True)
            for each in rounds
        ]

    def start(self) -> None:
        """Begin all rounds; each is made once at once."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait for the rounds to end, which they do once `stopping` is set."""
        for thread in self._threads:
            thread.join(timeout=10.0)

    def _go(self, periodic: Periodic) -> None:
        while True:
            try:
                periodic.fn()
            except Exception as error:
                log.warning("round %s: %s", periodic.name, type(error).__name__)
            if self._stopping.wait(periodic.seconds):
                return
