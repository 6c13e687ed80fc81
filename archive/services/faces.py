"""Asks for what may be faces to be found, and hands over what was: once, to whoever decides about each. Nothing of it stays."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from archive.access import Actor
from archive.models import File, Item, new_id
from archive.models.errors import NotFoundError
from archive.services.lifecycle import NO_SUCH_FILE
from archive.services.opening import Archive
from archive.services.redacting import check

FACES_JOB = "faces"
# Nobody came for it.
FORGOTTEN_AFTER_S = 900.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Suggested:
    """Left, top, width and height of what may be faces, in shares of the picture; `failed` when nobody could look.

    `is_gone`: what was found was handed over before, or nobody came for it.
    """

    boxes: tuple[Box, ...]
    is_installed: bool
    failed: bool
    is_gone: bool = False


def is_installed() -> bool:
    """Whether this installation can look for faces at all."""
    return find_spec("cv2") is not None


def ask(archive: Archive, actor: Actor, item_id: str, file_id: str, page: int) -> None:
    """Have somebody look for faces on a page (from 1) of a file that `actor` may take something out of."""
    with archive.db.write() as session:
        item = session.get(Item, item_id)
        check(actor, item)
        file = session.get(File, file_id)
        if file is None or file.item_id != item_id or not 1 <= page <= (file.pages or 1):
            raise NotFoundError(NO_SUCH_FILE)
        note_of(archive, file_id, page).unlink(missing_ok=True)
        _asked(archive, file_id, page).touch()
        archive.jobs.enqueue(session, FACES_JOB, file_id, page, key=f"{file_id}/{new_id()}", queue="files")


def found(archive: Archive, actor: Actor, item_id: str, file_id: str, page: int) -> Suggested | None:
    """What was found, which is gone from then on; None while somebody is asked to look and has not yet."""
    with archive.db.read() as session:
        check(actor, session.get(Item, item_id))
        file = session.get(File, file_id)
        if file is None or file.item_id != item_id:
            raise NotFoundError(NO_SUCH_FILE)
    note, asked = note_of(archive, file_id, page), _asked(archive, file_id, page)
    try:
        told = json.loads(note.read_bytes())
    except FileNotFoundError:
        return None if asked.exists() else Suggested((), is_installed(), failed=False, is_gone=True)
    for one in (note, asked):
        one.unlink(missing_ok=True)
    boxes = tuple((x, y, width, height) for x, y, width, height in told["faces"] or ())
    return Suggested(boxes, told["is_installed"], told["faces"] is None)


def note_of(archive: Archive, file_id: str, page: int) -> Path:
    """Where what was found lies until it is fetched."""
    return archive.settings.run / f"faces-{file_id}-{page}.json"


def _asked(archive: Archive, file_id: str, page: int) -> Path:
    """What lies there while somebody is asked to look."""
    return note_of(archive, file_id, page).with_suffix(".asked")


def forget_old(archive: Archive) -> None:
    """Remove what was found and nobody came for, and what nobody looked for."""
    for note in archive.settings.run.glob("faces-*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - note.stat().st_mtime > FORGOTTEN_AFTER_S:
                note.unlink()
