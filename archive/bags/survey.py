"""Looks at a whole bag and lists all that is wrong with it; `read` refuses on the first, `verify` sorts them all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from archive.bags.errors import Problem
from archive.bags.info import parse_info
from archive.bags.layout import (
    DECLARATION,
    DECLARATION_BYTES,
    FETCH,
    INFO,
    MANIFEST,
    PAYLOAD,
    TAG_MANIFEST,
    is_item_id,
    is_pending,
    revisions_in,
)
from archive.bags.manifest import parse_manifest
from archive.bags.names import fold, name_fault
from archive.bags.our_profile import PROFILE_LABEL, PROFILES, missing
from archive.bags.tree import Tree, open_regular, walk

LARGEST = {DECLARATION: 1 << 10, INFO: 1 << 20, MANIFEST: 1 << 28, TAG_MANIFEST: 1 << 28}
"""Bytes: more than this in a tag file is an attack or an accident, never a bag of ours."""

_OTHER_MANIFEST = re.compile(r"(tag)?manifest-.*\.txt", re.IGNORECASE | re.DOTALL)
_OXUM = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})")


@dataclass
class Survey:
    """A bag as found: what lies there, what its manifests list, what is pending, what is wrong."""

    root: Path
    tree: Tree = field(default_factory=Tree)
    info: dict[str, str] = field(default_factory=dict)
    payload: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    tag_manifest: bytes = b""
    revisions: list[int] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def survey(root: Path) -> Survey:
    """Look at the bag in `root`; only its four small tag files are opened, the rest is only listed.

    The tag manifest is read first: what a revision adds after that moment is pending, so a bag may be read while it
    is being revised. Where older revisions were forgotten meanwhile, it is looked at once more.
    """
    bag = _look(root)
    if bag.problems and bag.revisions and _read_tag(Survey(root), TAG_MANIFEST) != bag.tag_manifest:
        return _look(root)
    return bag


def _look(root: Path) -> Survey:
    bag = Survey(root)
    if root.is_symlink() or not root.is_dir():
        bag.problems.append(Problem("bag-absent"))
        return bag
    bag.tag_manifest = _read_tag(bag, TAG_MANIFEST)
    bag.tags, problems = parse_manifest(bag.tag_manifest, TAG_MANIFEST)
    bag.revisions = revisions_in(bag.tags)
    bag.tree = walk(root)
    bag.problems += [*bag.tree.problems, *problems]
    _read_tags(bag)
    _check_names(bag)
    _check_payload(bag)
    _check_tags(bag)
    _check_info(bag)
    return bag


def _read_tag(bag: Survey, name: str) -> bytes:
    try:
        with open_regular(bag.root / name) as stream:
            data = stream.read(LARGEST[name] + 1)
    except FileNotFoundError:
        bag.problems.append(Problem("bag-tag-missing", name))
        return b""
    except OSError:
        bag.problems.append(Problem("bag-unreadable", name))
        return b""
    if len(data) > LARGEST[name]:
        bag.problems.append(Problem("bag-tag-too-large", name))
        return b""
    expected = bag.tags.get(name)
    if expected and hashlib.sha512(data).hexdigest() != expected:
        bag.problems.append(Problem("bag-tag-changed", name))
    return data


def _read_tags(bag: Survey) -> None:
    if _read_tag(bag, DECLARATION) != DECLARATION_BYTES:
        bag.problems.append(Problem("bag-declaration", DECLARATION))
    bag.info, problems = parse_info(_read_tag(bag, INFO))
    bag.problems += problems
    bag.payload, problems = parse_manifest(_read_tag(bag, MANIFEST), MANIFEST)
    bag.problems += problems


def _check_names(bag: Survey) -> None:
    seen: set[str] = set()
    for path in sorted([*bag.tree.files, *bag.tree.folders]):
        if name_fault(path.rpartition("/")[2]):
            bag.problems.append(Problem("bag-name-unsafe", path))
        folded = fold(path)
        if folded in seen:
            bag.problems.append(Problem("bag-name-collision", path))
        seen.add(folded)
    if FETCH in bag.tree.files:
        bag.problems.append(Problem("bag-fetch", FETCH))
    for path in bag.tree.files:
        if "/" not in path and _OTHER_MANIFEST.fullmatch(path) and path not in (MANIFEST, TAG_MANIFEST):
            bag.problems.append(Problem("bag-algorithm", path))


def _check_payload(bag: Survey) -> None:
    if PAYLOAD not in bag.tree.folders:
        bag.problems.append(Problem("bag-data-missing", PAYLOAD))
    present = {path for path in bag.tree.files if path.startswith(f"{PAYLOAD}/")}
    _each(bag, "bag-payload-missing", bag.payload.keys() - present)
    _each(bag, "bag-payload-untracked", present - bag.payload.keys())


def _check_tags(bag: Survey) -> None:
    present = {path for path in bag.tree.files if not path.startswith(f"{PAYLOAD}/")} - {TAG_MANIFEST}
    first, current = (bag.revisions[0], bag.revisions[-1]) if bag.revisions else (1, 0)
    untracked = present - bag.tags.keys()
    bag.pending = sorted(path for path in untracked if is_pending(path, current, first))
    _each(bag, "bag-tag-untracked", untracked.difference(bag.pending))
    _each(bag, "bag-tag-missing", bag.tags.keys() - present)
    if not bag.revisions or bag.revisions != list(range(first, current + 1)):
        bag.problems.append(Problem("bag-revision-gap", TAG_MANIFEST))


def _check_info(bag: Survey) -> None:
    if not is_item_id(bag.info.get("External-Identifier", "")):
        bag.problems.append(Problem("bag-info-id", INFO))
    match = _OXUM.fullmatch(bag.info.get("Payload-Oxum", ""))
    sizes = [size for path, size in bag.tree.files.items() if path.startswith(f"{PAYLOAD}/")]
    if not match or (int(match[1]), int(match[2])) != (sum(sizes), len(sizes)):
        bag.problems.append(Problem("bag-info-oxum", INFO))
    # A bag from before there was a profile names none.
    if (named := bag.info.get(PROFILE_LABEL, "")) in PROFILES:
        _each(bag, "bag-profile", missing(bag.info, bag.tags, named))


def _each(bag: Survey, code: str, paths: Iterable[str]) -> None:
    bag.problems += [Problem(code, path) for path in sorted(paths)]
