"""Bags as an archivist asks after them: which there are, and whether each is whole and unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.bags import BagReport, StockValidator, patience, read_bag, verify
from archive.models import File, Item
from archive.models.errors import ArchiveError, NotFoundError
from archive.services.opening import Archive
from archive.services.rebuild_record import newest_record
from archive.services.record import FORMAT

KINDS = {
    "changed": "changed",
    "missing": "missing",
    "untracked": "not listed",
    "unreadable": "unreadable",
    "unsound": "not as a bag is",
}
"""How damage is told apart, and in which words."""
AT_ONCE = 2
# The bag itself, where a path within it is named.
WHOLE = ""


@dataclass(frozen=True)
class BagLine:
    """A bag and the item it holds: where it is, the item's state and collection, which revision of its record was written last.

    `form` is that of its record.
    """

    id: str
    path: Path
    state: str
    title: str
    collection: str = ""
    revision: int = 0
    form: str = FORMAT


@dataclass(frozen=True)
class BagVerdict:
    """What reading a bag in full found: by our own strict reader, and by the stock BagIt library."""

    id: str
    path: Path
    valid: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What reading one bag found: paths by kind of damage, the sentences for it, and whether every byte was read."""

    found: Mapping[str, tuple[str, ...]]
    reasons: tuple[str, ...]
    bytes_read: int

    @property
    def is_sound(self) -> bool:
        """Whether the bag is whole, unchanged and the one that the database knows."""
        return not self.found

    @property
    def is_complete(self) -> bool:
        """Whether there was nothing that could not be read."""
        return not self.found.keys() & {"missing", "unreadable"}


def bags(archive: Archive, item_ids: Sequence[str] = ()) -> list[BagLine]:
    """Every bag, or those of `item_ids`; NotFoundError when one of them has none."""
    columns = (Item.id, Item.bag_key, Item.state, Item.title, Item.collection, Item.bag_revision)
    query = select(*columns).where(Item.bag_key != "")
    if item_ids:
        query = query.where(Item.id.in_(item_ids))
    with archive.db.read() as session:
        rows = session.execute(query.order_by(Item.received_on, Item.submission_id, Item.position)).all()
    missing = set(item_ids) - {row.id for row in rows}
    if missing:
        raise NotFoundError(f"There is no bag of an item {min(missing)}.")
    return [BagLine(row[0], archive.bag_folder(row[1]), *row[2:]) for row in rows]


def validate(
    lines: Sequence[BagLine], progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[BagVerdict]:
    """Read each bag in full twice, with our own reader and with the stock library, and say what each is like."""
    with StockValidator() as stock:
        for done, line in enumerate(lines, start=1):
            yield _verdict(line, stock)
            progress(done, len(lines))


def read(
    line: BagLine,
    known: Mapping[str, str] | None = None,
    *,
    threads: int = AT_ONCE,
    pace: Callable[[int], None] | None = None,
) -> Reading:
    """Read a bag in full from the disk, with our own reader; its originals must also be those that are `known`.

    Larger files are read by `threads` at once; `pace` is told of each block, and may have the reading given up.
    """
    report = verify(line.path, from_disk=True, threads=threads, pace=pace)
    found = _sorted(report)
    reasons = _reasons(report)
    if not found and known is not None:
        for kind, path in _otherwise(line, known):
            found.setdefault(kind, []).append(path)
            reasons.append(f"not what the database knows: {path or line.path}")
    return Reading({kind: tuple(paths) for kind, paths in found.items()}, tuple(reasons), report.bytes_read)


def originals(session: Session, item_id: str) -> dict[str, str]:
    """The SHA-512 of an item's originals by their paths in its bag, as the database knows them."""
    rows = session.execute(select(File.safe_name, File.sha512).where(File.item_id == item_id))
    return {f"data/{row.safe_name}": row.sha512 for row in rows}


def _sorted(report: BagReport) -> dict[str, list[str]]:
    absent = {problem.code for problem in report.refused} == {"bag-absent"}
    paths = {
        "changed": report.changed,
        "missing": (WHOLE,) if absent else report.missing,
        "untracked": report.untracked,
        "unreadable": report.unreadable,
        "unsound": () if absent else tuple(problem.path for problem in report.refused),
    }
    return {kind: list(some) for kind, some in paths.items() if some}


def _otherwise(line: BagLine, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """In what a bag that is sound by its own manifests differs from what the database knows of its originals."""
    try:
        bag = read_bag(line.path)
        told = int(newest_record(bag, line.form).get("revision", line.revision))
    except (ArchiveError, ValueError, TypeError):
        # It was touched this moment, and the next look sees what it has become; or its record is no record of ours.
        yield "unsound", WHOLE
        return
    if bag.id != line.id:
        yield "changed", WHOLE
    if told < line.revision:
        # A tag manifest of before would make a whole bag of it, with an older record.
        yield "missing", f"metadata/{bag.current_revision + 1}"
    kept = {entry.path: entry.sha512 for entry in bag.payload}
    for path in sorted(known.keys() | kept.keys()):
        if path not in kept:
            yield "missing", path
        elif path not in known:
            yield "untracked", path
        elif kept[path] != known[path]:
            yield "changed", path


def _reasons(report: BagReport) -> list[str]:
    reasons = [f"{KINDS['changed']}: {path}" for path in report.changed]
    reasons += [f"{KINDS['missing']}: {path}" for path in report.missing]
    reasons += [f"{KINDS['untracked']}: {path}" for path in report.untracked]
    reasons += [f"{KINDS['unreadable']}: {path}" for path in report.unreadable]
    return reasons + [problem.sentence for problem in report.refused]


def _verdict(line: BagLine, stock: StockValidator) -> BagVerdict:
    reading = read(line)
    reasons = list(reading.reasons)
    answer = stock.validate(line.path, patience(reading.bytes_read))
    if not answer.valid:
        reasons.append(f"stock BagIt library: {answer.message}")
    return BagVerdict(line.id, line.path, not reasons, tuple(reasons))
