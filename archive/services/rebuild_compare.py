"""Makes the database again in a place apart and compares it with the one that stands; neither bags nor database change."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from archive.models import Item, SharedBag
from archive.services.fixity_state import CHECK
from archive.services.opening import Archive, open_archive
from archive.services.rebuild import Brought, Progress, bring_back
from archive.services.rebuild_record import as_json
from archive.services.record import records
from archive.services.shared_record import record_of
from archive.settings import Settings

BATCH = 200
PREFIX = ".rebuild-check-"
# What differs because the bag has still to be written is no difference.
Difference = tuple[str, tuple[str, ...]]


@dataclass
class Compared:
    """What came of it: items that are equal, those that differ with the members of the record in which they do,
    those whose bag has yet to hear of a change, and what only the one or the other knows."""

    brought: Brought
    equal: int = 0
    differing: list[Difference] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    only_in_bags: list[str] = field(default_factory=list)
    only_in_database: list[str] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether what stands is what bags alone give."""
        wrong = (self.brought.refused, self.differing, self.only_in_bags, self.only_in_database)
        return not any(wrong)


def compare(archive: Archive, progress: Progress = lambda _what, _done, _total: None) -> Compared:
    """Compare the database with one that is made from the bags alone, item by item, all that a record holds."""
    with tempfile.TemporaryDirectory(dir=archive.settings.home, prefix=PREFIX) as folder:
        settings = _apart(archive.settings, Path(folder))
        apart = open_archive(settings, beside_bags=True)
        try:
            found = Compared(bring_back(apart, awaits_copies=False, progress=progress))
            _compare(archive, apart, found, progress)
            _compare_shared(archive, apart, found)
        finally:
            apart.close()
    return found


def _apart(settings: Settings, home: Path) -> Settings:
    """The settings of the archive that is made to compare with: the same bags and wishes, everything else its own."""
    ledger = home / "withdrawals"
    if settings.withdrawals.parent.is_dir():
        # A copy: what the comparison finds out is entered nowhere.
        shutil.copytree(settings.withdrawals.parent, ledger)
    return replace(
        settings,
        home=home,
        database_url="",
        search_engine="auto",
        objects_url=settings.objects,
        withdrawals_path=str(ledger / settings.withdrawals.name),
    )


def _compare(archive: Archive, apart: Archive, found: Compared, progress: Progress) -> None:
    standing = _revisions(archive)
    made = _revisions(apart)
    found.only_in_database = sorted(
        standing.keys() - made.keys() - {one.name for one in found.brought.refused}
    )
    found.only_in_bags = sorted(made.keys() - standing.keys() - {*found.brought.destroyed})
    both = sorted(standing.keys() & made.keys())
    for start in range(0, len(both), BATCH):
        some = both[start : start + BATCH]
        for item_id, members in _differences(archive, apart, some):
            if standing[item_id][0] > standing[item_id][1]:
                found.waiting.append(item_id)
            elif members:
                found.differing.append((item_id, members))
            else:
                found.equal += 1
        progress("comparing", start + len(some), len(both))


def _compare_shared(archive: Archive, apart: Archive, found: Compared) -> None:
    """The same of stories, introductions, names and words, by what each bag is of."""
    standing, made = _shared(archive), _shared(apart)
    left_out = {one.name for one in found.brought.refused}
    found.only_in_bags += sorted(made.keys() - standing.keys())
    missing = sorted(standing.keys() - made.keys())
    found.only_in_database += [one for one in missing if standing[one][0]["id"] not in left_out]
    for subject in sorted(standing.keys() & made.keys()):
        (record, is_waiting), (told, _) = standing[subject], made[subject]
        members = tuple(_members(record, told))
        if is_waiting:
            found.waiting.append(subject)
        elif members:
            found.differing.append((subject, members))
        else:
            found.equal += 1


def _shared(archive: Archive) -> dict[str, tuple[dict[str, Any], bool]]:
    """Of everything that has such a bag its record, and whether the bag has yet to hear of it."""
    query = select(SharedBag).where(SharedBag.subject.is_not(None), SharedBag.bag_revision > 0)
    with archive.db.read() as session:
        found = {}
        for row in session.scalars(query).all():
            record = record_of(session, row)
            if record is not None:
                found[record["subject"]] = as_json(record), row.record_revision > row.bag_revision
        return found


def _revisions(archive: Archive) -> dict[str, tuple[int, int]]:
    """Of every item that has a bag, which revision its record is at, and which one its bag has."""
    query = select(Item.id, Item.record_revision, Item.bag_revision).where(Item.bag_key != "")
    with archive.db.read() as session:
        return {row.id: (row.record_revision, row.bag_revision) for row in session.execute(query)}


def _differences(archive: Archive, apart: Archive, ids: Sequence[str]) -> Iterator[Difference]:
    with archive.db.read() as session:
        standing = records(session, ids)
    with apart.db.read() as session:
        made = records(session, ids)
    for item_id in ids:
        told = as_json(made[item_id])
        yield item_id, tuple(_members(_but_for_audits(as_json(standing[item_id]), told), told))


def _but_for_audits(standing: dict[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """A record without the audits since the newest revision of its bag: no bag is written to for these alone."""
    events = list(standing["events"])
    while len(events) > len(told["events"]) and events[-1]["kind"] == CHECK:
        events.pop()
    return standing | {"events": events}


def _members(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two records differ, by the names of their members; what stands there is nobody's business here."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in dict.fromkeys((*one, *other)):
            yield from _members(one.get(name), other.get(name), f"{path}.{name}" if path else name)
    elif one != other:
        yield path
