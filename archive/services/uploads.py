"""Uploads: room ahead of the bytes, then these, then a file of the draft that is there whole or not at all."""

from __future__ import annotations

import contextlib
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.bags import safe_name
from archive.models import (
    AT_THE_END,
    Consent,
    Draft,
    File,
    Item,
    ItemState,
    Submission,
    Upload,
    new_id,
    today,
)
from archive.models.errors import BadInputError, NotFoundError, TooLargeError
from archive.services.contribute import enqueue_examination
from archive.services.draft_files import remove_file
from archive.services.drafts import own_draft, own_submission
from archive.services.file_names import bytes_of_name, bytes_sent
from archive.services.opening import Archive
from archive.services.room import arrived, count_files, hold_reservations, look, take
from archive.services.same_files import begins_with, begun_before, twin

NO_SUCH_UPLOAD = "There is no such upload."
LONGEST_NAME = 255
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class UploadView:
    """An upload as it stands: `length` bytes in all (None: nobody said), `offset` of them here.

    `file_id` is the file it has become, "" before that. It is removed on `kept_until` if it comes to no end.
    """

    id: str
    submission_id: str
    given_name: str
    length: int | None
    offset: int
    kept_until: date
    file_id: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every byte that was announced is here."""
        return self.length is not None and self.offset == self.length


def begin(
    archive: Archive,
    actor: Actor,
    submission_id: str,
    given_name: str,
    length: int | None,
    *,
    goes_on: bool = False,
) -> UploadView:
    """Announce a file that is to arrive: what cannot fit is refused at once, and room is reserved as bytes come.

    `length` is what the sender says it is, None where it says nothing. With `goes_on` the sender says it at the end
    (`announce`), and may go on after a break. Bytes of its name that are no UTF-8 come as half characters (PEP 383). NotFoundError unless `actor` writes that draft; TooLargeError and
    StorageFullError when there is no room.
    """
    if length is not None and length < 0:
        raise BadInputError("A file cannot be shorter than nothing.")
    if length is not None and length > archive.settings.max_file_bytes:
        # Told apart from what only together is too much, and without waiting for anybody.
        raise TooLargeError("This file is larger than the archive takes.")
    # Nothing is acknowledged as kept yet: what power loss takes back is simply begun again.
    with archive.db.write_again() as session:
        hold_reservations(archive, session)
        draft = own_draft(session, actor, submission_id)
        count_files(archive, session, submission_id)
        upload = Upload(
            id=new_id(),
            submission_id=submission_id,
            given_name=(name := name_as_given(given_name)),
            given_bytes=bytes_of_name(bytes_sent(given_name), name),
            length=AT_THE_END if goes_on else length,
            reserved=0,
            begun_on=today(),
            position=_next_place(session, submission_id),
        )
        look(archive, session, submission_id, 1 if length is None else length)
        session.add(upload)
        draft.touched_on = today()
        return _view(archive, upload)


def look_for_room(archive: Archive, actor: Actor, submission_id: str, size: int) -> None:
    """Refuse so many bytes before any of them arrives, when they cannot all fit; else nothing happens."""
    with archive.db.read() as session:
        own_submission(session, actor, submission_id)
        look(archive, session, submission_id, size)


def find(archive: Archive, actor: Actor, upload_id: str) -> UploadView:
    """The upload as it stands; NotFoundError when there is none that `actor` began."""
    with archive.db.read() as session:
        return _view(archive, _own_upload(session, actor, upload_id))


def arriving(archive: Archive, actor: Actor, submission_id: str) -> list[UploadView]:
    """The uploads of a draft that have not become files, in the order in which they were begun."""
    with archive.db.read() as session:
        own_submission(session, actor, submission_id)
        query = select(Upload).where(Upload.submission_id == submission_id, Upload.file_id.is_(None))
        return [_view(archive, one) for one in session.scalars(query.order_by(Upload.position, Upload.id))]


def look_again(archive: Archive, actor: Actor, upload_id: str) -> None:
    """Refuse to go on with an upload that cannot all fit any more, before more of it arrives; else nothing happens."""
    with archive.db.read() as session:
        upload = _own_upload(session, actor, upload_id)
        look(archive, session, upload.submission_id, max(1, upload.length or 1), upload.id)


def grow(archive: Archive, upload_id: str, needed: int, *, bound: int | None = None) -> int:
    """Reserve room for so many bytes of an upload, which whoever asks has locked; returns what is reserved now.

    `bound` is the most it can be where nobody said how long it is.
    """
    # Waiting for the disk, which has all the bytes of the file to write, would hold up the sender.
    with archive.db.write_again() as session:
        hold_reservations(archive, session)
        upload = session.get(Upload, upload_id, with_for_update=True)
        if upload is None or upload.file_id:
            raise NotFoundError(NO_SUCH_UPLOAD)
        take(archive, session, upload, needed, bound if upload.length is None else upload.length)
        return upload.reserved


def announce(archive: Archive, actor: Actor, upload_id: str, length: int) -> UploadView:
    """Say how long an upload is that was begun without; once said it stays.

    BadInputError when another length was said, or fewer bytes than are here.
    """
    with archive.db.write() as session:
        hold_reservations(archive, session)
        upload = _own_upload(session, actor, upload_id, lock=True)
        if upload.length == length:
            return _view(archive, upload)
        if upload.length != AT_THE_END or upload.file_id or length < arrived(archive, upload_id):
            raise BadInputError("An upload has one length, and no fewer bytes than have come.")
        look(archive, session, upload.submission_id, length, upload_id)
        upload.length = length
        return _view(archive, upload)


def finish(
    archive: Archive,
    actor: Actor,
    upload_id: str,
    size: int,
    sha512: str,
    crc32: int,
    *,
    once: bool = False,
) -> str:
    """Make a file of an upload whose bytes are all here and flushed; returns the file's id.

    One transaction: item, file, job, and the mark that it is done. Asked again, the answer is the same file. With `once`
    it is the one that the draft holds under the same name with the same bytes, where there is one: nothing else is made.
    What had come of the same file before, and was not gone on with, is not waited for any more: its bytes are the same.
    """
    with archive.db.write() as session:
        upload = _own_upload(session, actor, upload_id, lock=True)
        if upload.file_id:
            return upload.file_id
        own_draft(session, actor, upload.submission_id).touched_on = today()
        upload.length = upload.reserved = size
        file = _file_of(upload, size, sha512, crc32)
        there = twin(session, upload.submission_id, file) if once else None
        if there is None:
            session.add(_item_for(session, upload, file))
            session.flush()
            enqueue_examination(archive, session, file.id)
            upload.file_id = file.id
        begun = begun_before(session, upload)
        if there is not None:
            session.delete(upload)
    staged = archive.settings.staging / upload_id
    for other in begun:
        if begins_with(staged, archive.settings.staging / other):
            with contextlib.suppress(NotFoundError):
                abandon(archive, actor, other)
    if there is not None:
        staged.unlink(missing_ok=True)
    return there or file.id


def abandon(archive: Archive, actor: Actor, upload_id: str) -> None:
    """Remove an upload and its bytes; one that has become a file of the draft is taken out of it."""
    with archive.db.write() as session:
        upload = _own_upload(session, actor, upload_id, lock=True)
        submission_id, file_id = upload.submission_id, upload.file_id
        if not file_id:
            session.delete(upload)
    if file_id:
        remove_file(archive, actor, submission_id, file_id)
    else:
        (archive.settings.staging / upload_id).unlink(missing_ok=True)


def name_as_given(name: str) -> str:
    """The last part of a name that a browser sent, without what cannot be seen; `file` when nothing is left.

    For a byte that is no UTF-8 a sign stands that says so, as ever.
    """
    name = bytes_sent(name).decode("utf-8", "replace")
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(character for character in last if unicodedata.category(character) not in _UNSEEN)
    return seen.strip()[:LONGEST_NAME] or "file"


def _own_upload(session: Session, actor: Actor, upload_id: str, *, lock: bool = False) -> Upload:
    """The upload, if it belongs to a draft of the actor's that is not sent yet."""
    query = select(Upload).join(Draft, Draft.submission_id == Upload.submission_id)
    query = query.where(Upload.id == upload_id, Upload.submission_id.in_(actor.submissions))
    upload = session.scalars(query.with_for_update(of=Upload) if lock else query).first()
    if upload is None:
        raise NotFoundError(NO_SUCH_UPLOAD)
    return upload


def _file_of(upload: Upload, size: int, sha512: str, crc32: int) -> File:
    return File(
        id=new_id(),
        given_name=upload.given_name,
        given_bytes=upload.given_bytes,
        safe_name=safe_name(upload.given_name, ()),
        size=size,
        sha512=sha512,
        crc32=crc32,
        staged_as=upload.id,
    )


def _next_place(session: Session, submission_id: str) -> int:
    """The place after all that is there or on its way."""
    places = [
        session.scalar(select(func.max(row.position)).where(row.submission_id == submission_id))
        for row in (Item, Upload)
    ]
    return max((place + 1 for place in places if place is not None), default=0)


def _item_for(session: Session, upload: Upload, file: File) -> Item:
    """The draft item that a file is until the draft is sent."""
    newest = select(Consent.id).where(Consent.submission_id == upload.submission_id)
    return Item(
        submission_id=upload.submission_id,
        collection=session.get_one(Submission, upload.submission_id).collection,
        consent_id=session.scalars(newest.order_by(Consent.version.desc())).first(),
        state=ItemState.DRAFT,
        position=upload.position,
        files=[file],
    )


def _view(archive: Archive, upload: Upload) -> UploadView:
    return UploadView(
        upload.id,
        upload.submission_id,
        upload.given_name,
        None if upload.length == AT_THE_END else upload.length,
        upload.length or 0 if upload.file_id else arrived(archive, upload.id),
        upload.begun_on + timedelta(days=archive.settings.upload_days),
        upload.file_id or "",
    )
