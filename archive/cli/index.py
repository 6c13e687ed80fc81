"""`remembrance index`."""

from __future__ import annotations

import click

from archive.cli.common import bars, json_option, opened, print_json
from archive.services import indexing
from archive.services.counted import counted


@click.group(help="The search indexes.")
def index() -> None:
    pass


@index.command(
    help="Make the indexes anew from the database, while the old ones serve; then swap them at once."
)
@json_option
def rebuild(as_json: bool) -> None:
    with opened() as archive, bars(quiet=as_json) as tell:
        held = indexing.rebuild(archive, lambda done: tell("indexing", done, done))
    if as_json:
        print_json(held._asdict())
    else:
        click.echo(
            f"{counted(held.public, 'item')} can be found by the public, {held.public + held.members} by members of the"
            f" community, {held.staff} by staff."
        )
