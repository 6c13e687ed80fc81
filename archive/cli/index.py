"""`remembrance index`."""

from __future__ import annotations

import click

from archive.cli.common import bars, opened
from archive.services import indexing
from archive.services.counted import counted


@click.group(help="The search indexes.")
def index() -> None:
    pass


@index.command(
    help="Make both indexes anew from the database, while the old ones serve; then swap them at once."
)
def rebuild() -> None:
    with opened() as archive:
        with bars() as tell:
            public, staff = indexing.rebuild(archive, lambda done: tell("indexing", done, done))
        click.echo(f"{counted(public, 'item')} can be found by the public, {staff} by staff.")
