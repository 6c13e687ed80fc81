"""Opening a database while others open it, write to it, or leave it alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pysqlite3.dbapi2
import pytest
from sqlalchemy import make_url, text

from archive.jobs.durable import bookkeeping_engine
from archive.models.database import open_engine
from archive.models.errors import BadInputError
from archive.services.opening import open_archive
from archive.settings import Settings


@pytest.mark.sqlite("its write-ahead log, for which it waits for nobody")
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


@pytest.mark.parametrize("wrong", [{"database": "no_such_database"}, {"username": "nobody-of-that-name"}])
def test_an_address_at_which_a_server_knows_no_database_for_us_is_a_wrong_setting(
    postgres_url: str, tmp_path: Path, wrong: dict[str, str]
) -> None:
    address = make_url(postgres_url).set(**wrong).render_as_string()
    with pytest.raises(BadInputError, match="knows no such database or user") as refused:
        open_archive(Settings(home=tmp_path / "home", database_url=address))
    assert refused.value.code == "bad-setting"
    assert "createdb" in refused.value.remedy
