"""What a backup is: a folder whose `backup.json` was written last, and lists every file of it with its SHA-512."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from archive.bags.manifest import decode_path, encode_path
from archive.bags.write import sha512_of
from archive.durable import cut_times, replace_file
from archive.models.errors import ArchiveError, BadInputError, IntegrityError

FORMAT = "remembrance-backup/1"
SAID, LISTED = "backup.json", "manifest-sha512.txt"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
LEDGER = "withdrawals/ledger.jsonl"
MAKING, CHECKING = ".making-", ".checking-"


@dataclass(frozen=True)
class Held:
    """One file of a backup: SHA-512 (hexadecimal) and size in bytes."""

    sha512: str
    size: int


@dataclass(frozen=True)
class Backup:
    """A whole backup: where it is, the day it is of, the rows of each table, and its files by path.

    `tables` is the newest migration of the database, `missing` says what could not be copied whole, `left_out` the
    settings that were not kept, since they are secret or true of one machine alone.
    """

    folder: Path
    on: date
    program: str
    tables: str
    database: str
    access: bool
    counts: Mapping[str, int]
    missing: tuple[str, ...]
    left_out: tuple[str, ...]
    files: Mapping[str, Held] = field(repr=False)

    @property
    def database_file(self) -> str:
        """The path of the copy of the database."""
        return DATABASES[self.database]

    @property
    def size(self) -> int:
        """All its bytes, also those that it shares with the backup before."""
        return sum(one.size for one in self.files.values())


def write(backup: Backup) -> None:
    """Say that everything is there: first the list of files, then, by one rename, what makes the folder a backup."""
    listed = "".join(
        f"{held.sha512}  {encode_path(path)}\n" for path, held in sorted(backup.files.items())
    ).encode()
    replace_file(backup.folder / LISTED, listed)
    said = {name: value for name, value in asdict(backup).items() if name not in ("folder", "files")}
    sizes = {path: held.size for path, held in sorted(backup.files.items())}
    more = {"format": FORMAT, "on": backup.on.isoformat(), "list": sha512_of(listed), "sizes": sizes}
    replace_file(backup.folder / SAID, json.dumps(said | more, indent=1, sort_keys=True).encode())
    cut_times(backup.folder / LISTED, backup.folder / SAID)
    cut_times(backup.folder, inside=False)


def read(folder: Path) -> Backup:
    """The backup in `folder`; BadInputError (`no-backup`) when it is none or not whole, IntegrityError (`backup-damaged`)."""
    try:
        data = (folder / SAID).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadInputError(
            f"{folder} is no whole backup: it has no {SAID}, which is written last.",
            code="no-backup",
            remedy="Give the folder of one backup, the newest that has it.",
        ) from error
    try:
        said = json.loads(data)
        listed = (folder / LISTED).read_bytes()
        is_ours = said["format"] == FORMAT and said["database"] in DATABASES
        is_listed = said["list"] == sha512_of(listed)
        sizes = said["sizes"]
        lines = (line.split("  ", 1) for line in listed.decode().splitlines())
        files = {(path := decode_path(encoded)): Held(sha512, int(sizes[path])) for sha512, encoded in lines}
        backup = Backup(
            folder=folder,
            on=date.fromisoformat(said["on"]),
            program=said["program"],
            tables=said["tables"],
            database=said["database"],
            access=said["access"],
            counts=said["counts"],
            missing=tuple(said["missing"]),
            left_out=tuple(said["left_out"]),
            files=files,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(f"{folder} cannot be read: {SAID} or {LISTED} is damaged.") from error
    if not is_ours or not is_listed or len(files) != len(sizes):
        raise damaged(f"{folder} is not what was written: {LISTED} is another one.")
    return backup


def damaged(sentence: str) -> ArchiveError:
    """That a backup is not what was written."""
    return IntegrityError(
        sentence, code="backup-damaged", remedy="Use another backup; keep this one to compare."
    )


def newest(target: Path) -> Backup | None:
    """The newest whole backup in `target`, None when there is none."""
    said = (one / SAID for one in target.iterdir() if not one.name.startswith("."))
    written = sorted((one.stat().st_ctime_ns, one.parent) for one in said if one.is_file())
    for _, folder in reversed(written):
        # A damaged one has nothing to share with the next.
        with contextlib.suppress(ArchiveError):
            return read(folder)
    return None
