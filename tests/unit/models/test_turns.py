"""Whoever writes into SQLite waits for their turn, and is told when it does not come."""

from __future__ import annotations

import threading
from pathlib import Path

import pysqlite3.dbapi2
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from archive.models import database
from archive.models.turns import Turns

WRITERS = 6


def opened(tmp_path: Path) -> Engine:
    engine = database.open_engine(f"sqlite:///{tmp_path / 'one.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE told (who INTEGER)"))
    return engine


def write(engine: Engine, who: int) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO told VALUES (:who)"), {"who": who})


def test_of_all_who_wait_one_alone_looks_and_each_has_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = opened(tmp_path)
    looking, most, asked = set[int](), list[int](), threading.Semaphore(0)
    begun = Turns._begun

    def seen(self: Turns, connection: database.Connection, until: float) -> bool:
        looking.add(threading.get_ident())
        most.append(len(looking))
        asked.release()
        found = begun(self, connection, until)
        looking.remove(threading.get_ident())
        return found

    monkeypatch.setattr(Turns, "_begun", seen)
    other = pysqlite3.dbapi2.connect(str(tmp_path / "one.sqlite"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writers = [threading.Thread(target=write, args=(engine, who)) for who in range(WRITERS)]
    for one in writers:
        one.start()
    asked.acquire()
    other.execute("COMMIT")
    other.close()
    for one in writers:
        one.join()
    assert most == [1] * WRITERS
    with engine.connect() as connection:
        assert sorted(connection.scalars(text("SELECT who FROM told"))) == list(range(WRITERS))
    engine.dispose()


def test_who_is_not_let_in_is_told_so_and_waits_like_anybody_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.3)
    engine = opened(tmp_path)
    other = pysqlite3.dbapi2.connect(str(tmp_path / "one.sqlite"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        write(engine, 1)
    other.execute("COMMIT")
    other.close()
    write(engine, 2)
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT who FROM told")).all() == [2]
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 300
    engine.dispose()
