"""`remembrance users`."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import click

from archive.access import INTERNAL_ROLES, OPERATOR, ROLES
from archive.cli.common import opened
from archive.models.errors import BadInputError
from archive.services import accounts, invitations, people
from archive.services.opening import Archive

ASSIGNABLE = sorted(set(ROLES) - INTERNAL_ROLES)
role_option = click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    metavar="ROLE[@COLLECTION]",
    help=f"One of {', '.join(ASSIGNABLE)}; with @COLLECTION only there. May be given several times.",
)

stdin_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)


@click.group(help="People who sign in.")
def users() -> None:
    pass


@users.command(
    help="Make a user. The password (15 characters or more) is asked for, or read from stdin with --password-stdin."
)
@click.argument("username")
@role_option
@stdin_option
def create(username: str, roles: tuple[str, ...], password_stdin: bool) -> None:
    with opened(begins=True) as archive:
        # Whoever mistypes a name or a role need not think of a password first.
        accounts.usable_name(username)
        accounts.roles_of(archive, held(roles))
        accounts.create_user(archive, username, asked_for(password_stdin), held(roles), actor=OPERATOR)
    click.echo(f"{username} can sign in.")


@users.command("set-password", help="Give a user a new password; every session of theirs ends.")
@click.argument("username")
@stdin_option
def set_password(username: str, password_stdin: bool) -> None:
    with opened() as archive:
        accounts.id_of(archive, username)
        accounts.set_password(archive, OPERATOR, username, asked_for(password_stdin))
    click.echo(f"{username} has a new password.")


@users.command(
    help="Make an invitation: a link, good once and for seven days, by which somebody makes an account."
)
@role_option
def invite(roles: tuple[str, ...]) -> None:
    with opened() as archive:
        token = invitations.invite(archive, OPERATOR, held(roles))
        click.echo(link(archive, token))


@users.command(
    "reset-link", help="Make a link, good once and for a day, by which a user chooses a new password."
)
@click.argument("username")
@click.option(
    "--second-factor", is_flag=True, help="Forget the second factor as well: the phone or the key is lost."
)
def reset_link(username: str, second_factor: bool) -> None:
    with opened() as archive:
        user_id = accounts.id_of(archive, username)
        token = invitations.make_reset(archive, OPERATOR, user_id, second_factor_too=second_factor)
        click.echo(link(archive, token))


@users.command(help="Let a user in no longer: their sessions end. Nothing that they did or gave is changed.")
@click.argument("username")
def deactivate(username: str) -> None:
    with opened() as archive:
        people.set_active(archive, OPERATOR, accounts.id_of(archive, username), active=False)
    click.echo(f"{username} cannot sign in any more.")


@users.command(help="Let a user in again.")
@click.argument("username")
def activate(username: str) -> None:
    with opened() as archive:
        people.set_active(archive, OPERATOR, accounts.id_of(archive, username), active=True)
    click.echo(f"{username} can sign in.")


def link(archive: Archive, token: str) -> str:
    """The whole address of a link, or its path where the archive does not know its own address."""
    return f"{archive.settings.public_url.rstrip('/')}/welcome/{token}"


def asked_for(from_stdin: bool) -> str:
    """The password: the first line of standard input, or asked for twice; BadInputError where nobody can be asked."""
    if from_stdin:
        # A line of Windows ends with two signs, and a browser sends neither.
        return sys.stdin.readline().rstrip("\r\n")
    if not _has_terminal():
        raise BadInputError(
            "There is no terminal to ask for the password at.",
            code="no-terminal",
            remedy="Use --password-stdin: the password is then the first line of standard input.",
        )
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _has_terminal() -> bool:
    """Whether somebody can be asked without their answer being shown: where `getpass` would find a terminal."""
    with suppress(OSError):
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
        return True
    return sys.stdin.isatty()


def held(roles: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Roles to the collections they hold in: `curator@a curator@b` is one role in two, `curator` one in all."""
    found: dict[str, set[str]] = {}
    for role, _, collection in (one.partition("@") for one in roles):
        found.setdefault(role, set()).add(collection)
    return {role: frozenset() if "" in where else frozenset(where) for role, where in found.items()}


@users.command("list", help="Everybody who can sign in.")
def list_users() -> None:
    with opened() as archive:
        for name in accounts.usernames(archive):
            click.echo(name)
