"""Sends one planned submission: its bytes to staging, then its rows and jobs in one transaction; once, however often it is run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError as RowConflict

from archive.access import OPERATOR, Actor
from archive.durable import fsync_path
from archive.jobs import JobState
from archive.models import Audience, Item, Submission
from archive.models.errors import ArchiveError, StorageFullError
from archive.services.contribute import (
    GIVE_ANEW,
    WITHDRAWN_BEFORE,
    FileDraft,
    ItemDraft,
    SubmissionDraft,
    enqueue_accession,
    receive,
)
from archive.services.opening import Archive
from ingest.bulk.again import Compared, compare, told_of_what_is_kept, with_problems
from ingest.bulk.before import taken_before, title_of
from ingest.bulk.consent import allowed
from ingest.bulk.model import FilePlan, ItemPlan, Refusal, SubmissionPlan
from ingest.bulk.stage import Staged, discard, stage


@dataclass(frozen=True)
class Sent:
    """A submission that is in the archive, now or since an earlier run (`already`), and files that could not be.

    What is `held_back` is not published by the command that sent it: the table allows less than it did.
    """

    plan: SubmissionPlan
    submission_id: str | None = None
    item_ids: tuple[str, ...] = ()
    job_ids: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    already: bool = False
    held_back: bool = False


def send(
    archive: Archive,
    planned: SubmissionPlan,
    collection: str,
    audience: Audience,
    actor: Actor = OPERATOR,
    *,
    compares: bool = False,
) -> list[Sent]:
    """Take in a submission; files that cannot be read are refused and the others go on.

    What an earlier run took in stands; what it could not is a submission of its own, so that running again
    goes on without doubling anything. With `compares`, what the table says otherwise now is told, and holds back.
    """
    if compares:
        planned = told_of_what_is_kept(archive, planned, collection)
    parts, rest = taken_before(archive, planned, collection)
    earlier: list[Sent] = []
    for submission_id, part in parts:
        found = compare(archive, part, audience, submission_id) if compares else Compared()
        told = with_problems(_without_remarks(part) if earlier else part, found.problems)
        earlier.append(replace(_again(archive, told, submission_id), held_back=found.held_back))
    if earlier and not rest.items:
        return earlier
    new = _send_new(archive, rest, collection, audience, actor)
    if new is None:
        return send(archive, planned, collection, audience, actor, compares=compares)
    if earlier and new.submission_id is None:
        return [replace(earlier[0], refusals=new.refusals), *earlier[1:]]
    # What was refused or wrong is told once, with the first part.
    return [*earlier, replace(new, plan=_without_remarks(rest)) if earlier else new]


def _send_new(
    archive: Archive, planned: SubmissionPlan, collection: str, audience: Audience, actor: Actor
) -> Sent | None:
    """A new submission; None when another run took the same in meanwhile."""
    files = [file for item in planned.items for file in item.files]
    try:
        staged, refusals = _stage_all(archive, files)
    except StorageFullError as error:
        # Without room for all of it nothing is taken in, so that no item is torn in two.
        put_off = (Refusal(file.path, error.code, str(error)) for file in files)
        return Sent(planned, refusals=tuple(put_off))
    if planned.whole and refusals:
        for arrived in staged.values():
            discard(archive, arrived)
        return Sent(planned, refusals=tuple(refusals))
    items = [one for item in planned.items if (one := _draft(item, staged, planned)) is not None]
    if not items:
        return Sent(planned, refusals=tuple(refusals))
    title = title_of(planned)
    key = _key(collection, title, items)
    consent = allowed(planned.consent, audience, archive.profiles[collection])
    draft = SubmissionDraft(collection, items, consent, title, key, planned.code)
    try:
        received = receive(archive, actor, draft)
    except RowConflict:
        for arrived in staged.values():
            discard(archive, arrived)
        if not _is_there(archive, key):
            raise
        return None
    return Sent(planned, received.submission_id, received.item_ids, received.job_ids, tuple(refusals))


def _is_there(archive: Archive, key: str) -> bool:
    with archive.db.read() as session:
        same = select(Submission.id).where(Submission.source_key == key)
        return session.scalars(same).first() is not None


def _key(collection: str, title: str, items: Sequence[ItemDraft]) -> str:
    """What makes a submission the same one: its collection, its folder's name, its files' names and bytes."""
    files = sorted((file.given_name, file.sha512) for item in items for file in item.files)
    return hashlib.sha256(json.dumps([collection, title, files]).encode()).hexdigest()


def _draft(item: ItemPlan, staged: dict[Path, Staged], planned: SubmissionPlan) -> ItemDraft | None:
    """The item with those of its files that arrived; None when none did."""
    arrived = [number for number, file in enumerate(item.files) if file.path in staged]
    places = {number: place for place, number in enumerate(arrived)}
    files = [_file_draft(item.files[one], staged[item.files[one].path], places) for one in arrived]
    # What is whole is a bag, and stays what it says.
    return ItemDraft(item.description, files, item.origin, as_said=planned.whole) if files else None


def _file_draft(file: FilePlan, arrived: Staged, places: Mapping[int, int]) -> FileDraft:
    return FileDraft(
        staged_as=arrived.name,
        given_name=file.given_name,
        size=arrived.size,
        sha512=arrived.sha512,
        crc32=arrived.crc32,
        title=file.title,
        role=file.role,
        # What did not arrive is accompanied by nothing.
        accompanies=None if file.accompanies is None else places.get(file.accompanies),
        language=file.language,
        given_bytes=file.given_bytes,
    )


def _stage_all(archive: Archive, files: Sequence[FilePlan]) -> tuple[dict[Path, Staged], list[Refusal]]:
    staged: dict[Path, Staged] = {}
    refusals: list[Refusal] = []
    for file in files:
        try:
            arrived = stage(archive, file.path)
            if file.sha512 not in ("", arrived.sha512):
                discard(archive, arrived)
                refusals.append(Refusal(file.path, "changed-meanwhile", "It was changed while it was read."))
                continue
            if archive.withdrawals.destroyed([arrived.sha512]):
                discard(archive, arrived)
                refusals.append(Refusal(file.path, "withdrawn-before", f"{WITHDRAWN_BEFORE} {GIVE_ANEW}"))
                continue
            staged[file.path] = arrived
        except StorageFullError:
            for arrived in staged.values():
                discard(archive, arrived)
            raise
        except ArchiveError as error:
            refusals.append(Refusal(file.path, error.code, str(error)))
    fsync_path(archive.settings.staging)
    return staged, refusals


def _without_remarks(planned: SubmissionPlan) -> SubmissionPlan:
    return replace(planned, refusals=(), problems=())


def _again(archive: Archive, planned: SubmissionPlan, submission_id: str) -> Sent:
    """A submission that is there already; what of it is not kept yet is asked for again."""
    with archive.db.write() as session:
        query = select(Item.id).where(Item.submission_id == submission_id).order_by(Item.position)
        items = tuple(session.scalars(query))
        jobs = tuple(enqueue_accession(archive, session, item_id) for item_id in items)
    for job in jobs:
        if archive.jobs.status(job).state is JobState.FAILED:
            archive.jobs.retry(job)
    return Sent(planned, submission_id, items, jobs, already=True)
