"""`remembrance rebuild`."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from archive.cli.common import bars, json_option, lines, opened, print_json
from archive.models.errors import BadInputError
from archive.services import indexing, rebuild_arrived, rebuild_begun, rebuild_compare
from archive.services import rebuild as rebuilding
from archive.services.counted import counted
from archive.services.opening import Archive
from archive.services.rebuild import NOT_IN_BAGS, Brought, Progress
from archive.services.rebuild_compare import Compared
from ingest.copies_again import make_copies_again
from ingest.work import wait_until_caught_up

REASONS = 5


@click.command(
    help="Make the database and the indexes again from bags alone, where both are gone. Run again, it goes on where it stopped."
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    help="A folder of bags that are copied into this archive's store first; it is only read.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Only make it again in a place apart, and say where the database that stands differs.",
)
@json_option
def rebuild(source: Path | None, check: bool, as_json: bool) -> int:
    if check and source is not None:
        raise BadInputError("--check looks at this archive's own bags; leave --from out.")
    with opened(begins=not check, beside_bags=not check) as archive, bars(quiet=as_json) as tell:
        if check:
            return _told(rebuild_compare.compare(archive, tell), as_json=as_json)
        brought = _rebuild(archive, source, tell)
    return _print(brought, as_json=as_json)


def _rebuild(archive: Archive, source: Path | None, tell: Progress) -> Brought:
    with rebuild_begun.rebuilding(archive, source) as arrived:
        if arrived:
            # On standard error and first: no database that is made of bags can tell whose it is.
            told = counted(arrived, "piece that had arrived and was", "pieces that had arrived and were")
            click.echo(f"Kept in {rebuild_arrived.folder(archive.settings)}: {told} in no bag yet.", err=True)
        brought = rebuilding.bring_back(archive, source, progress=tell)
        brought.refused += make_copies_again(archive, tell)
        rebuilding.remove_strangers(archive)
        indexing.rebuild(archive, lambda done: tell("indexing", done, done))
        wait_until_caught_up(archive)
        rebuild_begun.settle(archive, source, brought)
    return brought


def _print(brought: Brought, *, as_json: bool) -> int:
    if as_json:
        print_json(dataclasses.asdict(brought) | {"not_in_bags": NOT_IN_BAGS})
        return 1 if brought.refused else 0
    _print_refused(brought)
    lines(
        ("items made again", str(len(brought.items))),
        ("there already", str(len(brought.already))),
        ("stories, introductions, names and words", str(len(brought.shared))),
        ("destroyed, and so not back", str(len(brought.destroyed))),
        ("left out", str(len(brought.refused))),
    )
    click.echo("Never in a bag, and so only in the backup of the database:")
    for what in NOT_IN_BAGS:
        click.echo(f"  {what}")
    return 1 if brought.refused else 0


def _told(found: Compared, *, as_json: bool) -> int:
    if as_json:
        print_json(dataclasses.asdict(found))
        return 0 if found.is_equal else 1
    _print_refused(found.brought)
    for item_id, members in found.differing:
        more = f" and {len(members) - REASONS} more" if len(members) > REASONS else ""
        click.echo(f"{item_id} differs in {', '.join(members[:REASONS])}{more}.", err=True)
    for item_id in found.only_in_bags:
        click.echo(f"{item_id} has a bag, and the database does not know it.", err=True)
    for item_id in found.only_in_database:
        click.echo(f"{item_id} is kept by the database, and has no bag.", err=True)
    lines(
        ("equal", str(found.equal)),
        ("different", str(len(found.differing))),
        ("bag not written yet", str(len(found.waiting))),
        ("only in bags", str(len(found.only_in_bags))),
        ("only in the database", str(len(found.only_in_database))),
    )
    return 0 if found.is_equal else 1


def _print_refused(brought: Brought) -> None:
    for one in brought.refused:
        click.echo(f"{one.name} ({one.code}): {one.sentence}", err=True)
