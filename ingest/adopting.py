"""Finds the bag that is to come back under its own id, has it taken in, and makes again what people look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from archive.access import OPERATOR, PIPELINE
from archive.bags import PROFILE_LABEL, SHARED_PROFILE_ID, Bag, BagRefusedError, read_bag, shared_key
from archive.bags import bag_key as key_of
from archive.jobs import JobState
from archive.models import Item, is_id
from archive.models.errors import BadInputError, IntegrityError, NotFoundError
from archive.services import adopting, adopting_shared, copies_repair, copies_stores, fixity_audit
from archive.services.adopting import Found
from archive.services.copies_bag import listed_in
from archive.services.copies_stores import Place
from archive.services.opening import Archive
from archive.services.rebuild_shared import KeptShared
from archive.services.scratch import scratch_folder
from ingest.copies_again import make_copies_of
from ingest.importing.bags import bags_at, opened_bags
from ingest.item_parcel import Tools
from ingest.work import wait_until_caught_up, working

# How a bag that came on no store of copies is called in the history of an item whose bag it took the place of.
BROUGHT = "adopted"


@dataclass(frozen=True)
class Adopted:
    """What came back: the item, its state, the revision that the bag holds, and where what lay in the way is kept.

    `lost` are the first and the last revision of the record that nothing at hand had, as `copies_repair.Repaired` has it.
    `subject` is what a bag is of that is no item's; it has no state.
    """

    id: str
    state: str
    revision: int
    quarantined: str = ""
    lost: tuple[int, int] | None = None
    subject: str = ""


@dataclass(frozen=True)
class Taken:
    """What was written down of it: the `job` that does the rest, "" where none is needed; the rest as in `Adopted`."""

    id: str
    job: str = ""
    quarantined: str = ""
    lost: tuple[int, int] | None = None
    shared: KeptShared | None = None


def adopt(archive: Archive, what: str, source: str = "", *, older: bool = False) -> Adopted:
    """Bring back a bag as `take` does, and wait until it is looked at and found as before.

    IntegrityError (`adopt-unfinished`) where the item is there and something of it could not be made.
    """
    taken = take(archive, what, source, older=older)
    if taken.job:
        _wait(archive, taken.job)
    wait_until_caught_up(archive)
    if taken.shared is not None:
        return Adopted(taken.id, "", taken.shared.record["revision"], subject=taken.shared.subject)
    with archive.db.read() as session:
        row = session.execute(select(Item.state, Item.bag_revision).where(Item.id == taken.id)).one()
    return Adopted(taken.id, row.state, row.bag_revision, taken.quarantined, taken.lost)


def take(archive: Archive, what: str, source: str = "", *, older: bool = False) -> Taken:
    """Take the bag at the path `what`, or the one of that id: out of `source`, or that lies in the store already.

    `source` is the name of a store of copies, or a path. BadInputError (`no-such-path`, `no-such-store`, `adopt-many`),
    NotFoundError, and what `adopting.begin`, `adopting_shared.begin` and `copies_repair.repair` raise: then nothing was changed.
    """
    with adopting.alone(archive), _found(archive, what, source) as found:
        if found.is_shared:
            kept = adopting_shared.begin(archive, found.id, found.folder, found.store, is_older=older)
            return Taken(found.id, shared=kept)
        found = replace(found, older=older)
        if adopting.lacks_bag(archive, found):
            return _put_right(archive, found)
        begun = adopting.begin(archive, found)
        return Taken(found.id, begun.job, begun.quarantined)


def carry_on(tools: Tools, item_id: str) -> None:
    """Do what is left once the rows of an item are there: its bag in its place, copies made, all of it read; done again, nothing."""
    adopting.put_in_store(tools.archive, item_id)
    refused = make_copies_of(tools, item_id)
    if refused is not None:
        raise IntegrityError(refused.sentence, code=refused.code)
    # Nobody has read it here since it was lost: until then it would be late.
    fixity_audit.check(tools.archive, PIPELINE, item_id)


def _put_right(archive: Archive, found: Found) -> Taken:
    """Have the bag take the place of the one that its item lost, as a copy of a store does."""
    adopting.check_in_place_of_lost(archive, found)
    assert found.folder is not None
    brought = Place(str(found.folder.parents[1]), found.store or BROUGHT)
    done = copies_repair.repair(archive, OPERATOR, found.id, [brought])
    return Taken(found.id, quarantined=done.quarantined, lost=done.lost)


def _wait(archive: Archive, job: str) -> None:
    with working(archive) as see_to_it:
        while True:
            see_to_it()
            (status,) = archive.jobs.wait([job], 1.0)
            if status.state.ended:
                break
    if status.state is not JobState.DONE:
        raise IntegrityError(
            f"The item is here again, and not all of it could be made: {status.failure}",
            code="adopt-unfinished",
            remedy="Put the reason right and run the same command again: it goes on where it stopped.",
        )


@contextmanager
def _found(archive: Archive, what: str, source: str) -> Iterator[Found]:
    """The bag that is meant, as a copy of our own, so that what was proved is what is kept."""
    if not source and not Path(what).exists():
        if not is_id(what):
            raise BadInputError(f"There is nothing at {what}.", code="no-such-path")
        is_shared = (
            not archive.bag_folder(key_of(what)).is_dir() and archive.bag_folder(shared_key(what)).is_dir()
        )
        yield Found(what, is_shared=is_shared)
        return
    if source and not is_id(what):
        raise BadInputError(f"{what} is no id of an item.", code="no-such-path")
    with scratch_folder(archive.settings.run, adopting.SCRATCH) as scratch:
        if not source:
            yield _copied(archive, scratch, Path(what), "")
        elif Path(source).exists() and not _is_store(archive, source):
            yield _copied(archive, scratch, Path(source), what)
        else:
            yield _fetched(archive, scratch, source, what)


def _is_store(archive: Archive, source: str) -> bool:
    """Whether a folder is a store of copies, which is called by its path: nobody but this archive writes there."""
    return any(source in (one.name, one.url) for one in copies_stores.places(archive.settings))


def _copied(archive: Archive, scratch: Path, path: Path, item_id: str) -> Found:
    """The one bag at a path, or the one of `item_id`: a bag, an archive that holds bags, or a folder of such."""
    near = [one for one in (path / item_id, path / key_of(item_id)) if one.is_dir()] if item_id else []
    places = near[:1] or bags_at(path)
    if len(places) > 1 and not item_id:
        raise _many(len(places))
    for place in places:
        with opened_bags(archive, place) as opened:
            bags = [bag for root in opened.bags if (bag := _read(root, item_id)) is not None]
            if len(bags) > 1 and not item_id:
                raise _many(len(bags))
            if bags:
                is_shared = bags[0].info.get(PROFILE_LABEL) == SHARED_PROFILE_ID
                return Found(bags[0].id, _copy(archive, scratch, bags[0]), is_shared=is_shared)
    raise NotFoundError(
        f"There is no bag of {item_id or 'an item'} at {path}.",
        remedy="Give the folder of the bag, or the file or folder that holds it.",
    )


def _read(root: Path, item_id: str) -> Bag | None:
    """The bag in a folder, None where it is not the one of `item_id`; BagRefusedError where it may be and is not sound."""
    try:
        bag = read_bag(root)
    except BagRefusedError:
        if item_id and root.name != item_id:
            return None
        raise
    return bag if item_id in ("", bag.id) else None


def _copy(archive: Archive, scratch: Path, bag: Bag) -> Path:
    adopting.check_room(archive, sum(one.size for one in bag.payload))
    folder = scratch / key_of(bag.id)
    folder.parent.mkdir()
    try:
        shutil.copytree(bag.root, folder, symlinks=True)
    except shutil.Error as error:
        raise IntegrityError("Not all of the bag can be read.", code="bag-unreadable") from error
    return folder


def _fetched(archive: Archive, scratch: Path, name: str, item_id: str) -> Found:
    """The copy of a bag in a store of copies."""
    (place,) = copies_stores.chosen(archive.settings, [name])
    store = copies_stores.reach(archive, place, mark=False)
    key = next((one for one in (key_of(item_id), shared_key(item_id)) if listed_in(store, one)), None)
    if key is None:
        raise NotFoundError(f"{place.name} holds no copy of the bag of {item_id}.")
    folder = scratch / key
    copies_repair.fetch(store, key, folder)
    return Found(item_id, folder, store=place.name, is_shared=key == shared_key(item_id))


def _many(count: int) -> BadInputError:
    return BadInputError(
        f"There are {count} bags at this path.",
        code="adopt-many",
        remedy="Say which one: remembrance bags adopt ID --from PATH.",
    )
