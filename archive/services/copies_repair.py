"""Puts a damaged bag right from a copy that is whole: the copy is proved first, the damaged bag is never thrown away."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from archive.access import Actor, can
from archive.bags import bag_key, read_bag, verify
from archive.bags.layout import PAYLOAD, TAG_MANIFEST
from archive.durable import cut_times, exchange, flush_tree, fsync_path
from archive.models import File, Fixity, Item, Right, is_id
from archive.models.errors import ArchiveError, ForbiddenError, IntegrityError, NotFoundError
from archive.services import copies_rows, copies_telling, quarantine
from archive.services.copies_bag import listed_in
from archive.services.copies_carrying import Past, carry_over, past_of
from archive.services.copies_stores import Place, reach
from archive.services.copies_strangers import holding
from archive.services.copies_telling import Damage
from archive.services.fixity_audit import note_repaired
from archive.services.fixity_state import DAMAGED, FAILURE
from archive.services.lifecycle import NO_SUCH_ITEM
from archive.services.opening import Archive, exclusively
from archive.services.sweep import arriving
from archive.storage import ObjectStore

BLOCK = 1 << 20


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
    try:
        check_actor(archive, actor, item_id)
    except NotFoundError as error:
        raise _elsewhere(archive, actor, item_id, which) or error from error
    folder = archive.bag_folder(bag_key(item_id))
    # Nothing is swept from staging, and no revision written into the bag, while this goes on.
    with arriving(archive), exclusively(archive.settings.run / "records.lock"):
        told = copies_telling.told(archive, item_id)
        unheard = [one for one in quarantine.places_of(archive, item_id) if one.name not in told]
        report = verify(folder, from_disk=True)
        if report.ok:
            return _write_down(archive, actor, item_id, unheard)
        staged = archive.settings.staging / f"repair-{item_id}"
        past = past_of(folder)
        try:
            place, passed_over = _fetch_sound(archive, item_id, which, staged, past)
            kept = _swap(archive, item_id, staged, folder, told)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        # Before a revision is written again: what was lost is seen by what the bag holds.
        found = copies_telling.damage_of(archive, item_id, report, past, place.name, kept)
        damages = copies_telling.damages(archive, item_id, unheard, found)
        copies_telling.note(archive, actor, item_id, damages)
    # Read once more, as after any damage: only that ends the alarm.
    if not note_repaired(archive, actor, item_id):
        raise IntegrityError(
            f"The bag was brought from {place.name}, and still does not read as it should.",
            code=DAMAGED,
            remedy="Look at it with remembrance fixity check; look for the bag in another store or in a backup.",
        )
    lost = copies_telling.lost_in_all(damages)
    return Repaired(item_id, place.name, found.files, kept, lost, passed_over if lost else ())


def _write_down(archive: Archive, actor: Actor, item_id: str, unheard: Sequence[Path]) -> Repaired:
    """Nothing is wrong with the bag; whoever put it right may have been killed before anybody heard of it."""
    with archive.db.read() as session:
        known = session.get(Fixity, item_id)
        is_alarmed = known is not None and known.outcome == FAILURE
    damages = copies_telling.damages(archive, item_id, unheard)
    if not damages and not is_alarmed:
        return Repaired(item_id)
    copies_telling.note(archive, actor, item_id, damages)
    note_repaired(archive, actor, item_id)
    newest = damages[-1] if damages else Damage()
    return Repaired(item_id, "", newest.files, newest.kept, copies_telling.lost_in_all(damages))


def check_actor(archive: Archive, actor: Actor, item_id: str) -> None:
    """NotFoundError where there is no bag that `actor` may see, ForbiddenError without the right to audit it."""
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None or not item.bag_key or not actor.has(Right.SEE_ALL, item.collection):
            raise NotFoundError(NO_SUCH_ITEM)
        if not can(actor, Right.AUDIT, item):
            raise ForbiddenError("Your role does not allow bags to be repaired.")


def _elsewhere(archive: Archive, actor: Actor, item_id: str, which: Sequence[Place]) -> NotFoundError | None:
    """What is told of a bag that no item here has but that lies in a store; only to whoever may look at every bag."""
    with archive.db.read() as session:
        known = session.get(Item, item_id)
    may_know = actor.has(Right.AUDIT) and actor.collections_with(Right.AUDIT) is None
    if known is not None or not may_know or not is_id(item_id):
        return None
    stores = holding(archive, item_id, which)
    if not stores:
        return None
    return NotFoundError(
        f"No item here has this bag, but a copy of it lies in {', '.join(stores)}.",
        remedy=f"remembrance bags adopt {item_id} --from {stores[0]} brings it back under its own id.",
    )


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
            fetch(store, bag_key(item_id), staged)
            _prove(archive, item_id, staged)
            carry_over(past, archive.bag_folder(bag_key(item_id)), staged)
        except ArchiveError as error:
            refusals.append((place.name, str(error)))
            _distrust(archive, place, item_id)
        except OSError as error:
            refusals.append((place.name, f"It cannot be read: {error.strerror}."))
            _distrust(archive, place, item_id)
        else:
            return place, tuple(refusals)
    raise NoSoundCopyError(refusals)


def _distrust(archive: Archive, place: Place, item_id: str) -> None:
    """Have the copy be made good once the bag is whole, and not only when its turn to be read comes."""
    with archive.db.write() as session:
        copies_rows.distrust(session, place.url, [item_id])


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


def fetch(store: ObjectStore, key: str, staged: Path) -> None:
    """Fetch what the copy's manifests list, and nothing else that lies there."""
    listed = listed_in(store, key)
    if listed is None:
        raise IntegrityError("It holds no copy of this bag.")
    for path in listed.hashes:
        target = staged / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with store.open(f"{key}/{path}") as stream, target.open("xb") as to:
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


def _swap(archive: Archive, item_id: str, staged: Path, folder: Path, told: Collection[str]) -> str:
    """Put what is proved in the place of what is damaged, in one step, after which this lies in quarantine; where."""
    if not folder.exists():
        archive.store.publish_folder(staged, bag_key(item_id))
        return ""
    place = quarantine.place_for(archive, item_id, told=told)
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
