"""A second factor: a code works once, guesses are counted, and neither table nor backup tells a secret."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from archive.models import Authenticator, RecoveryCode, ServerSession, User, now
from archive.models.errors import BadInputError, ConflictError
from archive.services import own_password, second_factor, sessions, signing_in
from archive.services.opening import Archive
from tests.fixtures.people import (
    PASSWORD,
    code_for,
    kinds,
    set_up,
    somebody,
    still_clock,
    strict,
    user_of,
)

__all__ = ["still_clock"]
pytestmark = pytest.mark.usefixtures("still_clock")


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(BadInputError) as caught:
        act()
    return caught.value.code


def half_of(archive: Archive, name: str) -> str:
    """The token of a session after the right password."""
    token = signing_in.sign_in(archive, name, PASSWORD)
    found = sessions.open_session(archive, token)
    assert found is not None and found.half_user_id and found.user_id is None
    return token


def test_after_the_password_nobody_has_any_right_until_a_code_was_typed(archive: Archive) -> None:
    name, user_id = somebody(archive)
    secret, _ = set_up(archive, user_id)
    half = half_of(archive, name)
    assert sessions.actor_for(archive, half) is None
    whole = signing_in.show_code(archive, half, code_for(secret))
    known = sessions.actor_for(archive, whole)
    assert known is not None and known[0].id == user_id
    assert sessions.open_session(archive, half) is None, "the half ends with it"


def test_a_code_works_once_and_so_does_each_before_it(archive: Archive) -> None:
    name, user_id = somebody(archive)
    secret, _ = set_up(archive, user_id)
    used = code_for(secret, 1)
    signing_in.show_code(archive, half_of(archive, name), used)
    for code in (used, code_for(secret)):
        assert (
            refusal(lambda code=code: signing_in.show_code(archive, half_of(archive, name), code))
            == "wrong-code"
        )


def test_of_two_who_type_one_code_at_once_one_is_let_in(archive: Archive) -> None:
    name, user_id = somebody(archive)
    secret, recovery = set_up(archive, user_id)
    for code in (code_for(secret), recovery[0]):
        halves = [half_of(archive, name) for _ in range(4)]
        answers: list[str] = []

        def show(half: str, code: str = code, answers: list[str] = answers) -> None:
            try:
                signing_in.show_code(archive, half, code)
                answers.append("in")
            except BadInputError as error:
                answers.append(error.code)

        threads = [threading.Thread(target=show, args=(half,)) for half in halves]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(answers) == ["in", *["wrong-code"] * 3]
        unlock(archive, user_id)


def unlock(archive: Archive, user_id: str) -> None:
    with archive.db.write() as session:
        values = {"failed_sign_ins": 0, "locked_until": None}
        session.execute(update(User).where(User.id == user_id).values(**values))


def test_wrong_codes_close_the_name_and_a_right_password_buys_no_more_guesses(archive: Archive) -> None:
    name, user_id = somebody(archive)
    secret, recovery = set_up(archive, user_id)
    for _ in range(signing_in.TRIES_BEFORE_LOCK - 1):
        # The password is typed anew each time: it must not forget the guesses.
        half = half_of(archive, name)
        assert refusal(lambda half=half: signing_in.show_code(archive, half, "000000x")) == "wrong-code"
    last = half_of(archive, name)
    assert refusal(lambda: signing_in.show_code(archive, last, "000000x")) == "wrong-code"
    locked_until = user_of(archive, user_id).locked_until
    assert locked_until is not None and locked_until > now()
    assert sessions.open_session(archive, last) is None
    assert refusal(lambda: signing_in.sign_in(archive, name, PASSWORD)) == "wrong-sign-in"
    assert refusal(lambda: signing_in.show_code(archive, half, recovery[0])) == "wrong-code"
    unlock(archive, user_id)
    assert signing_in.show_code(archive, half_of(archive, name), code_for(secret))


def test_each_recovery_code_lets_in_once_however_it_is_written(archive: Archive) -> None:
    name, user_id = somebody(archive)
    _, codes = set_up(archive, user_id)
    assert len(set(codes)) == 10
    typed = [codes[0], codes[1].upper().replace("-", ""), codes[2].replace("0", "O").replace("1", "l")]
    for code in typed:
        assert signing_in.show_code(archive, half_of(archive, name), code)
    assert refusal(lambda: signing_in.show_code(archive, half_of(archive, name), codes[0])) == "wrong-code"
    assert second_factor.standing(archive, user_id).recovery_codes == 7
    fresh = second_factor.new_codes(archive, user_id)
    assert refusal(lambda: signing_in.show_code(archive, half_of(archive, name), codes[5])) == "wrong-code"
    assert signing_in.show_code(archive, half_of(archive, name), fresh[5])
    assert kinds(archive, user_id).count("recovery-code-used") == 4


def test_a_recovery_code_of_one_person_lets_in_nobody_else(archive: Archive) -> None:
    _, other = somebody(archive)
    name, user_id = somebody(archive)
    set_up(archive, user_id)
    _, codes = set_up(archive, other)
    assert refusal(lambda: signing_in.show_code(archive, half_of(archive, name), codes[0])) == "wrong-code"


def test_no_table_tells_a_secret_or_a_recovery_code(archive: Archive) -> None:
    _, user_id = somebody(archive)
    secret, codes = set_up(archive, user_id)
    with archive.db.read() as session:
        rows = [str(row) for row in session.execute(select(Authenticator.__table__))]
        rows += [str(row) for row in session.execute(select(RecoveryCode.__table__))]
    plain = [secret.replace(" ", ""), *(code.replace("-", "") for code in codes), *codes]
    assert not any(word in row for word in plain for row in rows)
    assert second_factor.pending(archive, user_id, "somebody") is None, "it is not shown again either"


def test_an_authenticator_counts_only_once_a_code_of_it_was_typed(archive: Archive) -> None:
    name, user_id = somebody(archive)
    second_factor.begin(archive, user_id)
    assert refusal(lambda: second_factor.confirm(archive, user_id, "000000x")) == "wrong-code"
    found = sessions.open_session(archive, signing_in.sign_in(archive, name, PASSWORD))
    assert found is not None and found.user_id == user_id, "it would lock out whoever did not finish"
    secret, _ = set_up(archive, user_id)
    with pytest.raises(ConflictError):
        second_factor.begin(archive, user_id)
    with pytest.raises(BadInputError):
        second_factor.confirm(archive, user_id, code_for(secret))


def test_without_a_second_factor_nothing_of_it_is_left(archive: Archive) -> None:
    name, user_id = somebody(archive)
    set_up(archive, user_id)
    second_factor.turn_off(archive, user_id)
    assert second_factor.standing(archive, user_id) == second_factor.Standing(False, 0)
    assert sessions.actor_for(archive, signing_in.sign_in(archive, name, PASSWORD)) is not None
    with pytest.raises(ConflictError):
        second_factor.new_codes(archive, user_id)


@pytest.mark.parametrize("role", ["curator", "archivist", "administrator", "correspondent"])
def test_those_who_look_after_the_archive_may_do_nothing_before_they_have_one(
    archive: Archive, role: str
) -> None:
    name, user_id = somebody(archive, role)
    token = signing_in.sign_in(archive, name, PASSWORD)
    found = sessions.open_session(strict(archive), token)
    assert found is not None
    assert sessions.actor_for(strict(archive), token) is None
    assert sessions.setting_up(found) == (user_id, name)
    set_up(archive, user_id)
    assert sessions.actor_for(strict(archive), token) is not None


@pytest.mark.parametrize("role", ["member", "contributor"])
def test_members_and_contributors_need_none(archive: Archive, role: str) -> None:
    name, _ = somebody(archive, role)
    token = signing_in.sign_in(archive, name, PASSWORD)
    assert sessions.actor_for(strict(archive), token) is not None


def test_half_a_session_ends_after_ten_minutes(archive: Archive) -> None:
    name, user_id = somebody(archive)
    secret, _ = set_up(archive, user_id)
    half = half_of(archive, name)
    with archive.db.write() as session:
        row = session.get_one(ServerSession, sessions.hash_of(half))
        row.created = now() - sessions.HALF - timedelta(seconds=1)
    assert sessions.open_session(archive, half) is None
    assert refusal(lambda: signing_in.show_code(archive, half, code_for(secret))) == "wrong-code"
    sessions.remove_ended_sessions(archive)
    with archive.db.read() as session:
        assert session.get(ServerSession, sessions.hash_of(half)) is None


def test_a_new_password_ends_every_other_session_and_needs_the_old_one(archive: Archive) -> None:
    name, user_id = somebody(archive)
    here, there = (signing_in.sign_in(archive, name, PASSWORD) for _ in range(2))
    new = "another plain long phrase"
    assert (
        refusal(lambda: own_password.change(archive, user_id, "not the one", new, here)) == "wrong-password"
    )
    assert refusal(lambda: own_password.change(archive, user_id, PASSWORD, "short", here)) == "bad-password"
    assert user_of(archive, user_id).failed_sign_ins == 1
    own_password.change(archive, user_id, PASSWORD, new, here)
    assert sessions.actor_for(archive, here) is not None
    assert sessions.actor_for(archive, there) is None
    assert refusal(lambda: signing_in.sign_in(archive, name, PASSWORD)) == "wrong-sign-in"
    assert kinds(archive, user_id) == ["password-changed"]
