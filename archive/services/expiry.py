"""What is kept for some days alone: uploads that came to no end, drafts that nobody touched, and words not sent."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import Draft, Submission, Upload, today
from archive.services import unsent_words
from archive.services.draft_files import delete_items, remove_bytes
from archive.services.drafts import draft_items, own_draft
from archive.services.opening import Archive
from archive.services.room import is_written

log = logging.getLogger(__name__)


def expire(archive: Archive) -> int:
    """Remove uploads older than `upload_days`, and drafts and unsent words left for `draft_days`; return how many."""
    last = today() - timedelta(days=archive.settings.draft_days)
    with archive.db.read() as session:
        old = session.scalars(select(Draft.submission_id).where(Draft.touched_on < last)).all()
    removed = forget_cut(archive) + _remove_old_uploads(archive) + unsent_words.expire(archive)
    removed += sum(_remove_draft(archive, submission_id) for submission_id in old)
    if removed:
        log.info("removed %d drafts and uploads that nobody came back to", removed)
    return removed


def forget_cut(archive: Archive) -> int:
    """Remove what a stopped process had of uploads that nobody can go on with: those of plain forms; return how many.

    Whoever still writes to one has its bytes locked.
    """
    query = select(Upload.id).where(Upload.length.is_(None), Upload.file_id.is_(None))
    with archive.db.read() as session:
        cut = [one for one in session.scalars(query) if not is_written(archive, one)]
    return _remove_uploads(archive, cut)


def _remove_old_uploads(archive: Archive) -> int:
    last = today() - timedelta(days=archive.settings.upload_days)
    query = select(Upload.id).where(Upload.begun_on < last, Upload.file_id.is_(None))
    with archive.db.read() as session:
        old = session.scalars(query).all()
    return _remove_uploads(archive, old)


def _remove_uploads(archive: Archive, ids: Sequence[str]) -> int:
    if not ids:
        return 0
    with archive.db.write() as session:
        # One that has become a file in the meantime is no upload any more.
        gone = delete(Upload).where(Upload.id.in_(ids), Upload.file_id.is_(None)).returning(Upload.id)
        removed = session.scalars(gone).all()
    remove_bytes(archive, removed, ())
    return len(removed)


def _remove_draft(archive: Archive, submission_id: str) -> int:
    """Remove one draft, unless somebody has just come back to it; what was sent before stays."""
    last = today() - timedelta(days=archive.settings.draft_days)
    with archive.db.write() as session:
        draft = session.get(Draft, submission_id, with_for_update=True)
        if draft is None or draft.touched_on >= last:
            return 0
        staged, files = delete_draft(archive, session, draft)
    remove_bytes(archive, staged, files)
    return 1


def throw_away(archive: Archive, actor: Actor, submission_id: str) -> None:
    """Remove a draft that `actor` gives, bytes and rows, at once; what was sent before stays.

    NotFoundError (`draft-gone`) when there is none.
    """
    with archive.db.write() as session:
        staged, files = delete_draft(archive, session, own_draft(session, actor, submission_id))
    remove_bytes(archive, staged, files)


def delete_draft(archive: Archive, session: Session, draft: Draft) -> tuple[list[str], list[str]]:
    """Delete a draft's rows, and its submission if nothing of it was sent, in the caller's transaction.

    Returns what it had in staging, and the files whose access copies go too: `remove_bytes` takes both.
    """
    uploads = select(Upload).where(Upload.submission_id == draft.submission_id)
    staged = [upload.id for upload in session.scalars(uploads)]
    items = draft_items(session, draft.submission_id)
    files = [file for item in items for file in item.files]
    staged += [file.staged_as for file in files]
    session.execute(delete(Upload).where(Upload.submission_id == draft.submission_id))
    delete_items(archive, session, items)
    session.flush()
    unsent_words.forget_writing(session, draft.submission_id)
    submission = session.get_one(Submission, draft.submission_id)
    session.delete(draft)
    session.flush()
    if not submission.sent:
        session.delete(submission)
    return staged, [file.id for file in files]
