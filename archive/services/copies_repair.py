"""Puts a damaged bag right from a copy that is whole: the copy is proved first, the damaged bag is never thrown away."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, update

from archive.access import Actor, can
from archive.bags import BagReport, bag_key, read_bag, verify
from archive.bags.layout import PAYLOAD, TAG_MANIFEST
from archive.durable import cut_times, exchange, flush_tree, fsync_path
from archive.models import Event, File, Fixity, Item, Right, record_event
from archive.models.errors import ArchiveError, ForbiddenError, IntegrityError, NotFoundError
from archive.services import quarantine
from archive.services.copies_bag import listed_in
from archive.services.copies_carrying import Past, carry_over, past_of
from archive.services.copies_stores import Place, reach
from archive.services.fixity_audit import note_repaired
from archive.services.fixity_state import DAMAGED, FAILURE
from archive.services.lifecycle import NO_SUCH_ITEM, agent_of
from archive.services.opening import Archive, exclusively
from archive.services.rebuild_record import newest_record
from archive.services.records import note_revisions, touch_history
from archive.services.sweep import arriving
from archive.storage import ObjectStore

BLOCK = 1 << 20
EVENT = "repair"


@dataclass(frozen=True)
class Repaired:
    """How it ended: the store whose copy was taken, empty where nothing was wrong; where the damaged bag lies now.

    `lost` are the first and the last revision of the record that no copy at hand had whole, the last 0 where nobody can
    tell how many there were; `passed_over` says why other copies were not taken, a store each.
    """

    id: str
    store: str = ""
    files: tuple[str, ...] = ()
    quarantined: str = ""
    lost: tuple[int, int] | None = None
    passed_over: tuple[tuple[str, str], ...] = ()


class NoSoundCopyError(IntegrityError):
    """No copy could be proved; `refusals` say why, a store each."""

    code = "no-sound-copy"
    remedy = "Nothing was changed. Connect a store that is away, or look for the bag in a backup."

    def __init__(self, refusals: Sequence[tuple[str, str]]) -> None:
        self.refusals = tuple(refusals)
        told = "; ".join(f"{store}: {why}" for store, why in refusals) or "there is no store of copies"
        super().__init__(f"No copy of this bag can be used ({told}).")


def repair(archive: Archive, actor: Actor, item_id: str, which: Sequence[Place]) -> Repaired:
    """Put the bag of an item right from the copy that verifies in full and with which most of its history lives on.

    Revisions of the record that are whole in the damaged bag and not yet in the copy are carried over.
    NotFoundError, ForbiddenError (it takes the right to audit); NoSoundCopyError, and then nothing was changed.
    """
    check_actor(archive, actor, item_id)
    folder = archive.bag_folder(bag_key(item_id))
    # Nothing is swept from staging, and no revision written into the bag, while this goes on.
    with arriving(archive), exclusively(archive.settings.run / "records.lock"):
        kept_before = quarantine.places_of(archive, item_id)
        report = verify(folder, from_disk=True)
        if report.ok:
            return _write_down(archive, actor, item_id, kept_before)
        staged = archive.settings.staging / f"repair-{item_id}"
        past = past_of(folder)
        try:
            place, passed_over = _fetch_sound(archive, item_id, which, staged, past)
            kept = _swap(archive, item_id, staged, folder)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    files, lost = _damaged(archive, item_id, report), _lost(archive, item_id, past)
    _note(archive, actor, item_id, place.name, files, lost)
    # Read once more, as after any damage: only that ends the alarm.
    if not note_repaired(archive, actor, item_id):
        raise IntegrityError(
            f"The bag was brought from {place.name}, and still does not read as it should.",
            code=DAMAGED,
            remedy="Look at it with remembrance fixity check; look for the bag in another store or in a backup.",
        )
    return Repaired(item_id, place.name, files, kept, lost, passed_over if lost else ())


def _write_down(archive: Archive, actor: Actor, item_id: str, kept: Sequence[Path]) -> Repaired:
    """Nothing is wrong with the bag; whoever put it right may have been killed before anybody heard of it."""
    with archive.db.read() as session:
        known = session.get(Fixity, item_id)
        told = select(func.count()).select_from(Event).where(Event.subject_id == item_id, Event.kind == EVENT)
        is_unheard = len(kept) > (session.scalar(told) or 0)
    if not is_unheard and (known is None or known.outcome != FAILURE):
        return Repaired(item_id)
    files = _damaged(archive, item_id, verify(kept[-1])) if is_unheard else ()
    lost = _lost(archive, item_id, past_of(kept[-1])) if is_unheard else None
    _note(archive, actor, item_id, "", files, lost)
    note_repaired(archive, actor, item_id)
    return Repaired(item_id, "", files, str(kept[-1]) if is_unheard else "", lost)


def check_actor(archive: Archive, actor: Actor, item_id: str) -> None:
    """NotFoundError where there is no bag that `actor` may see, ForbiddenError without the right to audit it."""
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None or not item.bag_key or not actor.has(Right.SEE_ALL, item.collection):
            raise NotFoundError(NO_SUCH_ITEM)
        if not can(actor, Right.AUDIT, item):
            raise ForbiddenError("Your role does not allow bags to be repaired.")


def _fetch_sound(
    archive: Archive, item_id: str, which: Sequence[Place], staged: Path, past: Past
) -> tuple[Place, tuple[tuple[str, str], ...]]:
    """Fetch the first copy that can be proved into `staged`, with what else is whole of the damaged bag's `past`.

    Returns its place, and why others could not be taken; NoSoundCopyError says the same when none could.
    """
    refusals: list[tuple[str, str]] = []
    for place, store in _best_first(archive, item_id, which, refusals, past):
        shutil.rmtree(staged, ignore_errors=True)
        try:
            _fetch(store, item_id, staged)
            _prove(archive, item_id, staged)
            carry_over(past, archive.bag_folder(bag_key(item_id)), staged)
        except ArchiveError as error:
            refusals.append((place.name, str(error)))
        except OSError as error:
            refusals.append((place.name, f"It cannot be read: {error.strerror}."))
        else:
            return place, tuple(refusals)
    raise NoSoundCopyError(refusals)


def _best_first(
    archive: Archive, item_id: str, which: Sequence[Place], refusals: list[tuple[str, str]], past: Past
) -> list[tuple[Place, ObjectStore]]:
    """The copies with which most of the damaged bag's history lives on first, and of these the newest."""
    found: list[tuple[tuple[int, int], Place, ObjectStore]] = []
    for place in which:
        try:
            store = reach(archive, place, mark=False)
            listed = listed_in(store, bag_key(item_id))
        except (ArchiveError, OSError) as error:
            refusals.append(
                (place.name, str(error) if isinstance(error, ArchiveError) else "It cannot be read.")
            )
            continue
        if listed is None:
            refusals.append((place.name, "It holds no copy of this bag."))
        else:
            found.append(((past.kept_with(listed.hashes), listed.revision), place, store))
    found.sort(key=lambda one: one[0], reverse=True)
    return [(place, store) for _, place, store in found]


def _fetch(store: ObjectStore, item_id: str, staged: Path) -> None:
    """Fetch what the copy's manifests list, and nothing else that lies there."""
    listed = listed_in(store, bag_key(item_id))
    if listed is None:
        raise IntegrityError("It holds no copy of this bag.")
    for path in listed.hashes:
        target = staged / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with store.open(f"{bag_key(item_id)}/{path}") as stream, target.open("xb") as to:
            shutil.copyfileobj(stream, to, BLOCK)
    (staged / PAYLOAD).mkdir(parents=True, exist_ok=True)
    (staged / TAG_MANIFEST).write_bytes(listed.tag_manifest)


def _prove(archive: Archive, item_id: str, staged: Path) -> None:
    """Refuse a copy that is not a whole bag, or not this item's bag, by what the database knows of its files."""
    bag = read_bag(staged)
    report = verify(staged)
    if not report.ok:
        wrong = (*report.changed, *report.missing, *report.untracked, *report.unreadable)
        raise IntegrityError(f"{len(wrong)} files of the copy are damaged.")
    with archive.db.read() as session:
        known = session.scalars(select(File.sha512).where(File.item_id == item_id)).all()
    if bag.id != item_id or sorted(known) != sorted(one.sha512 for one in bag.payload):
        raise IntegrityError("The copy is a whole bag, but it holds other files than this item.")


def _swap(archive: Archive, item_id: str, staged: Path, folder: Path) -> str:
    """Put what is proved in the place of what is damaged, in one step, after which this lies in quarantine; where."""
    if not folder.exists():
        archive.store.publish_folder(staged, bag_key(item_id))
        return ""
    place = quarantine.place_for(archive, item_id)
    changing = place.with_suffix(quarantine.CHANGING)
    try:
        _bring(staged, changing)
        exchange(changing, folder)
        if verify(folder, from_disk=True).ok:
            changing.rename(place)
            fsync_path(place.parent)
            return str(place)
        # What was fetched was whole a moment ago: both stay as they are, the bag in its own place.
        exchange(changing, folder)
        raise IntegrityError(
            "What was written does not read back whole.",
            code="disk-at-fault",
            remedy="Look at the archive's own disk before anything else; nothing was changed.",
        )
    except BaseException:
        # Only what was fetched goes: whatever broke off may have done so after the two had changed places.
        if changing.exists() and folder.exists() and verify(changing, from_disk=True).ok:
            shutil.rmtree(changing)
        raise


def _bring(staged: Path, changing: Path) -> None:
    """Move what was fetched to the disk of the bags, flushed; whole, or under a name by which it is swept."""
    bringing = changing.with_suffix(quarantine.BRINGING)
    try:
        staged.rename(bringing)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copytree(staged, bringing)
    cut_times(bringing)
    flush_tree(bringing)
    bringing.rename(changing)
    fsync_path(changing.parent)


def _damaged(archive: Archive, item_id: str, report: BagReport) -> tuple[str, ...]:
    """The damaged files, originals by their ids: a name as given may say what it holds."""
    paths = {*report.changed, *report.missing, *report.untracked, *report.unreadable}
    paths |= {problem.path for problem in report.refused if problem.path}
    with archive.db.read() as session:
        rows = session.execute(select(File.safe_name, File.id).where(File.item_id == item_id)).all()
    ids = {f"{PAYLOAD}/{name}": file_id for name, file_id in rows}
    return tuple(
        sorted({ids.get(path, PAYLOAD if path.startswith(f"{PAYLOAD}/") else path) for path in paths})
    )


def _lost(archive: Archive, item_id: str, past: Past) -> tuple[int, int] | None:
    """Which revisions of the record the bag does not hold any more: as the damaged one lists them, or the database knows."""
    bag = read_bag(archive.bag_folder(bag_key(item_id)))
    lost = past.lost_in(bag.tags)
    with archive.db.read() as session:
        known = session.scalar(select(Item.bag_revision).where(Item.id == item_id)) or 0
    if lost is None and int(newest_record(bag)["revision"]) < known:
        return bag.current_revision + 1, 0
    return lost


def _note(
    archive: Archive,
    actor: Actor,
    item_id: str,
    store: str,
    files: tuple[str, ...],
    lost: tuple[int, int] | None,
) -> None:
    detail = {"store": store, "files": list(files)} | ({"lost": list(lost)} if lost else {})
    with archive.db.write() as session:
        item = session.get_one(Item, item_id)
        if store or files:
            record_event(session, item_id, EVENT, agent_of(actor), detail)
        # The copy may be of an older revision: that is what the bag holds now, until it gets the record with this event.
        said = newest_record(read_bag(archive.bag_folder(bag_key(item_id))))
        revision = int(said["revision"])
        note_revisions(session, {item_id: revision})
        # Of a database from an older backup the copy may be ahead: what the record bears from now on comes after it.
        session.execute(
            update(Item)
            .where(Item.id == item_id, Item.record_revision < revision)
            .values(record_revision=revision)
        )
        touch_history(session, item)
