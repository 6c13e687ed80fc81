"""`remembrance report`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from archive.cli.common import opened
from archive.durable import replace_file
from archive.models.errors import ArchiveError, BadInputError


@click.command(
    help="Write what is held, by collection, format and age, and in what state, as one HTML file; nobody is named in it."
)
@click.argument("file", metavar="FILE.html", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--language",
    default="en",
    type=click.Choice(["en", "es", "fr", "pt"]),
    show_default=True,
    help="In which language.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def report(file: Path, language: str, force: bool) -> None:
    if file.exists() and not force:
        raise BadInputError(
            f"{file} is there already.", code="file-exists", remedy="Give another name, or --force."
        )
    if not file.absolute().parent.is_dir():
        raise BadInputError(f"There is no folder {file.absolute().parent}.", code="no-such-path")
    with opened():
        pass
    # Made by the room that makes pages, in a process of its own.
    command = [sys.executable, "-m", "archive.web.report", language]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise ArchiveError(f"The report could not be written: {last}", code="report-not-written")
    replace_file(file.absolute(), done.stdout)
    click.echo(f"{file}: {len(done.stdout)} bytes.")
