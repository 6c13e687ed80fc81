"""Finds what earlier runs made of a folder that is given again: the same file is one of the same name and bytes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import File, Item, Submission
from archive.services.opening import Archive
from ingest.bulk.model import ItemPlan, SubmissionPlan
from ingest.bulk.stage import hash_or_none
from ingest.bulk.walk import as_text

# The name under which a file was given, and its SHA-512; and those of each item by its submission.
_Key: TypeAlias = tuple[str, str | None]
_Known: TypeAlias = Mapping[str, Sequence[frozenset[_Key]]]


def title_of(planned: SubmissionPlan) -> str:
    """What a submission is called: its folder's name, also when it was given as `.`."""
    return as_text(planned.folder.resolve().name)


def taken_before(
    archive: Archive, planned: SubmissionPlan, collection: str
) -> tuple[list[tuple[str, SubmissionPlan]], SubmissionPlan]:
    """The submissions that earlier runs made of the same folder, each with its part of the plan, and what is left of it."""
    known = _known(archive, planned, collection)
    files = (file for item in planned.items for file in item.files)
    hashes = _hashes({file.path: (file.given_name, file.sha512) for file in files}, known)
    found = {path: one for item in planned.items for path, one in _taken_in_by(item, hashes, known).items()}
    parts = [
        (submission_id, part)
        for submission_id in known
        if (part := _narrowed(planned, {path for path, one in found.items() if one == submission_id})).items
    ]
    return parts, _narrowed(planned, {path for item in planned.items for path in _paths(item)} - found.keys())


def _taken_in_by(item: ItemPlan, hashes: Mapping[Path, _Key], known: _Known) -> dict[Path, str]:
    """Of the files of an item those that were taken in before, and by which submission.

    Where it has a file that nobody took in, and what was taken in has one that is not given now, only their folders are
    called alike: it is another gift with a consent of its own, and whole.
    """
    keys = {path: hashes.get(path) for path in _paths(item)}
    there = {submission_id: frozenset[_Key]().union(*items) for submission_id, items in known.items()}
    for submission_id, taken in there.items():
        if all(key in taken for key in keys.values()):
            return dict.fromkeys(keys, submission_id)
    given = set(hashes.values())
    has_new = not all(any(key in taken for taken in there.values()) for key in keys.values())
    found: dict[Path, str] = {}
    for submission_id, items in known.items():
        shared = {
            path: key for path, key in keys.items() if key in there[submission_id] and path not in found
        }
        of_it = [one for one in items if not one.isdisjoint(shared.values())]
        if not (has_new and any(not one <= given for one in of_it)):
            found |= dict.fromkeys(shared, submission_id)
    return found


def holding(archive: Archive, planned: SubmissionPlan, collection: str, paths: Collection[Path]) -> list[str]:
    """The submissions that earlier runs made of the same folder, with one of these files of it."""
    known = _known(archive, planned, collection)
    names = {path: (as_text(path.relative_to(planned.folder).as_posix()), "") for path in paths}
    there = set(_hashes(names, known).values())
    return [one for one, items in known.items() if any(not files.isdisjoint(there) for files in items)]


def _known(archive: Archive, planned: SubmissionPlan, collection: str) -> _Known:
    same = select(Submission.id).where(
        Submission.collection == collection, Submission.title == title_of(planned)
    )
    with archive.db.read() as session:
        return {found: _items_of(session, found) for found in session.scalars(same.order_by(Submission.id))}


def _paths(item: ItemPlan) -> list[Path]:
    return [file.path for file in item.files]


def _hashes(given: Mapping[Path, tuple[str, str]], known: _Known) -> dict[Path, _Key]:
    names = {name for items in known.values() for files in items for name, _ in files}
    # Only what may be the same is read twice.
    return {
        path: (name, sha512 or hash_or_none(path)) for path, (name, sha512) in given.items() if name in names
    }


def _items_of(session: Session, submission_id: str) -> list[frozenset[_Key]]:
    """The files of each of its items."""
    files = select(File.item_id, File.given_name, File.sha512).join(Item)
    found: dict[str, set[_Key]] = {}
    for item_id, name, sha512 in session.execute(files.where(Item.submission_id == submission_id)):
        found.setdefault(item_id, set()).add((name, sha512))
    return [frozenset(one) for one in found.values()]


def _narrowed(planned: SubmissionPlan, paths: Collection[Path]) -> SubmissionPlan:
    """The plan with only the files at `paths`."""
    items = (
        replace(item, files=tuple(file for file in item.files if file.path in paths))
        for item in planned.items
    )
    return replace(planned, items=tuple(item for item in items if item.files))
