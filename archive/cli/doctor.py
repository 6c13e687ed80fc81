"""`remembrance doctor`."""

from __future__ import annotations

import dataclasses

import click

from archive.cli.common import json_option, opened, print_json
from archive.cli.told import told_of
from archive.services.doctor import examine
from archive.services.doctor_unopened import examine_unopened
from archive.services.finding import Finding
from archive.settings import Settings

MARKS = {"ok": "ok     ", "note": "note   ", "problem": "PROBLEM"}


@click.command(
    help="Is everything here, writable and consistent, and what to do if not. Exit code 1 when there is a problem."
)
@json_option
def doctor(as_json: bool) -> int:
    findings = _findings()
    if as_json:
        print_json([dataclasses.asdict(one) for one in findings])
    else:
        for one in findings:
            click.echo(
                f"{MARKS[one.verdict]} {one.what}: {one.sentence}" + (f" {one.remedy}" if one.remedy else "")
            )
    return 1 if any(one.verdict == "problem" for one in findings) else 0


def _findings() -> list[Finding]:
    """What is found; an archive that cannot be opened is what a doctor is called to most of all."""
    settings = None
    try:
        settings = Settings.load()
        with opened(settings) as archive:
            return examine(archive)
    except Exception as error:
        return examine_unopened(settings, told_of(error))
