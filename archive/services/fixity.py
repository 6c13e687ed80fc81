"""Bags as an archivist asks after them: which there are, and whether each is whole and unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from archive.bags import StockValidator, patience, verify
from archive.models import Item
from archive.models.errors import NotFoundError
from archive.services.opening import Archive


@dataclass(frozen=True)
class BagLine:
    """A bag and the item it holds: where it is, and the item's state."""

    id: str
    path: Path
    state: str
    title: str


@dataclass(frozen=True)
class BagVerdict:
    """What reading a bag in full found: by our own strict reader, and by the stock BagIt library."""

    id: str
    path: Path
    valid: bool
    reasons: tuple[str, ...]


def bags(archive: Archive, item_ids: Sequence[str] = ()) -> list[BagLine]:
    """Every bag, or those of `item_ids`; NotFoundError when one of them has none."""
    query = select(Item.id, Item.bag_key, Item.state, Item.title).where(Item.bag_key != "")
    if item_ids:
        query = query.where(Item.id.in_(item_ids))
    with archive.db.read() as session:
        rows = session.execute(query.order_by(Item.received_on, Item.submission_id, Item.position)).all()
    missing = set(item_ids) - {row.id for row in rows}
    if missing:
        raise NotFoundError(f"There is no bag of an item {min(missing)}.")
    return [BagLine(row.id, archive.bag_folder(row.bag_key), row.state, row.title) for row in rows]


def validate(
    lines: Sequence[BagLine], progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[BagVerdict]:
    """Read each bag in full twice, with our own reader and with the stock library, and say what each is like."""
    with StockValidator() as stock:
        for done, line in enumerate(lines, start=1):
            yield _verdict(line, stock)
            progress(done, len(lines))


def _verdict(line: BagLine, stock: StockValidator) -> BagVerdict:
    report = verify(line.path)
    reasons = [f"changed: {path}" for path in report.changed]
    reasons += [f"missing: {path}" for path in report.missing]
    reasons += [f"not listed: {path}" for path in report.untracked]
    reasons += [f"unreadable: {path}" for path in report.unreadable]
    reasons += [problem.sentence for problem in report.refused]
    answer = stock.validate(line.path, patience(report.bytes_read))
    if not answer.valid:
        reasons.append(f"stock BagIt library: {answer.message}")
    return BagVerdict(line.id, line.path, not reasons, tuple(reasons))
