"""Whose turn it is to write into SQLite, which lets one write at a time and wakes nobody when it is free again."""

from __future__ import annotations

import threading
import time

import pysqlite3.dbapi2
from sqlalchemy import Connection

# Looked at so often whether it is free: a transaction takes some milliseconds, and whoever waits for a long one is in no hurry.
FIRST_S, LAST_S, LONGER = 0.0005, 0.02, 1.1


class Turns:
    """Has the threads of a process wait for each other, so that one of them alone looks whether the database is free.

    SQLite's own waiting looks ever more seldom, up to ten times a second: of eight who write at once some then sleep
    while nobody writes at all, and whoever came last is served first (sqlite.org/c3ref/busy_timeout.html).
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._turn = threading.Lock()

    def begin(self, connection: Connection) -> None:
        """Begin a transaction that writes; SQLAlchemy's OperationalError where nobody let us for so many seconds."""
        until = time.monotonic() + self._patience_s
        is_ours = self._turn.acquire(timeout=self._patience_s)
        try:
            if not self._begun(connection, until):
                # Says why, as any statement does.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            if is_ours:
                self._turn.release()

    def _begun(self, connection: Connection, until: float) -> bool:
        cursor, wait_s = connection.connection.cursor(), FIRST_S
        try:
            cursor.execute("PRAGMA busy_timeout = 0")
            while True:
                try:
                    cursor.execute("BEGIN IMMEDIATE")
                    return True
                except pysqlite3.dbapi2.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() >= until:
                        return False
                time.sleep(wait_s)
                wait_s = min(wait_s * LONGER, LAST_S)
        finally:
            # What is written down then waits as any other statement does, for instance for who puts the log into the file.
            cursor.execute(f"PRAGMA busy_timeout = {round(self._patience_s * 1000)}")
            cursor.close()
