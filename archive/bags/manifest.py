"""Manifests: lines of a SHA-512 and a path, percent-encoded as RFC 8493 section 2.1.3 says."""

from __future__ import annotations

import re
from collections.abc import Mapping

from archive.bags.errors import Problem
from archive.bags.layout import PAYLOAD, TAG_MANIFEST
from archive.bags.names import name_fault

_LINE = re.compile(r"([0-9a-fA-F]{128})[ \t]+([^ \t].*)", re.DOTALL)
_BROKEN_PERCENT = re.compile(r"%(?!0[AaDd]|25)")
_ENCODED = {"%25": "%", "%0A": "\n", "%0D": "\r"}


def encode_path(path: str) -> str:
    """Return `path` with `%`, LF and CR, and those only, percent-encoded."""
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def decode_path(encoded: str) -> str:
    """Undo encode_path; raises ValueError for a `%` that encodes nothing."""
    if "%" not in encoded:
        return encoded
    if _BROKEN_PERCENT.search(encoded):
        raise ValueError(encoded)
    return re.sub("%(25|0A|0D)", lambda match: _ENCODED[match[0].upper()], encoded, flags=re.IGNORECASE)


def format_manifest(hashes: Mapping[str, str]) -> bytes:
    """Return the bytes of a manifest of `{path: lower-case hexadecimal SHA-512}`, sorted by path."""
    return "".join(f"{hashes[path]}  {encode_path(path)}\n" for path in sorted(hashes)).encode("utf-8")


def parse_manifest(data: bytes, name: str) -> tuple[dict[str, str], list[Problem]]:
    """Read a manifest called `name`: `{path: lower-case SHA-512}` of its good lines, and what is wrong with the rest."""
    hashes: dict[str, str] = {}
    problems: list[Problem] = []
    try:
        lines = re.split("\r\n|\n|\r", data.decode("utf-8"))
    except UnicodeDecodeError:
        return {}, [Problem("bag-manifest-line", name)]
    if lines and lines[-1] == "":
        lines.pop()
    for line in lines:
        match = _LINE.fullmatch(line)
        problem = _fault(match[2], name, hashes) if match else Problem("bag-manifest-line", name)
        if problem:
            problems.append(problem)
        elif match:
            hashes[decode_path(match[2])] = match[1].lower()
    return hashes, problems


def _fault(encoded: str, name: str, seen: Mapping[str, str]) -> Problem | None:
    try:
        path = decode_path(encoded)
    except ValueError:
        return Problem("bag-manifest-percent", encoded)
    parts = path.split("/")
    in_payload = parts[0] == PAYLOAD and len(parts) > 1
    if any(part in ("", ".", "..") for part in parts) or "\\" in path or path.startswith("~"):
        return Problem("bag-path-escape", path)
    if in_payload == (name == TAG_MANIFEST) or path == TAG_MANIFEST:
        return Problem("bag-path-escape", path)
    if any(name_fault(part) for part in parts):
        return Problem("bag-name-unsafe", path)
    return Problem("bag-manifest-twice", path) if path in seen else None
