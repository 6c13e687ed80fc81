"""`remembrance ingest`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from archive.cli.common import bars, json_option, opened, print_json, printable, stops_in_words
from archive.models import Audience, ItemState
from archive.profiles import CollectionProfile, load_profiles
from archive.services.counted import counted
from archive.services.opening import collections_root, is_begun
from archive.settings import Settings
from ingest.bulk import Opened, Plan, Problem, Report, look_again, opened_zips, plan_opened
from ingest.bulk import ingest as take_in
from ingest.bulk.plan import must_be_there
from ingest.bulk.run import profile_of
from ingest.bulk.table import METADATA

FAILED, BAD_INPUT = 1, 2
OUTCOMES = ("kept", "failed", "refused")
UNFINISHED = ("not-kept-yet", "storage-full")


@click.command(
    help="Take in PATHs and wait until all is kept: a folder is a submission (with a metadata.csv each row describes a file), a folder of folders many, and a ZIP is unpacked. Run again, it goes on where it stopped."
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--collection", required=True, help="Slug of the collection, such as march-25.")
@click.option(
    "--publish", is_flag=True, help="Publish what is kept: whoever runs this says that everybody agreed."
)
@click.option(
    "--audience",
    type=click.Choice([audience.value for audience in Audience]),
    default=Audience.PUBLIC.value,
    show_default=True,
    help="Who may see the items once they are published.",
)
@click.option(
    "--dry-run", is_flag=True, help="Only say what would be done, and what is wrong, by row and column."
)
@json_option
def ingest(
    paths: tuple[Path, ...], collection: str, publish: bool, audience: str, dry_run: bool, as_json: bool
) -> int:
    settings = Settings.load()
    # Before an archive is begun, at a place that may be mistyped as well.
    profile = profile_of(load_profiles(collections_root(settings)), collection)
    must_be_there(paths)
    if dry_run and not is_begun(settings):
        with stops_in_words(), TemporaryDirectory() as scratch:
            return _look(replace(settings, home=Path(scratch)), paths, profile, as_json=as_json)
    with stops_in_words(), opened(settings, begins=True) as archive:
        if dry_run:

            def again(planned: Plan) -> Plan:
                return look_again(archive, planned, collection, Audience(audience))

            return _look(settings, paths, profile, again, as_json=as_json)
        with bars(quiet=as_json) as tell:
            report = take_in(
                archive, paths, collection, publish=publish, audience=Audience(audience), progress=tell
            )
        print_json(report_as_values(report)) if as_json else print_report(report)
    if is_unfinished(report):
        return FAILED
    return 0 if report.items else BAD_INPUT


def _look(
    settings: Settings,
    paths: tuple[Path, ...],
    profile: CollectionProfile,
    again: Callable[[Plan], Plan] = lambda planned: planned,
    *,
    as_json: bool,
) -> int:
    """Say what would be done; `again` adds what only an archive knows. ZIPs are unpacked in the home meanwhile."""
    settings.run.mkdir(parents=True, exist_ok=True)
    with opened_zips(settings, paths) as unpacked:
        planned = again(plan_opened(unpacked, profile))
        print_json(plan_as_values(planned, unpacked)) if as_json else print_plan(planned)
    return BAD_INPUT if is_wrong(planned) else 0


def is_wrong(planned: Plan) -> bool:
    """Whether something is to be put right first: a problem that is more than a note, or nothing would be taken in.

    A dry run is asked for this before anything is kept; the command, which scripts rely on, tells the same and ends well
    when all is accounted for.
    """
    problems = any(not problem.note for one in planned.submissions for problem in one.problems)
    return problems or not any(one.items for one in planned.submissions)


def is_unfinished(report: Report) -> bool:
    """Whether something is not kept that will be when the same command is run again."""
    return any(file.code in UNFINISHED for one in report.submissions for file in one.files)


def plan_as_values(planned: Plan, unpacked: Opened) -> dict[str, Any]:
    """A plan for a program, with what was in a ZIP below that ZIP."""
    shown = unpacked.shown
    return {
        "submissions": [
            {
                "folder": str(shown(one.folder)),
                "items": [
                    {"title": item.description.title, "files": [file.given_name for file in item.files]}
                    for item in one.items
                ],
                "refused": [
                    {"path": str(shown(refusal.path)), "code": refusal.code, "reason": refusal.reason}
                    for refusal in one.refusals
                ],
                "problems": [vars(problem) for problem in one.problems],
                "table": str(shown(one.table)) if one.table else None,
            }
            for one in planned.submissions
        ],
        "refused": [
            {"path": str(one.path), "code": one.code, "reason": one.reason} for one in planned.refusals
        ],
    }


def print_plan(planned: Plan) -> None:
    """A plan for a person."""
    for one in planned.submissions:
        click.echo(f"{_named(one.folder)}: {counted(len(one.items), 'item')}, {counted(one.files, 'file')}")
        for refusal in one.refusals:
            click.echo(f"  {_named(refusal.path)} would be refused: {printable(refusal.reason)}")
        _print_problems(one.problems, one.table)
    for refusal in planned.refusals:
        click.echo(f"{printable(str(refusal.path))} would be refused: {printable(refusal.reason)}")


def report_as_values(report: Report) -> dict[str, Any]:
    """A report for a program: every file is in it exactly once."""
    refused = [
        {"path": str(one.path), "outcome": "refused", "item": None, "code": one.code, "reason": one.reason}
        for one in report.refused
    ]
    return {
        "counts": {outcome: report.count(outcome) for outcome in OUTCOMES},
        "not_published": report.not_published,
        "submissions": [
            {
                "folder": str(one.folder),
                "id": one.id,
                "already": one.already,
                "items": [asdict(item) for item in one.items],
                "files": [
                    {
                        "path": str(file.path),
                        "outcome": file.outcome,
                        "item": file.item_id,
                        "code": file.code,
                        "reason": file.reason,
                    }
                    for file in one.files
                ],
                "problems": [vars(problem) for problem in one.problems],
                "table": str(one.table) if one.table else None,
            }
            for one in report.submissions
        ],
        "refused": refused,
    }


def print_report(report: Report) -> None:
    """A report for a person: a line a submission, and a reason for every file that is not simply kept."""
    for one in report.submissions:
        again = ", taken in before" if one.already else ""
        click.echo(
            f"{_named(one.folder)}: {counted(len(one.items), 'item')}, {counted(len(one.files), 'file')}{again}"
        )
        for file in one.files:
            if file.outcome != "kept":
                click.echo(f"  {_named(file.path)} {file.outcome}: {printable(file.reason)}")
        for item in one.items:
            if item.not_published:
                named = printable(item.title or item.id)
                is_shown = "is published" if item.state == ItemState.PUBLISHED else "is not published"
                click.echo(f"  {named} ({item.id}) {is_shown}: {printable(item.not_published.reason)}")
        _print_problems(one.problems, one.table)
    for refusal in report.refused:
        click.echo(f"{printable(str(refusal.path))} refused: {printable(refusal.reason)}")
    counts = ", ".join(f"{report.count(outcome)} {outcome}" for outcome in OUTCOMES)
    given = f"{counted(len(report.submissions), 'submission')}, {counted(report.items, 'item')}"
    held = "".join(
        f" {words}: {counted(count, 'item')}."
        for words, count in (
            ("Not published", report.not_published - report.unseen),
            ("Published, and only staff sees", report.unseen),
        )
        if count
    )
    click.echo(f"{given}; files: {counts}.{held}")


def _named(path: Path) -> str:
    return printable(path.resolve().name if path.name in ("", "..") else path.name)


def _print_problems(problems: tuple[Problem, ...], table: Path | None) -> None:
    named = table.name if table else METADATA
    for (row, reason), alike in groupby(problems, key=lambda one: (one.row, one.reason)):
        columns = ", ".join(one.column for one in alike if one.column)
        column = f", column {columns}" if columns else ""
        click.echo(f"  {printable(f'{named}, row {row}{column}' if row else columns)}: {printable(reason)}")
