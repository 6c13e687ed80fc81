"""Acknowledges what of the public ledger was lost in a restore, where somebody who answers for the whole archive says so: for ever and in public."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from archive.access import ROLES, Actor
from archive.models import Event, Right, record_event, today
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, IntegrityError
from archive.services import (
    checkpoint_audit,
    checkpoint_gaps,
    checkpoint_keys,
    checkpoints,
    gap_left,
    restore_record,
)
from archive.services import checkpoint_entries as entries_of
from archive.services.checkpoint_check import Problem, signed_number
from archive.services.checkpoint_entries import Entry
from archive.services.checkpoint_text import Checkpoint
from archive.services.gap_check import is_newer, point_of
from archive.services.gap_text import (
    BAD_GAP,
    EVENT,
    LONGEST_REASON,
    SUBJECT,
    Gap,
    Point,
    Ranges,
    in_short,
    is_sayable,
    is_sound,
    ranges,
)
from archive.services.lifecycle import NOT_KNOWN, agent_of
from archive.services.opening import Archive, exclusively
from archive.services.restore_record import Bound

# What a restore from an older backup leaves behind. All else is no gap, and stays what it is.
OF_A_RESTORE = frozenset({"event-gone", "event-changed"})
# What does not keep the ledger itself from being signed: the database differs, not what was signed.
BESIDE = frozenset({"not-entered", "files-changed", "broken-history", "unproven", "gap-untrue"})
NO_GAP = "no-gap"
STALE_GAP = "stale-gap"
GAP_REASON = "gap-reason"
GAP_DAY = "gap-day"
NO_RESTORE = "gap-no-restore"
TOO_EARLY = "gap-too-early"
NOT_TAKEN_BACK = "gap-not-taken-back"


@dataclass(frozen=True)
class Offer:
    """What an acknowledgement would say: entries, how many of which kind, checkpoints that are lost; and what would stay a problem.

    `listed` are the entries themselves, for staff alone. `bound` says what was there before the restore, None where nothing is known of one: then nothing is offered.
    `not_taken_back` are ids of items whose taking back was lost and that stand here: they come first. `mark` tells whether
    another look finds the same.
    """

    backup: date
    entries: Ranges
    listed: tuple[Entry, ...]
    kinds: Mapping[str, int]
    lost: tuple[Point, ...]
    others: tuple[Problem, ...]
    not_taken_back: tuple[str, ...]
    bound: Bound | None
    mark: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to acknowledge."""
        return not (self.entries or self.lost)


def answers_for_all(actor: Actor) -> bool:
    """Whether `actor` may say what was lost: whoever audits the whole archive."""
    return bool(_role(actor))


def _role(actor: Actor) -> str:
    audits = (
        role
        for role, bound in sorted(actor.roles.items())
        if not bound and Right.AUDIT in ROLES.get(role, ())
    )
    return next(audits, "")


def check_actor(actor: Actor) -> str:
    """The role in which `actor` answers for the whole archive; ForbiddenError for everybody else."""
    if role := _role(actor):
        return role
    raise ForbiddenError("Only those who answer for the whole archive may say what its ledger lost.")


def offer(
    archive: Archive,
    actor: Actor,
    backup: date,
    kept: Sequence[Checkpoint] = (),
    *,
    until: int | None = None,
) -> Offer:
    """Look at what was lost since the day of a backup; nothing is said. `kept` are checkpoints that others kept.

    Nothing after the restore that is on record was lost in it; `until` names the last entry where none is, and is published.

    ForbiddenError, BadInputError (`gap-day`, or `bad-checkpoint` for what this archive never signed), IntegrityError
    (`checkpoint-refused`) where what was signed is not whole itself.
    """
    check_actor(actor)
    if backup > today():
        raise BadInputError("No backup can be of a day that is still to come.", code=GAP_DAY)
    settings = archive.settings
    _write_down(archive)
    problems = checkpoint_audit.check(archive)
    if any(one.code not in OF_A_RESTORE | BESIDE for one in problems):
        raise IntegrityError(
            "What was signed is not whole itself, so nothing more is signed.",
            code="checkpoint-refused",
            remedy="Run remembrance verify-ledger; it says what differs. Put the folder ledger back from its backup.",
        )
    entries = {one.number: one for one in entries_of.read_all(settings)}
    every = [checkpoints.of_day(settings, day) for day in checkpoints.all_days(settings)]
    bound = restore_record.bound(settings, every, backup, until)
    numbers = {
        one.entry
        for one in problems
        # What happened before the day of the backup is in it: that it is gone has another reason.
        if one.code in OF_A_RESTORE
        and one.entry
        and bound
        and one.entry <= bound.until
        and entries[one.entry].day >= backup.isoformat()
        and entries[one.entry].event not in bound.has
    }
    missing = {one.entry for one in problems if one.code in OF_A_RESTORE and one.entry}
    with archive.db.read() as session:
        # What cannot be opened, or has its event here, was changed by somebody and not lost; what came back was not either.
        numbers -= gap_left.with_its_event(session, [entries[one] for one in sorted(numbers)])
        numbers -= {one.entry for one in problems if one.code == "unproven" and one.entry}
        numbers -= checkpoint_gaps.came_back(settings)
        standing = gap_left.not_taken_back(session, [*entries.values()], missing)
    lost = _lost(archive, backup, kept, bound)
    limit = f"{bound.until} {bound.restored}" if bound else ""
    mark = hashlib.sha256(
        f"{backup} {limit} {in_short(ranges(numbers))} {[*map(str, lost)]}".encode()
    ).hexdigest()[:16]
    return Offer(
        backup,
        ranges(numbers),
        tuple(entries[one] for one in sorted(numbers)),
        {kind: n for kind, n in entries_of.counts(entries[one] for one in numbers).items() if n},
        lost,
        tuple(one for one in problems if one.entry not in numbers),
        standing,
        bound,
        mark,
    )


def acknowledge(
    archive: Archive,
    actor: Actor,
    backup: date,
    reason: str,
    kept: Sequence[Checkpoint] = (),
    mark: str = "",
    *,
    until: int | None = None,
) -> Gap:
    """Sign and publish what was lost since the day of a backup, with the role of who says so; never to be taken back.

    What `offer` raises; BadInputError (`gap-reason`), ConflictError (`no-gap`; `stale-gap` where a look found something
    else than `mark` says; `gap-not-taken-back`; `gap-no-restore`;
    `gap-too-early`), IntegrityError (`checkpoint-key-lost`).
    """
    role, why = check_actor(actor), " ".join(reason.split())
    if not is_sayable(why):
        raise BadInputError(
            f"Say why, in up to {LONGEST_REASON} characters that can be printed.", code=GAP_REASON
        )
    found = offer(archive, actor, backup, kept, until=until)
    if found.not_taken_back:
        raise ConflictError(
            f"These were taken back, that was lost, and they stand here: {', '.join(found.not_taken_back)}.",
            code=NOT_TAKEN_BACK,
            remedy="Withdraw these first, with their files where they were destroyed; then look once more.",
        )
    if found.bound is None:
        raise ConflictError(
            "No restore from a backup of that day is on record.",
            code=NO_RESTORE,
            remedy="Give the day of the backup that was restored. If it was restored by an earlier version, name with "
            "`remembrance ledger acknowledge --until` the last entry that was signed before; it is published.",
        )
    if mark and mark != found.mark:
        raise ConflictError("What is missing is not the same any more.", code=STALE_GAP)
    if found.is_empty:
        raise ConflictError("Nothing is missing since then that was signed.", code=NO_GAP)
    settings = archive.settings
    with exclusively(settings.run / checkpoints.LOCK):
        gaps = checkpoint_gaps.read_all(settings)
        number, previous = checkpoint_gaps.next_after(gaps)
        newest = checkpoints.newest(settings, 1)
        if not newest:
            raise ConflictError(
                "The ledger has no checkpoint yet, of which it could speak.",
                code=TOO_EARLY,
                remedy="Run remembrance ledger checkpoint, at the latest on the day after the restore; then look once more.",
            )
        signer = checkpoint_keys.signer(settings)
        gap = Gap(
            signer.verifier.name,
            number,
            previous,
            today(),
            backup,
            point_of(newest[0]),
            found.entries,
            found.lost,
            role,
            why,
            until=found.bound.until,
            restored=found.bound.restored,
        )
        if any(one.entries == gap.entries and one.lost == gap.lost for one in gaps):
            raise ConflictError("Somebody acknowledged it just now.", code=STALE_GAP)
        if not is_sound(gap):
            raise BadInputError("It would say what cannot be said.", code=BAD_GAP)
        gap = replace(gap, note=signer.sign(gap.text))
        # In public before anything else knows of it.
        checkpoint_gaps.write(settings, gap)
        with archive.db.write() as session:
            record_event(session, SUBJECT, EVENT, agent_of(actor), _detail(gap))
    return gap


def _write_down(archive: Archive) -> None:
    """Write what was published and is in no history: its process was killed in between, or a restore lost that too."""
    settings = archive.settings
    query = select(Event.detail).where(Event.subject_id == SUBJECT, Event.kind == EVENT)
    if not checkpoint_gaps.count(settings):
        return
    with exclusively(settings.run / checkpoints.LOCK):
        gaps = checkpoint_gaps.read_all(settings)
        with archive.db.read() as session:
            told = {one.get("gap") for one in session.scalars(query)}
        if untold := [one for one in gaps if one.number not in told]:
            with archive.db.write() as session:
                for one in untold:
                    record_event(session, SUBJECT, EVENT, NOT_KNOWN, _detail(one))


def _detail(gap: Gap) -> dict[str, Any]:
    return {"gap": gap.number, "entries": in_short(gap.entries), "backup": gap.backup.isoformat()}


def _lost(
    archive: Archive, backup: date, kept: Sequence[Checkpoint], bound: Bound | None
) -> tuple[Point, ...]:
    """Those of the checkpoints that others kept which this archive signed after the backup and does not have any more."""
    settings = archive.settings
    known = checkpoint_keys.published(settings)
    if any(signed_number(known, one) is None for one in kept):
        raise BadInputError(
            "No key of this ledger signed one of the checkpoints that were given.", code="bad-checkpoint"
        )
    here = {point_of(checkpoints.of_day(settings, day)) for day in checkpoints.all_days(settings)}
    here |= {point for gap in checkpoint_gaps.read_all(settings) for point in gap.lost}
    gone = {
        point_of(one)
        for one in kept
        if bound and is_newer(one.day, backup) and bound.holds(one.day, one.size)
    } - here
    return tuple(sorted(gone, key=lambda one: (one.day, one.fingerprint)))
