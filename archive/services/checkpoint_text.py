"""A checkpoint of the public ledger as text: a signed note (C2SP tlog-checkpoint), and the JSON it is published in.

It holds numbers and hashes alone. Nothing here opens an archive, so anybody can check what was published without one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.exchange import signed_note
from archive.models.errors import BadInputError

FORMAT = "remembrance-checkpoint/1"
HASH_BYTES = 32
_COUNT = re.compile(r"([a-z]{1,40}) (0|[1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Checkpoint:
    """What the ledger was at the end of a day: how many entries of which kind, and the root over all of them.

    `previous` is the fingerprint of the checkpoint before (64 zeros for the first), `consistency` the proof that its
    entries are the first of these, `leaves` the hashes of those that came since; the last two are not signed, and need
    not be: the root says whether they are right.
    """

    origin: str
    size: int
    root: bytes
    day: date
    previous: str
    counts: Mapping[str, int]
    note: str = ""
    consistency: tuple[bytes, ...] = ()
    leaves: tuple[bytes, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        lines = [
            self.origin,
            str(self.size),
            b64(self.root),
            f"day {self.day.isoformat()}",
            f"previous {self.previous}",
            *(f"{kind} {count}" for kind, count in self.counts.items()),
        ]
        return "".join(f"{line}\n" for line in lines)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what is signed (hex)."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_note(note: str) -> Checkpoint:
    """The checkpoint that a signed note is; BadInputError (`bad-checkpoint`) when it is none."""
    try:
        text = signed_note.read(note).text
        origin, size, root, day, previous, *counts = text[:-1].split("\n")
        found = [_COUNT.fullmatch(line) for line in counts]
        made = Checkpoint(
            origin,
            int(size),
            _hash(root),
            date.fromisoformat(day.removeprefix("day ")),
            previous.removeprefix("previous "),
            {one[1]: int(one[2]) for one in found if one},
            note,
        )
    except (ValueError, IndexError) as error:
        raise bad_checkpoint() from error
    # Written again it must be the same, so that nothing in it was passed over.
    if made.text != text or sum(made.counts.values()) != made.size:
        raise bad_checkpoint()
    return made


def as_json(one: Checkpoint, *, leaves: bool = True) -> str:
    """The checkpoint on one line, as it is published."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "day": one.day.isoformat(),
        "size": one.size,
        "root": b64(one.root),
        "previous": one.previous,
        "counts": dict(one.counts),
        "note": one.note,
        "consistency": [b64(each) for each in one.consistency],
    }
    if leaves:
        body["leaves"] = [b64(each) for each in one.leaves]
    return json.dumps(body, ensure_ascii=False)


def read_json(text: str) -> Checkpoint:
    """The checkpoint that was published as `text`; BadInputError (`bad-checkpoint`) when it is none, or not whole."""
    try:
        body = json.loads(text)
        signed = read_note(body["note"])
        consistency = tuple(_hash(one) for one in body["consistency"])
        leaves = tuple(_hash(one) for one in body.get("leaves", []))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise bad_checkpoint() from error
    made = Checkpoint(**(vars(signed) | {"consistency": consistency, "leaves": leaves}))
    if json.loads(as_json(made, leaves="leaves" in body)) != body:
        raise bad_checkpoint()
    return made


def path_of(hashes: Sequence[bytes]) -> str:
    """Hashes on one line."""
    return ",".join(b64(one) for one in hashes) or "-"


def read_path(text: str) -> tuple[bytes, ...]:
    """The hashes of one line; ValueError when these are none."""
    return () if text == "-" else tuple(_hash(one) for one in text.split(","))


def b64(data: bytes) -> str:
    """Bytes as base64 (RFC 4648)."""
    return base64.b64encode(data).decode()


def bad_checkpoint() -> BadInputError:
    """That something is no checkpoint."""
    return BadInputError(
        "This is no whole checkpoint of a ledger.",
        code="bad-checkpoint",
        remedy="Give it as it was published: the file of a day, the list of all, or the signed text.",
    )


def _hash(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if len(data) != HASH_BYTES:
        raise ValueError("no hash")
    return data
