"""Values of the tables that hold on both databases: ids, moments, errors, transactions."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from archive.models import (
    TRANSITIONS,
    Action,
    Base,
    Collection,
    Database,
    ItemState,
    Right,
    ServerSession,
    is_id,
    new_id,
)
from archive.models import errors as told


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.close()


def test_an_id_is_sixteen_letters_that_cannot_be_misread_or_guessed() -> None:
    made = {new_id() for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{16}", one) and is_id(one) for one in made)
    assert not any(
        map(is_id, ("", "a" * 15, "a" * 17, "A" * 16, "i" * 16, "a" * 15 + "\n", "../../../../etc/"))
    )


def test_a_moment_comes_back_as_the_same_moment_in_utc(db: Database) -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=-4)))
    with db.write() as session:
        session.add(ServerSession(id_hash="x", created=summer))
    with db.read() as session:
        kept = session.get_one(ServerSession, "x")
    assert kept.created == summer
    assert kept.created.tzinfo is UTC


def test_a_transaction_that_fails_leaves_nothing(db: Database) -> None:
    with pytest.raises(RuntimeError), db.write() as session:
        session.add(Collection(slug="half"))
        session.flush()
        raise RuntimeError
    with db.read() as session:
        assert session.get(Collection, "half") is None


def test_nothing_done_while_reading_is_kept(db: Database) -> None:
    with db.read() as session:
        session.add(Collection(slug="by-mistake"))
        session.flush()
    with db.read() as session:
        assert session.get(Collection, "by-mistake") is None


def test_writers_at_the_same_moment_wait_for_each_other_and_all_succeed(db: Database) -> None:
    with db.write() as session:
        session.add(ServerSession(id_hash="counter", data="0"))
    failures: list[BaseException] = []

    def count() -> None:
        try:
            for _ in range(10):
                with db.write() as session:
                    row = session.get_one(ServerSession, "counter", with_for_update=True)
                    row.data = str(int(row.data) + 1)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with db.read() as session:
        assert session.get_one(ServerSession, "counter").data == "40"


@pytest.mark.sqlite("its settings")
def test_sqlite_keeps_what_it_acknowledges_and_forgets_what_is_erased(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'kept.db'}")
    with db.read() as session:
        found = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
        version = session.scalar(text("SELECT sqlite_version()"))
    db.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 30_000,
    }
    assert tuple(map(int, str(version).split("."))) >= (3, 51, 3)


def test_withdrawing_is_possible_from_every_state_that_was_sent() -> None:
    never_sent = {ItemState.DRAFT, ItemState.WITHDRAWN}
    for state in set(ItemState) - never_sent:
        assert TRANSITIONS[state, Action.WITHDRAW] == (ItemState.WITHDRAWN, Right.WITHDRAW)


def test_no_state_but_published_is_one_step_from_being_public_without_the_right_to_publish() -> None:
    ways = {right for after, right in TRANSITIONS.values() if after == ItemState.PUBLISHED}
    assert ways == {Right.PUBLISH}


@pytest.mark.parametrize("kind", told.ArchiveError.__subclasses__(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_code_a_sentence_and_a_remedy(kind: type[told.ArchiveError]) -> None:
    error = kind("What happened.")
    assert re.fullmatch(r"[a-z-]+", error.code)
    assert str(error) == "What happened."
    assert error.remedy.endswith(".")
    assert kind("It.", code="other", remedy="Do that.").code == "other"
