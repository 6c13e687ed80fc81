"""What happens to a file when it arrives and to an item when it is sent, as two lists."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from archive.jobs import Handler, Job
from archive.models import File, FileState, Item, ItemState
from archive.models.errors import ArchiveError, IntegrityError
from archive.services import batches, export_carrying, notices, regrouping, renewing, rewording
from archive.services.adopting import ADOPT_JOB
from archive.services.authority_changes import REWORDING_JOB
from archive.services.bag_import_standing import BAG_IMPORT_JOB
from archive.services.batches import BATCH_JOB
from archive.services.carrying_over import is_being_made
from archive.services.contribute import ACCESSION_JOB, EXAMINE_JOB
from archive.services.erasing import remove_originals
from archive.services.export_standing import EXPORT_JOB
from archive.services.faces import FACES_JOB
from archive.services.fixity_state import refuse_damaged
from archive.services.lifecycle import load_for_change
from archive.services.notices import NOTICE_JOB
from archive.services.opening import Archive
from archive.services.regrouping import ARRANGE_JOB
from archive.services.standing_marks import standing
from archive.services.sweep import MAKING
from ingest.examine import EXAMINE
from ingest.examine import examine as examine_file
from ingest.item_parcel import ItemParcel, Row, Tools, original
from ingest.options import ExamineOptions
from ingest.sealing import keep_sealed
from ingest.steps import hand_to_curator, index, package, register, store, verify
from ingest.suggesting import suggest
from ingest.write_down import write_down

# Bytes first, each step safe to run again; verified before it is kept, kept before a row says so.
KEEP = (package.run, verify.run, store.run)
# Then rows, all in one transaction: an item is on the desk and found, or neither.
RECORD = (register.run, index.run, hand_to_curator.run)
ACCESSION = (*KEEP, *RECORD)

# Failures that may be those of a busy machine rather than of the file.
BY_CHANCE = frozenset({"took-too-long", "too-much-memory", "parser-crashed"})

__all__ = ["ACCESSION", "EXAMINE", "KEEP", "RECORD", "handlers"]


def handlers(tools: Tools) -> Mapping[str, Handler]:
    """The jobs that a worker knows how to do, by name."""

    def accession(job: Job, item_id: str) -> None:
        # One attempt: both stories write down for themselves what they have done, and go on from there.
        job.attempt(lambda: take_in(job, tools, item_id))

    def examine(job: Job, file_id: str) -> None:
        job.attempt(lambda: examine_arrived(tools, file_id))

    def notice(job: Job, submission_id: str) -> None:
        job.attempt(lambda: notices.send(tools.archive, submission_id))

    def faces(job: Job, file_id: str, page: int) -> None:
        job.attempt(lambda: suggest(tools, file_id, page))

    def batch(job: Job, batch_id: str) -> None:
        job.attempt(lambda: batches.carry_out(tools.archive, batch_id))

    def arrange(job: Job, old_ids: list[str], new_ids: list[str]) -> None:
        job.attempt(lambda: take_apart(job, tools, old_ids, new_ids))

    def reword(job: Job, rewording_id: str) -> None:
        job.attempt(lambda: rewording.carry_on(tools.archive, rewording_id))

    def export(job: Job, export_id: str) -> None:
        job.attempt(lambda: export_carrying.carry_out(tools.archive, export_id, job.progress))

    def bag_import(job: Job, import_id: str) -> None:
        # Only now: what brings things in runs the pipeline itself.
        from ingest.importing.package import carry_out

        job.attempt(lambda: carry_out(tools.archive, import_id, job.progress))

    def adopt(job: Job, item_id: str) -> None:
        from ingest.adopting import carry_on

        job.attempt(lambda: carry_on(tools, item_id))

    return {
        ADOPT_JOB: adopt,
        BAG_IMPORT_JOB: bag_import,
        ACCESSION_JOB: accession,
        EXAMINE_JOB: examine,
        NOTICE_JOB: notice,
        FACES_JOB: faces,
        BATCH_JOB: batch,
        ARRANGE_JOB: arrange,
        REWORDING_JOB: reword,
        EXPORT_JOB: export,
    }


def take_in(job: Job, tools: Tools, item_id: str) -> None:
    """Both stories of one item: examine what has not been, then keep it and write it down; not what is destroyed."""
    try:
        examine_item(job, tools, item_id)
        stays = accession_item(tools, item_id)
    except (ArchiveError, OSError):
        stays = not _is_to_be_destroyed(tools, item_id)
        if stays:
            raise
    if not stays:
        # Whichever of the two comes last, it removes what the other left.
        remove_originals(tools.archive, item_id)


def take_apart(job: Job, tools: Tools, old_ids: list[str], new_ids: list[str]) -> None:
    """Keep new items made of old ones' bytes; only when each is kept do the old ones step back."""
    for item_id in new_ids:
        regrouping.bring_bytes(tools.archive, item_id)
        take_in(job, tools, item_id)
    regrouping.replaced(tools.archive, old_ids, new_ids)


def _is_to_be_destroyed(tools: Tools, item_id: str) -> bool:
    with tools.archive.db.read() as session:
        return bool(session.scalar(select(Item.erasure).where(Item.id == item_id)))


def examine_item(job: Job, tools: Tools, item_id: str) -> None:
    """Examine every file of an item that has not been: what was learnt of one stays when the next one kills the worker."""
    with tools.archive.db.read() as session:
        query = select(File).where(File.item_id == item_id, File.state == FileState.RECEIVED)
        # Of what was taken back there are no access copies, so there is nothing to look for.
        query = query.join(Item, Item.id == File.item_id).where(Item.state != ItemState.WITHDRAWN)
        files = session.scalars(query.order_by(File.position)).all()
    for done, file in enumerate(files):
        if len(files) > 1:
            job.progress(done, len(files), "files examined")
        examine_one(tools, file)


def examine_arrived(tools: Tools, file_id: str) -> None:
    """Examine a file as soon as it is there; one that its contributor has taken away again is no concern."""
    file = _row(tools, file_id)
    try:
        if file is not None:
            examine_one(tools, file)
    except (IntegrityError, OSError):
        # Of what is being made of other items the bytes may still come, and then it is looked at.
        if file is not None and _row(tools, file_id) is not None and not _is_being_made(tools, file.item_id):
            raise


def examine_one(tools: Tools, file: File) -> None:
    """Examine one file in the sandbox and write down what was learnt, unless somebody just did."""
    with _held(tools, file) as path:
        with tools.archive.db.read() as session:
            state = session.scalar(select(File.state).where(File.id == file.id))
        if state == FileState.RECEIVED:
            _check_sound(tools, file)
            _examine(tools, file, path)
        # Last, so that nobody waits for what only curators see.
        keep_sealed(tools, file, path, options(tools.archive))


@contextmanager
def _held(tools: Tools, file: File) -> Iterator[Path]:
    """Where the original lies. A file may be sent while it is looked at: the second one to come waits for the first."""
    path = original(tools.archive, file)
    if path is None:
        raise IntegrityError(f"The bytes of file {file.id} are gone.", code="file-lost")
    with path.open("rb") as bytes_given:
        fcntl.flock(bytes_given, fcntl.LOCK_EX)
        yield path


def renew_one(tools: Tools, file_id: str) -> bool:
    """Make all that is shown of a file anew where an older version made it; whether that was done.

    What stands is shown until it is; `renewing.settle` then removes it.
    """
    file = _row(tools, file_id)
    if file is None:
        return False
    with _held(tools, file) as path:
        with tools.archive.db.read() as session:
            file = session.get(File, file_id) if renewing.is_older(session, file_id) else None
        if file is None:
            # Somebody just did, or it is being made anew for another reason.
            return False
        _check_sound(tools, file)
        # First, so that whoever marks something never counts words in a text of before.
        keep_sealed(tools, file, path, options(tools.archive))
        return _examine(tools, file, path, is_shown=True)


def _check_sound(tools: Tools, file: File) -> None:
    """Refuse to make anything of an original whose bag is known to be damaged."""
    with tools.archive.db.read() as session:
        refuse_damaged(session, file.item_id)


def _is_being_made(tools: Tools, item_id: str) -> bool:
    with tools.archive.db.read() as session:
        return is_being_made(session, item_id)


def _row(tools: Tools, file_id: str) -> File | None:
    with tools.archive.db.read() as session:
        return session.get(File, file_id)


def _examine(tools: Tools, file: File, path: Path, *, is_shown: bool = False) -> bool:
    archive = tools.archive
    made = archive.settings.access / MAKING / file.id
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    with archive.db.read() as session:
        marks = standing(session, file.id)
    with tools.sandboxes.lend() as sandbox:
        found = examine_file(path, file.given_name, made, sandbox, options(archive), marks)
        if is_shown and found.failure and found.failure.code in BY_CHANCE:
            # What could be shown until now is not lost to a busy moment.
            found = examine_file(path, file.given_name, made, sandbox, options(archive), marks)
    return write_down(archive, file, found, made, marks, is_shown=is_shown)


def accession_item(tools: Tools, item_id: str) -> bool:
    """Put an item's bytes into a bag that lasts, then write down that it is kept; done again, it changes nothing.

    False, and nothing is written down, when the item is to be destroyed.
    """
    parcel = ItemParcel(item_id)
    for step in KEEP:
        parcel = step(parcel, tools)
    with tools.archive.db.write_again() as session:
        row = Row(load_for_change(session, item_id), session)
        if row.item.erasure:
            return False
        for record in RECORD:
            row = record(row)
    return True


def options(archive: Archive) -> ExamineOptions:
    """How this archive's settings want files examined."""
    settings = archive.settings
    return ExamineOptions(
        max_page_images=settings.page_images,
        virus_scanner=settings.virus_scanner,
        ocr=settings.ocr,
        ocr_languages=tuple(settings.ocr_languages.split("+")),
    )
