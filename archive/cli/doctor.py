"""`remembrance doctor`."""

from __future__ import annotations

import dataclasses

import click

from archive.cli.common import json_option, opened, print_json
from archive.services.doctor import examine

MARKS = {"ok": "ok     ", "note": "note   ", "problem": "PROBLEM"}


@click.command(
    help="Is everything here, writable and consistent, and what to do if not. Exit code 1 when there is a problem."
)
@json_option
def doctor(as_json: bool) -> int:
    with opened() as archive:
        findings = examine(archive)
    if as_json:
        print_json([dataclasses.asdict(one) for one in findings])
    else:
        for one in findings:
            click.echo(
                f"{MARKS[one.verdict]} {one.what}: {one.sentence}" + (f" {one.remedy}" if one.remedy else "")
            )
    return 1 if any(one.verdict == "problem" for one in findings) else 0
