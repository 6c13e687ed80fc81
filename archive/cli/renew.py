"""`remembrance renew`."""

from __future__ import annotations

import dataclasses

import click

from archive.cli.common import bars, json_option, opened, print_json
from archive.services.counted import counted
from ingest.renewing import renew_all
from ingest.work import wait_until_caught_up


@click.command(
    help="Make access copies and texts that an older version of the program made anew, now; a worker does it by itself, slowly. What stands is shown until it is. Exit code 1 when some could not be."
)
@json_option
def renew(as_json: bool) -> int:
    with opened() as archive, bars(quiet=as_json) as tell:
        renewed, refused = renew_all(archive, tell)
        wait_until_caught_up(archive)
    if as_json:
        print_json({"renewed": renewed, "refused": [dataclasses.asdict(one) for one in refused]})
    else:
        for one in refused:
            click.echo(f"{one.name} ({one.code}): {one.sentence}", err=True)
        click.echo(
            f"What is shown of {counted(renewed, 'file')} was made anew; {len(refused)} stay as they are."
        )
    return 1 if refused else 0
