"""Makes a checkpoint of the public ledger at the end of each day, and reads those that were published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.durable import cut_times, replace_file
from archive.exchange import signed_note
from archive.exchange.merkle import Tree
from archive.models import Event, File, Item, today
from archive.models.errors import BadInputError, IntegrityError, NotFoundError
from archive.models.event import GENESIS
from archive.services import checkpoint_begun, checkpoint_gaps
from archive.services import checkpoint_entries as entries_of
from archive.services import checkpoint_keys as keys
from archive.services.checkpoint_entries import DATED, KIND_OF, Entry
from archive.services.checkpoint_text import Checkpoint, as_json, read_json
from archive.services.opening import Archive, exclusively
from archive.settings import Settings

FOLDER = "checkpoints"
LOCK = "ledger.lock"
IDS_A_QUERY = 500
ONE_DAY = timedelta(days=1)
CUT_OFF = "Days of the public ledger were signed here, and all of its checkpoints are gone: nothing is signed any more."


def make_due(archive: Archive) -> Checkpoint | None:
    """Make the checkpoint of the last whole day, unless there is one, and return it when it was made.

    After days on which nothing ran, one takes in all of them: none is signed for a day that is long over. A day on which
    nothing happened has one too, so that a ledger that stands still is told from an archive in which nothing happens;
    only before the first entry there is none. IntegrityError (`checkpoint-refused`, `checkpoint-cut-off`,
    `checkpoint-key-lost`) when what is there is not what was signed.
    """
    day = today() - ONE_DAY
    if _day_for(archive.settings, day) is None:
        return None
    with exclusively(archive.settings.run / LOCK):
        # Two that began together: the second finds the first one's.
        under = _day_for(archive.settings, day)
        return None if under is None else _make(archive, day, under)


def rotate_key(archive: Archive) -> str:
    """Have a new key sign from now on; returns the public one. IntegrityError (`checkpoint-key-lost`, `checkpoint-cut-off`)."""
    with exclusively(archive.settings.run / LOCK):
        refuse_cut_off(archive)
        return str(keys.rotate(archive.settings).verifier)


def forget(archive: Archive, item_id: str) -> None:
    """Let nobody prove any more what the entries of a destroyed item stood for; the entries stay."""
    with exclusively(archive.settings.run / LOCK):
        entries_of.sweep(archive.settings)
        entries_of.forget(archive.settings, item_id)


def all_days(settings: Settings) -> list[date]:
    """The days that have a checkpoint, the oldest first."""
    return sorted(date.fromisoformat(path.stem) for path in (settings.ledger / FOLDER).glob(f"{DATED}.json"))


def is_cut_off(archive: Archive) -> bool:
    """Whether days were signed here, and no checkpoint is left."""
    return not all_days(archive.settings) and checkpoint_begun.was_begun(archive)


def of_day(settings: Settings, day: date) -> Checkpoint:
    """The checkpoint of a day; NotFoundError when it has none, IntegrityError (`checkpoint-refused`) when it is damaged."""
    path = _path(settings, day)
    if not path.exists():
        raise NotFoundError("There is no checkpoint of that day.")
    try:
        return read_json(path.read_text(encoding="utf-8"))
    except (BadInputError, UnicodeDecodeError) as error:
        raise IntegrityError(
            f"The checkpoint of {day} cannot be read.",
            code="checkpoint-refused",
            remedy="Put the folder ledger back from its backup. Nothing is signed until then.",
        ) from error


def newest(settings: Settings, limit: int) -> list[Checkpoint]:
    """The newest checkpoints, the newest first."""
    return [of_day(settings, day) for day in all_days(settings)[-limit:][::-1]]


def signed_size(settings: Settings) -> int:
    """How many entries the newest checkpoint is over, 0 without any."""
    return sum(one.size for one in newest(settings, 1))


def lines(settings: Settings) -> Iterator[str]:
    """Every checkpoint on a line, the oldest first, without the hashes of entries."""
    for day in all_days(settings):
        yield as_json(of_day(settings, day), leaves=False) + "\n"


def tree_of(settings: Settings, until: date) -> Tree:
    """The tree of the entries up to the checkpoint of a day, from the hashes that were published."""
    days = [day for day in all_days(settings) if day <= until]
    return Tree([leaf for day in days for leaf in of_day(settings, day).leaves])


def _make(archive: Archive, until: date, day: date) -> Checkpoint | None:
    """A checkpoint over what happened `until` the end of that day, under the day `day`: a later one only over something new."""
    settings = archive.settings
    refuse_cut_off(archive)
    entries_of.sweep(settings)
    known = entries_of.read_all(settings)
    days = all_days(settings)
    last = of_day(settings, days[-1]) if days else None
    size = last.size if last else 0
    if last is not None:
        _follows(settings, last, known)
    new = _new_entries(archive, known, until)
    new += checkpoint_gaps.new_entries(settings, known, len(known) + len(new) + 1, day)
    if not new and (not known or day > until):
        return None
    entries = [*known, *new]
    # Entries without a checkpoint are what a process left that was killed just here: the next one takes them in.
    if new:
        entries_of.write_day(settings, day, [*entries_of.read_day(settings, day), *new])
    tree = Tree([one.leaf for one in entries])
    signer = keys.signer(settings)
    made = Checkpoint(
        origin=signer.verifier.name,
        size=len(entries),
        root=tree.root(),
        day=day,
        previous=last.fingerprint if last else GENESIS,
        counts=entries_of.counts(entries),
        consistency=tree.consistency(size, len(entries)),
        leaves=tuple(one.leaf for one in entries[size:]),
    )
    made = Checkpoint(**(vars(made) | {"note": signer.sign(made.text)}))
    _publish(settings, made)
    checkpoint_begun.note_begun(archive, day)
    return made


def refuse_cut_off(archive: Archive) -> None:
    """IntegrityError (`checkpoint-cut-off`) where what was signed is gone.

    Signed a second time, unasked, whoever kept a checkpoint of before would see two histories.
    """
    if is_cut_off(archive):
        raise IntegrityError(
            CUT_OFF,
            code="checkpoint-cut-off",
            remedy="Put the folder ledger back from its backup. Where none is left, remembrance ledger begin-anew says what to do.",
        )


def _follows(settings: Settings, last: Checkpoint, known: list[Entry]) -> None:
    """Refuse to sign anything that does not go on where the last checkpoint ended."""
    signed = any(
        keys.is_signed(signed_note.read(last.note), one.verifier) for one in keys.published(settings)
    )
    same = len(known) >= last.size and Tree([one.leaf for one in known]).root(last.size) == last.root
    if not (signed and same):
        raise IntegrityError(
            "The ledger is not what its last checkpoint says, so no other is signed.",
            code="checkpoint-refused",
            remedy="Run remembrance verify-ledger; it says what differs. Put the folder ledger back from its backup.",
        )


def _new_entries(archive: Archive, known: list[Entry], day: date) -> list[Entry]:
    """An entry for each event of a listed kind, up to the end of `day`, that has none yet."""
    # By its hash too: a database that is older than the ledger gives numbers again.
    entered = {(one.subject, one.sequence, one.event) for one in known}
    end = datetime.combine(day + ONE_DAY, datetime.min.time(), UTC)
    query = select(Event.subject_id, Event.sequence, Event.kind, Event.at, Event.hash)
    query = query.where(Event.kind.in_(KIND_OF), Event.outcome == "success", Event.at < end)
    with archive.db.read() as session:
        rows = [
            row
            for row in session.execute(query.order_by(Event.at, Event.id))
            if (row.subject_id, row.sequence, row.hash) not in entered
        ]
        came = {row.subject_id for row in rows if row.kind == "accession"}
        contents = contents_of(session, sorted(came))
        destroyed = erased_of(session, sorted({row.subject_id for row in rows})) | archive.withdrawals.ended()
    made: list[Entry] = []
    for number, row in enumerate(rows, len(known) + 1):
        content = contents.get(row.subject_id, "") if row.kind == "accession" else ""
        on, kind = row.at.date().isoformat(), KIND_OF[row.kind]
        one = entries_of.fresh(number, on, kind, row.subject_id, row.sequence, row.hash, content)
        made.append(entries_of.closed(one) if row.subject_id in destroyed else one)
    return made


def contents_of(session: Session, item_ids: list[str]) -> dict[str, str]:
    """What the files of items are, by the item's id."""
    found: dict[str, list[str]] = {}
    for start in range(0, len(item_ids), IDS_A_QUERY):
        query = select(File.item_id, File.sha512).where(
            File.item_id.in_(item_ids[start : start + IDS_A_QUERY])
        )
        for item_id, sha512 in session.execute(query):
            found.setdefault(item_id, []).append(sha512)
    return {item_id: entries_of.content_of(sha512s) for item_id, sha512s in found.items()}


def erased_of(session: Session, item_ids: list[str]) -> set[str]:
    """Those of the items that are destroyed, or are to be."""
    found: set[str] = set()
    for start in range(0, len(item_ids), IDS_A_QUERY):
        few = item_ids[start : start + IDS_A_QUERY]
        found.update(session.scalars(select(Item.id).where(Item.id.in_(few), Item.erasure != "")))
    return found


def _publish(settings: Settings, made: Checkpoint) -> None:
    path = _path(settings, made.day)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(path, as_json(made).encode() + b"\n")
    cut_times(path)


def _day_for(settings: Settings, day: date) -> date | None:
    """The day under which what happened until then is signed; None where it has its checkpoint: none is made twice.

    Where a clock was wrong once, and the newest is of a day that is still to come, it is the day after that one: else
    nothing would be signed until then.
    """
    if _path(settings, day).exists():
        return None
    days = all_days(settings)
    if not days or days[-1] < day:
        return day
    return days[-1] + ONE_DAY if days[-1] > day + ONE_DAY else None


def _path(settings: Settings, day: date) -> Path:
    return settings.ledger / FOLDER / f"{day.isoformat()}.json"
