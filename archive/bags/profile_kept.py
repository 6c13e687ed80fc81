"""Holds a bag against a BagIt Profile (specification 1.3.0), rule by rule as the profile has them, whoever wrote either."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from archive.bags.foreign import parse_foreign_info
from archive.bags.foreign_manifest import NAME
from archive.bags.layout import DECLARATION, FETCH, INFO, PAYLOAD
from archive.bags.tree import Tree, open_regular, walk

LARGEST_TAG = 1 << 20
FOLDER = ""
"""How a bag comes that is no file: as the folder it is."""


@dataclass(frozen=True)
class _Bag:
    tree: Tree
    info: Mapping[str, tuple[str, ...]]
    version: str
    comes_as: str

    def manifests(self, *, of_tags: bool) -> set[str]:
        """The algorithms, in small letters, of the manifests of the payload or of the tag files."""
        found = filter(None, (NAME.fullmatch(path) for path in self.tree.files))
        return {one["algorithm"].lower() for one in found if (one["of"] is not None) is of_tags}

    @property
    def tag_files(self) -> list[str]:
        """What is neither payload nor one of the files that BagIt itself names."""
        own = {DECLARATION, INFO, FETCH}
        return sorted(
            path
            for path in self.tree.files
            if not path.startswith(f"{PAYLOAD}/") and path not in own and not NAME.fullmatch(path)
        )


def breaches(root: Path, rules: Mapping[str, Any], comes_as: str = FOLDER) -> list[str]:
    """What of the profile `rules` the bag in `root` does not keep, in words for a log; nothing for a bag that keeps it.

    `comes_as` is the media type of the file it was unpacked from. A rule that is not known here is not kept. Raises OSError
    where the bag cannot be read, UnicodeDecodeError where bag-info.txt is no text.
    """
    tree = walk(root)
    declared = parse_foreign_info(_text(root, tree, DECLARATION)).get("bagit-version", ("",))
    bag = _Bag(tree, parse_foreign_info(_text(root, tree, INFO)), declared[0], comes_as)
    found = [problem.code for problem in tree.problems]
    for rule, said in rules.items():
        check = _RULES.get(rule)
        found += check(bag, said, rules) if check else [f"{rule} is a rule that is not known"]
    return found


def _text(root: Path, tree: Tree, path: str) -> str:
    if path not in tree.files:
        return ""
    with open_regular(root / path) as stream:
        return stream.read(LARGEST_TAG).decode("utf-8")


def _about(bag: _Bag, said: Mapping[str, Any], _rules: Mapping[str, Any]) -> Iterator[str]:
    label = "BagIt-Profile-Identifier"
    if said[label] not in bag.info.get(label.lower(), ()):
        yield f"{label} does not name this profile"


def _info(bag: _Bag, said: Mapping[str, Mapping[str, Any]], _rules: Mapping[str, Any]) -> Iterator[str]:
    for label, asked in said.items():
        values = [one for one in bag.info.get(label.lower(), ()) if one]
        if asked.get("required") and not values:
            yield f"{label} is not there"
        if len(values) > 1 and not asked.get("repeatable", True):
            yield f"{label} is there {len(values)} times"
        if asked.get("values") and not set(values) <= set(asked["values"]):
            yield f"{label} is none of those that it may be"


def _required(of_tags: bool) -> Check:
    def check(bag: _Bag, said: Collection[str], _rules: Mapping[str, Any]) -> Iterator[str]:
        lacking = set(said) - bag.manifests(of_tags=of_tags)
        yield from (f"{'tag' * of_tags}manifest-{one}.txt is not there" for one in sorted(lacking))

    return check


def _allowed(of_tags: bool) -> Check:
    def check(bag: _Bag, said: Collection[str], _rules: Mapping[str, Any]) -> Iterator[str]:
        beyond = bag.manifests(of_tags=of_tags) - set(said)
        yield from (f"{'tag' * of_tags}manifest-{one}.txt may not be there" for one in sorted(beyond))

    return check


def _tag_files_required(bag: _Bag, said: Collection[str], _rules: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{path} is not there" for path in said if path not in bag.tree.files)


def _tag_files_allowed(bag: _Bag, said: Collection[str], rules: Mapping[str, Any]) -> Iterator[str]:
    for path in (*bag.tag_files, *rules.get("Tag-Files-Required", ())):
        if not any(fnmatchcase(path, pattern) for pattern in said):
            yield f"{path} may not be there"


def _fetch(bag: _Bag, said: bool, _rules: Mapping[str, Any]) -> Iterator[str]:
    if not said and FETCH in bag.tree.files:
        yield f"{FETCH} may not be there"


def _serialisation(bag: _Bag, said: str, rules: Mapping[str, Any]) -> Iterator[str]:
    if said == "required" and bag.comes_as == FOLDER:
        yield "it may not come as a folder"
    if bag.comes_as != FOLDER and (
        said == "forbidden" or bag.comes_as not in rules.get("Accept-Serialization", ())
    ):
        yield f"it may not come as {bag.comes_as}"


def _accepted(_bag: _Bag, _said: Collection[str], _rules: Mapping[str, Any]) -> Iterator[str]:
    """What may be accepted is looked up where Serialization is."""
    return iter(())


def _version(bag: _Bag, said: Collection[str], _rules: Mapping[str, Any]) -> Iterator[str]:
    if bag.version not in said:
        yield f"BagIt-Version may not be {bag.version or 'unsaid'}"


Check = Callable[[_Bag, Any, Mapping[str, Any]], Iterator[str]]
_RULES: Mapping[str, Check] = {
    "BagIt-Profile-Info": _about,
    "Bag-Info": _info,
    "Manifests-Required": _required(of_tags=False),
    "Manifests-Allowed": _allowed(of_tags=False),
    "Tag-Manifests-Required": _required(of_tags=True),
    "Tag-Manifests-Allowed": _allowed(of_tags=True),
    "Tag-Files-Required": _tag_files_required,
    "Tag-Files-Allowed": _tag_files_allowed,
    "Allow-Fetch.txt": _fetch,
    "Serialization": _serialisation,
    "Accept-Serialization": _accepted,
    "Accept-BagIt-Version": _version,
}
