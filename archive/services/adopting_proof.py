"""What a bag must be before it is brought back under its own id: whole, this archive's own, not taken back, and the newest known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from archive.bags import BagRefusedError, StockValidator, bag_key, read_bag
from archive.bags.profile_kept import FOLDER
from archive.models import Event, Item, ItemState
from archive.models.errors import ArchiveError, ConflictError, IntegrityError
from archive.services import checkpoint_entries as entries_of
from archive.services import checkpoints, copies_stores, quarantine, restore_record
from archive.services.checkpoint_entries import Entry, content_of
from archive.services.copies_bag import listed_in
from archive.services.copies_carrying import past_of
from archive.services.export_check import check_bag
from archive.services.fixity_state import CHECK
from archive.services.importing import refuse_withdrawn_files, refuse_withdrawn_item
from archive.services.opening import Archive
from archive.services.rebuild_record import Kept

ACCESSION = "accession"
UNSHOWN = "unpublication"
SHOWS = ("publication", UNSHOWN, "withdrawal", "reinstatement")


def prove(archive: Archive, kept: Kept, *, is_ours_by_place: bool) -> None:
    """Refuse a bag that was read in full and is not to come back, whatever its record says.

    IntegrityError (`adopt-not-valid`, `checkpoint-cut-off`), ConflictError (`bag-withdrawn`, `no-such-collection`, `adopt-not-ours`, `adopt-taken-off`), BadInputError
    (`withdrawn-before`). `is_ours_by_place` says that nobody but this archive writes where it lay.
    """
    refuse_withdrawn_item(archive, kept.id)
    refuse_withdrawn_files(archive, {one["sha512"] for one in kept.record["files"] if one["size"]})
    slug = kept.record["item"]["collection"]
    if slug not in archive.profiles:
        raise ConflictError(
            f"There is no collection “{slug}” here.",
            code="no-such-collection",
            remedy="Put its folder back, then run the same command again.",
        )
    _check_ours(archive, kept, is_ours_by_place=is_ours_by_place)
    _check_still_shown(archive, kept)
    _check_valid(kept)


def refuse_older(archive: Archive, kept: Kept) -> None:
    """ConflictError (`adopt-older`) where anything at hand tells of this item what the bag has not heard of."""
    told = _told_of_newer(archive, kept)
    if told:
        raise older(told)


def refuse_older_than_lost(archive: Archive, kept: Kept) -> None:
    """The same of a bag that is to take the place of one whose item stands: what is whole of that one is carried over."""
    bag, past = read_bag(kept.folder), past_of(archive.bag_folder(bag_key(kept.id)))
    with archive.db.read() as session:
        held = session.scalar(select(Item.bag_revision).where(Item.id == kept.id)) or 0
    newest = past.kept_with(bag.tags)
    if past.last > newest or (not past.last and held > kept.record["revision"]):
        told = f"the bag that was lost held revision {past.last or held} of its record"
    else:
        told = _told_by_copies(archive, kept.id, newest)
    if told:
        raise older(told)


def read_ours(archive: Archive, kept: Kept) -> list[Entry]:
    """The entries of the public ledger that are about the item of a bag."""
    return [one for one in entries_of.read_all(archive.settings) if one.subject == kept.id]


def older(told: str) -> ConflictError:
    """That something at hand tells of a newer one."""
    return ConflictError(
        f"This bag is not the newest: {told}.",
        code="adopt-older",
        remedy="Look for a newer copy, in a store, on a disk or in a backup. If there is none, say --older-revision; "
        "what its giver and curators decided since is not in it, and has to be decided again.",
    )


def _check_valid(kept: Kept) -> None:
    size = sum(int(one["size"]) for one in kept.record["files"])
    with StockValidator() as stock:
        proved_valid(kept.folder, kept.id, size, FOLDER, stock)


def proved_valid(folder: Path, bag_id: str, size: int, media_type: str, stock: StockValidator) -> None:
    """IntegrityError (`adopt-not-valid`) where the stock library, or its profile, does not take a bag."""
    try:
        check_bag(folder, bag_id, size, media_type, stock)
    except BagRefusedError:
        raise
    except IntegrityError as error:
        raise IntegrityError(
            f"The bag is not valid: {str(error).partition(': ')[2]}",
            code="adopt-not-valid",
            remedy="Do not change it. Look for another copy.",
        ) from error


def _check_ours(archive: Archive, kept: Kept, *, is_ours_by_place: bool) -> None:
    """Hold the bag against what this archive signed when its item came."""
    # Where nothing is left of what was signed, everything would seem to be of before.
    checkpoints.refuse_cut_off(archive)
    came = next((one for one in kept.events if one.kind == ACCESSION), None)
    days = checkpoints.all_days(archive.settings)
    content = content_of(one["sha512"] for one in kept.record["files"])
    signed = [one for one in read_ours(archive, kept) if one.kind == ACCESSION]
    if came is not None and any(one.event == came.hash and one.content in ("", content) for one in signed):
        return
    if not signed and (
        not days or (came is not None and _may_be_unsigned(archive, came, days[-1], is_ours_by_place))
    ):
        return
    raise ConflictError(
        "The public ledger of this archive does not know that this bag was ever taken in here.",
        code="adopt-not-ours",
        remedy="Take it in with remembrance import bag, as a new submission: consent and state are then asked anew.",
    )


def _check_still_shown(archive: Archive, kept: Kept) -> None:
    """Whatever word was said, nothing is shown again of which the ledger tells that it was taken off the pages since."""
    told = [one for one in read_ours(archive, kept) if one.kind in SHOWS]
    own = {one.hash for one in kept.events}
    is_shown = kept.record["item"]["state"] == ItemState.PUBLISHED
    if is_shown and told and told[-1].kind == UNSHOWN and told[-1].event not in own:
        raise ConflictError(
            "The public ledger tells that it was taken off the pages since, and this bag would show it again.",
            code="adopt-taken-off",
            remedy="Look for a newer copy. If there is none, take it in with remembrance import bag: a curator decides.",
        )


def _may_be_unsigned(archive: Archive, came: Event, newest: date, is_ours_by_place: bool) -> bool:
    """Whether it came when nothing was signed that is still here: since the last checkpoint, or lost in a restore."""
    day = came.at.date()
    lost = any(one.backup <= day.isoformat() <= one.on for one in restore_record.read_all(archive.settings))
    return lost or (is_ours_by_place and day > newest)


def _told_of_newer(archive: Archive, kept: Kept) -> str:
    """What tells of something newer, "" when nothing does: the database, the ledger, the store, its quarantine, the copies."""
    own = {one.hash for one in kept.events}
    with archive.db.read() as session:
        # No bag hears of an audit by itself.
        told = select(Event.hash).where(Event.subject_id == kept.id, Event.kind != CHECK)
        known = set(session.scalars(told))
    if not known <= own:
        return "the history in the database goes on after it"
    # Of before a restore the ledger may have entries that no bag of now has heard of, and the other way round.
    beyond = [one for one in read_ours(archive, kept) if one.event not in own]
    if beyond:
        return (
            f"the public ledger has entry {beyond[-1].number} of {beyond[-1].day}, of which it has not heard"
        )
    mine = read_bag(kept.folder).current_revision
    for place in (archive.bag_folder(bag_key(kept.id)), *quarantine.places_of(archive, kept.id)):
        if place != kept.folder and past_of(place).last > mine:
            return f"{place} holds revision {past_of(place).last} of its record, this one {mine}"
    return _told_by_copies(archive, kept.id, mine)


def _told_by_copies(archive: Archive, item_id: str, mine: int) -> str:
    for store in copies_stores.places(archive.settings):
        try:
            listed = listed_in(copies_stores.reach(archive, store, mark=False), bag_key(item_id))
        except (ArchiveError, OSError):
            # A store that is away tells nothing; `copies run` says so when it is back.
            continue
        if listed is not None and listed.revision > mine:
            return f"{store.name} holds revision {listed.revision} of its record, this one {mine}"
    return ""
