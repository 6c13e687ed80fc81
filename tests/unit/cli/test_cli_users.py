"""The operator lets the first people in: an account, an invitation, a link to a new password."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from archive.cli.demo import let_in_with_a_password
from archive.cli.main import cli
from archive.cli.users import asked_for, users
from archive.models import Event
from archive.models.errors import BadInputError
from archive.services import accounts, invitations, second_factor, sessions, signing_in
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from tests.fixtures.people import PASSWORD, set_up, somebody, still_clock

__all__ = ["still_clock"]
pytestmark = pytest.mark.usefixtures("still_clock")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(Settings(home=tmp_path / "home"))
    yield opened
    opened.close()


def run(archive: Archive, *arguments: str, given: str | None = None, **more: str) -> Result:
    variables = {"REMEMBRANCE_HOME": str(archive.settings.home), **more}
    return CliRunner().invoke(cli, ["users", *arguments], input=given, env=variables)


def test_the_first_administrator_is_made_here_and_sets_up_a_second_factor_first(archive: Archive) -> None:
    made = run(archive, "create", "ada", "--role", "administrator", "--password-stdin", given=PASSWORD + "\n")
    assert made.exit_code == 0, made.output
    token = signing_in.sign_in(archive, "ada", PASSWORD)
    found = sessions.open_session(archive, token)
    assert found is not None and sessions.setting_up(found) is not None
    assert sessions.actor_for(archive, token) is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ada", "--role", "bogus"), "no-such-role"),
        (("ada", "--role", "curator@nowhere"), "no-such-collection"),
        (("a\tda", "--role", "curator"), "bad-username"),
    ],
)
def test_nobody_is_asked_for_a_password_that_cannot_be_anybodys(
    archive: Archive, arguments: tuple[str, ...], code: str
) -> None:
    refused = run(archive, "create", *arguments, given=f"{PASSWORD}\n{PASSWORD}\n")
    assert isinstance(refused.exception, BadInputError) and refused.exception.code == code
    assert "Password" not in refused.output


# What each command writes down about the user or the invitation that it is about; one that only looks writes nothing.
TOLD = {
    "create": (("bea", "--role", "curator@march-25", "--password-stdin"), "account-made"),
    "set-password": (("ada", "--password-stdin"), "password-changed"),
    "invite": (("--role", "member"), "invited"),
    "reset-link": (("ada",), "reset-made"),
    "deactivate": (("ada",), "deactivated"),
    "activate": (("ada",), "activated"),
    "list": ((), ""),
}


def test_whatever_the_operator_does_about_somebody_is_an_event_of_theirs(archive: Archive) -> None:
    run(archive, "create", "ada", "--role", "administrator", "--password-stdin", given=PASSWORD + "\n")
    somebody(archive, "administrator")
    for name in sorted(users.commands, key=list(TOLD).index):
        arguments, kind = TOLD[name]
        before = len(told(archive))
        done = run(archive, name, *arguments, given=PASSWORD + "\n")
        assert done.exit_code == 0, (name, done.output)
        new = told(archive)[before:]
        assert [(one.kind, one.agent) for one in new] == ([(kind, "operator")] if kind else []), name
        assert not any(PASSWORD in str(one.detail) for one in new)
    (made,) = [one for one in told(archive) if one.detail == {"roles": ["curator@march-25"]}]
    assert made.subject_id == accounts.id_of(archive, "bea")
    (changed,) = [one for one in told(archive) if one.kind == "password-changed"]
    assert changed.subject_id == accounts.id_of(archive, "ada")


def test_what_was_refused_is_no_event(archive: Archive) -> None:
    run(archive, "create", "ada", "--role", "curator", "--password-stdin", given=PASSWORD + "\n")
    before = len(told(archive))
    for arguments in (("create", "ada", "--role", "curator"), ("set-password", "nobody-of-that-name")):
        refused = run(archive, *arguments, "--password-stdin", given=PASSWORD + "\n")
        assert isinstance(refused.exception, BadInputError)
    assert len(told(archive)) == before


def told(archive: Archive) -> list[Event]:
    with archive.db.read() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_line_ends_as_it_likes_and_the_password_is_the_same(
    monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f" {PASSWORD} {ending}", newline="\n"))
    assert asked_for(from_stdin=True) == f" {PASSWORD} "


def test_a_common_password_is_refused_here_too(archive: Archive) -> None:
    refused = run(
        archive, "create", "ada", "--role", "curator", "--password-stdin", given="passwordpassword\n"
    )
    assert isinstance(refused.exception, BadInputError) and refused.exception.code == "common-password"


def test_an_invitation_is_printed_as_a_link(archive: Archive) -> None:
    said = run(archive, "invite", "--role", "curator@march-25", "--role", "member").output.strip()
    assert said.startswith("/welcome/")
    roles = {"curator": frozenset({"march-25"}), "member": frozenset()}
    assert invitations.look(archive, said.removeprefix("/welcome/")).roles == roles
    whole = run(archive, "invite", "--role", "member", REMEMBRANCE_PUBLIC_URL="https://archive.example.org/")
    assert whole.output.startswith("https://archive.example.org/welcome/")


def test_a_reset_link_is_for_one_user_and_can_forget_the_second_factor(archive: Archive) -> None:
    name, user_id = somebody(archive)
    set_up(archive, user_id)
    said = run(archive, "reset-link", name, "--second-factor").output.strip()
    invitations.reset(archive, said.removeprefix("/welcome/"), "another plain long phrase")
    assert not second_factor.standing(archive, user_id).has_authenticator
    unknown = run(archive, "reset-link", "nobody-of-that-name")
    assert isinstance(unknown.exception, BadInputError) and unknown.exception.code == "no-such-user"


def test_a_contributor_who_lost_the_password_is_helped_here(archive: Archive) -> None:
    name, _ = somebody(archive, "contributor")
    assert run(archive, "reset-link", name).output.startswith("/welcome/")


def test_the_demonstration_lets_in_with_the_password_it_prints_unless_somebody_decided_otherwise(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMEMBRANCE_HOME", str(archive.settings.home))
    monkeypatch.setenv("REMEMBRANCE_STAFF_SECOND_FACTOR", "yes")
    let_in_with_a_password()
    assert Settings.load().staff_second_factor
    monkeypatch.delenv("REMEMBRANCE_STAFF_SECOND_FACTOR")
    let_in_with_a_password()
    assert not Settings.load().staff_second_factor
