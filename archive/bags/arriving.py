"""Opens a bag of bags as its receiver will: unpacked in full, each bag looked at as soon as it is whole."""

from __future__ import annotations

import hashlib
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from archive.bags.info import parse_info
from archive.bags.layout import DECLARATION, DECLARATION_BYTES, INFO, MANIFEST, PAYLOAD, TAG_MANIFEST
from archive.bags.leaving import INSIDE, README, SHARED_INSIDE, manifest_line
from archive.bags.manifest import parse_manifest
from archive.bags.names import name_fault
from archive.bags.packing import packed
from archive.bags.serialise import BLOCK
from archive.models.errors import IntegrityError

TAGS = frozenset({DECLARATION, INFO, MANIFEST, TAG_MANIFEST, README})
# Of these the bytes themselves are looked at; they are small.
READ = frozenset({DECLARATION, INFO, TAG_MANIFEST})

Look = Callable[[str, Path, int], None]
"""Takes the id of a bag, which is that of an item for the bag of one, the folder that its bag was unpacked to, and the bag's size in bytes."""


@dataclass
class _Reading:
    """What was read so far: the payload's lines of the manifest as one running hash, and the tag files."""

    scratch: Path
    look: Look
    lines: Any = field(default_factory=hashlib.sha512)
    size: int = 0
    count: int = 0
    bag: str = ""
    bag_size: int = 0
    bags: int = 0
    tags: dict[str, str] = field(default_factory=dict)
    read: dict[str, bytes] = field(default_factory=dict)

    def take(self, path: str, size: int, stream: BinaryIO) -> None:
        """Read one file of the bag."""
        parts = path.split("/")
        if any(part in ("", ".", "..") or name_fault(part) for part in parts):
            raise not_valid("a name is unsafe")
        inside = parts[0] == PAYLOAD and len(parts) > 3 and parts[1] in (INSIDE, SHARED_INSIDE)
        self._turn_to("/".join(parts[1:3]) if inside else "")
        sha512, data = _copy(stream, self.scratch / path, keep=path in READ)
        if parts[0] != PAYLOAD:
            self.tags[path], self.read[path] = sha512, data
            return
        self.lines.update(manifest_line(sha512, path))
        self.size, self.count = self.size + size, self.count + 1
        self.bag_size += size

    def end(self) -> int:
        """Hold what was read against what the bag says of itself; return how many bags it holds."""
        self._turn_to("")
        if self.tags.keys() != TAGS or self.read[DECLARATION] != DECLARATION_BYTES:
            raise not_valid("it is no bag")
        listed, problems = parse_manifest(self.read[TAG_MANIFEST], TAG_MANIFEST)
        told = {path: sha512 for path, sha512 in self.tags.items() if path != TAG_MANIFEST}
        if problems or listed != told or self.tags[MANIFEST] != self.lines.hexdigest():
            raise not_valid("bytes are not what its manifests say")
        info, problems = parse_info(self.read[INFO])
        if problems or info.get("Payload-Oxum") != f"{self.size}.{self.count}":
            raise not_valid("it is not as long as it says")
        return self.bags

    def _turn_to(self, bag: str) -> None:
        """Have the bag looked at that is whole now, before the next one comes."""
        if bag == self.bag:
            return
        if self.bag:
            self.look(self.bag.rpartition("/")[2], self.scratch / PAYLOAD / self.bag, self.bag_size)
            self.bags += 1
        self.bag, self.bag_size = bag, 0


def read_bundle(path: Path, wrapping: str, name: str, scratch: Path, look: Look) -> int:
    """Read the bag of bags called `name` in full, have each bag in it looked at unpacked, and return how many there are.

    `scratch` is an empty folder, and the unpacked bag of bags in the end. IntegrityError (`export-not-valid`) where a
    byte is not what the manifests say; whatever `look` raises.
    """
    reading = _Reading(scratch, look)
    try:
        for entry, size, stream in packed(path, wrapping):
            folder, _, inside = entry.partition("/")
            if folder != name:
                raise not_valid("something lies beside it")
            reading.take(inside, size, stream)
    except (zipfile.BadZipFile, tarfile.TarError) as error:
        raise not_valid("it cannot be unpacked") from error
    return reading.end()


def not_valid(why: str) -> IntegrityError:
    """What is said of an export that its receiver could not use."""
    return IntegrityError(f"The export is not a valid bag: {why}.", code="export-not-valid")


def _copy(stream: BinaryIO, target: Path, *, keep: bool) -> tuple[str, bytes]:
    """Read a stream to its end into the new file `target`; return its SHA-512, and the bytes to `keep`."""
    digest, kept = hashlib.sha512(), bytearray()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as out:
        while block := stream.read(BLOCK):
            digest.update(block)
            out.write(block)
            kept += block if keep else b""
    return digest.hexdigest(), bytes(kept)
