"""`remembrance config`."""

from __future__ import annotations

import click

from archive.cli.common import json_option, print_json
from archive.settings import describe, environment_name, resolve


@click.command(
    help="Every setting, its value, and where it came from: default, remembrance.toml in the home, or a variable."
)
@json_option
def config(as_json: bool) -> None:
    values = resolve()
    rows = [
        {
            "name": name,
            "value": value if isinstance(value := values[name][0], bool | int | str) else shown(value),
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


def shown(value: object) -> str | list[str]:
    """A setting's value as JSON can hold it."""
    return list(value) if isinstance(value, tuple) else str(value)
