"""`remembrance ledger` and `remembrance verify-ledger`."""

from __future__ import annotations

import dataclasses
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from archive.access import OPERATOR
from archive.cli.common import json_option, opened, print_json, printable
from archive.models.errors import BadInputError
from archive.services import (
    checkpoint_anew,
    checkpoint_audit,
    checkpoint_gaps,
    checkpoint_keys,
    checkpoint_sources,
    checkpoint_standing,
    checkpoints,
    gap_acknowledging,
    gap_check,
    gap_text,
)
from archive.services.checkpoint_check import Problem
from archive.services.checkpoint_sources import LONGEST, Sources
from archive.services.checkpoint_standing import STANDS_STILL
from archive.services.checkpoint_text import Checkpoint
from archive.services.gap_acknowledging import Offer

TIMEOUT_S, NOT_FOUND = 60, 404
PUBLISHED, GAPS = ("/ledger/keys", "/ledger/checkpoints.jsonl"), "/ledger/gaps.jsonl"
ADDRESS = ("https://", "http://")
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


@ledger.command(
    "acknowledge",
    help="Say in public, signed and for ever, what the ledger lost when the archive was restored from an older backup. "
    "KEPT are files of checkpoints that others kept and that are not here any more. Without --sure nothing is written.",
)
@click.argument("kept", nargs=-1)
@click.option("--backup", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day of the backup.")
@click.option(
    "--until",
    type=click.IntRange(1),
    help="The last entry signed before the restore, where none is on record; it is published.",
)
@click.option("--reason", default="", help="Why, for everybody to read; name nobody.")
@click.option("--sure", is_flag=True, help="Sign and publish it. It can never be taken back.")
@json_option
def acknowledge(
    kept: Sequence[str], backup: datetime, until: int | None, reason: str, sure: bool, as_json: bool
) -> int:
    given = sources_of(kept)
    others, day = (*given.found, *given.kept), backup.date()
    with opened() as archive:
        found = gap_acknowledging.offer(archive, OPERATOR, day, others, until=until)
        made = None
        if sure:
            made = gap_acknowledging.acknowledge(
                archive, OPERATOR, day, reason, others, found.mark, until=until
            )
    if as_json:
        print_json(
            {
                "backup": day.isoformat(),
                "entries": gap_text.in_short(found.entries),
                "kinds": dict(found.kinds),
                "until": found.bound.until if found.bound else None,
                "lost": [one.day.isoformat() for one in found.lost],
                "others": [one.sentence for one in found.others],
                "not_taken_back": list(found.not_taken_back),
                "acknowledged": made.number if made else None,
            }
        )
    else:
        _say_offer(found, made)
    return 1 if found.others or found.not_taken_back else 0


def _say_offer(found: Offer, made: gap_text.Gap | None) -> None:
    if made is not None:
        click.echo(printable(gap_text.sentence(made)))
        click.echo("It is published at /ledger and in its feed; the next checkpoint signs it as an entry.")
    elif found.bound is None:
        click.echo("No restore from a backup of that day is on record, so nothing counts as lost in one.")
        click.echo(
            "Give the day of its backup; or name with --until the last entry that was signed before it."
        )
    elif found.is_empty:
        click.echo("Nothing is missing since then that was signed.")
    else:
        what = ", ".join(f"{kind} {count}" for kind, count in found.kinds.items()) or "none"
        click.echo(f"Not in the database any more: entries {gap_text.in_short(found.entries)} ({what}).")
        for one in found.lost:
            click.echo(f"Not in this ledger any more: the checkpoint of {one.day} over {one.size} entries.")
        click.echo("Nothing was written. With --sure and --reason it is signed and published, for ever.")
    for item_id in found.not_taken_back:
        click.echo(f"Its taking back was lost; withdraw it first: {item_id}", err=True)
    for problem in found.others:
        click.echo(f"Stays a problem: {printable(problem.sentence)}", err=True)


@ledger.command(
    "begin-anew",
    help="Where every checkpoint of the public ledger is lost, here and in all backups, have the next one be the first of another "
    "ledger, with another key. Without --sure nothing is done.",
)
@click.option(
    "--reason", default="", help="Why: everybody can read it on the page of the ledger. Name nobody."
)
@click.option("--sure", is_flag=True, help="Do it: what was signed before can be gone on with no more.")
def begin_anew(reason: str, sure: bool) -> int:
    with opened() as archive:
        if not sure:
            checkpoint_anew.check_cut_off(archive)
            click.echo(f"{checkpoints.CUT_OFF} Nothing was done.")
            click.echo(
                "Put the folder ledger back from the newest backup. If there is none, say --sure and --reason: the next "
                "checkpoint then begins another ledger, and whoever kept one of before sees that the two have parted."
            )
            return 1
        left = checkpoint_anew.begin_anew(archive, OPERATOR, reason)
    click.echo(
        "The next checkpoint begins another ledger. Tell those who follow it, and back up the keys after it."
    )
    for path in left:
        click.echo(f"Set aside, not removed: {path}")
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
    given = sources_of(sources)
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


def sources_of(sources: Sequence[str]) -> Sources:
    """What files and addresses hold: what an archive shows now is told from what somebody kept."""
    kept = [text for one in sources if not one.startswith(ADDRESS) for text in texts_of(one)]
    published = [text for one in sources if one.startswith(ADDRESS) for text in texts_of(one)]
    return checkpoint_sources.read_sources(kept, published)


def texts_of(source: str) -> list[str]:
    """What a file or an address holds; of an archive's address, its keys and its checkpoints."""
    if not source.startswith(ADDRESS):
        return [_read(Path(source))]
    if "/ledger" in urlsplit(source).path:
        return [_fetch(source)]
    site = source.rstrip("/")
    # An archive of an earlier version has no gaps to tell of; one that has signed some is found out.
    return [*(_fetch(site + path) for path in PUBLISHED), _fetch(site + GAPS, default="")]


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
            here = checkpoint_gaps.published(archive.settings, every)
            problems += gap_check.check_kept_gaps(known, here, (*(given.gaps or ()), *given.kept_gaps))
            return every, problems, looked.notes
    return (), problems, []


def _published(given: Sources) -> Looked:
    found = given.found or sorted(given.kept, key=lambda one: one.day)
    return found, checkpoint_sources.check(given), given.notes


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


def _fetch(address: str, default: str | None = None) -> str:
    """What is at an address; `default`, where one is given, when nothing is there."""
    try:
        # Only what begins with http comes here; a redirection leads to nothing else either.
        with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return _text(answer.read(LONGEST + 1), address)
    except (urllib.error.URLError, OSError, ValueError) as error:
        if default is not None and isinstance(error, urllib.error.HTTPError) and error.code == NOT_FOUND:
            return default
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
