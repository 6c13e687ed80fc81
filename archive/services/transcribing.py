"""The texts of files as people write and correct them: what is read, searched and captioned; the original stays untouched."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import PIPELINE, Actor
from archive.captions import Cue, Fault, is_captions, read_captions, write_webvtt
from archive.models import File, Item, Passage, Transcript, record_event, today
from archive.models.errors import ConflictError, NotFoundError
from archive.plain_text import plain
from archive.services import desk_drafts, sealed_copies
from archive.services.carrying_over import check_settled
from archive.services.desk_drafts import Window
from archive.services.lifecycle import NO_SUCH_FILE, STALE, agent_of, changing, touch
from archive.services.opening import Archive
from archive.services.recordings import is_recording
from archive.services.redacting import make_anew
from archive.services.revisions import check_describing, for_describing
from archive.services.sealed import note_look
from archive.services.standing_marks import standing
from archive.services.taken_out import TAKEN_OUT, lines_said_again, refuse
from archive.services.transcript_copies import apply, discard
from archive.services.views import PassageView

BEING_MADE_ANEW = "being-made-anew"
NOT_PLAYED, NO_PAGE = "not-played", "no-such-page"
NO_END = 1_000_000
CAPTIONS = ("text/vtt", "application/x-subrip")
_PAGE = re.compile(r"===\s*(\d{1,6})\s*===")


@dataclass(frozen=True)
class Written:
    """The text of a file now, as it is typed; `mark` is how a later change knows that it saw this.

    `is_waiting`: it is still being made, with nothing taken out, for those who write.
    """

    text: str
    mark: str
    is_played: bool
    is_waiting: bool = False


@dataclass(frozen=True)
class Wording:
    """One revision of a text: who wrote it, on which day, what stood there before and after."""

    number: int
    on: date
    agent: str
    before: str
    after: str


def written(archive: Archive, actor: Actor, item_id: str, file_id: str) -> Written:
    """The text of a file with nothing taken out, for somebody who may describe its item; then the look is an event.

    NotFoundError when the item has no such file.
    """
    with archive.db.read() as session:
        item = for_describing(session, actor, item_id)
        file = file_of(item, file_id)
        text = current(archive, session, file)
        is_marked = bool(standing(session, file.id))
        found = Written(text or "", _mark(text or ""), _is_played(item, file), is_waiting=text is None)
    if is_marked and text:
        note_look(archive, actor, item_id, file_id)
    return found


def write(
    archive: Archive,
    actor: Actor,
    item_id: str,
    file_id: str,
    text: str,
    seen: str,
    draft: Window | None = None,
    *,
    anyway: bool = False,
) -> tuple[Fault, ...]:
    """Make `text` the text of a file; returns what is wrong with it by line, and then nothing is changed.

    `seen` is the mark of what the person had before them: ConflictError (`stale-version`) when that is not what
    stands there now, (`being-made-anew`) while it is not known what does, (`being-arranged`) while other items are
    made of this one. Writing the same again makes no revision. `draft` is the window in which it was written: what was
    kept of it goes with saving it. Words that were taken out of another file of the item are written (`taken-out`) only
    with `anyway`.
    """
    text = plain(text).replace("\r\n", "\n").strip("\n")
    with changing(archive, item_id) as (session, item):
        check_describing(actor, item)
        file = file_of(item, file_id)
        before = current(archive, session, file)
        if before is None:
            raise ConflictError(
                "It is being made anew.", code=BEING_MADE_ANEW, remedy="Wait a moment, then look again."
            )
        if seen != _mark(before):
            raise ConflictError(STALE, code="stale-version")
        passages, faults = _read(file, text, is_played=_is_played(item, file))
        if not anyway:
            again = lines_said_again(session, file, before, text)
            faults = (*faults, *(Fault(line, TAKEN_OUT) for line in again))
        if draft and not faults:
            desk_drafts.forget(session, actor, desk_drafts.transcript(item_id, file_id), draft)
        if faults or text == before:
            return faults
        check_settled(session, item)
        _keep(session, item, file, actor, before, text)
        if standing(session, file.id):
            # Whoever makes everything else of the file anew takes what is marked out of these words too.
            make_anew(archive, session, item, [file.id], f"written-{item.record_revision}")
            return ()
        superseded = apply(archive, session, file, passages, _copy(text, passages))
    discard(archive, superseded)
    return ()


def restore(archive: Archive, actor: Actor, item_id: str, file_id: str, number: int, seen: str) -> None:
    """Write again what a revision said, as a revision of its own."""
    with archive.db.read() as session:
        file = file_of(for_describing(session, actor, item_id), file_id)
        query = select(Transcript.text).where(Transcript.file_id == file.id, Transcript.number == number)
        text = session.scalar(query)
    if text is None:
        raise NotFoundError("There is no such revision.")
    faults = write(archive, actor, item_id, file_id, text, seen)
    refuse({one.code for one in faults})
    if faults:
        raise ConflictError("This revision does not fit the file any more.", code="revision-does-not-fit")


def wordings(archive: Archive, actor: Actor, item_id: str, file_id: str) -> tuple[Wording, ...]:
    """Every revision of the text of a file with nothing taken out, the newest first; then the look is an event."""
    with archive.db.read() as session:
        file = file_of(for_describing(session, actor, item_id), file_id)
        rows = session.scalars(
            select(Transcript).where(Transcript.file_id == file.id).order_by(Transcript.number)
        ).all()
        is_marked = bool(standing(session, file.id))
    if is_marked and rows:
        note_look(archive, actor, item_id, file_id)
    before = ("", *(row.text for row in rows))
    found = (
        Wording(row.number, row.made_on, row.agent, text, row.text)
        for text, row in zip(before, rows, strict=False)
    )
    return tuple(reversed(tuple(found)))


def apply_again(
    archive: Archive,
    session: Session,
    file_id: str,
    taken_out: Callable[[Sequence[Passage]], Sequence[Passage]] | None = None,
) -> tuple[str, ...]:
    """Have what people wrote stand again where a new examination has put what it read; what it made is superseded.

    `taken_out` leaves of the passages what may be shown. In the caller's transaction, who then discards what is
    superseded.
    """
    last = _last(session, file_id)
    if last is None:
        return ()
    file = session.get_one(File, file_id)
    written, _faults = _read(file, last.text, is_played=True)
    if taken_out is None:
        return apply(archive, session, file, written, _copy(last.text, written))
    shown = taken_out(written)
    return apply(archive, session, file, shown, _copy(_as_typed(shown), shown))


def file_of(item: Item, file_id: str) -> File:
    """The file of an item; NotFoundError when the item has no such file."""
    file = next((one for one in item.files if one.id == file_id), None)
    if file is None:
        raise NotFoundError(NO_SUCH_FILE)
    return file


def _is_played(item: Item, file: File) -> bool:
    """Whether times make sense in its text: it is heard or seen, or says what is."""
    said_of = next((one for one in item.files if one.id == file.accompanies_id), None)
    known = [one for one in (file, said_of) if one is not None]
    return any(
        one.duration_ms is not None or is_recording(one) or one.media_type in CAPTIONS for one in known
    )


def _last(session: Session, file_id: str) -> Transcript | None:
    query = select(Transcript).where(Transcript.file_id == file_id).order_by(Transcript.number.desc())
    return session.scalars(query.limit(1)).first()


def current(archive: Archive, session: Session, file: File) -> str | None:
    """What people wrote, or else what was read, with nothing taken out; None while that is not made."""
    last = _last(session, file.id)
    if last:
        return last.text
    if not standing(session, file.id):
        return _as_typed(file.passages)
    # What is shown lacks what is marked: saved, it would lack it for good.
    unseen = sealed_copies.read(archive, file.id)
    return None if unseen is None else _as_typed(unseen.passages)


def _as_typed(passages: Sequence[Passage | PassageView]) -> str:
    """What the archive read from a file, as a person would type it."""
    timed = [one for one in passages if one.start_ms is not None and one.end_ms is not None]
    if timed:
        cues = [Cue(one.start_ms or 0, one.end_ms or 0, one.text, one.speaker) for one in timed]
        return write_webvtt(cues).strip("\n")
    parts: list[str] = []
    page: int | None = None
    for one in passages:
        if one.page != page:
            page = one.page
            parts.append(f"=== {page} ===")
        parts.append(one.text.replace("\r\n", "\n").strip("\n"))
    return "\n\n".join(parts)


def _read(file: File, text: str, *, is_played: bool) -> tuple[list[Passage], tuple[Fault, ...]]:
    if is_captions(text):
        if not is_played:
            return [], (Fault(1, NOT_PLAYED),)
        found = read_captions(text)
        cues = [
            Passage(text=one.text, start_ms=one.start_ms, end_ms=one.end_ms, speaker=one.speaker)
            for one in found.cues
        ]
        return cues, tuple(found.faults)
    lines = enumerate(text.split("\n"), start=1)
    pages = ((number, int(match[1])) for number, line in lines if (match := _PAGE.fullmatch(line.strip())))
    most = file.pages or NO_END
    return _pages(file, text), tuple(Fault(line, NO_PAGE) for line, page in pages if not 0 < page <= most)


def _pages(file: File, text: str) -> list[Passage]:
    """Plain text, cut where a line such as `=== 2 ===` begins a page; of a document without one, it is the first."""
    page = 1 if (file.pages or 0) > 1 or file.media_type == "application/pdf" else None
    runs: list[tuple[int | None, list[str]]] = [(page, [])]
    for line in text.split("\n"):
        match = _PAGE.fullmatch(line.strip())
        if match:
            runs.append((int(match[1]), []))
        else:
            runs[-1][1].append(line)
    whole = ((number, "\n".join(lines).strip("\n")) for number, lines in runs)
    return [Passage(text=words, page=number) for number, words in whole if words.strip()]


def _copy(text: str, passages: Sequence[Passage]) -> str:
    """The text as a copy to take away: WebVTT for captions, else as it was typed; none of no text."""
    cues = [
        Cue(one.start_ms, one.end_ms, one.text, one.speaker)
        for one in passages
        if one.start_ms is not None and one.end_ms is not None
    ]
    return write_webvtt(cues) if cues else f"{text}\n" if passages else ""


def _keep(session: Session, item: Item, file: File, actor: Actor, before: str, text: str) -> None:
    last = _last(session, file.id)
    number = last.number if last else 0
    if last is None and before:
        # What the archive had read is kept before it is replaced.
        number = 1
        session.add(
            Transcript(file_id=file.id, number=1, made_on=item.received_on, agent=PIPELINE.id, text=before)
        )
    session.add(
        Transcript(file_id=file.id, number=number + 1, made_on=today(), agent=agent_of(actor), text=text)
    )
    # Of which file, not what: an event can never be taken back, and what was written may have to be.
    record_event(session, item.id, "transcribe", agent_of(actor), {"file": file.id})
    touch(item)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
