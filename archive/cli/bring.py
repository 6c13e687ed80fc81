"""`remembrance import`."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.common import bars, json_option, opened, print_json, stops_in_words
from archive.cli.ingest import (
    BAD_INPUT,
    FAILED,
    is_unfinished,
    plan_as_values,
    print_plan,
    print_report,
    report_as_values,
)
from archive.services.importing import ALREADY_HERE
from ingest.bulk import Opened, Plan, Report
from ingest.importing import import_bags, import_table, look_at_bags, look_at_table, read_mapping

collection_option = click.option(
    "--collection", required=True, help="Slug of the collection, such as march-25."
)
NOTHING_OPENED = Opened((), (), {})


@click.group("import", help="Take in bags and tables from other programs.")
def import_() -> None:
    pass


@import_.command(
    help="Take in each bag at PATH (a folder, ZIP, TAR, TAR in gzip, or a folder of such) as a new submission, once every byte of it is proved. Run again, it doubles nothing."
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@collection_option
@click.option("--dry-run", is_flag=True, help="Only prove the bags, and say what would be taken in.")
@json_option
def bag(paths: tuple[Path, ...], collection: str, dry_run: bool, as_json: bool) -> int:
    with stops_in_words(), opened(begins=True) as archive, bars(quiet=as_json) as tell:
        if dry_run:
            planned = look_at_bags(archive, paths, collection, progress=tell)
        else:
            report = import_bags(archive, paths, collection, progress=tell)
    return _say_plan(planned, as_json=as_json) if dry_run else _say_report(report, as_json=as_json)


@import_.command(
    help="Take in what a table of another program tells of, with the files that it names. What no file is there for, and what cannot be understood, is told by row and column. Nothing is fetched from an address. Run again, it doubles nothing."
)
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--mapping",
    required=True,
    help="A file that says which column is which field, or the name of one that comes with the archive: archivematica, collectionbuilder, dspace, omeka-classic, omeka-s.",
)
@collection_option
@click.option(
    "--files",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the files that the table names; without it, the folder of the table.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be taken in, and what is wrong.")
@json_option
def table(file: Path, mapping: str, collection: str, files: Path | None, dry_run: bool, as_json: bool) -> int:
    read = read_mapping(mapping)
    with stops_in_words(), opened(begins=True) as archive, bars(quiet=as_json) as tell:
        if dry_run:
            planned = look_at_table(archive, file, read, collection, files)
        else:
            report = import_table(archive, file, read, collection, files, progress=tell)
    if dry_run:
        return _say_plan(planned, as_json=as_json)
    status = _say_report(report, as_json=as_json)
    return status or (0 if report.items else BAD_INPUT)


def _say_plan(planned: Plan, *, as_json: bool) -> int:
    print_json(plan_as_values(planned, NOTHING_OPENED)) if as_json else print_plan(planned)
    wrong = any(not problem.note for one in planned.submissions for problem in one.problems)
    return BAD_INPUT if wrong or _refused([one.code for one in planned.refusals]) else 0


def _say_report(report: Report, *, as_json: bool) -> int:
    print_json(report_as_values(report)) if as_json else print_report(report)
    refused = [one.code for one in report.refused]
    refused += [file.code for one in report.submissions for file in one.files if file.outcome == "refused"]
    if is_unfinished(report) or "storage-full" in refused:
        return FAILED
    return BAD_INPUT if _refused(refused) else 0


def _refused(codes: list[str]) -> bool:
    return any(code != ALREADY_HERE for code in codes)
