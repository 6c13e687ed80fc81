"""`remembrance bags adopt`."""

from __future__ import annotations

import dataclasses

import click

from archive.cli.common import json_option, opened, print_json
from archive.models.errors import ConflictError, IntegrityError
from ingest.adopting import adopt as bring_back

BAD_INPUT = 2
# What of all refusals is no fault of the bag that was given.
OF_THE_ARCHIVE = frozenset(
    {"adopt-unfinished", "checkpoint-cut-off", "checkpoint-refused", "disk-at-fault", "rebuild-under-way"}
)


@click.command(
    help="Bring back one bag of this archive's own under its own id, whose item or bag was lost, or of a story, introductions, a name or a word that was: BAG is its folder, a ZIP or TAR that holds it, or its id where it lies in the store already. Run again, it goes on where it stopped."
)
@click.argument("bag")
@click.option(
    "--from",
    "source",
    default="",
    help="Where the bag of the id BAG is: the name of a store of copies, or a file or folder that holds bags.",
)
@click.option(
    "--older-revision",
    is_flag=True,
    help="Take it though something here tells of a newer revision: what was decided since is not in it.",
)
@json_option
def adopt(bag: str, source: str, older_revision: bool, as_json: bool) -> int:
    with opened(beside_bags=True) as archive:
        try:
            done = bring_back(archive, bag, source, older=older_revision)
        except (ConflictError, IntegrityError) as error:
            if error.code in OF_THE_ARCHIVE:
                raise
            # The bag that was given is what is wrong, and nothing was changed.
            click.echo(f"{error} {error.remedy}", err=True)
            return BAD_INPUT
    if as_json:
        print_json(dataclasses.asdict(done))
    elif done.subject:
        click.echo(f"{done.subject} is here again, with revision {done.revision} of its record.")
        if done.subject.startswith("story/"):
            click.echo("Nobody but staff sees it until somebody publishes it at the Desk.")
    else:
        click.echo(f"{done.id} is here again, {done.state}, with revision {done.revision} of its record.")
        if done.quarantined:
            click.echo(
                f"What lay in its place is kept in {done.quarantined}; remove it when you have looked."
            )
        if done.lost:
            first, last = done.lost
            click.echo(
                f"Revisions from {first} {f'to {last}' if last else 'on'} of its record were lost.", err=True
            )
    return 1 if done.lost else 0
