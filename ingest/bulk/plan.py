"""Looks at folders and says what would be taken in, what not, and why; touches nothing."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile
from ingest.bulk.group import group
from ingest.bulk.model import Plan, Problem, Refusal, SubmissionPlan
from ingest.bulk.table import METADATA, read_table

# What systems leave behind in folders; nobody gives it.
LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".directory"})


def plan(paths: Iterable[Path], profile: CollectionProfile) -> Plan:
    """Plan submissions from `paths`: a folder of files is one, a folder of folders is many, a file is one by itself.

    BadInputError when a path is not there or holds nothing that could be taken in.
    """
    submissions: list[SubmissionPlan] = []
    refusals: list[Refusal] = []
    for path in paths:
        if not os.path.lexists(path):
            raise BadInputError(f"There is nothing at {path}.", code="no-such-path")
        if not path.is_dir():
            submissions.append(_one(path.parent, [path], profile, whole=False))
            continue
        folders, others = _submission_folders(path)
        refusals += others
        submissions += [_one(folder, list(_files_below(folder)), profile) for folder in folders]
    kept = tuple(one for one in submissions if one.items or one.refusals or one.problems)
    if not kept:
        raise BadInputError("There is no file here that could be taken in.", code="nothing-to-ingest")
    return Plan(kept, tuple(refusals))


def _submission_folders(path: Path) -> tuple[list[Path], list[Refusal]]:
    """The folders that are a submission each, and what lies beside them."""
    children = sorted(path.iterdir(), key=lambda child: child.name)
    folders = [child for child in children if child.is_dir() and not child.is_symlink()]
    files = [child for child in children if child not in folders]
    described = [folder for folder in folders if (folder / METADATA).is_file()]
    if (path / METADATA).is_file() or not folders or (files and not described):
        return [path], []
    refusals = [
        Refusal(file, "beside-submissions", "It lies beside folders that are submissions, not in one.")
        for file in files
        if file.name not in LITTER
    ]
    if not described:
        return folders, refusals
    # Where some folders have a spreadsheet, one without is working material rather than a gift.
    for folder in (folder for folder in folders if folder not in described):
        reason = f"Its folder has no {METADATA}, while the folders beside it have one."
        refusals += [Refusal(file, "folder-without-metadata", reason) for file in _files_below(folder)]
    return described, refusals


def _files_below(folder: Path) -> Iterable[Path]:
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(parent) / name
            if path != folder / METADATA and name not in LITTER:
                yield path


def _one(
    folder: Path, paths: Sequence[Path], profile: CollectionProfile, *, whole: bool = True
) -> SubmissionPlan:
    table = folder / METADATA
    rows, problems = read_table(table, profile) if table.is_file() else ([], [])
    files = {as_text(path.relative_to(folder).as_posix()): path for path in paths}
    wanted = {row.file: row for row in rows}
    missing = [row for row in rows if row.file not in files] if whole else []
    problems += [Problem(row.number, "file", f"There is no file “{row.file}”.") for row in missing]
    refusals, usable = [], {}
    for name, path in files.items():
        refusal = _refuse(path, described=name in wanted)
        if refusal:
            refusals.append(refusal)
        else:
            usable[name] = path
    items, more = group(usable, wanted, profile)
    return SubmissionPlan(folder, tuple(items), tuple(refusals), tuple(problems + more))


def as_text(name: str) -> str:
    """A file name as text that can be written down: composed accents, and bytes that are no UTF-8 as \\xNN."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace"))


def _refuse(path: Path, *, described: bool) -> Refusal | None:
    if path.is_symlink():
        return Refusal(path, "link", "It is a link to somewhere else, not a file.")
    if not path.is_file():
        return Refusal(path, "not-a-file", "It is not an ordinary file.")
    if path.name.startswith(".") and not described:
        return Refusal(path, "hidden", "It is a hidden file that no row describes.")
    return None
