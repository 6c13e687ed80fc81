"""In what state what is held is: one function a part, each saying plain counts; a part that there is nothing to say of is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from archive.access import OPERATOR
from archive.models import Fixity, Item, today
from archive.services import checkpoint_gaps, checkpoint_standing, checkpoints, copies_state, renewing
from archive.services.fixity_state import FAILURE, HAS_BAG, last_read
from archive.services.opening import Archive
from archive.services.withdrawal_ledger import Act

MONTH, QUARTER = 30, 90


@dataclass(frozen=True)
class State:
    """One part: what it is about, and its counts by what they count."""

    about: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Look:
    """What a part is made of: the archive, a view of its database, the items that are meant, whether these are all."""

    archive: Archive
    session: Session
    mine: ColumnElement[bool]
    everything: bool


def states(
    archive: Archive, session: Session, mine: ColumnElement[bool], *, everything: bool
) -> tuple[State, ...]:
    """Every part that has something to say."""
    look = Look(archive, session, mine, everything)
    return tuple(state for part in PARTS if (state := part(look)) is not None)


def fixity(look: Look) -> State | None:
    """When bags were last read in full and compared with their checksums, as the page of fixity counts it."""
    read = select(last_read).select_from(Item).outerjoin(Fixity).where(HAS_BAG, look.mine)
    days = list(look.session.scalars(read))
    damaged = select(func.count()).select_from(Fixity).join(Item).where(Fixity.outcome == FAILURE, HAS_BAG)
    month, quarter = today() - timedelta(days=MONTH), today() - timedelta(days=QUARTER)
    counts = (
        ("read-month", _between(days, month, date.max)),
        ("read-quarter", _between(days, quarter, month)),
        ("read-earlier", _between(days, date.min, quarter)),
        ("read-damaged", look.session.scalar(damaged.where(look.mine)) or 0),
    )
    return State("fixity", counts)


def records(look: Look) -> State | None:
    """Whether bags hold the newest record of their item."""
    kept = select(func.count()).select_from(Item).where(Item.bag_key != "", look.mine)
    behind = look.session.scalar(kept.where(Item.bag_revision < Item.record_revision)) or 0
    whole = (look.session.scalar(kept) or 0) - behind
    return State("records", (("record-newest", whole), ("record-waits", behind)))


def shown(look: Look) -> State | None:
    """Of how many files what is shown was made by this version of the program; nothing where it all was."""
    newest, older = renewing.counts(look.session, look.mine)
    return State("shown", (("shown-newest", newest), ("shown-older", older))) if older else None


def withdrawals(look: Look) -> State | None:
    """What the ledger of withdrawals says, to those who answer for the whole archive."""
    if not look.everything:
        return None
    ledger = look.archive.withdrawals
    standing = [line for line in ledger.standing().values() if line.takes_back]
    destroyed = sum(line.act == Act.DESTROY for line in standing)
    counts = (
        ("taken-back-hidden", len(standing) - destroyed),
        ("taken-back-destroyed", destroyed),
        ("ledger-broken", int(ledger.first_broken() is not None)),
    )
    return State("withdrawals", counts)


def copies(look: Look) -> State | None:
    """How it stands with the copies of every bag, all stores together, as the page of copies says it; none where there are none."""
    found = copies_state.states(look.archive, OPERATOR) if look.everything else ()
    if not found:
        return None
    since = [store.waiting_since for store in found if store.waiting_since]
    counts = (
        ("copies-stores", len(found)),
        ("copies-there", sum(store.kept for store in found)),
        ("copies-unsound", sum(store.unsound for store in found)),
        ("copies-wait", sum(store.waiting for store in found)),
        ("copies-lag", (today() - min(since)).days if since else 0),
    )
    return State("copies", counts)


def ledger(look: Look) -> State | None:
    """How many days the public ledger has signed, and for how many it still has to."""
    if not look.everything:
        return None
    days = checkpoints.all_days(look.archive.settings)
    behind = checkpoint_standing.behind(look.archive.settings, look.session)
    gaps = checkpoint_gaps.count(look.archive.settings)
    counts = (("ledger-days", len(days)), ("ledger-behind", behind), ("ledger-gaps", gaps))
    return State("ledger", counts)


def _between(days: list[date], first: date, before: date) -> int:
    return sum(first <= day < before for day in days)


PARTS: tuple[Callable[[Look], State | None], ...] = (
    fixity,
    records,
    shown,
    copies,
    withdrawals,
    ledger,
)
