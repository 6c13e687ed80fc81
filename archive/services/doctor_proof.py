"""The looks at what an archivist has to prove: bags, their records and copies, histories, and both ledgers."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

from sqlalchemy import select

from archive.bags import bag_key, shared_key
from archive.models import Item, SharedBag
from archive.services import (
    checkpoint_audit,
    checkpoint_standing,
    checkpoints,
    copies_health,
    erasing,
    fixity_state,
    histories,
    quarantine,
    records,
    shared_fixity,
    shared_writing,
)
from archive.services.counted import counted
from archive.services.finding import Finding
from archive.services.opening import Archive

# What to do where the public ledger does not go on.
GO_ON = {
    "key-lost": "Put the folder keys back from where it is kept; a worker then signs what it could not.",
    "ahead": "See that the clock is right now. What happens is signed all the same, each time under the day after the newest; this ends "
    "when those days have come.",
    "cut-off": "Put the folder ledger back from the newest backup. Only where none is left anywhere, remembrance ledger begin-anew "
    "begins another, knowingly.",
    "late": "Start remembrance serve or remembrance worker; remembrance ledger checkpoint says what is in the way.",
}


def bags(archive: Archive) -> Iterator[Finding]:
    """Every kept item has its bag, every bag its item, and each its newest record."""
    with archive.db.read() as session:
        kept = set(session.scalars(select(Item.bag_key).where(Item.bag_key != "")))
        unkept = select(Item.id).where(Item.bag_key == "")
        underway = {bag_key(item) for item in session.scalars(unkept.where(Item.erasure == ""))}
        destroyed = {bag_key(item) for item in session.scalars(unkept.where(Item.erasure != ""))}
    here = {"/".join(key.split("/")[:2]) for key in archive.store.list("bags")}
    for key in sorted(kept - here):
        yield Finding(
            "bags",
            "problem",
            f"The bag {key} is gone.",
            "Run remembrance bags repair, or bring it from elsewhere with remembrance bags adopt.",
        )
    for key in sorted(here & destroyed):
        yield Finding(
            "bags",
            "problem",
            f"The bag {key} was destroyed and lies here again.",
            "Start remembrance serve or remembrance worker, which removes it.",
        )
    for key in sorted(here - kept - underway - destroyed):
        yield Finding(
            "bags",
            "problem",
            f"The bag {key} belongs to no item of the database.",
            f"Run remembrance bags adopt {key.rpartition('/')[2]}; of many, restore the database from its backup. Do not delete the bag.",
        )
    if kept <= here and here <= kept | underway:
        yield Finding(
            "bags", "ok", f"Every one of {len(kept)} kept items has its bag, and every bag its item."
        )
    behind, refused = records.counts(archive)
    named = records.refusals(archive)
    for one in named:
        yield Finding(
            "records",
            "problem",
            f"The bag of {one.item_id} takes no new record since {one.since} ({why_refused(one.why)}): "
            "what was changed since is in the database alone.",
            "See that its folder can be written and its disk is not full, or put the bag right from a copy; a worker "
            "then writes what waits. Until then back up the database each day.",
        )
    if refused > len(named):
        yield Finding(
            "records",
            "problem",
            f"So do {refused - len(named)} more bags.",
            "The ones that are named come first.",
        )
    if behind - refused > 0:
        yield Finding(
            "records",
            "note",
            f"{counted(behind - refused, 'bag waits for its', 'bags wait for their')} newest record; a worker writes it.",
        )


def why_refused(why: str) -> str:
    """Why a bag takes no revision: in the system's words where they are an error of it."""
    number = getattr(errno, why, None)
    return os.strerror(number) if isinstance(number, int) else why


def shared(archive: Archive) -> Iterator[Finding]:
    """Everything that belongs to no item has its bag, and every such bag what it is of."""
    with archive.db.read() as session:
        rows = session.execute(select(SharedBag.id, SharedBag.subject, SharedBag.bag_revision)).all()
    kept = {row.id for row in rows if row.subject is not None and row.bag_revision > 0}
    here = {key.split("/")[1] for key in archive.store.list("shared")}
    for bag_id in sorted(kept - here):
        yield Finding(
            "bags",
            "problem",
            f"The bag {shared_key(bag_id)} is gone.",
            f"Run remembrance bags renew {bag_id}: it is made anew from what the database has.",
        )
    for bag_id in sorted(here - {row.id for row in rows}):
        yield Finding(
            "bags",
            "problem",
            f"The bag {shared_key(bag_id)} belongs to nothing in the database.",
            f"Run remembrance bags adopt {bag_id}; of many, restore the database from its backup. Do not delete the bag.",
        )
    for one in shared_fixity.damaged(archive):
        yield Finding(
            "fixity",
            "problem",
            f"The bag {shared_key(one.id)} of {one.subject} is damaged since {one.since}: {one.what}.",
            f"Run remembrance bags renew {one.id}: it is made anew from what the database has.",
        )
    found = shared_fixity.counts(archive)
    if found.late or found.unread:
        yield Finding(
            "fixity",
            "problem",
            f"Of stories, introductions, names and words {counted(found.late, 'bag was', 'bags were')} not read in time, "
            f"and the audit of {counted(found.unread, 'bag')} came to no end.",
            "Let a worker run; remembrance fixity check --all reads them now.",
        )
    behind, refused = shared_writing.counts(archive)
    for each in shared_writing.refusals(archive):
        yield Finding(
            "records",
            "problem",
            f"The bag {shared_key(each.item_id)} takes no new record since {each.since} ({why_refused(each.why)}): "
            "what was changed since is in the database alone.",
            f"See that its folder can be written and its disk is not full, or run remembrance bags renew {each.item_id}; "
            "a worker then writes what waits. Until then back up the database each day.",
        )
    if behind - refused > 0:
        yield Finding(
            "records",
            "note",
            f"{counted(behind - refused, 'story, introduction, name or word waits', 'stories, introductions, names and words wait')} "
            "to be written into bags; a worker does it.",
        )


def quarantined(archive: Archive) -> Iterator[Finding]:
    """What lies in quarantine bears the names that were given to it, by which it is found again."""
    for name in quarantine.renamed(archive):
        yield Finding(
            "quarantine",
            "note",
            f"{name!r} in {quarantine.FOLDER} beside the bags was renamed, or put there by hand.",
            "It is left as it is. Give it its name back (item, day, number), or it may stay when its item is destroyed.",
        )


def fixity(archive: Archive) -> Iterator[Finding]:
    """Every bag was read in full in time, and is sound."""
    damaged, late = fixity_state.counts(archive)
    for one in fixity_state.damaged_ids(archive).values():
        what = ", ".join(f"{damage.count} {damage.kind}" for damage in one.damages)
        yield Finding(
            "fixity",
            "problem",
            f"The bag of {one.id} is damaged since {one.since}: {what}.",
            f"Put it right from a copy that is whole, then run remembrance fixity check {one.id}.",
        )
    if late:
        yield Finding(
            "fixity",
            "problem",
            f"{counted(late, 'bag was', 'bags were')} not read in full for more than {archive.settings.fixity_days} days.",
            "Let a worker run, or raise fixity_bytes_a_second; remembrance fixity check --all reads them now.",
        )
    if unread := fixity_state.unread(archive):
        yield Finding(
            "fixity",
            "problem",
            f"The audit of {counted(unread, 'bag')} came to no end.",
            "Run remembrance fixity check --all: it says of each what is in the way.",
        )
    if spoilt := fixity_state.copies_damaged(archive):
        days = archive.settings.fixity_days
        yield Finding(
            "fixity",
            "note",
            f"Damaged access copies found within {days} days: {spoilt}. They are made anew from the originals.",
            "Look at the disk of the folder access: this is how one begins to die.",
        )
    if not (damaged or late or unread):
        yield Finding("fixity", "ok", "Every bag was read in full within the period, and none is damaged.")


def history(archive: Archive) -> Iterator[Finding]:
    """Every event follows from the one before it."""
    broken = histories.broken(archive)
    for subject, _ in broken:
        yield Finding(
            "history",
            "problem",
            f"The history of {subject} was changed afterwards.",
            "Compare it with the record in the bag, and restore the database from its backup.",
        )
    if not broken:
        yield Finding("history", "ok", "No event was changed, removed or put elsewhere.")


def withdrawals(archive: Archive) -> Iterator[Finding]:
    """The ledger of withdrawals is whole, and obeyed."""
    broken = archive.withdrawals.first_broken()
    waiting = erasing.waiting(archive, all_days=True)
    if broken is not None:
        yield Finding(
            "withdrawals",
            "problem",
            f"Line {broken.sequence} of the ledger of withdrawals does not follow from the one before.",
            "Compare it with its backup; what it says is obeyed meanwhile.",
        )
    elif waiting:
        yield Finding(
            "withdrawals",
            "note",
            f"Traces of {counted(len(waiting), 'item that was', 'items that were')} taken back wait for a worker.",
        )
    else:
        count = sum(line.takes_back for line in archive.withdrawals.standing().values())
        yield Finding(
            "withdrawals",
            "ok",
            f"{counted(count, 'item was', 'items were')} taken back, and nothing of them is shown.",
        )


def ledger(archive: Archive) -> Iterator[Finding]:
    """The public ledger goes on where it ended, and has signed what it should."""
    found = checkpoint_audit.audit(archive, histories_too=False)
    for one in found.problems:
        yield Finding(
            "ledger",
            "problem",
            one.sentence,
            GO_ON["cut-off"]
            if one.sentence == checkpoints.CUT_OFF
            else "Run remembrance verify-ledger; then put it back from a backup.",
        )
    yield from (Finding("ledger", "note", sentence) for sentence in found.notes)
    stands = list(checkpoint_standing.standing(archive))
    yield from (Finding("ledger", "problem", one.sentence, GO_ON[one.code]) for one in stands)
    if found.problems or stands:
        return
    days = checkpoints.all_days(archive.settings)
    if days:
        yield Finding("ledger", "ok", f"The public ledger is whole; its newest checkpoint is of {days[-1]}.")
    else:
        yield Finding("ledger", "ok", "The public ledger has no checkpoint yet; a worker makes one each day.")


def further_stores(archive: Archive) -> Iterator[Finding]:
    """Every store of copies can be reached and is not behind."""
    yield from (Finding("copies", *found) for found in copies_health.look(archive))
