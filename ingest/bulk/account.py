"""Says what became of every file of a submission: kept, failed with a reason, or refused with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from archive.models import FileState, Item
from archive.services.opening import Archive
from ingest.bulk.model import Problem, Refusal
from ingest.bulk.send import Sent


@dataclass(frozen=True)
class FileOutcome:
    """One file: `kept`, `failed` (kept as given, but not read, or not kept yet) or `refused`, with code and reason."""

    path: Path
    outcome: str
    item_id: str | None = None
    code: str = ""
    reason: str = ""


@dataclass(frozen=True)
class NotPublished:
    """Why an item that was to be published is kept and not shown, or to nobody but staff: a stable code, and the reason with what to do."""

    code: str
    reason: str


@dataclass(frozen=True)
class ItemOutcome:
    """One item as it stands; `not_published` where it was to be."""

    id: str
    title: str
    state: str
    bag: str
    not_published: NotPublished | None = None


@dataclass(frozen=True)
class SubmissionOutcome:
    """One submission as it stands; `already` when an earlier run had taken it in."""

    folder: Path
    id: str | None
    already: bool
    items: tuple[ItemOutcome, ...]
    files: tuple[FileOutcome, ...]
    problems: tuple[Problem, ...]
    table: Path | None = None


def account(
    archive: Archive, sent: Sent, held: Mapping[str, NotPublished] = MappingProxyType({})
) -> SubmissionOutcome:
    """What became of a submission, read from the database after the work was done; `held`: what was not published, by item."""
    with archive.db.read() as session:
        query = select(Item).where(Item.submission_id == sent.submission_id).order_by(Item.position)
        items = session.scalars(query.options(selectinload(Item.files))).all()
    refused = [FileOutcome(one.path, "refused", None, one.code, one.reason) for one in _refusals(sent)]
    return SubmissionOutcome(
        folder=sent.plan.folder,
        id=sent.submission_id,
        already=sent.already,
        items=tuple(
            ItemOutcome(item.id, item.title, item.state, item.bag_key, held.get(item.id)) for item in items
        ),
        files=(*_outcomes(archive, sent, list(items)), *refused),
        problems=sent.plan.problems,
        table=sent.plan.table,
    )


def _refusals(sent: Sent) -> tuple[Refusal, ...]:
    return (*sent.plan.refusals, *sent.refusals)


def _outcomes(archive: Archive, sent: Sent, items: list[Item]) -> Iterator[FileOutcome]:
    paths = {file.given_name: file.path for item in sent.plan.items for file in item.files}
    jobs = dict(zip(sent.item_ids, sent.job_ids, strict=True))
    for item in items:
        for file in item.files:
            path = paths.get(file.given_name)
            if path is None:
                # Taken in by an earlier run, and not in the folder any more.
                continue
            if not item.bag_key:
                status = archive.jobs.status(jobs[item.id])
                yield FileOutcome(path, "failed", item.id, "not-kept-yet", status.failure or status.state)
            elif file.state == FileState.FAILED:
                yield FileOutcome(path, "failed", item.id, file.failure_code, file.failure)
            else:
                yield FileOutcome(path, "kept", item.id)
