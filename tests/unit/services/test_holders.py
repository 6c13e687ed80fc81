"""Whoever prefers a name and a password to a code may have them, and holds what they gave; nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.access import PUBLIC, contributor
from archive.models import Holder, User, new_id
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from archive.services import accounts, drafts, holders, sessions, signing_in
from archive.services.opening import Archive
from tests.fixtures.drafts import begin

PASSWORD = "four random words here"


def named() -> str:
    return f"giver-{new_id()}"


def test_an_account_holds_what_was_given_before_it_was_made(archive: Archive) -> None:
    submission_id, who = begin(archive)
    name = named()
    known = sessions.actor_for(archive, holders.open_account(archive, who, name, PASSWORD))
    assert known is not None
    actor, username = known
    assert (actor.submissions, username) == (frozenset({submission_id}), name)
    assert actor.roles == {"contributor": frozenset()}
    assert drafts.view(archive, actor, submission_id).submission_id == submission_id
    # Signed in anew, from anywhere, it is still theirs.
    again = sessions.actor_for(archive, signing_in.sign_in(archive, name, PASSWORD))
    assert again is not None and again[0].submissions == {submission_id}


def test_of_an_account_only_the_day_is_kept(archive: Archive) -> None:
    _, who = begin(archive)
    name = named()
    holders.open_account(archive, who, name, PASSWORD)
    with archive.db.read() as session:
        made = session.scalars(select(User.created).where(User.username == name)).one()
    assert (made.hour, made.minute, made.second, made.microsecond) == (0, 0, 0, 0)


def test_who_gave_nothing_has_no_account_made(archive: Archive) -> None:
    name = named()
    for somebody in (PUBLIC, contributor()):
        with pytest.raises(ForbiddenError):
            holders.open_account(archive, somebody, name, PASSWORD)
    assert name not in accounts.usernames(archive)


def test_what_an_account_holds_no_other_account_gets(archive: Archive) -> None:
    submission_id, who = begin(archive)
    holders.open_account(archive, who, named(), PASSWORD)
    second = named()
    with pytest.raises(ConflictError) as caught:
        holders.open_account(archive, who, second, PASSWORD)
    assert caught.value.code == "held-already"
    assert second not in accounts.usernames(archive), "an account that failed is not left behind"
    user_id = accounts.create_user(archive, second, PASSWORD, {"contributor": ""})
    with pytest.raises(ConflictError):
        holders.claim(archive, who, submission_id, user_id)


def test_a_name_that_is_taken_or_a_weak_password_makes_nothing(archive: Archive) -> None:
    submission_id, who = begin(archive)
    name = accounts.usernames(archive)[0] if accounts.usernames(archive) else named()
    if name not in accounts.usernames(archive):
        accounts.create_user(archive, name, PASSWORD, {"member": ""})
    for username, password, code in ((name, PASSWORD, "user-exists"), (named(), "short", "bad-password")):
        with pytest.raises(BadInputError) as caught:
            holders.open_account(archive, who, username, password)
        assert caught.value.code == code
    with archive.db.read() as session:
        assert session.get(Holder, submission_id) is None


def test_somebody_with_an_account_takes_hold_of_what_they_came_back_to_by_code(archive: Archive) -> None:
    first, who = begin(archive)
    token = holders.open_account(archive, who, named(), PASSWORD)
    known = sessions.actor_for(archive, token)
    assert known is not None
    second, back_by_code = begin(archive)
    for _ in range(2):
        holders.claim(archive, back_by_code, second, known[0].id)
    now = sessions.actor_for(archive, token)
    assert now is not None and now[0].submissions == {first, second}


def test_nobody_takes_hold_of_what_they_did_not_give(archive: Archive) -> None:
    submission_id, _ = begin(archive)
    _, who = begin(archive)
    known = sessions.actor_for(archive, holders.open_account(archive, who, named(), PASSWORD))
    assert known is not None
    for somebody in (known[0], PUBLIC, contributor([new_id()])):
        with pytest.raises(NotFoundError):
            holders.claim(archive, somebody, submission_id, known[0].id)
