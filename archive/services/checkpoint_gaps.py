"""The gaps that an archive acknowledged after it was restored from an older backup: each signed, published at once, and for good.

They lie in files beside the checkpoints, the very ones that everybody is shown: none counts here that is not published,
and the next checkpoint takes each in as an entry.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

from archive.durable import cut_times, replace_file
from archive.exchange.merkle import Tree
from archive.models.errors import BadInputError, IntegrityError
from archive.models.event import GENESIS
from archive.services import checkpoint_entries as entries_of
from archive.services.checkpoint_entries import Entry
from archive.services.checkpoint_text import Checkpoint
from archive.services.gap_text import KIND, NONCE, SUBJECT, Gap, PublishedGap, as_json, read_gap
from archive.settings import Settings

FOLDER = "gaps"
# Which entries were called lost whose events were seen here again.
BACK = "back.json"


def read_all(settings: Settings) -> list[Gap]:
    """Every acknowledgement, the first one first; IntegrityError (`checkpoint-refused`) when one cannot be read."""
    return [_read(path) for path in sorted((settings.ledger / FOLDER).glob("*.txt"))]


def count(settings: Settings) -> int:
    """How many there are."""
    return sum(1 for _ in (settings.ledger / FOLDER).glob("*.txt"))


def published(settings: Settings, found: Sequence[Checkpoint]) -> list[PublishedGap]:
    """All of them as everybody may have them; `found` are all checkpoints, by which each that is an entry is proven."""
    gaps = read_all(settings)
    leaves = [leaf for one in found for leaf in one.leaves] if gaps else []
    made, tree = [], Tree(leaves)
    for gap in gaps:
        entry = _entry_of(gap, found, leaves)
        if entry:
            made.append(PublishedGap(gap, entry, found[-1].day, tree.inclusion(entry - 1, len(leaves))))
        else:
            made.append(PublishedGap(gap))
    return made


def lines(settings: Settings, found: Sequence[Checkpoint]) -> Iterator[str]:
    """Each on a line, the first one first."""
    for one in published(settings, found):
        yield as_json(one) + "\n"


def write(settings: Settings, gap: Gap) -> None:
    """Publish one; whoever calls holds the ledger's lock."""
    path = settings.ledger / FOLDER / f"{gap.number:04}.txt"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(path, gap.note.encode(), prefix=entries_of.PENDING)
    cut_times(path)
    cut_times(path.parent, inside=False)


def came_back(settings: Settings) -> frozenset[int]:
    """The entries that an acknowledgement calls lost and whose events were here again at some look: it explains them no more.

    IntegrityError (`checkpoint-refused`) when it cannot be read.
    """
    try:
        found = json.loads((settings.ledger / FOLDER / BACK).read_bytes())
        return frozenset(int(one) for one in found)
    except FileNotFoundError:
        return frozenset()
    except (ValueError, TypeError) as error:
        raise IntegrityError(
            f"{BACK} in the ledger cannot be read.",
            code="checkpoint-refused",
            remedy="Put the folder ledger back from its backup.",
        ) from error


def note_back(settings: Settings, numbers: Collection[int]) -> None:
    """Remember these entries too; whoever calls holds the ledger's lock."""
    path = settings.ledger / FOLDER / BACK
    known = came_back(settings)
    if not known.issuperset(numbers):
        replace_file(path, json.dumps(sorted(known.union(numbers))).encode(), prefix=entries_of.PENDING)
        cut_times(path)
        cut_times(path.parent, inside=False)


def new_entries(settings: Settings, known: Sequence[Entry], first: int, until: date) -> list[Entry]:
    """An entry for each up to the day `until` that has none yet, numbered from `first` on."""
    entered = {one.event for one in known if one.kind == KIND}
    gaps = [one for one in read_all(settings) if one.on <= until and one.fingerprint not in entered]
    return [_entry(number, gap) for number, gap in enumerate(gaps, first)]


def next_after(gaps: Sequence[Gap]) -> tuple[int, str]:
    """The number of the next one, and the fingerprint that it follows."""
    return len(gaps) + 1, gaps[-1].fingerprint if gaps else GENESIS


def _entry(number: int, gap: Gap) -> Entry:
    committed = entries_of.commitment(NONCE, gap.fingerprint, "")
    return Entry(number, gap.on.isoformat(), KIND, committed, SUBJECT, gap.number, gap.fingerprint, NONCE)


def _entry_of(gap: Gap, found: Sequence[Checkpoint], leaves: Sequence[bytes]) -> int:
    """The number of its entry, 0 while it has none: looked for among those that were signed since it was made."""
    before = max((one.size for one in found if one.day < gap.on), default=0)
    numbers = range(before + 1, len(leaves) + 1)
    return next((number for number in numbers if leaves[number - 1] == gap.leaf(number)), 0)


def _read(path: Path) -> Gap:
    try:
        return read_gap(path.read_text(encoding="utf-8"))
    except (BadInputError, UnicodeDecodeError) as error:
        raise IntegrityError(
            "An acknowledgement of a gap in the ledger cannot be read.",
            code="checkpoint-refused",
            remedy="Put the folder ledger back from its backup. Nothing is signed until then.",
        ) from error
