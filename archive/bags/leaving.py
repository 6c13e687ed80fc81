"""Bags on their way out: as they are kept, or made for the way; and one bag that holds many of them whole."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader, FileIO
from pathlib import Path
from typing import BinaryIO

from archive import __version__
from archive.bags.errors import BagRefusedError, Problem
from archive.bags.info import format_info
from archive.bags.layout import (
    DECLARATION,
    DECLARATION_BYTES,
    INFO,
    MANIFEST,
    PAYLOAD,
    TAG_MANIFEST,
    revision_folder,
)
from archive.bags.manifest import encode_path, format_manifest
from archive.bags.packing import Add, packing
from archive.bags.read import read_bag
from archive.bags.tree import open_descriptor, size_of
from archive.bags.verify import hash_file
from archive.durable import new_file

INSIDE = "items"
"""Below the payload of a bag of bags: the folder in which each item's bag lies under the item's id."""

SHARED_INSIDE = "shared"
"""The same of bags of what belongs to no item, under the bag's id."""

README = f"{revision_folder(1)}/README.txt"


@dataclass(frozen=True)
class Part:
    """A file of a bag: its path there, lower-case hexadecimal SHA-512, size in bytes, and its bytes or where they lie."""

    path: str
    sha512: str
    size: int
    source: Path | bytes

    @classmethod
    def of(cls, path: str, data: bytes) -> Part:
        """A part that is made here."""
        return cls(path, hashlib.sha512(data).hexdigest(), len(data), data)

    def inside(self, folder: str) -> Part:
        """The same bytes in a folder of another bag."""
        return Part(f"{folder}/{self.path}", self.sha512, self.size, self.source)

    def open(self) -> BinaryIO:
        """Open it for reading; BagRefusedError (`bag-unreadable`) where it cannot be, or has not its size any more.

        What the disk does not give of it later is told in the same way, so that it is never taken for a disk that takes nothing.
        """
        if isinstance(self.source, bytes):
            return io.BytesIO(self.source)
        try:
            descriptor, size = open_descriptor(self.source)
        except OSError as error:
            raise BagRefusedError(Problem("bag-unreadable", self.path)) from error
        stream = _Source(FileIO(descriptor), self.path)
        if size != self.size:
            stream.close()
            raise BagRefusedError(Problem("bag-unreadable", self.path))
        return stream


class _Source(BufferedReader):
    """A part that is read; BagRefusedError (`bag-unreadable`) for what cannot be read of it."""

    def __init__(self, raw: FileIO, path: str) -> None:
        super().__init__(raw)
        self._path = path

    def read(self, size: int | None = -1, /) -> bytes:
        """Read up to `size` bytes."""
        try:
            return super().read(size)
        except OSError as error:
            raise BagRefusedError(Problem("bag-unreadable", self._path)) from error


def kept_parts(root: Path) -> list[Part]:
    """The parts of a bag that is kept, sorted, as of the revision that counts now; BagRefusedError for an unsound one."""
    bag = read_bag(root)
    parts = [Part(one.path, one.sha512, one.size, root / one.path) for one in bag.payload]
    parts += [Part(path, sha512, size_of(root, path), root / path) for path, sha512 in bag.tags.items()]
    return sorted([*parts, Part.of(TAG_MANIFEST, bag.tag_manifest)], key=lambda one: one.path)


def made_parts(
    item_id: str, payload: Sequence[Part], info: Mapping[str, str], record: Mapping[str, bytes]
) -> list[Part]:
    """The parts, sorted, of a bag that is made for the way out: `payload` below `data/`, and a first revision.

    No day is in it unless `info` says one: the same content is the same bag whenever it leaves.
    """
    inside = [one.inside(PAYLOAD) for one in payload]
    tags = [
        Part.of(DECLARATION, DECLARATION_BYTES),
        Part.of(INFO, format_info(_labels(item_id, inside, info))),
        Part.of(MANIFEST, format_manifest({one.path: one.sha512 for one in inside})),
        *(Part.of(f"{revision_folder(1)}/{name}", data) for name, data in record.items()),
    ]
    tag_manifest = Part.of(TAG_MANIFEST, format_manifest({one.path: one.sha512 for one in tags}))
    return sorted([*inside, *tags, tag_manifest], key=lambda one: one.path)


def write_bundle(
    target: Path, wrapping: str, name: str, payload: Iterable[Part], *, info: Mapping[str, str], readme: bytes
) -> None:
    """Write one bag called `name` into the new ZIP or TAR `target`; memory stays flat whatever `payload` holds.

    `payload` comes in the order in which it is to lie there, each path relative to `data/`; nothing is known of it
    before it comes, so the manifests stand behind it. The same content gives the same bytes. The file is flushed to
    the disk, its folder is not. Raises BagRefusedError where a part is not what it was.
    """
    listed = target.with_name(f"{target.name}.manifest")
    try:
        with packing(target, wrapping) as add:
            with new_file(listed) as lines:
                size, count = _write_payload(add, name, payload, lines)
            manifest = Part(MANIFEST, hash_file(listed), listed.stat().st_size, listed)
            oxum = {**info, "External-Identifier": name, "Payload-Oxum": f"{size}.{count}"}
            tags = [
                Part.of(INFO, format_info({"Bag-Software-Agent": _agent(), **oxum})),
                Part.of(DECLARATION, DECLARATION_BYTES),
                manifest,
                Part.of(README, readme),
            ]
            tag_manifest = format_manifest({one.path: one.sha512 for one in tags})
            for part in (*tags, Part.of(TAG_MANIFEST, tag_manifest)):
                _add(add, name, part)
    finally:
        listed.unlink(missing_ok=True)


def manifest_line(sha512: str, path: str) -> bytes:
    """One line of a manifest."""
    return f"{sha512}  {encode_path(path)}\n".encode()


def _write_payload(add: Add, name: str, payload: Iterable[Part], lines: BinaryIO) -> tuple[int, int]:
    """Write what comes, and its line of the manifest; return how many bytes and files it was."""
    size = count = 0
    for each in payload:
        part = each.inside(PAYLOAD)
        _add(add, name, part)
        lines.write(manifest_line(part.sha512, part.path))
        size, count = size + part.size, count + 1
    return size, count


def _add(add: Add, name: str, part: Part) -> None:
    with part.open() as stream:
        add(f"{name}/{part.path}", part.size, stream)


def _labels(item_id: str, payload: Sequence[Part], info: Mapping[str, str]) -> dict[str, str]:
    oxum = f"{sum(one.size for one in payload)}.{len(payload)}"
    own = {"External-Identifier": item_id, "Payload-Oxum": oxum}
    return {"Bag-Software-Agent": _agent(), **info, **own}


def _agent() -> str:
    return f"Remembrance {__version__}"
