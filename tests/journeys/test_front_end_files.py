"""The few front-end files of others come as they were pinned, or not at all."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import shutil
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

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


def locked(root: Path, script: bytes = SCRIPT, **wrong: Any) -> Path:
    """A checkout whose lock names one package, beside it as a tarball; returns where the script is to be."""
    tarball = root / "given.tgz"
    with tarfile.open(tarball, "w:gz") as tar:
        for name, data in (("package/dist/given.js", script), ("package/LICENSE", LICENCE)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    files = [
        {"from": "package/dist/given.js", "to": "given.js", "sha512": hashlib.sha512(script).hexdigest()},
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


def test_a_map_is_drawn_from_the_pinned_shapes_once_and_anew_when_others_are_pinned(
    tmp_path: Path, build: ModuleType
) -> None:
    for name in ("hatch_map.py", "archive/web/projections.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shapes = shapes_of_land()
    pinned = {"from": "package/dist/given.js", "sha512": hashlib.sha512(shapes).hexdigest()}
    locked(tmp_path, shapes, files=[], maps=[pinned | {"kind": "world", "to": "map-world.png"}])
    (drawn,) = build.fetch_front_end(tmp_path)
    with Image.open(drawn) as picture:
        cover = picture.convert("RGBA").getchannel("A")
    # Land lies in the east, and at the edge of the west because it goes on beyond 180 degrees; elsewhere is paper.
    width, middle = cover.width, cover.height * 6 // 10
    assert cover.getpixel((width * 9 // 10, middle)) == cover.getpixel((width // 60, middle)) == 105
    assert cover.getpixel((width // 2, middle)) == 0
    before = drawn.stat().st_mtime_ns
    (tmp_path / "given.tgz").unlink()
    assert build.fetch_front_end(tmp_path) == [drawn] and drawn.stat().st_mtime_ns == before
    locked(
        tmp_path, shapes, files=[], maps=[pinned | {"sha512": "00", "kind": "world", "to": "map-world.png"}]
    )
    with pytest.raises(ValueError, match=r"given\.js is not what front-end\.lock\.json says"):
        build.fetch_front_end(tmp_path)


def shapes_of_land() -> bytes:
    """TopoJSON of one land around the equator, from 100 degrees east to 170 west."""
    arc = [[100, -20], [70, 0], [-340, 0], [0, 30], [340, 0], [-70, 0], [0, -30]]
    land = {"type": "MultiPolygon", "arcs": [[[0]]]}
    transform = {"scale": [1, 1], "translate": [0, 0]}
    topology = {"objects": {"land": {"geometries": [land]}}, "arcs": [arc], "transform": transform}
    return json.dumps(topology).encode()


def test_every_package_is_pinned_by_version_and_hash_and_names_its_licence() -> None:
    for package in json.loads((ROOT / "front-end.lock.json").read_text())["packages"]:
        assert package["integrity"].startswith("sha512-")
        assert package["version"] in package["tarball"]
        assert package["licence"] in {"MIT", "BSD-3-Clause", "ISC"}
        assert any(file["to"].startswith("licences/") for file in package["files"])
