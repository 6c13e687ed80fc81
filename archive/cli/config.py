"""`remembrance config`."""

from __future__ import annotations

import re

import click

from archive.cli.common import json_option, print_json, printable
from archive.settings import describe, environment_name, resolve_readable

BAD_INPUT = 2
# Whoever looks over a shoulder, or is sent this to help, needs no passwords.
PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*@")
IN_QUERY = re.compile(r"([?&][\w-]*(?:password|secret|token)[\w-]*=)[^&#\s]*", re.IGNORECASE)


@click.command(
    help="Every setting, its value, and where it came from: default, remembrance.toml in the home, or a variable."
    " What cannot be read of them is told first, and the exit code is 2; the rest is listed all the same."
)
@json_option
def config(as_json: bool) -> int:
    values, mistakes = resolve_readable()
    for mistake in mistakes:
        click.echo(printable(str(mistake)), err=True)
    rows = [
        {
            "name": name,
            "value": shown(values[name][0]),
            "from": values[name][1],
            "variable": environment_name(name),
            "help": help_line,
        }
        for name, _, help_line in describe()
    ]
    if as_json:
        print_json(rows)
    for row in () if as_json else rows:
        click.echo(f"{row['name']} = {row['value']!r}  ({row['from']})\n    {row['help']} {row['variable']}")
    return BAD_INPUT if mistakes else 0


def shown(value: object) -> bool | int | str | list[str]:
    """A setting's value as JSON can hold it; a password in an address is left out."""
    if isinstance(value, bool | int):
        return value
    return [_hidden(str(one)) for one in value] if isinstance(value, tuple) else _hidden(str(value))


def _hidden(text: str) -> str:
    return IN_QUERY.sub(r"\1***", PASSWORD.sub(r"\1***@", text))
