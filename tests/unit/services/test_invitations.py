"""Links that let somebody in: each works once, for its time, for one who needs it, and the table does not tell it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from archive.access import Actor
from archive.models import EntryLink, User, now
from archive.models.errors import ArchiveError, BadInputError, ForbiddenError, NotFoundError
from archive.services import accounts, invitations, people, second_factor, sessions, signing_in
from archive.services.opening import Archive
from tests.fixtures.people import (
    PASSWORD,
    administrator,
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
    with pytest.raises(ArchiveError) as caught:
        act()
    return caught.value.code


def age(archive: Archive, token: str, by: timedelta) -> None:
    """Let a link have been made that much earlier."""
    with archive.db.write() as session:
        where = EntryLink.token_hash == sessions.hash_of(token)
        ends = session.scalars(select(EntryLink.ends).where(where)).one()
        session.execute(update(EntryLink).where(where).values(ends=ends - by))


def test_whoever_follows_an_invitation_has_its_roles_and_nobody_follows_it_twice(archive: Archive) -> None:
    boss = administrator(archive)
    token = invitations.invite(archive, boss, {"curator": ["march-25"], "member": []})
    roles = {"curator": frozenset({"march-25"}), "member": frozenset()}
    assert invitations.look(archive, token) == invitations.Welcome("", roles, is_for_staff=True)
    opened = invitations.accept(archive, token, "rosa-" + token[:6], PASSWORD)
    known = sessions.actor_for(archive, opened)
    assert known is not None and known[0].roles == roles
    assert sessions.actor_for(strict(archive), opened) is None, "a second factor comes first"
    assert refusal(lambda: invitations.look(archive, token)) == "not-found"
    assert refusal(lambda: invitations.accept(archive, token, "again-" + token[:6], PASSWORD)) == "not-found"
    assert kinds(archive, known[0].id) == ["joined"]


def test_a_name_or_password_that_cannot_be_used_does_not_use_the_link_up(archive: Archive) -> None:
    boss, (taken, _) = administrator(archive), somebody(archive)
    token = invitations.invite(archive, boss, {"member": []})
    for name, password, code in (
        (taken, PASSWORD, "user-exists"),
        ("", PASSWORD, "bad-username"),
        ("rosa", "short", "bad-password"),
        ("rosa", "passwordpassword", "common-password"),
    ):
        assert (
            refusal(lambda name=name, password=password: invitations.accept(archive, token, name, password))
            == code
        )
    assert invitations.accept(archive, token, "rosa-" + token[:6], PASSWORD)


def test_links_end_an_invitation_after_seven_days_and_a_reset_after_one(archive: Archive) -> None:
    boss, (_, user_id) = administrator(archive), somebody(archive)
    moment = timedelta(minutes=1)
    for token, lasts in (
        (invitations.invite(archive, boss, {"member": []}), timedelta(days=7)),
        (invitations.make_reset(archive, boss, user_id), timedelta(hours=24)),
    ):
        age(archive, token, lasts - moment)
        assert invitations.look(archive, token)
        age(archive, token, moment)
        assert refusal(lambda token=token: invitations.look(archive, token)) == "not-found"
    invitations.remove_ended(archive)
    with archive.db.read() as session:
        assert session.scalars(select(EntryLink).where(EntryLink.ends <= now())).first() is None


def test_of_many_who_follow_one_link_at_once_one_gets_an_account(archive: Archive) -> None:
    boss = administrator(archive)
    token = invitations.invite(archive, boss, {"member": []})
    answers: list[str] = []

    def follow(number: int) -> None:
        try:
            invitations.accept(archive, token, f"racer-{number}-{token[:6]}", PASSWORD)
            answers.append("in")
        except NotFoundError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=follow, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == ["in", *["not-found"] * 3]
    assert sum(name.endswith(token[:6]) for name in accounts.usernames(archive)) == 1


def test_a_reset_gives_a_new_password_ends_every_session_and_is_used_up(archive: Archive) -> None:
    boss, (name, user_id) = administrator(archive), somebody(archive)
    set_up(archive, user_id)
    before = signing_in.sign_in(archive, name, PASSWORD)
    token = invitations.make_reset(archive, boss, user_id)
    assert invitations.look(archive, token).username == name
    assert sessions.open_session(archive, before) is not None, "making the link changes nothing yet"
    new = "another plain long phrase"
    invitations.reset(archive, token, new)
    assert sessions.open_session(archive, before) is None
    assert refusal(lambda: signing_in.sign_in(archive, name, PASSWORD)) == "wrong-sign-in"
    found = sessions.open_session(archive, signing_in.sign_in(archive, name, new))
    assert found is not None and found.half_user_id == user_id, "the second factor stays"
    assert refusal(lambda: invitations.reset(archive, token, new)) == "not-found"
    assert kinds(archive, user_id)[-2:] == ["reset-made", "reset-done"]


def test_a_reset_forgets_the_second_factor_only_where_that_was_asked_for(archive: Archive) -> None:
    boss, (name, user_id) = administrator(archive), somebody(archive)
    set_up(archive, user_id)
    token = invitations.make_reset(archive, boss, user_id, second_factor_too=True)
    invitations.reset(archive, token, "another plain long phrase")
    assert second_factor.standing(archive, user_id) == second_factor.Standing(False, 0)
    assert (
        sessions.actor_for(archive, signing_in.sign_in(archive, name, "another plain long phrase"))
        is not None
    )


def test_only_the_newest_reset_of_somebody_is_good(archive: Archive) -> None:
    boss, (_, user_id) = administrator(archive), somebody(archive)
    older, newer = (invitations.make_reset(archive, boss, user_id) for _ in range(2))
    assert refusal(lambda: invitations.look(archive, older)) == "not-found"
    assert invitations.look(archive, newer)


def test_an_invitation_is_no_reset_and_a_reset_no_invitation(archive: Archive) -> None:
    boss, (_, user_id) = administrator(archive), somebody(archive)
    invitation, reset = (
        invitations.invite(archive, boss, {"member": []}),
        invitations.make_reset(archive, boss, user_id),
    )
    assert refusal(lambda: invitations.reset(archive, invitation, PASSWORD)) == "not-found"
    assert refusal(lambda: invitations.accept(archive, reset, "somebody-else", PASSWORD)) == "not-found"
    assert user_of(archive, user_id).password_hash


def test_what_was_taken_back_lets_nobody_in(archive: Archive) -> None:
    boss = administrator(archive)
    token = invitations.invite(archive, boss, {"member": []})
    with archive.db.read() as session:
        query = select(EntryLink.id).where(EntryLink.token_hash == sessions.hash_of(token))
        link_id = session.scalars(query).one()
    assert link_id in {one.id for one in invitations.waiting(archive, boss)}
    invitations.take_back(archive, boss, link_id)
    assert refusal(lambda: invitations.look(archive, token)) == "not-found"
    assert refusal(lambda: invitations.take_back(archive, boss, link_id)) == "not-found"
    assert kinds(archive, link_id) == ["invited", "invitation-taken-back"]


def test_only_administrators_make_links_and_no_table_tells_one(archive: Archive) -> None:
    boss, (_, user_id) = administrator(archive), somebody(archive)
    curator = Actor(user_id, {"curator": frozenset()})
    acts: tuple[Callable[[], object], ...] = (
        lambda: invitations.invite(archive, curator, {"administrator": []}),
        lambda: invitations.make_reset(archive, curator, boss.id),
        lambda: invitations.waiting(archive, curator),
        lambda: invitations.take_back(archive, curator, "0" * 16),
    )
    for act in acts:
        with pytest.raises(ForbiddenError):
            act()
    token = invitations.invite(archive, boss, {"member": []})
    with archive.db.read() as session:
        assert not any(token in str(row) for row in session.execute(select(EntryLink.__table__)))
    with pytest.raises(BadInputError):
        invitations.invite(archive, boss, {})


def test_a_reset_goes_with_the_account_it_is_for(archive: Archive) -> None:
    boss, (name, user_id) = administrator(archive), somebody(archive)
    token = invitations.make_reset(archive, boss, user_id)
    people.set_active(archive, boss, user_id, active=False)
    invitations.reset(archive, token, "another plain long phrase")
    with pytest.raises(BadInputError):
        signing_in.sign_in(archive, name, "another plain long phrase")
    with archive.db.write() as session:
        session.delete(session.get_one(User, user_id))
    assert refusal(lambda: invitations.look(archive, token)) == "not-found"
