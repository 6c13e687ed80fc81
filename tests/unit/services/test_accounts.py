"""Signing in: nothing tells who has an account, nobody guesses for long, and an end is an end."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select, text, update

from archive.access import OPERATOR
from archive.models import User, now
from archive.models.errors import BadInputError
from archive.services import accounts, passwords, sessions, signing_in, slow_hash
from archive.services.opening import Archive
from tests.fixtures.hashing import REAL, UNUSABLE

PASSWORD = "four random words here"
WRONG = "four wrong words here"


@pytest.fixture
def name(archive: Archive) -> str:
    """A user who can sign in."""
    name = f"user-{secrets.token_hex(4)}"
    accounts.create_user(archive, name, PASSWORD, {"curator": ""})
    return name


def refusal(act: Callable[[], object]) -> tuple[str, str, str]:
    with pytest.raises(BadInputError) as caught:
        act()
    return caught.value.code, str(caught.value), caught.value.remedy


def user_of(archive: Archive, name: str) -> User:
    with archive.db.read() as session:
        return session.scalars(select(User).where(User.username == name)).one()


def change_user(archive: Archive, name: str, **values: object) -> None:
    with archive.db.write() as session:
        session.execute(update(User).where(User.username == name).values(**values))


def test_the_right_password_opens_a_session_in_the_users_roles(archive: Archive, name: str) -> None:
    token = signing_in.sign_in(archive, f" {name} ", PASSWORD)
    known = sessions.actor_for(archive, token)
    assert known is not None
    who, username = known
    assert username == name
    assert who.roles == {"curator": frozenset()}
    assert who.id == user_of(archive, name).id


def test_every_way_of_being_wrong_gets_one_answer(archive: Archive, name: str) -> None:
    answers = {refusal(lambda: signing_in.sign_in(archive, name, WRONG))}
    answers.add(refusal(lambda: signing_in.sign_in(archive, "nobody-of-that-name", PASSWORD)))
    answers.add(refusal(lambda: signing_in.sign_in(archive, "", "")))
    change_user(archive, name, active=False)
    answers.add(refusal(lambda: signing_in.sign_in(archive, name, PASSWORD)))
    change_user(archive, name, active=True, locked_until=now() + timedelta(minutes=1))
    answers.add(refusal(lambda: signing_in.sign_in(archive, name, PASSWORD)))
    assert len(answers) == 1


def test_every_way_of_being_wrong_hashes_once_and_writes_once(
    archive: Archive, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time tells by work: the same hash with the same cost, and one transaction that has something to flush."""
    hashed: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            try:
                return super().verify(hash, password)
            except VerifyMismatchError:
                # Only a hash that was computed and compared ends like this.
                hashed.append(str(hash))
                raise

    monkeypatch.setattr(slow_hash, "_hasher", Counting(time_cost=1, memory_cost=64, parallelism=1))

    def work(username: str) -> tuple[int, bool]:
        hashed.clear()
        with commits(archive) as written:
            refusal(lambda: signing_in.sign_in(archive, username, WRONG))
            return len(hashed), written()

    known, unknown = work(name), work("nobody-of-that-name")
    change_user(archive, name, locked_until=now() + timedelta(minutes=1))
    assert known == unknown == work(name) == (1, True)


@contextmanager
def commits(archive: Archive) -> Iterator[Callable[[], bool]]:
    """Whether anything was written since."""
    if archive.db.is_sqlite:
        # What this connection is told of the others; the length of the log says nothing once it begins anew.
        connection = archive.db.engine.raw_connection()
        ask = connection.cursor()

        def now_at() -> int:
            return int(ask.execute("PRAGMA data_version").fetchone()[0])

        before = now_at()
        yield lambda: now_at() != before
        connection.close()
        return
    start = _log_position(archive)
    yield lambda: _log_position(archive) > start


def _log_position(archive: Archive) -> int:
    with archive.db.read() as session:
        return int(session.scalar(text("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")) or 0)


def test_the_hash_for_unknown_names_costs_what_a_real_one_does() -> None:
    unusable, real = UNUSABLE, REAL.hash(PASSWORD)
    assert unusable.split("$")[:4] == real.split("$")[:4]
    with pytest.raises(VerifyMismatchError):
        REAL.verify(unusable, PASSWORD)
    # Not even what was hashed to stand there opens anything.
    assert not slow_hash.matches("", "nobody's")


def test_nobody_waits_for_the_database_while_a_password_is_hashed(
    archive: Archive, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote: list[bool] = []

    class Interrupted(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            writing = threading.Thread(
                target=lambda: wrote.append(bool(sessions.save_session(archive, None, {})))
            )
            writing.start()
            writing.join(10)
            return super().verify(hash, password)

    monkeypatch.setattr(slow_hash, "_hasher", Interrupted(time_cost=1, memory_cost=64, parallelism=1))
    assert signing_in.sign_in(archive, name, PASSWORD)
    assert wrote == [True]


def test_after_too_many_tries_even_the_right_password_is_refused_for_a_while(
    archive: Archive, name: str
) -> None:
    for _ in range(signing_in.TRIES_BEFORE_LOCK):
        refusal(lambda: signing_in.sign_in(archive, name, WRONG))
    refusal(lambda: signing_in.sign_in(archive, name, PASSWORD))
    change_user(archive, name, locked_until=now() - timedelta(seconds=1))
    assert signing_in.sign_in(archive, name, PASSWORD)


def test_tries_at_the_same_moment_are_all_counted(archive: Archive, name: str) -> None:
    tries = [
        threading.Thread(target=lambda: refusal(lambda: signing_in.sign_in(archive, name, WRONG)))
        for _ in range(signing_in.TRIES_BEFORE_LOCK)
    ]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    locked_until = user_of(archive, name).locked_until
    assert locked_until is not None
    assert locked_until > now()


def test_a_success_forgets_the_failures_before_it(archive: Archive, name: str) -> None:
    for _ in range(signing_in.TRIES_BEFORE_LOCK - 1):
        refusal(lambda: signing_in.sign_in(archive, name, WRONG))
    signing_in.sign_in(archive, name, PASSWORD)
    refusal(lambda: signing_in.sign_in(archive, name, WRONG))
    assert signing_in.sign_in(archive, name, PASSWORD)


def test_a_password_that_only_begins_right_is_wrong(archive: Archive) -> None:
    name, longest = f"user-{secrets.token_hex(4)}", secrets.token_hex(passwords.LONGEST // 2)
    accounts.create_user(archive, name, longest, {"member": ""})
    refusal(lambda: signing_in.sign_in(archive, name, longest + "x"))
    assert signing_in.sign_in(archive, name, longest)


def test_a_new_password_ends_every_session_and_every_lock(archive: Archive, name: str) -> None:
    token = signing_in.sign_in(archive, name, PASSWORD)
    change_user(archive, name, locked_until=now() + timedelta(minutes=1))
    accounts.set_password(archive, OPERATOR, name, "another long password")
    assert sessions.actor_for(archive, token) is None
    refusal(lambda: signing_in.sign_in(archive, name, PASSWORD))
    assert signing_in.sign_in(archive, name, "another long password")


@pytest.mark.parametrize(
    ("username", "password", "roles", "code"),
    [
        ("", PASSWORD, {"member": ""}, "bad-username"),
        ("a\nb", PASSWORD, {"member": ""}, "bad-username"),
        ("n" * 81, PASSWORD, {"member": ""}, "bad-username"),
        ("short", "fourteen chars", {"member": ""}, "bad-password"),
        ("long", "x" * 129, {"member": ""}, "bad-password"),
        ("boss", PASSWORD, {"operator": ""}, "no-such-role"),
        ("boss", PASSWORD, {"king": ""}, "no-such-role"),
        ("lost", PASSWORD, {"curator": "atlantis"}, "no-such-collection"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_a_reason(
    archive: Archive, username: str, password: str, roles: dict[str, str], code: str
) -> None:
    assert refusal(lambda: accounts.create_user(archive, username, password, roles))[0] == code
    assert username not in accounts.usernames(archive)


def test_a_name_is_given_once_even_when_two_ask_at_the_same_moment(archive: Archive) -> None:
    name, answers = f"user-{secrets.token_hex(4)}", []

    def make() -> None:
        try:
            answers.append(len(accounts.create_user(archive, name, PASSWORD, {"member": ""})))
        except BadInputError as error:
            answers.append(error.code)

    makers = [threading.Thread(target=make) for _ in range(4)]
    for one in makers:
        one.start()
    for one in makers:
        one.join()
    assert sorted(map(str, answers)) == ["16", *["user-exists"] * 3]
    assert accounts.usernames(archive).count(name) == 1


def test_a_role_can_hold_in_several_collections(archive: Archive) -> None:
    name = f"user-{secrets.token_hex(4)}"
    both = frozenset(list(archive.profiles)[:2])
    accounts.create_user(archive, name, PASSWORD, {"curator": both})
    known = sessions.actor_for(archive, signing_in.sign_in(archive, name, PASSWORD))
    assert known is not None
    assert known[0].roles == {"curator": both}
