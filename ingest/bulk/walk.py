"""Walks folders: which of them are a submission, what lies in them, and what cannot be taken in whatever a table says."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from archive.models.errors import BadInputError
from ingest.bulk.keep_out import KeepOut
from ingest.bulk.model import Refusal
from ingest.bulk.table import METADATA, is_nearly_table_name, is_table_name

# What systems leave behind in folders; nobody gives it.
LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".directory"})

Refuse = Callable[[Refusal], None]


def submission_folders(path: Path, refuse: Refuse, keep_out: KeepOut) -> list[Path]:
    """The folders at `path` that are a submission each; what lies beside them is refused, an archive's home too.

    BadInputError when the folder cannot be read.
    """
    try:
        children = sorted(path.iterdir(), key=lambda child: child.name)
    except OSError as error:
        raise BadInputError(
            f"{as_text(path)} cannot be read: {error.strerror}.", code="no-such-path"
        ) from error
    every = [child for child in children if child.is_dir() and not child.is_symlink()]
    files = [child for child in children if child not in every]
    folders = [folder for folder in every if keep_out.at(folder) is None and not is_hidden(folder.name)]
    described = [folder for folder in folders if tables_in(folder)]
    # What a computer leaves there by itself must not make one submission of many, nor another one of the same files.
    given = [file for file in files if refusal_of(file) is None and not is_hidden(file.name)]
    # What has that name and cannot be read is told with all of it, for it may close what lies in the folders.
    if named_as_table_in(path) or not folders or (given and not described):
        return [path]
    for kept in (one for one in map(keep_out.at, every) if one is not None):
        refuse(kept)
    for file in files:
        reason = "It lies beside folders that are submissions, not in one."
        other = refusal_of(file) or (hidden(file) if is_hidden(file.name) else None)
        refuse(other or Refusal(file, "beside-submissions", reason))
    for folder in (one for one in every if is_hidden(one.name) and keep_out.at(one) is None):
        for file in files_below(folder, refuse, keep_out):
            refuse(hidden(file))
    if not described:
        return folders
    # Where some folders have a spreadsheet, one without is working material rather than a gift.
    reason = f"Its folder has no {METADATA}, while the folders beside it have one."
    for folder in (folder for folder in folders if folder not in described):
        for file in files_below(folder, refuse, keep_out):
            refuse(Refusal(file, "folder-without-metadata", reason))
    return described


def gift_below(folder: Path, refuse: Refuse, keep_out: KeepOut) -> Iterator[Path]:
    """The files below `folder` that its own table, or none, describes; `refuse` hears of everything else.

    Further down a table says of its files what nobody would read here, such as that they are not to be shown.
    """
    reason = "Its folder has a table of its own, which counts only where that folder itself is given."
    known: dict[Path, bool] = {folder: False}

    def is_described(parent: Path) -> bool:
        if parent not in known:
            known[parent] = is_described(parent.parent) or bool(named_as_table_in(parent))
        return known[parent]

    for file in files_below(folder, refuse, keep_out):
        if is_described(file.parent):
            refuse(Refusal(file, "table-inside", reason))
        else:
            yield file


def files_below(folder: Path, refuse: Refuse, keep_out: KeepOut) -> Iterator[Path]:
    """Every ordinary file below `folder` that is not its table, in order; `refuse` hears of everything else."""

    def unreadable(error: OSError) -> None:
        refuse(Refusal(Path(error.filename), "unreadable", f"It cannot be read: {error.strerror}."))

    for parent, folders, files in os.walk(folder, onerror=unreadable):
        folders.sort()
        # A link to a folder is listed as a folder, and never followed.
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        kept = {
            name: no for name in folders if name not in links and (no := keep_out.at(Path(parent) / name))
        }
        # What is taken out of this list is not walked into.
        folders[:] = [name for name in folders if name not in kept]
        for name in sorted([*files, *links, *kept]):
            path = Path(parent) / name
            refusal = kept.get(name) or refusal_of(path) or keep_out.at(path)
            if refusal is not None:
                refuse(refusal)
            elif path.parent != folder or not is_table_name(name):
                yield path


def refusal_of(path: Path) -> Refusal | None:
    """Why something is never taken in, or None when it is an ordinary file that somebody gave."""
    if path.is_symlink():
        return Refusal(path, "link", "It is a link to somewhere else, not a file.")
    if not path.is_file():
        return Refusal(path, "not-a-file", "It is not an ordinary file.")
    if path.name in LITTER:
        return Refusal(path, "litter", "It was left by a computer; nobody gave it.")
    return None


def is_hidden(name: str) -> bool:
    """Whether a file of this name, or what lies in a folder of it, is hidden: settings, and what was thrown away."""
    return any(part.startswith(".") for part in name.split("/"))


def hidden(path: Path) -> Refusal:
    """Why a hidden file is not taken in."""
    return Refusal(path, "hidden", "It is a hidden file that no row describes.")


def tables_in(folder: Path) -> list[Path]:
    """The tables that describe a folder, whatever letters of their name are capitals; none where it cannot be read."""
    return [one for one in named_as_table_in(folder) if is_table(one)]


def named_as_table_in(folder: Path) -> list[Path]:
    """Whatever bears the name of a folder's table, also a link, a pipe or a folder; none where it cannot be read."""
    try:
        return sorted(one for one in folder.iterdir() if is_table_name(one.name))
    except OSError:
        return []


def misnamed_tables_in(folder: Path) -> list[Path]:
    """The files of a folder that may well be meant as its table; none where it cannot be read."""
    try:
        return sorted(one for one in folder.iterdir() if is_nearly_table_name(one.name) and is_table(one))
    except OSError:
        return []


def is_table(path: Path) -> bool:
    """Whether there is a table at `path`: an ordinary file, not a link to one elsewhere."""
    return path.is_file() and not path.is_symlink()


def as_text(name: str | Path) -> str:
    """A file name as text that can be written down: composed accents, and bytes that are no UTF-8 as \\xNN."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace"))
