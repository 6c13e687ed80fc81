"""Of which originals everybody is told the checksum and the exact size: of those by which nobody learns what is not shown.

Both tell whether a guess is right. Whoever sees a letter without a telephone number tries every number in a second.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import File, FileState, Item, Transcript
from archive.services.recordings import is_recording
from archive.services.standing_marks import of_item, touched_by

# Notes that whoever looks should know: there is more in the original than is shown.
NOT_ALL_SHOWN = frozenset({"pages-cut", "text-cut", "work-cut", "messages-locked"})
# Nobody guesses the pixels or samples of an original from a copy that was made anew of it.
PICTURES = "image/"
# Made of words: their bytes could be written again, with a guess where a comment or an address stood.
WRITTEN = frozenset({"image/svg+xml"})
# Formats whose words are all shown, so that there is nothing to guess.
SHOWN_WHOLE = frozenset({"text/plain", "text/csv", "text/markdown", "text/tab-separated-values"})
PDF = "application/pdf"


def untold(session: Session, item: Item) -> frozenset[str]:
    """The files of an item, by id, whose checksum and size only staff, and on their receipt the giver, are told.

    Those that something was taken out of, that people wrote another text of, of which nothing or not everything is
    shown, and those of formats that hold words which are never shown, such as the headers of mail.
    """
    hidden = {file.id for mark in of_item(session, item.id) for file in touched_by(mark, item.files)}
    texts = [file.id for file in item.files if _is_text(file)]
    if texts:
        hidden.update(session.scalars(select(Transcript.file_id).where(Transcript.file_id.in_(texts))))
    return frozenset(file.id for file in item.files if file.id in hidden or not _is_shown_whole(file))


def _is_text(file: File) -> bool:
    return file.media_type.partition(";")[0] in SHOWN_WHOLE


def _is_shown_whole(file: File) -> bool:
    kind = file.media_type.partition(";")[0]
    is_grained = is_recording(file) or (kind.startswith(PICTURES) and kind not in WRITTEN)
    is_safe = kind == PDF or kind in SHOWN_WHOLE or is_grained
    is_shown = file.state == FileState.EXAMINED and bool(file.copies)
    return is_safe and is_shown and not any(note["code"] in NOT_ALL_SHOWN for note in file.notes)
