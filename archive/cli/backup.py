"""`remembrance backup` and `remembrance restore`."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.common import bars, json_option, opened, print_json
from archive.models.errors import BadInputError
from archive.services import backup as backing_up
from archive.services import backup_check, backup_manifest, restore_ledgers
from archive.services import restore as restoring
from archive.services.backup import Done, Wished
from archive.services.backup_folder import alone_in
from archive.services.counted import counted
from archive.services.restore import Asked, Restored
from archive.settings import Settings

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, exists=True, path_type=Path)


@click.command(
    help="Back up everything into a new folder in TARGET while the server runs, then restore it there to prove that it can be. Exit code 0 only when it was."
)
@click.argument("target", type=FOLDER)
@click.option("--name", default="", help="Name of the new folder (default: the day).")
@click.option(
    "--keys",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the keys to this file, to be kept elsewhere.",
)
@click.option("--no-access", is_flag=True, help="Leave access copies out: they can be made again.")
@click.option("--full", is_flag=True, help="Copy everything, and share no file with the backup before.")
@click.option("--no-verify", is_flag=True, help="Do not try it out.")
@click.option("--check", is_flag=True, help="Only try out a backup that is there: --name, or the newest.")
@json_option
def backup(
    target: Path,
    name: str,
    keys: Path | None,
    no_access: bool,
    full: bool,
    no_verify: bool,
    check: bool,
    as_json: bool,
) -> int:
    if check:
        return _check(target, name, as_json)
    wished = Wished(name, access=not no_access, full=full, verify=not no_verify, keys=keys)
    with opened() as archive, bars(quiet=as_json) as tell:
        done = backing_up.back_up(archive, target, wished, tell)
    for one in done.backup.missing:
        click.echo(f"Not copied whole: {one}.", err=True)
    if as_json:
        print_json(_as_json(done))
    else:
        _say(done, keys)
    return 1 if done.backup.missing or not done.is_verified else 0


def _say(done: Done, keys: Path | None) -> None:
    made = done.backup
    shared = f", {done.shared} of them shared with the backup before" if done.shared else ""
    click.echo(f"{made.folder}: {counted(len(made.files), 'file')}, {made.size} bytes{shared}.")
    if done.is_verified:
        click.echo("It was restored into an empty place and is whole.")
    else:
        click.echo("It was not tried out; `remembrance backup --check` does it.", err=True)
    if keys is None:
        click.echo("Keys are not in it: --keys FILE writes them, to be kept elsewhere.")
    else:
        click.echo(
            f"{keys} holds the keys. Keep it in another place: with it the backup opens how people can be reached."
        )
    if made.left_out:
        click.echo(f"Settings that are not in it: {', '.join(made.left_out)}.")


def _as_json(done: Done) -> dict[str, object]:
    made = done.backup
    return {
        "folder": str(made.folder),
        "files": len(made.files),
        "bytes": made.size,
        "shared": done.shared,
        "verified": done.is_verified,
        "missing": list(made.missing),
        "settings_left_out": list(made.left_out),
    }


def _check(target: Path, name: str, as_json: bool) -> int:
    if not target.is_dir():
        raise BadInputError(f"There is no folder {target}.", code="no-such-path")
    known = backup_manifest.read(target / name) if name else backup_manifest.newest(target)
    if known is None:
        known = backup_manifest.read(target)
    with alone_in(known.folder.parent), bars(quiet=as_json) as tell:
        backup_check.check(known, Settings.load().database, tell)
    if as_json:
        print_json({"folder": str(known.folder), "verified": True, "missing": list(known.missing)})
    else:
        click.echo(
            f"{known.folder}: {counted(len(known.files), 'file is', 'files are')} whole, and it can be restored."
        )
    return 1 if known.missing else 0


@click.command(
    help="Make an archive of BACKUP in an empty home. What was taken back since the backup is taken back before anybody sees it."
)
@click.argument("folder", metavar="BACKUP", type=FOLDER)
@click.option(
    "--home", required=True, type=FOLDER, help="Where the archive is to be: empty, or not there yet."
)
@click.option("--keys", type=FILE, help="The file that `remembrance backup --keys` wrote.")
@click.option(
    "--ledger",
    "ledgers",
    multiple=True,
    type=FILE,
    help="The newest ledger of withdrawals; may be given several times. Those at hand are found.",
)
@click.option(
    "--without-ledger",
    is_flag=True,
    help="There is none, and you have looked through what was asked since the backup.",
)
@click.option("--database", default="", help="Address of an empty PostgreSQL database, for a backup of one.")
@json_option
def restore(
    folder: Path,
    home: Path,
    keys: Path | None,
    ledgers: tuple[Path, ...],
    without_ledger: bool,
    database: str,
    as_json: bool,
) -> int:
    known, settings = backup_manifest.read(folder), Settings.load()
    if not without_ledger:
        restore_ledgers.check_known(known, settings, ledgers)
    found = restore_ledgers.at_hand(known, settings, ledgers)
    with bars(quiet=as_json) as tell:
        newer = restore_ledgers.newer_at_hand(known, settings)
        done = restoring.restore(known, Asked(home, database, keys, found, newer), tell)
    if as_json:
        print_json({"home": str(home.absolute()), **vars(done), "newer_ledger": bool(found)})
    else:
        click.echo(f"{home}: the archive as of {known.on.isoformat()}.")
        for line in _told(done):
            click.echo(line)
        if database:
            click.echo("Its database is the one you named: set database_url to it before you serve.")
    if without_ledger and not found:
        click.echo(
            f"No ledger of withdrawals was at hand that is newer than the backup: what somebody took back, closed or took off since {known.on.isoformat()} would be shown again"
            f"{', but for what newer records at hand say' if newer else ''}. "
            "If you have one, remove this home and restore again with --ledger before you serve it; else look through what was asked since that day.",
            err=True,
        )
    return 0 if done.is_cleared else 1


def _told(done: Restored) -> list[str]:
    public, _, staff = done.can_be_found
    told = [f"{counted(public, 'item')} can be found by the public, {staff} by staff."]
    if done.taken_back:
        told.append(
            f"{counted(done.taken_back, 'item was', 'items were')} taken back since the backup, and"
            f" {'is' if done.taken_back == 1 else 'are'} taken back again."
        )
    if done.closed:
        told.append(
            f"{counted(done.closed, 'consent or publication was', 'consents and publications were')} closed since the "
            "backup, and closed again: what allowed more in the meantime is for givers and curators to say anew."
        )
    if done.newer:
        told.append(
            f"Of {counted(done.newer, 'item')} a newer record lies in the old home or a store of copies than the backup has: "
            "what it closes was closed; everything else that it says is not in this archive."
        )
    if done.unread:
        told.append(
            f"{counted(done.unread, 'newer record')} could not be read: compare the stores before you serve."
        )
    if done.stores:
        told.append(
            f"It writes to no store of copies: the archive that was backed up may go on with {', '.join(done.stores)}. "
            "If this home takes its place for good, `remembrance copies adopt` takes them up."
        )
    if not done.is_cleared:
        told.append("Something of what was taken back could not be removed yet: run `remembrance doctor`.")
    if done.made_anew:
        told.append(
            f"Access copies of {counted(done.made_anew, 'file')} are made anew as soon as a worker runs."
        )
    if not done.has_keys:
        told.append(
            f"Without the keys {done.sealed} ways to reach contributors stay closed, their codes do not lead back, and "
            "nobody signs in with an authenticator or a recovery code. Everything else works. "
            "What was destroyed is not recognised if it is given again."
        )
    return told
