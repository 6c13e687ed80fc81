"""Who is alive: one row a worker slot, beaten by the database's clock; the work of the dead is handed on."""

from __future__ import annotations

import logging
import os
import platform
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, false, select, update

from archive.jobs.ledger import Ledger
from archive.jobs.tables import Tables, upsert
from archive.models.errors import ConflictError
from archive.models.ids import new_id

log = logging.getLogger(__name__)

BEAT_EVERY_S = 2.0
DEAD_AFTER_MS = 20_000


class SlotTakenError(ConflictError):
    """A worker is alive under this name already."""

    code = "slot-taken"
    remedy = "Stop the other worker first, or start this one under another name."


def machine() -> str:
    """Names the process table this process is in: a boot of a machine and a PID namespace."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return platform.node()


def process(pid: int) -> str | None:
    """Names one process of this machine so that a reused PID is told apart; None when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None if Path("/proc/self").exists() or not _exists(pid) else str(pid)
    state, *fields = stat.rpartition(")")[2].split()
    # A zombie has ended, whether or not its parent has noticed; field 22 is the start time.
    return None if state in "ZX" else f"{pid}@{fields[18]}"


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Heartbeat:
    """The row of one slot."""

    def __init__(self, engine: Engine, tables: Tables, ledger: Ledger, slot: str) -> None:
        self._engine = engine
        self._tables = tables
        self._rows = tables.slots.c
        self._ledger = ledger
        self._slot = slot
        self._incarnation = new_id()

    def take(self) -> None:
        """Take the slot and hand its unfinished work back to the queue.

        Raises SlotTakenError while another worker holds it: its process is there, or, on another machine,
        has given a sign of life within DEAD_AFTER_MS.
        """
        with self._engine.begin() as connection:
            self._lock(connection)
            if self._slot in alive(connection, self._tables):
                raise SlotTakenError(f"A worker is already running under the name {self._slot}.")
            self._ledger.inherit(connection, [self._slot])
            self._write(connection)

    def beat(self) -> bool:
        """Give a sign of life; False when the slot was taken away (this process was thought dead)."""
        mine = (self._rows.slot == self._slot, self._rows.incarnation == self._incarnation)
        with self._engine.begin() as connection:
            change = update(self._tables.slots).where(*mine).values(beat_ms=self._tables.now_ms)
            return connection.execute(change).rowcount == 1

    def leave(self) -> None:
        """Give the slot up."""
        with self._engine.begin() as connection:
            mine = (self._rows.slot == self._slot, self._rows.incarnation == self._incarnation)
            connection.execute(delete(self._tables.slots).where(*mine))

    def bury_the_dead(self) -> int:
        """Hand the work of dead slots back to the queue: how many jobs."""
        with self._engine.begin() as connection:
            self._lock(connection)
            known = set(connection.execute(select(self._rows.slot)).scalars())
            dead = sorted(known - alive(connection, self._tables) - {self._slot})
            if not dead:
                return 0
            handed_on = self._ledger.inherit(connection, dead)
            connection.execute(delete(self._tables.slots).where(self._rows.slot.in_(dead)))
        log.warning("%d dead worker(s) buried, %d job(s) handed on", len(dead), handed_on)
        return handed_on

    def _lock(self, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE dbos.job_slots IN SHARE ROW EXCLUSIVE MODE")
        else:
            # The first write takes SQLite's one write lock, and this one changes nothing.
            connection.execute(delete(self._tables.slots).where(false()))

    def _write(self, connection: Connection) -> None:
        values = {
            "slot": self._slot,
            "incarnation": self._incarnation,
            "machine": machine(),
            "process": process(os.getpid()) or str(os.getpid()),
            "beat_ms": self._tables.now_ms,
        }
        upsert(connection, self._tables.slots, "slot", values)


def alive(connection: Connection, tables: Tables) -> set[str]:
    """Slots whose worker lives: a recent sign of life by the database's clock, and its process if it is here."""
    rows = tables.slots.c
    fresh = (rows.beat_ms > tables.now_ms - DEAD_AFTER_MS).label("fresh")
    here = machine()
    # A process of this machine can be looked at, so a killed worker's slot is free at once.
    return {
        row.slot
        for row in connection.execute(select(rows.slot, rows.machine, rows.process, fresh))
        if row.fresh and (row.machine != here or process(int(row.process.split("@")[0])) == row.process)
    }
