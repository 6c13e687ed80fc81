"""The files of a draft: taken out again, put in order, given a caption."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import Item, today
from archive.models.errors import NotFoundError
from archive.plain_text import plain
from archive.services.answers import Trouble, too_long
from archive.services.contribute import EXAMINE_JOB
from archive.services.drafts import DraftFile, draft_items, own_draft
from archive.services.lifecycle import NO_SUCH_FILE
from archive.services.meanwhile import reconcile
from archive.services.opening import Archive

LONGEST_CAPTION = 1000
# What the field of a caption is called, before the file's id.
CAPTION = "caption-"
BETWEEN = " · "


def remove_file(archive: Archive, actor: Actor, submission_id: str, file_id: str) -> None:
    """Take a file out of a draft, with its bytes and access copies; NotFoundError when it is not there."""
    with archive.db.write() as session:
        item = _with_file(session, actor, submission_id, file_id)
        staged = [file.staged_as for file in item.files if file.id == file_id]
        delete_items(archive, session, [item])
    remove_bytes(archive, staged, [file_id])


def move_file(archive: Archive, actor: Actor, submission_id: str, file_id: str, places: int) -> None:
    """Move a file of a draft by so many places, to the front (-) or the end (+); no further than there is."""
    with archive.db.write() as session:
        moved = _with_file(session, actor, submission_id, file_id)
        items = draft_items(session, submission_id)
        # What is still on its way keeps its place between them.
        places_taken = [item.position for item in items]
        place = items.index(moved)
        items.insert(max(0, min(len(items) - 1, place + places)), items.pop(place))
        for item, position in zip(items, places_taken, strict=True):
            item.position = position


def caption_files(
    archive: Archive, actor: Actor, submission_id: str, captions: Mapping[str, str], seen: str = ""
) -> list[str]:
    """Keep what was typed under files of a draft, by file id, whole; of files that are gone nothing is kept.

    `seen` is the `mark` of what the page showed. Where another page has captioned a file meanwhile, both texts are
    kept under it, one after the other; the names of these files are returned.
    """
    with archive.db.write() as session:
        own_draft(session, actor, submission_id).touched_on = today()
        files = {file.id: file for item in draft_items(session, submission_id) for file in item.files}
        stand = {f"{CAPTION}{one}": file.title for one, file in files.items()}
        typed = {f"{CAPTION}{one}": plain(text).strip() for one, text in captions.items()}
        found = reconcile(stand, {name: text for name, text in typed.items() if name in stand}, seen)
        for name, text in found.taken.items():
            files[name.removeprefix(CAPTION)].title = text
        for name, text in found.crossed.items():
            file = files[name.removeprefix(CAPTION)]
            file.title = BETWEEN.join(one for one in (file.title, text) if one)
        return [files[name.removeprefix(CAPTION)].given_name for name in found.crossed]


def caption_troubles(files: Iterable[DraftFile]) -> dict[str, Trouble]:
    """By the name of its field, why a caption cannot be used yet."""
    return {
        name: why
        for file in files
        for name, why in too_long(f"{CAPTION}{file.id}", file.caption, LONGEST_CAPTION).items()
    }


def delete_items(archive: Archive, session: Session, items: Iterable[Item]) -> None:
    """Delete draft items and their files' rows in the caller's transaction, and let nobody look at them any more."""
    for item in items:
        for file in item.files:
            archive.jobs.cancel(session, f"{EXAMINE_JOB}/{file.id}")
        session.delete(item)


def remove_bytes(archive: Archive, staged: Iterable[str], file_ids: Iterable[str]) -> None:
    """Remove the staged bytes and access copies of files whose rows are gone."""
    for name in staged:
        if name:
            (archive.settings.staging / name).unlink(missing_ok=True)
    for file_id in file_ids:
        shutil.rmtree(archive.settings.access / file_id, ignore_errors=True)


def _with_file(session: Session, actor: Actor, submission_id: str, file_id: str) -> Item:
    own_draft(session, actor, submission_id).touched_on = today()
    items = draft_items(session, submission_id)
    found = next((item for item in items for file in item.files if file.id == file_id), None)
    if found is None:
        raise NotFoundError(NO_SUCH_FILE)
    return found
