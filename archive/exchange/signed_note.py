"""Signed notes: a text, an empty line, and a line for each signature (C2SP signed-note); whoever calls signs."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

ED25519 = b"\x01"
KEY_BYTES, ID_BYTES, SIGNATURE_BYTES = 32, 4, 64
LONGEST = 1024 * 1024
MOST_SIGNATURES = 100
# No blank and no plus sign: they end the name where a key is written down.
NAME = re.compile(r"[^\s+\x00-\x1f]{1,200}")

_SIGNATURE = re.compile(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True)
class VerifierKey:
    """A name and a public Ed25519 key (32 bytes)."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature says whose it is."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"


@dataclass(frozen=True)
class Note:
    """A text, which ends with a line end, and its signatures: by the name and the id of a key, 64 bytes each."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


def read_key(text: str) -> VerifierKey:
    """The key that `text` is; ValueError when it is none."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    data = base64.b64decode(encoded, validate=True)
    if not NAME.fullmatch(name) or data[:1] != ED25519 or len(data) != 1 + KEY_BYTES:
        raise ValueError("no key")
    key = VerifierKey(name, data[1:])
    if key.id.hex() != key_id:
        raise ValueError("the key's id is another key's")
    return key


def write(text: str, signatures: list[tuple[VerifierKey, bytes]]) -> str:
    """The note as it is handed on."""
    lines = [
        f"\u2014 {key.name} {base64.b64encode(key.id + signature).decode()}\n"
        for key, signature in signatures
    ]
    return f"{text}\n{''.join(lines)}"


def read(note: str) -> Note:
    """The note that a text is; ValueError when it is none, or is not whole."""
    text, between, lines = note.rpartition("\n\n")
    if len(note) > LONGEST or not between or not lines.endswith("\n"):
        raise ValueError("no signed note")
    found = [_SIGNATURE.fullmatch(line) for line in lines[:-1].split("\n")]
    signatures = [(one[1], base64.b64decode(one[2], validate=True)) for one in found if one]
    whole = all(len(data) == ID_BYTES + SIGNATURE_BYTES for _, data in signatures)
    if len(signatures) != len(found) or not 0 < len(found) <= MOST_SIGNATURES or not whole:
        raise ValueError("a signature is not whole")
    return Note(f"{text}\n", tuple((name, data[:ID_BYTES], data[ID_BYTES:]) for name, data in signatures))


def is_signed_by(note: Note, key: VerifierKey, verify: Callable[[bytes, bytes, bytes], bool]) -> bool:
    """Whether the first signature that names `key` is its own; `verify` takes public key, signature and text."""
    mine = [one for one in note.signatures if (one[0], one[1]) == (key.name, key.id)]
    return bool(mine) and verify(key.public, mine[0][2], note.text.encode())
