"""The entries of the public ledger: what happened, in one order of the whole archive, and by what each can be proven.

They are kept in files apart from the database, one for each checkpoint that took some in, so that neither an older copy of
the database nor a new one made from bags changes what was signed. Of an entry only a commitment goes into the tree: without
its nonce nobody can tell what it stands for, and when something is destroyed the nonce goes with it.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from archive.durable import cut_times, replace_file
from archive.exchange.merkle import leaf_hash
from archive.models.errors import IntegrityError
from archive.settings import Settings

FORMAT = "remembrance-entry/1"
FOLDER = "entries"
# A file is called by its day.
DATED = "[0-9]" * 4 + "-[0-9][0-9]-[0-9][0-9]"
PENDING = ".pending-"
NONCE_BYTES = 32
# Which events are entries, and as what: what came, what was shown or no more, what left, and what was destroyed.
KIND_OF = {
    "accession": "accession",
    "publish": "publication",
    "unpublish": "unpublication",
    "withdraw": "withdrawal",
    "reinstate": "reinstatement",
    "replace": "replacement",
    "destroy": "destruction",
    "export": "export",
}
KINDS = tuple(dict.fromkeys(KIND_OF.values()))
_HEX = re.compile(r"(?:[0-9a-f]{64})?")


@dataclass(frozen=True)
class Entry:
    """One entry: its number from 1, the day and the kind of what happened, and the commitment (hex) that stands in the tree.

    What follows never leaves the archive but to whoever gave the item: the event it stands for (whose, which, its hash),
    the nonce, and for an accession what the files were; both last are empty once the item is destroyed.
    """

    number: int
    day: str
    kind: str
    commitment: str
    subject: str
    sequence: int
    event: str
    nonce: str
    content: str = ""

    @property
    def leaf(self) -> bytes:
        """Its hash in the tree."""
        return leaf_of(self.number, self.day, self.kind, self.commitment)

    @property
    def is_open(self) -> bool:
        """Whether the commitment is what nonce, event and content make it."""
        return self.commitment == commitment(self.nonce, self.event, self.content)


def leaf_of(number: int, day: str, kind: str, committed: str) -> bytes:
    """The hash in the tree of an entry."""
    return leaf_hash(f"{FORMAT}\n{number}\n{day}\n{kind}\n{committed}\n".encode())


def commitment(nonce: str, event: str, content: str) -> str:
    """SHA-256 (hex) over a nonce, the hash of an event and, for an accession, that of what its files were."""
    return hashlib.sha256(bytes.fromhex(nonce) + bytes.fromhex(event) + bytes.fromhex(content)).hexdigest()


def content_of(sha512s: Iterable[str]) -> str:
    """What the files of an item were: SHA-256 (hex) over the SHA-512 of each, in order of these."""
    return hashlib.sha256("".join(f"{one}\n" for one in sorted(sha512s)).encode()).hexdigest()


def fresh(number: int, day: str, kind: str, subject: str, sequence: int, event: str, content: str) -> Entry:
    """A new entry with a nonce of its own."""
    nonce = secrets.token_hex(NONCE_BYTES)
    made = commitment(nonce, event, content)
    return Entry(number, day, kind, made, subject, sequence, event, nonce, content)


def closed(entry: Entry) -> Entry:
    """The same entry, of which nobody can tell any more what it stood for."""
    return replace(entry, nonce="", content="")


def read_all(settings: Settings) -> list[Entry]:
    """Every entry in order; IntegrityError (`checkpoint-refused`) when a file cannot be read."""
    paths = sorted((settings.ledger / FOLDER).glob(f"{DATED}.jsonl"))
    return [entry for path in paths for entry in _read(path)]


def days(settings: Settings) -> list[date]:
    """The days whose checkpoints took some in, the oldest first."""
    return sorted(date.fromisoformat(path.stem) for path in (settings.ledger / FOLDER).glob(f"{DATED}.jsonl"))


def read_day(settings: Settings, day: date) -> list[Entry]:
    """The entries that the checkpoint of that day took in."""
    path = _path(settings, day)
    return _read(path) if path.exists() else []


def write_day(settings: Settings, day: date, entries: Sequence[Entry]) -> None:
    """Keep what the checkpoint of that day takes in, flushed to disk."""
    path = _path(settings, day)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = b"".join(json.dumps(asdict(one)).encode() + b"\n" for one in entries)
    replace_file(path, lines, prefix=PENDING)
    path.chmod(0o600)
    # The moment would be that at which somebody had something destroyed.
    cut_times(path)
    cut_times(path.parent, inside=False)


def forget(settings: Settings, subject: str) -> None:
    """Let go of by what the entries of an item can be proven; whoever calls holds the ledger's lock."""
    for path in sorted((settings.ledger / FOLDER).glob(f"{DATED}.jsonl")):
        if subject.encode() not in path.read_bytes():
            continue
        entries = [closed(one) if one.subject == subject else one for one in _read(path)]
        write_day(settings, date.fromisoformat(path.stem), entries)


def sweep(settings: Settings) -> None:
    """Remove what processes left that were killed while they wrote; whoever calls holds the ledger's lock."""
    for path in settings.ledger.rglob(f"{PENDING}*"):
        path.unlink(missing_ok=True)


def counts(entries: Iterable[Entry]) -> Mapping[str, int]:
    """How many there are of each kind, also of those of which there are none."""
    found = dict.fromkeys(KINDS, 0)
    for one in entries:
        found[one.kind] = found.get(one.kind, 0) + 1
    return found


def _path(settings: Settings, day: date) -> Path:
    return settings.ledger / FOLDER / f"{day.isoformat()}.jsonl"


def _read(path: Path) -> list[Entry]:
    try:
        found = [Entry(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
        hashes = [text for one in found for text in (one.commitment, one.event, one.nonce, one.content)]
        date.fromisoformat(path.stem)
        if not all(_HEX.fullmatch(text) for text in hashes):
            raise ValueError("no hash")
    except (ValueError, TypeError) as error:
        raise IntegrityError(
            f"The entries of the ledger in {path.name} cannot be read.",
            code="checkpoint-refused",
            remedy="Put the folder ledger back from its backup. Nothing is signed until then.",
        ) from error
    return found
