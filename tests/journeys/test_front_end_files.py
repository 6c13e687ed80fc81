"""The few front-end files of others come as they were pinned, or not at all."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT, LICENCE = b"window.given = 1;\n", b"Do as you like.\n"


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def locked(root: Path, **wrong: str) -> Path:
    """A checkout whose lock names one package, beside it as a tarball; returns where the script is to be."""
    tarball = root / "given.tgz"
    with tarfile.open(tarball, "w:gz") as tar:
        for name, data in (("package/dist/given.js", SCRIPT), ("package/LICENSE", LICENCE)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    files = [
        {"from": "package/dist/given.js", "to": "given.js", "sha512": hashlib.sha512(SCRIPT).hexdigest()},
        {
            "from": "package/LICENSE",
            "to": "licences/given.txt",
            "sha512": hashlib.sha512(LICENCE).hexdigest(),
        },
    ]
    package: dict[str, Any] = {"name": "given", "tarball": tarball.as_uri(), "integrity": f"sha512-{digest}"}
    package |= {"files": files} | wrong
    (root / "front-end.lock.json").write_text(json.dumps({"packages": [package]}))
    return root / "archive" / "web" / "static" / "vendor" / "given.js"


def test_what_is_pinned_is_brought_with_its_licence_and_only_once(tmp_path: Path, build: ModuleType) -> None:
    script = locked(tmp_path)
    made = build.fetch_front_end(tmp_path)
    assert script.read_bytes() == SCRIPT
    assert (script.parent / "licences" / "given.txt").read_bytes() == LICENCE
    assert sorted(path.name for path in made) == ["given.js", "given.txt"]
    (tmp_path / "given.tgz").unlink()
    assert build.fetch_front_end(tmp_path) == made


def test_other_bytes_than_those_pinned_stop_the_build(tmp_path: Path, build: ModuleType) -> None:
    script = locked(tmp_path, integrity="sha512-AAAA")
    with pytest.raises(ValueError, match=r"given is not what front-end\.lock\.json says"):
        build.fetch_front_end(tmp_path)
    assert not script.exists()


def test_only_whole_addresses_are_fetched(tmp_path: Path, build: ModuleType) -> None:
    locked(tmp_path, tarball="http://127.0.0.1:9/given.tgz")
    with pytest.raises(ValueError, match="no address to fetch from"):
        build.fetch_front_end(tmp_path)


def test_every_package_is_pinned_by_version_and_hash_and_names_its_licence() -> None:
    for package in json.loads((ROOT / "front-end.lock.json").read_text())["packages"]:
        assert package["integrity"].startswith("sha512-")
        assert package["version"] in package["tarball"]
        assert package["licence"] in {"MIT", "BSD-3-Clause", "ISC"}
        assert any(file["to"].startswith("licences/") for file in package["files"])
