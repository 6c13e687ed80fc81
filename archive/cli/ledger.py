"""`remembrance ledger` and `remembrance verify-ledger`."""

from __future__ import annotations

import dataclasses
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click

from archive.cli.common import json_option, opened, print_json, printable
from archive.models.errors import BadInputError
from archive.services import (
    checkpoint_audit,
    checkpoint_keys,
    checkpoint_sources,
    checkpoint_standing,
    checkpoints,
)
from archive.services.checkpoint_check import Problem
from archive.services.checkpoint_sources import LONGEST, Sources
from archive.services.checkpoint_standing import STANDS_STILL
from archive.services.checkpoint_text import Checkpoint

TIMEOUT_S = 60
PUBLISHED = ("/ledger/keys", "/ledger/checkpoints.jsonl")
# The checkpoints that were looked at, what is wrong, and what is not but has to be said.
Looked = tuple[Sequence[Checkpoint], list[Problem], list[str]]


@click.group(help="The public ledger: its checkpoints and its keys.")
def ledger() -> None:
    """The commands below it."""


@ledger.command(
    "checkpoint",
    help="Make the checkpoint of the last whole day now, as a worker does, if there is none yet.",
)
def checkpoint() -> int:
    with opened() as archive:
        made = checkpoints.make_due(archive)
    if made is None:
        click.echo("There is nothing to sign.")
    else:
        click.echo(f"The checkpoint of {made.day} is over {made.size} entries.")
    return 0


@ledger.command("new-key", help="Have a new key sign from now on; the one before vouches for it.")
def new_key() -> int:
    with opened() as archive:
        click.echo(checkpoints.rotate_key(archive))
    return 0


@click.command(
    "verify-ledger",
    help="Find what was changed, deleted, reordered or cut off in a ledger. SOURCES are addresses of an archive, and "
    "files of keys and checkpoints that somebody kept; without any, the archive here is checked in full.",
)
@click.argument("sources", nargs=-1)
@click.option("--home", "here", is_flag=True, help="Hold the archive here against the sources, in full.")
@json_option
def verify_ledger(sources: Sequence[str], here: bool, as_json: bool) -> int:
    given = checkpoint_sources.read_sources([text for one in sources for text in texts_of(one)])
    found, problems, notes = _in_full(given) if here or not sources else _published(given)
    if as_json:
        print_json(
            {
                "ok": not problems,
                "checkpoints": len(found),
                "entries": found[-1].size if found else 0,
                "newest": found[-1].day.isoformat() if found else None,
                "problems": [
                    dataclasses.asdict(one) | {"day": one.day.isoformat() if one.day else None}
                    for one in problems
                ],
                "notes": notes,
            }
        )
    else:
        _say(found, problems)
        for sentence in notes:
            click.echo(sentence)
    return 1 if problems else 0


def texts_of(source: str) -> list[str]:
    """What a file or an address holds; of an archive's address, its keys and its checkpoints."""
    if not source.startswith(("https://", "http://")):
        return [_read(Path(source))]
    if "/ledger" in urlsplit(source).path:
        return [_fetch(source)]
    return [_fetch(source.rstrip("/") + path) for path in PUBLISHED]


def _in_full(given: Sources) -> Looked:
    with opened() as archive:
        looked = checkpoint_audit.audit(archive, (*given.found, *given.kept))
        problems = looked.problems
        if not any(one.code == "unreadable" for one in problems):
            known = checkpoint_keys.published(archive.settings)
            problems += checkpoint_sources.differing_keys(known, given.keys)
            problems += checkpoint_standing.standing(archive)
            every = [
                checkpoints.of_day(archive.settings, day) for day in checkpoints.all_days(archive.settings)
            ]
            return every, problems, looked.notes
    return (), problems, []


def _published(given: Sources) -> Looked:
    found = given.found or sorted(given.kept, key=lambda one: one.day)
    return found, checkpoint_sources.check(given), []


def _say(found: Sequence[Checkpoint], problems: Sequence[Problem]) -> None:
    for one in problems:
        click.echo(printable(one.sentence), err=True)
    if problems and all(one.code in STANDS_STILL for one in problems):
        click.echo("The ledger is whole, but does not go on.", err=True)
    elif problems:
        click.echo("The ledger is NOT whole.", err=True)
    elif found:
        click.echo(
            f"The ledger is whole: {found[-1].size} entries, the newest checkpoint is of {found[-1].day}."
        )
    else:
        click.echo("The ledger has no checkpoint yet.")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return _text(stream.read(LONGEST + 1), str(path))
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror}.", code="no-such-path") from error


def _fetch(address: str) -> str:
    try:
        # Only what begins with http comes here; a redirection leads to nothing else either.
        with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return _text(answer.read(LONGEST + 1), address)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise BadInputError(
            f"{address} cannot be fetched.",
            code="no-answer",
            remedy="Check the address; fetch it with a browser, and give the file.",
        ) from error


def _text(data: bytes, where: str) -> str:
    try:
        if len(data) > LONGEST:
            raise ValueError
        return data.decode("utf-8-sig")
    except ValueError as error:
        raise BadInputError(f"{where} holds no ledger.", code="bad-checkpoint") from error
