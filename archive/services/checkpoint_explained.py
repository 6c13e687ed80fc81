"""What was signed and the database has no more, though nobody tampered: it was destroyed, or taken back again after a restore.

Nothing is taken on the word of the ledger of withdrawals alone, to which whoever may write files can add a line. What
it says of an item counts where what was signed says it too: an entry's kind, its day and its number are in the tree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Event, Item
from archive.services.checkpoint_entries import Entry
from archive.services.opening import Archive
from archive.services.withdrawal_ledger import BY_LEDGER, Act

IDS_A_QUERY = 500


@dataclass(frozen=True)
class Known:
    """What is known of the items that were taken back, each by its id.

    `signed` is the number of the last entry by which its destruction was signed, `since` the sequence from which on the
    database tells its history anew: 0 where it has nothing of it, that of the first event by which it was taken back
    again on the word of the ledger of withdrawals; `taken_back` holds items with the days on which that was wished,
    `gone` those that are no items of the database any more.
    """

    signed: dict[str, int]
    since: dict[str, int]
    taken_back: frozenset[tuple[str, str]]
    gone: frozenset[str]

    def is_destroyed(self, entry: Entry) -> bool:
        """Whether it stood for something that was destroyed since, as was signed, and nobody can tell any more for what."""
        if entry.nonce or entry.number > self.signed.get(entry.subject, 0):
            return False
        return entry.sequence >= self.since.get(entry.subject, entry.sequence + 1)

    def is_done_again(self, entry: Entry) -> bool:
        """Whether it is a taking back that an older database had not heard of, and has on the ledger's word instead."""
        again = self.since.get(entry.subject, 0)
        is_known = (entry.subject, entry.day) in self.taken_back
        return entry.kind == "withdrawal" and is_known and 0 < again <= entry.sequence

    def is_gone(self, item_id: str) -> bool:
        """Whether it was destroyed, as was signed, and the database does not even know it as that."""
        return item_id in self.signed and item_id in self.gone


NOTHING = Known({}, {}, frozenset(), frozenset())


def known(archive: Archive, session: Session, entries: Sequence[Entry], signed: int) -> Known:
    """What is known of items that entries are about, of which the first `signed` are in a checkpoint.

    Nothing where the ledger of withdrawals itself does not hold together.
    """
    if archive.withdrawals.first_broken() is not None:
        return NOTHING
    subjects = {one.subject for one in entries}
    lines = [one for one in archive.withdrawals.lines() if one.takes_back and one.item in subjects]
    # A thing comes once: entries of another would be passed off as those of what nobody can look into.
    came = Counter(one.subject for one in entries if one.kind == "accession")
    destroyed = {one.item for one in lines if one.act == Act.DESTROY and came[one.item] <= 1}
    last = {
        one.subject: one.number
        for one in entries[:signed]
        if one.kind == "destruction" and one.subject in destroyed
    }
    ids = sorted({one.item for one in lines})
    gone = unknown_of(session, ids)
    return Known(last, _since(session, ids, gone), frozenset((one.item, one.on) for one in lines), gone)


def unknown_of(session: Session, item_ids: Sequence[str]) -> frozenset[str]:
    """Those of the ids that no item of the database has."""
    there: set[str] = set()
    for start in range(0, len(item_ids), IDS_A_QUERY):
        some = item_ids[start : start + IDS_A_QUERY]
        there.update(session.scalars(select(Item.id).where(Item.id.in_(some))))
    return frozenset(item_ids) - there


def _since(session: Session, item_ids: Sequence[str], gone: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(item_ids), IDS_A_QUERY):
        some = item_ids[start : start + IDS_A_QUERY]
        events = select(Event.subject_id, Event.sequence, Event.detail).where(Event.subject_id.in_(some))
        rows = session.execute(events.order_by(Event.sequence)).all()
        told = {row.subject_id for row in rows}
        found |= {one: 0 for one in some if one in gone and one not in told}
        for row in rows:
            if BY_LEDGER.items() <= row.detail.items():
                found.setdefault(row.subject_id, row.sequence)
    return found


def notes(destroyed: Iterable[Entry], again: Iterable[Entry]) -> list[str]:
    """What there is to say of entries that are explained, in sentences."""
    said = []
    if numbers := _numbers(destroyed):
        said.append(
            f"Entries {numbers} stood for what was destroyed since, as was signed; this database was made again "
            "or restored, and does not have their events. Of them only number, day and kind can be proven."
        )
    if numbers := _numbers(again):
        said.append(
            f"Entries {numbers} were signed before this database was restored: it had not heard of them, "
            "and did them again on the word of the ledger of withdrawals."
        )
    return said


def _numbers(entries: Iterable[Entry]) -> str:
    return ", ".join(str(number) for number in sorted(one.number for one in entries))
