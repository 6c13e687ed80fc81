"""Manifests as others write them: any algorithm that is known, paths encoded in more ways than the standard has."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from archive.bags.foreign_errors import Fault
from archive.bags.layout import PAYLOAD
from archive.bags.manifest import decode_path

NAME = re.compile(r"(?P<of>tag)?manifest-(?P<algorithm>[A-Za-z0-9_-]+)\.txt", re.IGNORECASE)
ALGORITHMS: Mapping[str, str] = {
    re.sub("[-_]", "", name): name for name in hashlib.algorithms_guaranteed if not name.startswith("shake")
}
"""How each algorithm is called in the name of a manifest (RFC 8493 section 2.4), and in Python."""

# `md5sum` puts a star before what it read as bytes.
_LINE = re.compile(r"([0-9a-fA-F]+)[ \t]+\*?(.+)", re.DOTALL)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True)
class Manifest:
    """One manifest: its name, its algorithm as Python calls it, and checksums (lower-case hex) by path as it lies there.

    Paths that lead to nothing stand as they are written.
    """

    name: str
    algorithm: str
    sums: Mapping[str, str]


class Finder:
    """Finds the file that a line of a manifest means, however its path was encoded."""

    def __init__(self, files: Mapping[str, int]) -> None:
        self._files = files
        # A disk of a Mac writes accents in another way than the manifest does.
        self._composed = {unicodedata.normalize("NFC", path): path for path in files}

    def path_of(self, written: str) -> str:
        """The path of the file that is meant; the path as written where there is none."""
        for path in _readings(written):
            if path in self._files:
                return path
            if (found := self._composed.get(unicodedata.normalize("NFC", path))) is not None:
                return found
        return next(_readings(written))


def parse_foreign(text: str, name: str, find: Finder) -> tuple[Manifest | None, list[Fault]]:
    """Read the text of the manifest called `name`, and what is wrong with it; None when its kind is not known."""
    match = NAME.fullmatch(name)
    algorithm = ALGORITHMS.get(re.sub("[-_]", "", match["algorithm"].lower())) if match else None
    if match is None or algorithm is None:
        return None, [Fault("bag-manifest-unknown", name)]
    length = hashlib.new(algorithm, usedforsecurity=False).digest_size * 2
    sums: dict[str, str] = {}
    faults: list[Fault] = []
    for line in re.split("\r\n|\n|\r", text):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line)
        if found is None or len(found[1]) != length:
            faults.append(Fault("bag-manifest-entry", name))
            continue
        path = find.path_of(found[2])
        if leads_out(path, in_payload=match["of"] is None):
            faults.append(Fault("bag-path-escape", path))
        elif sums.setdefault(path, found[1].lower()) != found[1].lower():
            faults.append(Fault("bag-manifest-twice", path))
    return Manifest(name, algorithm, sums), list(dict.fromkeys(faults))


def faults_between(manifests: Iterable[Manifest]) -> list[Fault]:
    """Where two manifests say different checksums of one algorithm: `manifest-sha-256.txt` beside `manifest-sha256.txt`."""
    said: dict[tuple[str, str], str] = {}
    return [
        Fault("bag-manifest-twice", path)
        for one in manifests
        for path, checksum in one.sums.items()
        if said.setdefault((one.algorithm, path), checksum) != checksum
    ]


def leads_out(path: str, *, in_payload: bool) -> bool:
    """Whether a path of a manifest leads to where its files cannot be."""
    parts = path.split("/")
    if _DRIVE.match(path) or path.startswith("~") or any(part in ("", ".", "..") for part in parts):
        return True
    return in_payload != (parts[0] == PAYLOAD and len(parts) > 1)


def _readings(written: str) -> Iterator[str]:
    """What a path may mean: as the standard has it, as the library of 0.97 has it, and simply as it is written."""
    plain = written.removeprefix("./")
    try:
        yield decode_path(plain)
    except ValueError:
        pass
    yield re.sub("%0D", "\r", re.sub("%0A", "\n", plain, flags=re.IGNORECASE), flags=re.IGNORECASE)
    yield plain
