"""What a repair tells in the item's history: of each damaged bag once, also where whoever put it right was killed before that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from archive.access import Actor
from archive.bags import BagReport, bag_key, read_bag, verify
from archive.bags.layout import PAYLOAD
from archive.models import Event, File, Item, record_event
from archive.services.copies_carrying import Past, past_of
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.rebuild_record import newest_record
from archive.services.records import note_revisions, touch_history

EVENT = "repair"
KEPT = "kept"

Lost = tuple[int, int]
"""The first and the last revision of a record that are lost, the last 0 where nobody can tell how many there were."""


@dataclass(frozen=True)
class Damage:
    """What there is to tell of a damaged bag: whose copy took its place if anybody knows, and where it is kept if it was there at all."""

    store: str = ""
    files: tuple[str, ...] = ()
    lost: Lost | None = None
    kept: str = ""


def told(archive: Archive, item_id: str) -> frozenset[str]:
    """The names in quarantine of the damaged bags of which an item's history tells, whether they still lie there or not."""
    with archive.db.read() as session:
        query = select(Event.detail).where(Event.subject_id == item_id, Event.kind == EVENT)
        # One that names none is taken to tell of none: what lies there is rather told twice than never.
        return frozenset(detail[KEPT] for detail in session.scalars(query) if KEPT in detail)


def damage_of(archive: Archive, item_id: str, report: BagReport, past: Past, store: str, kept: str) -> Damage:
    """The damage that `report` and `past` tell of, now that another bag is in the place; `kept` is the path in quarantine."""
    bag = read_bag(archive.bag_folder(bag_key(item_id)))
    return Damage(store, _damaged(archive, item_id, report), past.lost_in(bag.tags), kept)


def damages(
    archive: Archive, item_id: str, unheard: Sequence[Path], found: Damage | None = None
) -> list[Damage]:
    """What there is to tell: of damaged bags in quarantine of which nobody has heard, and of the one that was `found` last."""
    all_of_them = [damage_of(archive, item_id, verify(one), past_of(one), "", str(one)) for one in unheard]
    all_of_them += [found] if found else []
    behind = _behind(archive, item_id)
    if behind and not any(one.lost for one in all_of_them):
        *others, last = all_of_them or [Damage()]
        return [*others, replace(last, lost=behind)]
    return all_of_them


def lost_in_all(damages: Sequence[Damage]) -> Lost | None:
    """From the first to the last revision that any of these lost."""
    lost = [one.lost for one in damages if one.lost]
    if not lost:
        return None
    last = 0 if any(last == 0 for _, last in lost) else max(last for _, last in lost)
    return min(first for first, _ in lost), last


def note(archive: Archive, actor: Actor, item_id: str, damages: Sequence[Damage]) -> None:
    """Write it down in the item's history, an event for each, and which revision the bag holds now."""
    with archive.db.write() as session:
        item = session.get_one(Item, item_id)
        for one in damages:
            record_event(session, item_id, EVENT, agent_of(actor), _detail(one))
        # The copy may be of an older revision: that is what the bag holds now, until it gets the record with this event.
        said = newest_record(read_bag(archive.bag_folder(bag_key(item_id))))
        revision = int(said["revision"])
        note_revisions(session, {item_id: revision})
        # Of a database from an older backup the copy may be ahead: what the record bears from now on comes after it.
        session.execute(
            update(Item)
            .where(Item.id == item_id, Item.record_revision < revision)
            .values(record_revision=revision)
        )
        touch_history(session, item)


def _behind(archive: Archive, item_id: str) -> Lost | None:
    """What only the database knows to be lost: the bag held newer revisions than it does now.

    So it is of a bag that was gone, and nothing is kept of it.
    """
    bag = read_bag(archive.bag_folder(bag_key(item_id)))
    with archive.db.read() as session:
        known = session.scalar(select(Item.bag_revision).where(Item.id == item_id)) or 0
    return (bag.current_revision + 1, 0) if int(newest_record(bag)["revision"]) < known else None


def _detail(one: Damage) -> dict[str, Any]:
    detail: dict[str, Any] = {"store": one.store, "files": list(one.files)}
    if one.kept:
        # By its name, and not by a count of events: what is kept is removed once somebody has looked.
        detail[KEPT] = Path(one.kept).name
    if one.lost:
        detail["lost"] = list(one.lost)
    return detail


def _damaged(archive: Archive, item_id: str, report: BagReport) -> tuple[str, ...]:
    """The damaged files, originals by their ids: a name as given may say what it holds."""
    paths = {*report.changed, *report.missing, *report.untracked, *report.unreadable}
    paths |= {problem.path for problem in report.refused if problem.path}
    with archive.db.read() as session:
        rows = session.execute(select(File.safe_name, File.id).where(File.item_id == item_id)).all()
    ids = {f"{PAYLOAD}/{name}": file_id for name, file_id in rows}
    return tuple(
        sorted({ids.get(path, PAYLOAD if path.startswith(f"{PAYLOAD}/") else path) for path in paths})
    )
