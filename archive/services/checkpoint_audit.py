"""Checks the public ledger against the archive itself: entries against what was signed, and events against entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.exchange.merkle import Tree
from archive.models import Event, Item, ItemState
from archive.models.errors import ArchiveError
from archive.services import checkpoint_entries as entries_of
from archive.services import checkpoint_explained as explained
from archive.services import checkpoint_gaps, checkpoints, gap_text, histories
from archive.services import checkpoint_keys as keys
from archive.services.checkpoint_check import Problem, check_kept, check_published
from archive.services.checkpoint_entries import KIND_OF, Entry
from archive.services.checkpoint_text import Checkpoint
from archive.services.gap_check import check_gaps, without_lost
from archive.services.gap_text import Gap, PublishedGap
from archive.services.opening import Archive, exclusively


@dataclass(frozen=True)
class Audit:
    """What is wrong, and what is not, but has to be said: sentences about entries whose events were lost by no one's fault."""

    problems: list[Problem]
    notes: list[str]


def check(archive: Archive, kept: Sequence[Checkpoint] = (), *, histories_too: bool = True) -> list[Problem]:
    """Everything that is wrong with the ledger of an archive, as `audit` finds it."""
    return audit(archive, kept, histories_too=histories_too).problems


def audit(archive: Archive, kept: Sequence[Checkpoint] = (), *, histories_too: bool = True) -> Audit:
    """Hold the ledger of an archive against itself and the database, also against checkpoints that somebody kept.

    With `histories_too`, every event of the archive is read, whether each follows from the one before.
    """
    problems: list[Problem] = []
    with exclusively(archive.settings.run / checkpoints.LOCK):
        try:
            entries = entries_of.read_all(archive.settings)
            found = [
                checkpoints.of_day(archive.settings, day) for day in checkpoints.all_days(archive.settings)
            ]
            known = keys.published(archive.settings)
            gaps = checkpoint_gaps.published(archive.settings, found)
            back = checkpoint_gaps.came_back(archive.settings)
        except ArchiveError as error:
            # What cannot be read cannot be compared; that is what there is to say.
            return Audit([Problem("unreadable", str(error))], [])
        if checkpoints.is_cut_off(archive):
            problems.append(Problem("cut-off", checkpoints.CUT_OFF))
        problems += check_published(known, found)
        problems += _entries(entries, found)
        wrong = [*check_gaps(known, found, gaps), *_unpublished(entries, gaps)]
        problems += wrong
        # Where anything is wrong with one, none explains anything.
        accepted = [] if wrong else gaps
        problems += check_kept(known, found, without_lost(kept, accepted))
        with archive.db.read() as session:
            taken_back = explained.known(archive, session, entries, found[-1].size if found else 0)
            lost = _Lost(taken_back, [one.gap for one in accepted], back)
            problems += _events(session, entries, found[-1].day if found else None, lost)
            problems += _files(session, entries, lost)
        checkpoint_gaps.note_back(archive.settings, [one.number for one in lost.untrue])
    if histories_too:
        problems += [
            Problem(
                "broken-history", f"Event {sequence} of {subject} does not follow from the one before it."
            )
            for subject, sequence in histories.broken(archive)
        ]
    return Audit(problems, [*explained.notes(lost.destroyed, lost.again), *gap_text.sentences(accepted)])


def _entries(entries: Sequence[Entry], found: Sequence[Checkpoint]) -> Iterator[Problem]:
    """The entries against the hashes that were published, and against the roots that were signed."""
    leaves = [leaf for one in found for leaf in one.leaves]
    wrong = next(_differing(entries, leaves), None)
    if wrong is not None:
        # One that is gone moves all that follow: the first is the one to tell.
        yield wrong
    signed = found[-1].size if found else 0
    if len(entries) < signed:
        yield Problem(
            "cut-off",
            f"The entries from number {len(entries) + 1} on are gone; {signed} were signed.",
            found[-1].day,
            len(entries) + 1,
        )
    elif wrong is None:
        yield from _roots(entries, found)


def _differing(entries: Sequence[Entry], leaves: Sequence[bytes]) -> Iterator[Problem]:
    for place, entry in enumerate(entries, 1):
        if entry.number != place:
            sentence = f"Entry {entry.number} stands where entry {place} should: one is gone, or they were reordered."
            yield Problem("reordered", sentence, entry=place)
        elif entry.nonce and not entry.is_open:
            yield Problem(
                "changed", f"Entry {place} was changed: it does not stand for its event.", entry=place
            )
        elif place <= len(leaves) and entry.leaf != leaves[place - 1]:
            yield Problem("changed", f"Entry {place} is not the one that was signed.", entry=place)


def _roots(entries: Sequence[Entry], found: Sequence[Checkpoint]) -> Iterator[Problem]:
    tree = Tree([one.leaf for one in entries])
    for one in found:
        first = one.size - len(one.leaves) + 1
        if tree.root(one.size) != one.root:
            sentence = (
                f"Among the entries {first} to {one.size} one is not what the checkpoint of {one.day} signed."
            )
            yield Problem("changed", sentence, one.day, first)
            return
        counted = {kind: count for kind, count in entries_of.counts(entries[: one.size]).items() if count}
        if counted != {kind: count for kind, count in one.counts.items() if count}:
            yield Problem("changed", f"The counts of {one.day} are not those of its entries.", one.day)


@dataclass
class _Lost:
    """Entries whose events are lost, told apart: those explained by what was taken back or acknowledged, and all others."""

    known: explained.Known
    gaps: Sequence[Gap] = ()
    back: frozenset[int] = frozenset()
    untrue: list[Entry] = field(default_factory=list)
    destroyed: list[Entry] = field(default_factory=list)
    again: list[Entry] = field(default_factory=list)

    def explains(self, entry: Entry) -> bool:
        if self.known.is_destroyed(entry):
            self.destroyed.append(entry)
        elif self.known.is_done_again(entry):
            self.again.append(entry)
        else:
            return self.is_acknowledged(entry)
        return True

    def is_acknowledged(self, entry: Entry) -> bool:
        """Whether the archive said of it, signed and in public, that it was lost in a restore, and it never came back."""
        return entry.number not in self.back and self.is_called_lost(entry)

    def is_called_lost(self, entry: Entry) -> bool:
        """Whether an acknowledgement names it."""
        return any(gap.holds(entry.number) for gap in self.gaps)


def _events(session: Session, entries: Sequence[Entry], last: date | None, lost: _Lost) -> Iterator[Problem]:
    """The entries against the events of the database, and the other way round."""
    missing: dict[tuple[str, int], list[Entry]] = {}
    for one in entries:
        if one.kind == gap_text.KIND:
            continue
        missing.setdefault((one.subject, one.sequence), []).append(one)
    query = select(Event.subject_id, Event.sequence, Event.kind, Event.at, Event.hash)
    query = query.where(Event.kind.in_(KIND_OF), Event.outcome == "success")
    for row in session.execute(query.order_by(Event.at, Event.id)):
        entry = _taken(missing.get((row.subject_id, row.sequence), []), row.hash)
        if entry is not None and entry.event != row.hash and lost.explains(entry):
            entry = None
        if entry is not None and entry.event == row.hash and lost.is_called_lost(entry):
            lost.untrue.append(entry)
            sentence = f"Entry {entry.number} was acknowledged as lost, and its event is in the database."
            yield Problem("gap-untrue", sentence, entry=entry.number)
        day = row.at.date()
        # What was committed at midnight waits for the next checkpoint.
        if entry is None and last is not None and row.at < datetime.combine(last, datetime.min.time(), UTC):
            sentence = f"Event {row.sequence} of {row.subject_id}, of {day}, is in no entry of the ledger."
            yield Problem("not-entered", sentence)
        elif entry is not None and (row.hash, KIND_OF[row.kind], day.isoformat()) != (
            entry.event,
            entry.kind,
            entry.day,
        ):
            sentence = f"Entry {entry.number} stands for another event than the database has there."
            yield Problem("event-changed", sentence, entry=entry.number)
    for entry in (one for left in missing.values() for one in left if not lost.explains(one)):
        yield Problem(
            "event-gone", f"The event of entry {entry.number} is not in the database.", entry=entry.number
        )


def _taken(entries: list[Entry], event: str) -> Entry | None:
    """Take out of `entries` the one that stands for this event, else any, which then stands for another."""
    found = next((one for one in entries if one.event == event), entries[0] if entries else None)
    if found is not None:
        entries.remove(found)
    return found


def _unpublished(entries: Sequence[Entry], gaps: Sequence[PublishedGap]) -> Iterator[Problem]:
    """Entries that stand for an acknowledgement which nobody is shown."""
    shown = {one.gap.fingerprint for one in gaps}
    for one in entries:
        if one.kind == gap_text.KIND and one.event not in shown:
            sentence = f"The acknowledgement that entry {one.number} stands for is not published any more."
            yield Problem("gap-gone", sentence, entry=one.number)


def _files(session: Session, entries: Sequence[Entry], lost: _Lost) -> Iterator[Problem]:
    """What the entries say of files against what the database says, and that only what is destroyed has no proof."""
    unproven = [one for one in entries if not one.nonce]
    erased = checkpoints.erased_of(session, sorted({one.subject for one in unproven}))
    for one in unproven:
        if one.subject not in erased and not lost.known.is_gone(one.subject):
            sentence = f"Entry {one.number} cannot be proven any more, and nothing was destroyed there."
            yield Problem("unproven", sentence, entry=one.number)
    came = {one.subject: one for one in entries if one.content}
    contents = checkpoints.contents_of(session, sorted(came))
    standing = {
        item_id
        for item_id in session.scalars(select(Item.id).where(Item.state != ItemState.WITHDRAWN))
        if item_id in came
    }
    for item_id in sorted(standing):
        if contents.get(item_id) != came[item_id].content:
            sentence = f"The files of {item_id} are not those of entry {came[item_id].number}."
            yield Problem("files-changed", sentence, entry=came[item_id].number)
