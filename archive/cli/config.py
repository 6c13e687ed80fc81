"""`remembrance config`."""

from __future__ import annotations

import re

import click

from archive.cli.common import json_option, print_json
from archive.settings import describe, environment_name, resolve

# Whoever looks over a shoulder, or is sent this to help, needs no passwords.
PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*@")


@click.command(
    help="Every setting, its value, and where it came from: default, remembrance.toml in the home, or a variable."
)
@json_option
def config(as_json: bool) -> None:
    values = resolve()
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
        return
    for row in rows:
        click.echo(f"{row['name']} = {row['value']!r}  ({row['from']})\n    {row['help']} {row['variable']}")


def shown(value: object) -> bool | int | str | list[str]:
    """A setting's value as JSON can hold it; a password in an address is left out."""
    if isinstance(value, bool | int):
        return value
    return list(value) if isinstance(value, tuple) else PASSWORD.sub(r"\1***@", str(value))
