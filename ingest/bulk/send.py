"""Sends one planned submission: its bytes to staging, then its rows and jobs in one transaction; once, however often it is run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError as RowConflict

from archive.access import OPERATOR
from archive.durable import fsync_path
from archive.jobs import JobState
from archive.models import Audience, File, Item, Submission
from archive.models.errors import ArchiveError, StorageFullError
from archive.services.contribute import (
    ConsentDraft,
    FileDraft,
    ItemDraft,
    SubmissionDraft,
    enqueue_accession,
    find_by_source,
    receive,
)
from archive.services.opening import Archive
from ingest.bulk.model import FilePlan, ItemPlan, Refusal, SubmissionPlan
from ingest.bulk.stage import Staged, discard, hash_of, stage
from ingest.bulk.table import METADATA


@dataclass(frozen=True)
class Sent:
    """A submission that is in the archive, now or since an earlier run (`already`), and files that could not be."""

    plan: SubmissionPlan
    submission_id: str | None
    item_ids: tuple[str, ...]
    job_ids: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    already: bool = False


def send(archive: Archive, planned: SubmissionPlan, collection: str, audience: Audience) -> Sent:
    """Take one submission in; files that cannot be read are refused and the others go on.

    Without room for all of it nothing of it is taken in: the part would be taken for the whole ever after.
    """
    files = [file for item in planned.items for file in item.files]
    if _taken_before(archive, planned, collection):
        # Only then are bytes read twice: to see whether they are the same without writing them again.
        known = _known(archive, planned, _source_key(planned, collection, {}))
        if known is not None:
            return known
    try:
        staged, refusals = _stage_all(archive, files)
    except StorageFullError as error:
        put_off = (Refusal(file.path, error.code, str(error)) for file in files)
        return Sent(planned, None, (), (), tuple(put_off))
    key = _source_key(planned, collection, {path: one.sha512 for path, one in staged.items()})
    items = [one for item in planned.items if (one := _draft(item, staged)) is not None]
    if not items:
        return Sent(planned, None, (), (), tuple(refusals))
    draft = SubmissionDraft(
        collection=collection,
        items=items,
        title=planned.folder.name,
        source_key=key,
        consent=ConsentDraft(audience=audience),
    )
    try:
        received = receive(archive, OPERATOR, draft)
    except RowConflict:
        # Another run took the same folder in between: its submission stands, our copies go.
        for arrived in staged.values():
            discard(archive, arrived)
        known = _known(archive, planned, key)
        if known is None:
            raise
        return known
    return Sent(planned, received.submission_id, received.item_ids, received.job_ids, tuple(refusals))


def _draft(item: ItemPlan, staged: dict[Path, Staged]) -> ItemDraft | None:
    """The item with those of its files that arrived; None when none did."""
    kept = [file for file in item.files if file.path in staged]
    first_kept = bool(kept) and kept[0] is item.files[0]
    files = [_file_draft(file, staged[file.path], first_kept=first_kept) for file in kept]
    return ItemDraft(item.description, files) if files else None


def _file_draft(file: FilePlan, arrived: Staged, *, first_kept: bool) -> FileDraft:
    return FileDraft(
        staged_as=arrived.name,
        given_name=file.given_name,
        size=arrived.size,
        sha512=arrived.sha512,
        crc32=arrived.crc32,
        title=file.title,
        role=file.role,
        accompanies=file.accompanies if first_kept else None,
        language=file.language,
    )


def _stage_all(archive: Archive, files: Sequence[FilePlan]) -> tuple[dict[Path, Staged], list[Refusal]]:
    staged: dict[Path, Staged] = {}
    refusals: list[Refusal] = []
    for file in files:
        try:
            staged[file.path] = stage(archive, file.path)
        except StorageFullError:
            for arrived in staged.values():
                discard(archive, arrived)
            raise
        except ArchiveError as error:
            refusals.append(Refusal(file.path, error.code, str(error)))
    fsync_path(archive.settings.staging)
    return staged, refusals


def _taken_before(archive: Archive, planned: SubmissionPlan, collection: str) -> bool:
    """Whether a submission of that name is there already, which may or may not be the same."""
    same_name = select(Submission.id).where(
        Submission.collection == collection, Submission.title == planned.folder.name
    )
    with archive.db.read() as session:
        return session.scalars(same_name.limit(1)).first() is not None


def _source_key(planned: SubmissionPlan, collection: str, hashes: Mapping[Path, str]) -> str:
    """What makes a folder the same folder: its name, its table, its files' names and bytes (`hashes` known already)."""
    table = planned.folder / METADATA
    parts: list[list[str]] = [[collection, planned.folder.name]]
    if table.is_file():
        parts.append([METADATA, hash_of(table)])
    files = (file for item in planned.items for file in item.files)
    for file in sorted(files, key=lambda file: file.given_name):
        try:
            parts.append([file.given_name, hashes.get(file.path) or hash_of(file.path)])
        except ArchiveError:
            parts.append([file.given_name, "unreadable"])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _known(archive: Archive, planned: SubmissionPlan, source_key: str) -> Sent | None:
    with archive.db.write() as session:
        submission = find_by_source(session, source_key)
        if submission is None:
            return None
        items = session.scalars(
            select(Item).where(Item.submission_id == submission.id).order_by(Item.position)
        ).all()
        jobs = [enqueue_accession(archive, session, item.id) for item in items]
        kept = set(
            session.scalars(select(File.given_name).join(Item).where(Item.submission_id == submission.id))
        )
        ids = tuple(item.id for item in items)
        found = Sent(planned, submission.id, ids, tuple(jobs), (), already=True)
    for job in jobs:
        if archive.jobs.status(job).state is JobState.FAILED:
            archive.jobs.retry(job)
    missing = [file for item in planned.items for file in item.files if file.given_name not in kept]
    refusals = tuple(Refusal(file.path, "unreadable", "It could not be read.") for file in missing)
    return replace(found, refusals=refusals)
