"""Sessions: each ends in its time, signing out is for good, and no table tells a token."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from archive.models import Role, ServerSession, User, now
from archive.services import sessions, signing_in
from archive.services.opening import Archive
from tests.fixtures.people import PASSWORD, somebody, user_of

__all__ = []


@pytest.fixture
def user_id(archive: Archive) -> str:
    """A user who can sign in."""
    return somebody(archive)[1]


@pytest.fixture
def name(archive: Archive, user_id: str) -> str:
    """Their name."""
    return user_of(archive, user_id).username


def test_signing_out_ends_the_session_for_good(archive: Archive, name: str) -> None:
    token, other = (signing_in.sign_in(archive, name, PASSWORD) for _ in range(2))
    sessions.drop_session(archive, token)
    assert sessions.actor_for(archive, token) is None
    assert sessions.open_session(archive, token) is None
    assert sessions.actor_for(archive, other) is not None


@pytest.mark.parametrize("column", ["seen", "created"])
def test_a_session_ends_after_its_idle_time_and_in_any_case_after_its_hours(
    archive: Archive, name: str, column: str
) -> None:
    limits = {
        "seen": timedelta(minutes=archive.settings.session_idle_minutes),
        "created": timedelta(hours=archive.settings.session_hours),
    }
    token = signing_in.sign_in(archive, name, PASSWORD)
    for moment, ended in ((limits[column] - timedelta(seconds=30), False), (limits[column], True)):
        # Being there must not put off the absolute end, so `seen` is fresh while `created` is old.
        with archive.db.write() as session:
            where = ServerSession.id_hash == sessions.hash_of(token)
            session.execute(update(ServerSession).where(where).values(**{column: now() - moment}))
        assert (sessions.actor_for(archive, token) is None) is ended
    sessions.remove_ended_sessions(archive)
    with archive.db.read() as session:
        assert session.get(ServerSession, sessions.hash_of(token)) is None


def test_being_there_puts_off_the_idle_end(archive: Archive, name: str) -> None:
    token = signing_in.sign_in(archive, name, PASSWORD)
    almost = now() - timedelta(minutes=archive.settings.session_idle_minutes - 1)
    with archive.db.write() as session:
        where = ServerSession.id_hash == sessions.hash_of(token)
        session.execute(update(ServerSession).where(where).values(seen=almost))
    assert sessions.open_session(archive, token) is not None
    with archive.db.read() as session:
        assert session.get_one(ServerSession, sessions.hash_of(token)).seen > almost


def test_changed_roles_count_from_the_next_look(archive: Archive, name: str, user_id: str) -> None:
    token = signing_in.sign_in(archive, name, PASSWORD)
    with archive.db.write() as session:
        user = session.get_one(User, user_id)
        user.roles = [Role(name="archivist", collection="march-25")]
    known = sessions.actor_for(archive, token)
    assert known is not None
    assert known[0].roles == {"archivist": frozenset({"march-25"})}
    with archive.db.write() as session:
        session.get_one(User, user_id).active = False
    assert sessions.actor_for(archive, token) is None


def test_no_table_holds_a_token_or_a_password(archive: Archive, name: str) -> None:
    token = signing_in.sign_in(archive, name, PASSWORD)
    sessions.save_session(archive, token, {"words": "kept"})
    with archive.db.read() as session:
        rows = [str(row) for row in session.execute(select(ServerSession.__table__))]
        rows += [str(row) for row in session.execute(select(User.__table__))]
    assert not any(token in row or PASSWORD in row for row in rows)
    assert len(token) >= 43


def test_a_session_for_nobody_yet_holds_words_and_no_rights(archive: Archive) -> None:
    token = sessions.save_session(archive, None, {"typed": "a name"})
    found = sessions.open_session(archive, token)
    assert found is not None and found.data == {"typed": "a name"}
    assert sessions.actor_for(archive, token) is None
    assert sessions.open_session(archive, "made-up") is None
