"""`remembrance kit`."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import click

from archive.durable import fsync_path
from archive.models.errors import ArchiveError, BadInputError
from archive.profiles import load_profiles
from archive.services.opening import collections_root
from archive.settings import Settings


@click.command(
    help="Write FOLDER (default ./kit): a form that works from a USB stick without internet, and how to use it. `remembrance ingest` takes what it makes."
)
@click.argument("folder", metavar="[FOLDER]", default="kit", type=click.Path(path_type=Path))
@click.option("--collection", required=True, help="Slug of the collection, such as march-25.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    help="Only in this language; may be given several times. Without it, in every one the collection has.",
)
def kit(folder: Path, collection: str, languages: tuple[str, ...]) -> None:
    profiles = load_profiles(collections_root(Settings.load()))
    if collection not in profiles:
        known = ", ".join(sorted(profiles))
        raise BadInputError(
            f"There is no collection “{collection}”; there are: {known}.", code="no-such-collection"
        )
    has = profiles[collection].languages
    for language in languages:
        if language not in has:
            raise BadInputError(
                f"The collection is not in the language “{language}”; it is in: {', '.join(has)}.",
                code="no-such-language",
            )
    if os.path.lexists(folder):
        raise BadInputError(f"{folder} is there already.", code="file-exists", remedy="Give another name.")
    if not folder.absolute().parent.is_dir():
        raise BadInputError(f"There is no folder {folder.absolute().parent}.", code="no-such-path")
    _write(folder.absolute(), collection, tuple(dict.fromkeys(languages)) or has)
    click.echo(f"{folder}: begin with READ-ME-FIRST. Copy the whole folder to a USB stick.")


def _write(folder: Path, collection: str, languages: tuple[str, ...]) -> None:
    """Have the pages made by the room that makes pages, in a process of its own, whole or not at all."""
    temporary = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    command = [sys.executable, "-m", "archive.web.kit", str(temporary), collection, *languages]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            last = done.stderr.strip().rpartition("\n")[2]
            raise ArchiveError(f"The kit could not be written: {last}", code="kit-not-written")
        temporary.rename(folder)
        fsync_path(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
