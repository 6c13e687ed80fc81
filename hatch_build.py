"""What the build does beyond copying: compiles the translations, fetches the few front-end files that others made, draws maps.

What is fetched is pinned in front-end.lock.json by the SHA-512 of each tarball and file, and comes from the npm
registry without npm: no node is needed, and nothing that is fetched is run. Of the packages with shapes of land and
states only the maps are kept that are drawn from them (hatch_map.py). Where they cannot be fetched the build
goes on, because the pages work without them; bytes other than those pinned stop it.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import os
import secrets
import tarfile
import urllib.request
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCK = "front-end.lock.json"
VENDOR = Path("archive") / "web" / "static" / "vendor"
PATIENCE_S = 30
LARGEST_TARBALL = 16 * 1024**2


class Hook(BuildHookInterface):  # type: ignore[misc]
    """Makes what git does not hold: messages.mo beside every messages.po, and static/vendor."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make it, and have the results packed although git ignores them."""
        root = Path(self.root)
        made = compile_catalogues(root)
        try:
            made += fetch_front_end(root)
        except OSError as error:
            self.app.display_warning(f"The pages will do without their scripts: {error}")
        build_data["artifacts"] += [path.relative_to(root).as_posix() for path in made]


def compile_catalogues(root: Path) -> list[Path]:
    """Compile every messages.po of the web pages to the messages.mo beside it."""
    made = []
    for source in sorted((root / "archive" / "web" / "translations").glob("*/LC_MESSAGES/messages.po")):
        compiled = source.with_suffix(".mo")
        with source.open("rb") as reading, compiled.open("wb") as writing:
            write_mo(writing, read_po(reading, locale=source.parent.parent.name))
        made.append(compiled)
    return made


def fetch_front_end(root: Path) -> list[Path]:
    """Bring every locked file to static/vendor, fetching only what is not there as it should be; OSError, ValueError."""
    made = []
    for package in json.loads((root / LOCK).read_text(encoding="utf-8"))["packages"]:
        wanted = {root / VENDOR / file["to"]: file for file in package["files"]}
        drawn = {root / VENDOR / one["to"]: one for one in package.get("maps", ())}
        is_whole = all(_is_there(path, file["sha512"]) for path, file in wanted.items())
        if not is_whole or not all(_is_drawn(root, path, one) for path, one in drawn.items()):
            with tarfile.open(fileobj=io.BytesIO(_tarball(package)), mode="r:gz") as tar:
                for path, file in wanted.items():
                    _put(path, _pinned(tar, file))
                for path, one in drawn.items():
                    _put(path, _drawing(root).draw(root, one["kind"], _pinned(tar, one)))
        made += [*wanted, *drawn]
    return made


def _drawing(root: Path) -> Any:
    """The module beside this one that draws; a build is not run from the folder of its project."""
    spec = importlib.util.spec_from_file_location("hatch_map", root / "hatch_map.py")
    if spec is None or spec.loader is None:
        raise OSError("hatch_map.py cannot be read")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _is_drawn(root: Path, path: Path, wanted: dict[str, Any]) -> bool:
    """Whether that map is there, drawn from what is pinned as maps are drawn now."""
    return path.is_file() and _drawing(root).mark(wanted["sha512"]).encode() in path.read_bytes()


def _tarball(package: dict[str, Any]) -> bytes:
    address = str(package["tarball"])
    if not address.startswith(("https://", "file://")):
        raise ValueError(f"{address} is no address to fetch from")
    with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:  # noqa: S310 - looked at above
        data = bytes(answer.read(LARGEST_TARBALL))
    found = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    if found != package["integrity"]:
        raise ValueError(f"{package['name']} is not what {LOCK} says")
    return data


def _pinned(tar: tarfile.TarFile, wanted: dict[str, Any]) -> bytes:
    found = tar.extractfile(wanted["from"])
    if found is None:
        raise ValueError(f"{wanted['from']} is no file")
    data = found.read()
    if hashlib.sha512(data).hexdigest() != wanted["sha512"]:
        raise ValueError(f"{wanted['from']} is not what {LOCK} says")
    return data


def _is_there(path: Path, sha512: str) -> bool:
    return path.is_file() and hashlib.sha512(path.read_bytes()).hexdigest() == sha512


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    temporary.write_bytes(data)
    os.replace(temporary, path)  # noqa: PTH105
