"""Puts the files of a backup where an archive has them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from archive.bags import bag_key
from archive.durable import flush_tree
from archive.services.backup_folder import write_hashed
from archive.services.backup_manifest import LEDGER, Backup, damaged

DATABASE = "remembrance.db"
# Of a backup these are put elsewhere, or nowhere.
APART = frozenset({LEDGER})


def lay_out(backup: Backup, home: Path, *, without: Collection[str] = (), share: bool = False) -> None:
    """Copy the files of a backup into the new folder `home`, but for the ledger; of the items `without` no bag is.

    With `share` what is never changed in place is linked instead, which takes neither room nor time, for a home that
    nobody will work in. IntegrityError (`backup-damaged`) when a file is not what was written.
    """
    home.mkdir(mode=0o700)
    left_out = tuple(f"objects/{bag_key(one)}/" for one in without)
    for path, target in _targets(backup, home):
        if left_out and path.startswith(left_out):
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        source = backup.folder / path
        if share and path.startswith(("objects/", "access/", "staging/")):
            with suppress(OSError):
                os.link(source, target, follow_symlinks=False)
                continue
        with source.open("rb") as stream:
            held = write_hashed(stream, target)
        if held != backup.files[path]:
            raise damaged(f"{path} of the backup in {backup.folder} was changed.")
    if not share:
        flush_tree(home)


def _targets(backup: Backup, home: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(backup.files):
        if path == backup.database_file:
            if backup.database == "sqlite":
                yield path, home / DATABASE
        elif path not in APART:
            yield path, home / path
