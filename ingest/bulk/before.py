"""Finds what earlier runs made of a folder that is given again: the same file is one of the same name and bytes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import File, Item, Submission
from archive.services.opening import Archive
from ingest.bulk.model import SubmissionPlan
from ingest.bulk.stage import hash_or_none
from ingest.bulk.walk import as_text


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
    parts: list[tuple[str, SubmissionPlan]] = []
    rest = planned
    for submission_id, there in known.items():
        paths = {path for path, key in hashes.items() if key in there}
        part = _narrowed(rest, paths)
        if part.items:
            rest = _narrowed(rest, {file.path for item in rest.items for file in item.files} - paths)
            parts.append((submission_id, part))
    return parts, rest


def holding(archive: Archive, planned: SubmissionPlan, collection: str, paths: Collection[Path]) -> list[str]:
    """The submissions that earlier runs made of the same folder, with one of these files of it."""
    known = _known(archive, planned, collection)
    names = {path: (as_text(path.relative_to(planned.folder).as_posix()), "") for path in paths}
    there = set(_hashes(names, known).values())
    return [submission_id for submission_id, files in known.items() if files & there]


def _known(
    archive: Archive, planned: SubmissionPlan, collection: str
) -> dict[str, set[tuple[str, str | None]]]:
    same = select(Submission.id).where(
        Submission.collection == collection, Submission.title == title_of(planned)
    )
    with archive.db.read() as session:
        return {found: _files_of(session, found) for found in session.scalars(same.order_by(Submission.id))}


def _hashes(
    given: Mapping[Path, tuple[str, str]], known: Mapping[str, set[tuple[str, str | None]]]
) -> dict[Path, tuple[str, str | None]]:
    names = {name for files in known.values() for name, _ in files}
    # Only what may be the same is read twice.
    return {
        path: (name, sha512 or hash_or_none(path)) for path, (name, sha512) in given.items() if name in names
    }


def _files_of(session: Session, submission_id: str) -> set[tuple[str, str | None]]:
    files = select(File.given_name, File.sha512).join(Item).where(Item.submission_id == submission_id)
    return {(name, sha512) for name, sha512 in session.execute(files)}


def _narrowed(planned: SubmissionPlan, paths: Collection[Path]) -> SubmissionPlan:
    """The plan with only the files at `paths`."""
    items = (
        replace(item, files=tuple(file for file in item.files if file.path in paths))
        for item in planned.items
    )
    return replace(planned, items=tuple(item for item in items if item.files))
