"""Opening a database while others open it, write to it, or leave it alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pysqlite3.dbapi2
import pytest
from sqlalchemy import text

from archive.jobs.durable import bookkeeping_engine
from archive.models.database import open_engine


@pytest.mark.parametrize("beside", [False, True], ids=["archive", "jobs"])
def test_whoever_opens_a_new_database_while_another_writes_waits(tmp_path: Path, beside: bool) -> None:
    # SQLite itself waits for nobody here: it says at once that the database is locked.
    other = pysqlite3.dbapi2.connect(tmp_path / "new.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE thing (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    engine = open_engine(f"sqlite:///{tmp_path / 'new.sqlite'}")
    engine = bookkeeping_engine(engine) if beside else engine
    threading.Timer(0.3, other.execute, ["COMMIT"]).start()
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    engine.dispose()
    other.close()
