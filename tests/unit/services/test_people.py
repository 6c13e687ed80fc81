"""Who may do what: it holds at once, two who decide at once never lock everybody out, and every change is written down."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC, Actor
from archive.models import Event, Role, ServerSession, User, now
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from archive.services import people, sessions, signing_in
from archive.services.opening import Archive
from tests.fixtures.people import PASSWORD, administrator, kinds, somebody, user_of

__all__ = []
RACES = 20


def mark(archive: Archive, user_id: str) -> str:
    return people.one(archive, OPERATOR, user_id).mark


def change(archive: Archive, actor: Actor, user_id: str, roles: dict[str, list[str]]) -> None:
    people.change_roles(archive, actor, user_id, roles, mark(archive, user_id))


def test_new_roles_hold_at_the_next_look_and_the_session_gets_another_token(archive: Archive) -> None:
    boss, (name, user_id) = administrator(archive), somebody(archive, "member")
    token = signing_in.sign_in(archive, name, PASSWORD)
    sessions.save_session(archive, token, {"words": "kept"})
    change(archive, boss, user_id, {"curator": ["march-25"], "member": []})
    found = sessions.open_session(archive, token)
    assert found is not None and found.renew
    fresh = sessions.renew(archive, token)
    assert fresh is not None and fresh != token
    assert sessions.open_session(archive, token) is None
    known, again = sessions.actor_for(archive, fresh), sessions.open_session(archive, fresh)
    assert known is not None and known[0].roles == {"curator": frozenset({"march-25"}), "member": frozenset()}
    assert again is not None and again.data == {"words": "kept"} and not again.renew
    assert sessions.renew(archive, token) is None, "a token is renewed once"
    assert sessions.renew(archive, fresh) is None, "and only after a change"
    assert kinds(archive, user_id) == ["roles-changed"]


def test_whoever_is_let_in_no_longer_is_out_at_once_and_may_be_let_in_again(archive: Archive) -> None:
    boss, (name, user_id) = administrator(archive), somebody(archive)
    token = signing_in.sign_in(archive, name, PASSWORD)
    people.set_active(archive, boss, user_id, active=False)
    people.set_active(archive, boss, user_id, active=False)
    assert sessions.open_session(archive, token) is None
    with pytest.raises(BadInputError):
        signing_in.sign_in(archive, name, PASSWORD)
    people.set_active(archive, boss, user_id, active=True)
    assert signing_in.sign_in(archive, name, PASSWORD)
    assert kinds(archive, user_id) == ["deactivated", "activated"]


def test_only_sessions_that_are_open_are_counted(archive: Archive) -> None:
    boss, (name, user_id) = administrator(archive), somebody(archive)
    for _ in range(3):
        signing_in.sign_in(archive, name, PASSWORD)
    long_ago = now() - timedelta(days=365)
    with archive.db.write() as session:
        sessions.begin(session, user_id, is_half=True)
        ended = session.scalars(
            select(ServerSession).where(ServerSession.user_id == user_id, ~ServerSession.is_half)
        )
        next(ended).seen = long_ago
        next(ended).created = long_ago
    assert people.one(archive, boss, user_id).sessions == 1
    assert len(sessions.of_user(archive, user_id, "")) == 1


def test_an_administrator_signs_somebody_out_everywhere(archive: Archive) -> None:
    boss, (name, user_id) = administrator(archive), somebody(archive)
    tokens = [signing_in.sign_in(archive, name, PASSWORD) for _ in range(2)]
    people.end_sessions(archive, boss, user_id)
    assert [sessions.open_session(archive, one) for one in tokens] == [None, None]


def test_somebody_who_gave_something_stays_a_contributor_whatever_else_they_become(archive: Archive) -> None:
    boss, (_, user_id) = administrator(archive), somebody(archive, "member")
    with archive.db.write() as session:
        session.add(Role(user_id=user_id, name="contributor"))
    change(archive, boss, user_id, {"curator": []})
    assert mark(archive, user_id) == "contributor curator"
    with pytest.raises(NotFoundError):
        people.one(archive, boss, somebody(archive, "contributor")[1])


def test_two_who_change_roles_at_once_see_each_others(archive: Archive) -> None:
    boss, (_, user_id) = administrator(archive), somebody(archive)
    seen = mark(archive, user_id)
    people.change_roles(archive, boss, user_id, {"archivist": []}, seen)
    with pytest.raises(ConflictError) as caught:
        people.change_roles(archive, boss, user_id, {"member": []}, seen)
    assert caught.value.code == "stale-version"
    assert mark(archive, user_id) == "archivist"


@pytest.mark.parametrize(
    "actor",
    [PUBLIC, Actor("x", {"curator": frozenset()}), Actor("y", {"administrator": frozenset({"march-25"})})],
)
def test_only_who_administers_everything_decides_who_may_do_what(archive: Archive, actor: Actor) -> None:
    _, user_id = somebody(archive)
    acts: tuple[Callable[[], object], ...] = (
        lambda: people.everybody(archive, actor),
        lambda: people.one(archive, actor, user_id),
        lambda: people.change_roles(archive, actor, user_id, {"administrator": []}, "curator"),
        lambda: people.set_active(archive, actor, user_id, active=False),
        lambda: people.end_sessions(archive, actor, user_id),
    )
    for act in acts:
        with pytest.raises(ForbiddenError):
            act()
    assert (mark(archive, user_id), user_of(archive, user_id).active) == ("curator", True)


def test_nobody_is_given_a_role_that_only_the_program_has(archive: Archive) -> None:
    boss, (_, user_id) = administrator(archive), somebody(archive)
    for roles, code in (
        ({"operator": []}, "no-such-role"),
        ({"curator": ["atlantis"]}, "no-such-collection"),
    ):
        with pytest.raises(BadInputError) as caught:
            change(archive, boss, user_id, roles)
        assert caught.value.code == code
    with pytest.raises(NotFoundError):
        people.end_sessions(archive, boss, "0" * 16)


def test_the_last_administrator_cannot_be_removed_in_any_way(empty_archive: Archive) -> None:
    archive = empty_archive
    boss, (_, other) = administrator(archive), somebody(archive, "administrator")
    people.set_active(archive, boss, other, active=False)
    ways: tuple[Callable[[], object], ...] = (
        lambda: change(archive, boss, boss.id, {"curator": []}),
        lambda: change(archive, boss, boss.id, {"administrator": ["march-25"]}),
        lambda: change(archive, boss, boss.id, {}),
        lambda: people.set_active(archive, OPERATOR, boss.id, active=False),
    )
    for way in ways:
        with pytest.raises(ConflictError) as caught:
            way()
        assert caught.value.code == "last-administrator"
    assert (mark(archive, boss.id), user_of(archive, boss.id).active) == ("administrator", True)
    people.set_active(archive, boss, other, active=True)
    change(archive, boss, boss.id, {"curator": []})
    assert mark(archive, boss.id) == "curator"


def test_two_administrators_who_remove_each_other_at_once_leave_one(empty_archive: Archive) -> None:
    archive = empty_archive
    first, second = administrator(archive), administrator(archive)

    def remove(actor: Actor, victim: Actor, answers: list[str], ready: threading.Barrier) -> None:
        ready.wait()
        try:
            if actor is first:
                people.change_roles(archive, actor, victim.id, {}, "administrator")
            else:
                people.set_active(archive, actor, victim.id, active=False)
            answers.append("done")
        except ConflictError as error:
            answers.append(error.code)

    for _ in range(RACES):
        answers: list[str] = []
        ready = threading.Barrier(2)
        pairs = ((first, second), (second, first))
        threads = [threading.Thread(target=remove, args=(*pair, answers, ready)) for pair in pairs]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(answers) == ["done", "last-administrator"]
        restore(archive)


def restore(archive: Archive) -> None:
    """Both administer again, as if nothing had been."""
    with archive.db.write() as session:
        for user in session.scalars(select(User)):
            user.active = True
            user.roles = user.roles or [Role(name="administrator", collection="")]


def test_what_is_written_down_names_nobody(archive: Archive) -> None:
    boss, (name, user_id) = administrator(archive), somebody(archive)
    change(archive, boss, user_id, {"archivist": ["march-25"]})
    with archive.db.read() as session:
        event = session.scalars(select(Event).where(Event.subject_id == user_id)).one()
    assert event.agent == boss.id
    assert event.detail == {"roles": ["archivist@march-25"]}
    assert name not in event.canonical()
