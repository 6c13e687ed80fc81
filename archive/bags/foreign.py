"""Reads bags that others made (BagIt 0.93 to 1.0), and proves every byte of them before anything of them is used."""

from __future__ import annotations

import codecs
import hashlib
import re
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.bags.foreign_errors import Fault, ForeignBagError
from archive.bags.foreign_manifest import NAME, Finder, Manifest, faults_between, parse_foreign
from archive.bags.layout import DECLARATION, FETCH, INFO, PAYLOAD
from archive.bags.names import fold, shown
from archive.bags.packed import is_hostile
from archive.bags.tree import Tree, open_regular, walk

LARGEST_TAG = 32 << 20
LARGEST_TAGS = 96 << 20
"""Bytes: what is read of a bag before its structure is known to be sound."""
BLOCK = 1 << 20
KEPT = "sha512"
INFO_BEFORE = "package-info.txt"
INFO_OF_BEFORE = ("0.93", "0.94", "0.95")
"""How bag-info.txt was called, and in which versions."""

_VERSION = re.compile(r"BagIt-Version:[ \t]*(0\.9[3-7]|1\.0)[ \t]*")
_ENCODING = re.compile(r"Tag-File-Character-Encoding:[ \t]*(\S+)[ \t]*")
_ENCODINGS = frozenset({"utf-8", "utf-16", "utf-16-be", "utf-16-le", "iso8859-1", "ascii", "cp1252"})
_OXUM = re.compile(r"\s*([0-9]{1,18})\.([0-9]{1,18})\s*")
_PIPES = {stat.S_IFLNK: "bag-link", stat.S_IFIFO: "bag-fifo"}

Heard = Callable[[int], None]
Take = Callable[[str], None]


@dataclass(frozen=True)
class ForeignBag:
    """A bag from elsewhere whose structure is sound; its payload was not read yet.

    `info` has every value of a label of bag-info.txt, in order, `tags` the paths of all that is no payload.
    """

    root: Path
    version: str
    encoding: str
    info: Mapping[str, tuple[str, ...]]
    payload: Mapping[str, int]
    tags: Mapping[str, int]
    manifests: Sequence[Manifest]

    @property
    def size(self) -> int:
        """Bytes of the payload."""
        return sum(self.payload.values())

    def said(self, label: str) -> str:
        """The first value of a label of bag-info.txt, "" when there is none."""
        return next(iter(self.info.get(label.lower(), ())), "")

    def tag_text(self, path: str) -> str:
        """The text of a tag file, "" when it is not there, too large or no text."""
        if not 0 < self.tags.get(path, 0) <= LARGEST_TAG:
            return ""
        try:
            return _text(self.root / path, self.encoding)
        except (OSError, UnicodeError):
            return ""


def read_foreign(root: Path, *, most_files: int) -> ForeignBag:
    """Look at the bag in `root`: only its tag files are read, never a byte of its payload.

    Raises ForeignBagError with everything that is wrong.
    """
    if root.is_symlink() or not root.is_dir():
        raise ForeignBagError([Fault("bag-absent")])
    return read_listed(root, walk(root), lambda _path: None, most_files=most_files)


def read_listed(root: Path, tree: Tree, take: Take, *, most_files: int) -> ForeignBag:
    """The same of a bag of which all that is in it is known and nothing need lie in `root` yet.

    `take` brings one tag file there; raises what it does, too.
    """
    _stop(_faults_of_tree(root, tree, most_files))
    for path in _tags_read(tree):
        take(path)
    version, encoding = _declaration(root, tree)
    find = Finder(tree.files)
    manifests: list[Manifest] = []
    faults: list[Fault] = []
    for path in sorted(tree.files):
        if NAME.fullmatch(path):
            manifest, wrong = parse_foreign(_tag(root, path, encoding), path, find)
            manifests += [manifest] if manifest else []
            faults += wrong
    faults += faults_between(manifests)
    name = INFO if INFO in tree.files or version not in INFO_OF_BEFORE else INFO_BEFORE
    info = parse_foreign_info(_tag(root, name, encoding)) if name in tree.files else {}
    payload = {path: size for path, size in tree.files.items() if path.startswith(f"{PAYLOAD}/")}
    tags = {path: size for path, size in tree.files.items() if path not in payload}
    bag = ForeignBag(root, version, encoding, info, payload, tags, manifests)
    _stop([*faults, *_faults_of_lists(bag)])
    return bag


def prove(bag: ForeignBag, heard: Heard = lambda _count: None) -> dict[str, str]:
    """Read every listed file once, hold it against all its checksums, and return the SHA-512 of each payload file.

    `heard` is told how many bytes were read. Raises ForeignBagError with every file that is not what it should be.
    """
    expected: dict[str, dict[str, str]] = {path: {} for path in bag.payload}
    for manifest in bag.manifests:
        for path, checksum in manifest.sums.items():
            expected.setdefault(path, {})[manifest.algorithm] = checksum
    faults: list[Fault] = []
    kept: dict[str, str] = {}
    for path, sums in sorted(expected.items()):
        try:
            found = _sums_of(bag.root / path, {*sums, KEPT}, heard)
        except OSError:
            faults.append(Fault("bag-unreadable", path))
            continue
        if any(found[algorithm] != checksum for algorithm, checksum in sums.items()):
            faults.append(Fault("bag-file-changed", path))
        kept[path] = found[KEPT]
    _stop(faults)
    return {path: kept[path] for path in bag.payload}


def parse_foreign_info(text: str) -> dict[str, tuple[str, ...]]:
    """Labels (in small letters) and all their values; a line that begins with a blank goes on with the one before."""
    values: dict[str, list[str]] = {}
    label = ""
    for line in re.split("\r\n|\n|\r", text):
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and label:
            values[label][-1] = f"{values[label][-1]} {line.strip()}".strip()
        elif colon and name.strip():
            label = name.strip().lower()
            values.setdefault(label, []).append(value.strip())
    return {name: tuple(found) for name, found in values.items()}


def _stop(faults: Sequence[Fault]) -> None:
    if faults:
        raise ForeignBagError(faults)


def _faults_of_tree(root: Path, tree: Tree, most_files: int) -> list[Fault]:
    """What is wrong with what lies there, before a byte of it is read."""
    faults = [_special(root, one.path) if one.code == "bag-special-file" else Fault(one.code, one.path)
              for one in tree.problems]  # fmt: skip
    seen: dict[str, str] = {}
    for path in sorted([*tree.files, *tree.folders]):
        if is_hostile(path.rpartition("/")[2]):
            faults.append(Fault("bag-name-hostile", shown(path)))
        elif seen.setdefault(fold(path), path) != path:
            faults.append(Fault("bag-name-collision", path))
    if FETCH in {path.lower() for path in tree.files}:
        faults.append(Fault("bag-fetch"))
    if PAYLOAD not in tree.folders:
        faults.append(Fault("bag-data-missing"))
    if len(tree.files) > most_files:
        faults.append(Fault("bag-too-many-files"))
    read = _tags_read(tree)
    faults += [Fault("bag-tag-too-large", path) for path, size in read.items() if size > LARGEST_TAG]
    if sum(read.values()) > LARGEST_TAGS:
        faults.append(Fault("bag-tag-too-large", "manifests"))
    return faults


def _tags_read(tree: Tree) -> dict[str, int]:
    """The sizes of the tag files that say what the bag is."""
    named = (DECLARATION, INFO, INFO_BEFORE)
    return {path: size for path, size in tree.files.items() if path in named or NAME.fullmatch(path)}


def _special(root: Path, path: str) -> Fault:
    try:
        kind = stat.S_IFMT((root / path).lstat().st_mode)
    except OSError:
        return Fault("bag-unreadable", path)
    return Fault(_PIPES.get(kind, "bag-device"), path)


def _declaration(root: Path, tree: Tree) -> tuple[str, str]:
    """Version and encoding, as bagit.txt says them."""
    text = _tag(root, DECLARATION, "utf-8") if DECLARATION in tree.files else ""
    lines = text.removeprefix("\ufeff").splitlines()
    version = _VERSION.fullmatch(lines[0]) if lines else None
    encoding = _ENCODING.fullmatch(lines[1]) if len(lines) > 1 else None
    try:
        known = codecs.lookup(encoding[1]).name if encoding else ""
    except (LookupError, ValueError):
        known = ""
    if version is None or known not in _ENCODINGS:
        raise ForeignBagError([Fault("bag-version")])
    return version[1], known


def _faults_of_lists(bag: ForeignBag) -> list[Fault]:
    """What the manifests and what lies there say of each other."""
    ours = [one for one in bag.manifests if not one.name.lower().startswith("tag")]
    if not ours:
        return [Fault("bag-manifest-absent")]
    everywhere = set.intersection(*(set(one.sums) for one in ours))
    anywhere = set[str]().union(*(one.sums for one in ours))
    tags = set[str]().union(*(one.sums for one in bag.manifests)) - anywhere
    faults = [Fault("bag-payload-missing", path) for path in sorted(anywhere - bag.payload.keys())]
    faults += [Fault("bag-payload-untracked", path) for path in sorted(bag.payload.keys() - anywhere)]
    faults += [Fault("bag-tag-missing", path) for path in sorted(tags - bag.tags.keys())]
    if bag.version == "1.0":
        faults += [Fault("bag-manifest-partial", path) for path in sorted(anywhere - everywhere)]
    if not bag.payload and not faults:
        faults.append(Fault("bag-without-files"))
    return faults + _faults_of_oxum(bag)


def _faults_of_oxum(bag: ForeignBag) -> list[Fault]:
    said = bag.said("Payload-Oxum")
    match = _OXUM.fullmatch(said)
    if not said or (match and (int(match[1]), int(match[2])) == (bag.size, len(bag.payload))):
        return []
    return [Fault("bag-oxum-differs")]


def _tag(root: Path, path: str, encoding: str) -> str:
    try:
        return _text(root / path, encoding)
    except UnicodeError as error:
        raise ForeignBagError([Fault("bag-tag-text", path)]) from error
    except OSError as error:
        raise ForeignBagError([Fault("bag-unreadable", path)]) from error


def _text(path: Path, encoding: str) -> str:
    with open_regular(path) as stream:
        return stream.read(LARGEST_TAG).decode(encoding).removeprefix("\ufeff")


def _sums_of(path: Path, algorithms: set[str], heard: Heard) -> dict[str, str]:
    hashes = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    block = bytearray(BLOCK)
    view = memoryview(block)
    with open_regular(path) as stream:
        while count := stream.raw.readinto(view):
            for one in hashes.values():
                one.update(view[:count])
            heard(count)
    return {name: one.hexdigest() for name, one in hashes.items()}
