"""`remembrance sheet`."""

from __future__ import annotations

from pathlib import Path

import click

from archive.access import OPERATOR
from archive.cli.common import json_option, opened, print_json, printable
from archive.models.errors import BadInputError
from archive.services import batch_views, batches, sheets
from archive.services.choosing import Choice
from archive.services.opening import Archive
from archive.services.sheets import Sheet, SheetProblem
from ingest.work import wait_until_caught_up

REASONS = {
    "unknown-column": "The collection has no field of this name.",
    "column-twice": "There are several columns of this name.",
    "too-many-cells": "This row has more cells than the first row has columns.",
    "no-id": "The id is missing.",
    "unknown-id": "There is no item with this id.",
    "id-twice": "This item stands in an earlier row already.",
    "read-only": "This column is only to be read here.",
    "other-collection": "This item is of another collection than the rows above.",
    "crossed": "Somebody changed this after the spreadsheet was taken out.",
    "required": "This field cannot be empty.",
    "date-ambiguous": "This date can be read in two ways.",
    "date-not-understood": "This cannot be read as a date.",
    "no-such-item": "There is no other item of this number.",
    "not-a-part": "This cannot be shown together with it: it is of another collection, was given by you, was taken back, or has parts of its own or is one.",
}
NOT_UNDERSTOOD = "This cannot be understood, or is not in the list of the field."


@click.group(help="Descriptions as a spreadsheet, out and in again.")
def sheet() -> None:
    pass


@sheet.command(help="Write the descriptions of a collection's items as CSV, to FILE or to standard output.")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--collection", required=True, help="The collection.")
@click.option("--state", default="", help="Only items in this state.")
@click.option("--words", default="", help="Only items that a search for these words finds.")
@click.option("--bom", is_flag=True, help="Begin with the mark by which Excel knows UTF-8.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def out(file: Path | None, collection: str, state: str, words: str, bom: bool, force: bool) -> None:
    if file is not None and file.exists() and not force:
        raise BadInputError(
            f"{file} is there already.", code="file-exists", remedy="Give another name, or --force."
        )
    with opened() as archive:
        choice = Choice(collection, state, words)
        lines = sheets.write_sheet(archive, OPERATOR, choice, with_mark_of_encoding=bom)
        data = "".join(lines).encode()
    if file is None:
        click.echo(data, nl=False)
    else:
        file.write_bytes(data)


@sheet.command(
    "in",
    help="Change what is said of items as FILE has it; exit code 2, and nothing changed, if it is not right.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change, and what is not right.")
@json_option
def bring(file: Path, dry_run: bool, as_json: bool) -> int:
    with opened() as archive:
        found = sheets.read_sheet(archive, OPERATOR, file.read_bytes())
        batch_id, left = "", 0
        if not (dry_run or found.problems or not found.changes):
            batch_id = sheets.plan_sheet(archive, OPERATOR, found)
            left = _do(archive, batch_id)
        if as_json:
            print_json(_as_json(found, batch_id))
        else:
            _say(found, batch_id)
    return 2 if found.problems else int(left > 0)


def _do(archive: Archive, batch_id: str) -> int:
    """Do it here and now; how many items somebody else changed first."""
    batches.ask(archive, OPERATOR, batch_id)
    batches.carry_out(archive, batch_id)
    wait_until_caught_up(archive)
    return batch_views.batch(archive, OPERATOR, batch_id).troubled


def _as_json(found: Sheet, batch_id: str) -> dict[str, object]:
    return {
        "batch": batch_id or None,
        "changes": [
            {
                "row": one.row,
                "id": one.item_id,
                # It stands before the words that it is about, here as everywhere.
                "content_note": one.content_note,
                "before": dict(one.was),
                "after": dict(one.said),
            }
            for one in found.changes
        ],
        "problems": [vars(one) for one in found.problems],
        "unchanged": found.unchanged,
    }


def _say(found: Sheet, batch_id: str) -> None:
    for one in found.problems:
        click.echo(f"row {one.row}, column “{printable(one.column)}”: {_reason(one)}", err=True)
    for change in found.changes:
        click.echo(f"row {change.row}: {change.item_id}: {', '.join(change.said)}")
    done = "changed" if batch_id else "would change"
    click.echo(f"{len(found.changes)} {done}, {found.unchanged} unchanged, {len(found.problems)} not right.")


def _reason(one: SheetProblem) -> str:
    words = REASONS.get(one.code, NOT_UNDERSTOOD)
    if one.content_note and (one.yours or one.theirs):
        words = f"{words} Content note: {printable(one.content_note)}"
    told = f"{words} The spreadsheet has “{printable(one.yours)}”." if one.yours else words
    return f"{told} The archive has “{printable(one.theirs)}”." if one.theirs else told
