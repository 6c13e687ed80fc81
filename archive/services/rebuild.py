"""Makes the database again from bags alone: what each says is read as strictly as the bag, and then believed.

Bags are only read. Whatever is killed in between goes on when it is begun again: an item is there whole or not at all,
and counts as kept once the copies that people look at are made again.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError as RowConflict

from archive.bags import Bag, bag_key, read_bag
from archive.bags.leaving import INSIDE
from archive.models import File, Item, ItemState
from archive.models.errors import ArchiveError, ConflictError, IntegrityError
from archive.services import rebuild_choosing, rebuild_mark, rebuild_shared, shared_reapplying, withdrawing
from archive.services.lifecycle import load_for_change
from archive.services.opening import Archive
from archive.services.rebuild_destroyed import sign_destroyed
from archive.services.rebuild_heard import Heard
from archive.services.rebuild_links import date_collections, follow_consents, link, step_back
from archive.services.rebuild_record import (
    MISSHAPEN,
    differs_from_bag,
    newest_record,
    not_understood,
    read_kept,
)
from archive.services.rebuild_rows import write_kept
from archive.services.rebuild_shared import KeptShared
from archive.services.rebuild_store import below, folders, holds_nothing, in_store, inside, whole
from archive.services.shared_bags import WORD
from archive.services.sweep import MAKING

LOCK = "rebuild.lock"
BAGS = "bags"
# The code of what a run before this one left out, and this one did not look for.
LEFT_OUT = "rebuild-left-out"
Progress = Callable[[str, int, int], None]
Said = Mapping[str, Any]
# What never was in a bag, so that only the backup of the database brings it back.
NOT_IN_BAGS = (
    "accounts and how they sign in",
    "drafts, and what was sent but not in a bag yet",
    "messages, requests, contact details and the codes by which contributors come back",
    "what waits at the desk: plans, takings, changes of many at once",
)


@dataclass(frozen=True)
class Refused:
    """A bag that was left out, by the name of its folder, or an item of which something could not be made again."""

    name: str
    code: str
    sentence: str


@dataclass
class Brought:
    """What came back: ids of items that are there now, in the order of their bags, those that were there `already`,
    those of which the ledger of withdrawals says that they are destroyed, what belongs to no item, and what was refused."""

    items: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    destroyed: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def bring_back(
    archive: Archive,
    source: Path | None = None,
    *,
    awaits_copies: bool = True,
    progress: Progress = lambda _what, _done, _total: None,
) -> Brought:
    """Write into the database what every bag says, those of the folder `source` first copied into the store.

    What is withdrawn by the ledger of withdrawals is withdrawn when this returns. Without `awaits_copies` an item
    counts as kept at once. `source` may be an export of whole bags, unpacked. BadInputError (`no-such-path`) when `source` is no folder.
    """
    given = whole(source)
    source = inside(given)
    bags = _folders(archive, source)
    shared = _read_shared(archive, source, brought := Brought())
    standing = archive.withdrawals.standing()
    destroyed = archive.withdrawals.ended()
    taken_back = {one for one, line in standing.items() if line.takes_back} - destroyed
    words = [one for one in shared if one.record["kind"] == WORD]
    heard = _heard(bags, destroyed, words, source)
    _bring_shared(archive, words, brought, heard)
    # Now and not at the end, as below.
    shared_reapplying.reapply(archive)
    replaced: dict[tuple[str, str], Said] = {}
    for done, folder in enumerate(bags, start=1):
        try:
            chosen = rebuild_choosing.choose(folder, source)
            record = _bring(archive, chosen, destroyed, brought, awaits_copies=awaits_copies, heard=heard)
            told = record.get("replaced_by", ())
            replaced |= {(record["item"]["id"], one["item"]): one for one in told}
            if record["item"]["id"] in taken_back:
                # Now and not at the end: somebody may look while the others are brought.
                withdrawing.reapply(archive)
        except (ArchiveError, OSError, RowConflict) as error:
            brought.refused.append(_refused(folder.name, error))
        progress("bags", done, len(bags))
    with archive.db.write() as session:
        link(session, replaced)
        step_back(session)
        follow_consents(archive, session)
        date_collections(session)
    _bring_shared(archive, [one for one in shared if one.record["kind"] != WORD], brought)
    rebuild_shared.link_stories(archive, shared, destroyed)
    withdrawing.reapply(archive)
    brought.refused += _left_out_before(archive, given, source, bags)
    if not brought.refused:
        # What was left out may be brought yet: until then it is not known to be gone.
        try:
            sign_destroyed(archive)
        except IntegrityError as error:
            brought.refused.append(_refused("ledger", error))
    return brought


def _left_out_before(
    archive: Archive, given: Path | None, source: Path | None, bags: Sequence[Path]
) -> list[Refused]:
    """What other runs left out, or did not come to, in folders into which this one did not look."""
    met = {one.name for one in (*bags, *folders(archive, source, rebuild_shared.SHARED, twice=True))}
    missed = rebuild_mark.not_met(
        archive.settings, given, met, is_empty=given is None or holds_nothing(given)
    )
    return [
        Refused(
            name,
            code=LEFT_OUT,
            sentence=f"It did not come before, and lies in {folder}: `remembrance rebuild --from {shlex.quote(folder)}`.",
        )
        for name, folder in missed.items()
    ]


def unfinished(archive: Archive) -> list[str]:
    """The items whose copies are still to be made, those that came first to begin with."""
    query = select(Item.id).where(Item.bag_key == "", Item.bag_revision > 0, Item.erasure == "")
    with archive.db.read() as session:
        return list(session.scalars(query.order_by(Item.received_on, Item.submission_id, Item.position)))


def finish(archive: Archive, item_id: str) -> None:
    """Count an item as kept, now that its copies are made.

    Where something else was learnt of it than its bag says, the bag is to hear of it.
    """
    with archive.db.write() as session:
        item = load_for_change(session, item_id)
        item.bag_key = bag_key(item_id)
        session.flush()
        if item.record_revision == item.bag_revision and differs_from_bag(archive, session, item_id):
            item.record_revision += 1


def remove_strangers(archive: Archive) -> None:
    """Remove the access copies that were made under the database that is gone and not again."""
    shown = select(File.id).join(Item, Item.id == File.item_id).where(Item.state != ItemState.WITHDRAWN)
    with archive.db.read() as session:
        known = {MAKING, *session.scalars(shown)}
    for folder in archive.settings.access.iterdir():
        if folder.name not in known and folder.is_dir():
            shutil.rmtree(folder)


def _folders(archive: Archive, source: Path | None) -> list[Path]:
    """The bags of items; `source` may hold them in a folder of that name, or of that of exports, or be that folder."""
    if source is not None and (source / INSIDE).is_dir():
        return folders(archive, source, BAGS, INSIDE)
    found = folders(archive, source, BAGS)
    if source is None or (source / BAGS).is_dir():
        return found
    known = {folder.name for folder in found} | {rebuild_shared.SHARED}
    return found + [folder for folder in below(source) if folder.name not in known]


def _read_shared(archive: Archive, source: Path | None, brought: Brought) -> list[KeptShared]:
    """The bags of what belongs to no item, of each thing the newest."""
    kept = []
    refused = []
    for folder in folders(archive, source, rebuild_shared.SHARED, twice=True):
        try:
            kept.append(rebuild_shared.read_shared(folder))
        except (ArchiveError, OSError) as error:
            refused.append(_refused(folder.name, error))
    # Of one that is damaged in the store a copy may be whole, or the other way round.
    whole = {one.record["id"] for one in kept}
    brought.refused += [one for one in refused if one.name not in whole]
    counting, older, alike = rebuild_shared.newest(kept)
    rebuild_shared.note_superseded(archive, older)
    brought.refused += [_refused(one.folder.name, RowConflict("", None, Exception())) for one in alike]
    return counting


def _bring_shared(
    archive: Archive, kept: Sequence[KeptShared], brought: Brought, heard: Heard | None = None
) -> None:
    for one in kept:
        try:
            rebuild_shared.bring(archive, one, heard)
            brought.shared.append(one.subject)
        except (ArchiveError, OSError, RowConflict) as error:
            brought.refused.append(_refused(one.folder.name, error))


def _heard(
    folders: Sequence[Path], destroyed: Collection[str], words: Sequence[KeptShared], source: Path | None
) -> Heard:
    """What all bags say of words, before any is brought: the newest counts, whichever comes first."""
    heard = Heard()
    for one in words:
        heard.hear(one.record)
    for folder in folders:
        # One that cannot be read is refused with its reason when it is its turn.
        with suppress(ArchiveError, OSError, *MISSHAPEN):
            bag = read_bag(rebuild_choosing.choose(folder, source))
            if bag.id not in destroyed:
                heard.hear(newest_record(bag))
    heard.settle()
    return heard


def _bring(
    archive: Archive,
    folder: Path,
    destroyed: Collection[str],
    brought: Brought,
    *,
    awaits_copies: bool,
    heard: Heard | None = None,
) -> Said:
    """Write down what one bag says, unless it is written down already; returns its record."""
    bag = read_bag(folder)
    with archive.db.read() as session:
        is_there = session.get(Item, bag.id) is not None
    if is_there:
        brought.already.append(bag.id)
        return newest_record(bag)
    is_destroyed = bag.id in destroyed
    # Of what is destroyed not even the bytes come back.
    kept = read_kept(folder if is_destroyed else _in_store(archive, bag))
    slug = kept.record["item"]["collection"]
    if slug not in archive.profiles:
        raise ConflictError(
            f"There is no collection “{slug}” here.",
            code="no-such-collection",
            remedy="Put its folder back, then run the same command again.",
        )
    try:
        with archive.db.write() as session:
            write_kept(session, kept, is_destroyed=is_destroyed, awaits_copies=awaits_copies, heard=heard)
    except MISSHAPEN as error:
        raise not_understood() from error
    (brought.destroyed if is_destroyed else brought.items).append(bag.id)
    return kept.record


def _in_store(archive: Archive, bag: Bag) -> Path:
    return in_store(archive, bag, bag_key(bag.id), read_kept, partial(rebuild_choosing.give_way, archive))


def _refused(name: str, error: Exception) -> Refused:
    match error:
        case ArchiveError():
            return Refused(name, error.code, str(error))
        case OSError():
            return Refused(name, "bag-unreadable", f"It cannot be read: {error.strerror or error}.")
    return Refused(name, code="record-conflict", sentence="It cannot stand beside what another bag said.")
