"""Writes what an examination found into the database, and its access copies into their place."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from archive.copies_version import COPIES_VERSION
from archive.durable import cut_times
from archive.models import AccessCopy, File, FileState, Item, ItemState, Passage, new_id
from archive.plain_text import plain
from archive.services import likeness
from archive.services.opening import Archive
from archive.services.standing_marks import Mark, ids_of, standing
from archive.services.transcribing import apply_again
from archive.services.transcript_copies import TEXTS, discard
from ingest.parcel import Examination
from ingest.written import taken_out

# Past the objects: nothing in memory speaks of these rows.
FILE, COPY, PASSAGE = (cast("Table", model.__table__) for model in (File, AccessCopy, Passage))
ITEM = cast("Table", Item.__table__)
LOCKED = select(ITEM.c.id, ITEM.c.bag_key).join_from(FILE, ITEM).where(FILE.c.id == bindparam("file"))
LOCKED = LOCKED.with_for_update(of=ITEM)
HEARD = (
    update(ITEM)
    .where(ITEM.c.id == bindparam("item_id"))
    .values(version=ITEM.c.version + 1, record_revision=ITEM.c.record_revision + 1, index_pending=True)
)
STANDING = select(Item.id).where(Item.state != ItemState.WITHDRAWN)
TOLD = ("state", "failure_code", "failure", "notes", "media_type", "format_name", "puid")
INSPECTED = ("pages", "width", "height", "duration_ms", "says")


def write_down(
    archive: Archive,
    file: File,
    found: Examination,
    made: Path,
    marks: Sequence[Mark] = (),
    *,
    is_shown: bool = False,
) -> bool:
    """Replace all that is known of `file` by `found`, which was made under `marks`; the copies in `made` move into place.

    The copies are in place before a row speaks of them; run again, the same rows and the same paths come out. False,
    and nothing of it is left, when other marks stand now: what was made may show what nobody is to see.

    What `is_shown` of a file stays until this is committed, and copies that take the place of others bear their ids, so
    that no address of one leads nowhere; whoever calls then has `renewing.settle` remove the rest.
    """
    place = Path(file.id, new_id()) if is_shown else _place(file, marks)
    with archive.db.write_again() as session:
        # Locked, so that no mark is made between this look and the rows.
        item = session.execute(LOCKED, {"file": file.id}).first()
        if ids_of(standing(session, file.id)) != ids_of(marks):
            shutil.rmtree(made, ignore_errors=True)
            return False
        before = _known(session, file.id) if is_shown else None
        # Of what is made anew the version is told when nothing of the older one is left.
        values = _learnt(found) | ({} if is_shown else {"copies_version": COPIES_VERSION})
        learnt = update(FILE).where(FILE.c.id == file.id, FILE.c.item_id.in_(STANDING)).values(values)
        if session.scalar(learnt.returning(FILE.c.id)) is None:
            # Its contributor has taken it away or back meanwhile.
            for left in (made, archive.settings.access / file.id):
                shutil.rmtree(left, ignore_errors=True)
            return False
        if not is_shown:
            shutil.rmtree(archive.settings.access / file.id, ignore_errors=True)
        _move_into_place(made, archive.settings.access / place)
        copies = _with_ids(_copies(file, found, place), before.ids if before else {})
        for table, rows in ((COPY, copies), (PASSAGE, _passages(file, found))):
            if file.state != FileState.RECEIVED:
                session.execute(delete(table).where(table.c.file_id == file.id))
            if rows:
                session.execute(insert(table), rows)
        likeness.remember(archive, session, file.id, _looks(found))
        superseded = _write_again(archive, session, file, found, marks)
        session.flush()
        if before:
            _under_its_address(session, file.id, before.ids)
        is_news = before is None or before != _known(session, file.id)
        if item is not None and item.bag_key and is_news:
            # It is found by its new text, and its bag hears what was learnt.
            session.execute(HEARD, {"item_id": item.id})
    if not is_shown:
        discard(archive, superseded)
    return True


@dataclass(frozen=True)
class _Known:
    """What is told of a file; `ids` are those of its copies by what each is, where it is one of its kind."""

    learnt: tuple[Any, ...]
    passages: tuple[Any, ...]
    copies: frozenset[Any]
    ids: Mapping[tuple[str, int | None], str] = field(compare=False)


def _known(session: Session, file_id: str) -> _Known:
    told = (*(FILE.c[name] for name in (*TOLD, *INSPECTED)),)
    words = [one for one in PASSAGE.c if one.name != "id"]
    rows = session.execute(select(COPY).where(COPY.c.file_id == file_id)).all()
    return _Known(
        tuple(session.execute(select(*told).where(FILE.c.id == file_id)).one()),
        tuple(
            session.execute(select(*words).where(PASSAGE.c.file_id == file_id).order_by(PASSAGE.c.position))
        ),
        frozenset((row.id, row.kind, row.page, row.width, row.height) for row in rows),
        {(row.kind, row.page): row.id for row in rows},
    )


def _under_its_address(session: Session, file_id: str, ids: Mapping[tuple[str, int | None], str]) -> None:
    """What people wrote is a copy of its own; it takes the place of the one before too."""
    of_file = COPY.c.file_id == file_id
    for kind in TEXTS:
        now = session.scalars(select(COPY.c.id).where(of_file, COPY.c.kind == kind)).all()
        if len(now) == 1 and (known := ids.get((kind, None))) is not None:
            session.execute(update(COPY).where(COPY.c.id == now[0]).values(id=known))


def _with_ids(
    copies: Sequence[dict[str, Any]], ids: Mapping[tuple[str, int | None], str]
) -> list[dict[str, Any]]:
    """Copies under the ids of those whose place they take."""
    left = dict(ids)
    return [one | {"id": left.pop((one["kind"], one["page"]), None) or new_id()} for one in copies]


def _write_again(
    archive: Archive, session: Session, file: File, found: Examination, marks: Sequence[Mark]
) -> tuple[str, ...]:
    """Have what people wrote and corrected stand over what was read anew, without what the marks take out."""
    if marks and found.state == FileState.FAILED:
        # Where a mark could not be upheld nothing is shown.
        return ()
    return apply_again(archive, session, file.id, taken_out(marks) if marks else None)


def _learnt(found: Examination) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": found.state,
        "failure_code": found.failure.code if found.failure else "",
        "failure": found.failure.sentence if found.failure else "",
        "notes": [{"code": note.code, "sentence": note.sentence} for note in found.notes],
    }
    if found.identification:
        values |= {
            "media_type": found.identification.media_type,
            "format_name": found.identification.format_name,
            "puid": found.identification.puid or "",
        }
    if found.inspection:
        values |= {name: getattr(found.inspection, name) for name in INSPECTED}
    return values


def _copies(file: File, found: Examination, place: Path) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in vars(copy).items() if name != "looks"}
        | {"file_id": file.id, "path": str(place / copy.path)}
        for copy in found.copies
    ]


def _looks(found: Examination) -> int | None:
    return next((copy.looks for copy in found.copies if copy.looks is not None), None)


def _passages(file: File, found: Examination) -> list[dict[str, Any]]:
    return [
        vars(one)
        | {
            "file_id": file.id,
            "position": position,
            "speaker": one.speaker or "",
            "text": plain(one.text),
        }
        for position, one in enumerate(found.passages)
    ]


def _place(file: File, marks: Sequence[Mark]) -> Path:
    """Where copies lie: by the file alone, for files that arrive one by one become items only when they are sent.

    Those without something lie where none with it ever did, so that a folder restored from before a mark shows nothing.
    """
    if not marks:
        return Path(file.id)
    return Path(file.id, hashlib.sha256(" ".join(sorted(ids_of(marks))).encode()).hexdigest()[:16])


def _move_into_place(made: Path, place: Path) -> None:
    if made.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        cut_times(made)
        os.replace(made, place)  # noqa: PTH105
