"""Somebody without the checkout installs the wheel, makes the demonstration, and looks at it."""

from __future__ import annotations

import ast
import email
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# All that the wheel is made of; nothing else of the checkout can find its way in.
SOURCES = ("archive", "ingest", "templates", "collections")
FILES = ("pyproject.toml", "hatch_build.py", "hatch_map.py", "front-end.lock.json", "README.md", "LICENSE")
PATIENCE_S = 120
# Not there at run time: the words of those who check types.
TYPES_ONLY = {"_typeshed"}


def run(*command: str | Path, cwd: Path, home: Path | None = None, within: int = 600) -> str:
    """What a command that must succeed prints."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=surroundings(home),
        capture_output=True,
        text=True,
        timeout=within,
    )
    assert done.returncode == 0, f"{command[0]} {command[1]}: {done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def surroundings(home: Path | None) -> dict[str, str]:
    """An environment in which nothing points to the checkout."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("REMEMBRANCE_", "PYTHON", "VIRTUAL_ENV"))
    }
    return kept | ({"REMEMBRANCE_HOME": str(home)} if home else {}) | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that the build leaves nothing in the checkout and takes nothing compiled from it."""
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        leave = shutil.ignore_patterns("__pycache__", "*.mo", "_data")
        shutil.copytree(ROOT / name, source / name, ignore=leave)
    for name in FILES:
        shutil.copy(ROOT / name, source)
    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        source / "dist",
        source,
        cwd=source,
    )
    return next((source / "dist").glob("*.whl"))


@pytest.fixture(scope="module", params=["lent", pytest.param("chosen", marks=pytest.mark.slow)])
def installed(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs' folder of a new environment with the wheel in it, the libraries lent by this one or chosen by pip."""
    place = tmp_path_factory.mktemp("elsewhere") / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", place, cwd=place.parent)
    python = place / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    if request.param == "chosen":
        run(*pip, "install", "-q", wheel, cwd=place.parent)
        return place / "bin"
    run(*pip, "install", "-q", "--no-index", "--no-deps", wheel, cwd=place.parent)
    packages = Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=place).strip()
    )
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "lent.pth").write_text("\n".join(sorted(lent)) + "\n")
    return place / "bin"


@pytest.fixture(scope="module")
def demonstrated(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An archive that the installed program filled with the demonstration, and what it said."""
    home = tmp_path_factory.mktemp("archive") / "home"
    return home, run(installed / "remembrance", "demo", "--no-serve", cwd=home.parent, home=home)


@pytest.fixture
def served(installed: Path, demonstrated: tuple[Path, str]) -> Iterator[str]:
    """The address of that archive while the installed program serves it."""
    home, _ = demonstrated
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serving = subprocess.Popen(
        [str(installed / "remembrance"), "serve", "--bind", f"127.0.0.1:{port}"],
        cwd=home.parent,
        env=surroundings(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_served(serving, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        below = children_of(serving.pid)
        serving.send_signal(signal.SIGTERM)
        try:
            serving.wait(60)
        except subprocess.TimeoutExpired:
            serving.kill()
            serving.wait()
            raise
    assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == [], "a process stayed behind"


def wait_until_served(serving: subprocess.Popen[bytes], address: str) -> None:
    """Wait until the archive answers; fails when it ends first or takes too long."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        assert serving.poll() is None, "it ended instead of serving"
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5).close()
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("it did not begin to serve")


def children_of(pid: int) -> list[int]:
    """The processes below one process, all the way down."""
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(child) for child in listing.read_text().split()] if listing.exists() else []
    return direct + [deeper for child in direct for deeper in children_of(child)]


def page(address: str) -> str:
    """One page, as a visitor's browser gets it."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return str(answer.read().decode("utf-8"))


def test_the_wheel_holds_all_that_the_program_reads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    expected = {
        f"archive/_data/{path.relative_to(ROOT)}"
        for folder in ("templates", "collections")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    expected |= {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "archive" / "models" / "migrations").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    expected |= {
        f"archive/web/translations/{code}/LC_MESSAGES/messages.mo" for code in ("en", "es", "fr", "pt")
    }
    # With what others made, and its licences, wherever the checkout was installed from the network.
    expected |= {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "archive" / "web" / "static").rglob("*")
        if path.is_file()
    }
    assert sorted(expected - names) == []
    assert [
        name for name in names if name.split("/")[0] in ("tests", "docs", "bench", "templates", "collections")
    ] == []
    # Words that are newer than what was compiled from them would be compiled again, where nobody may write.
    assert [name for name in names if name.endswith(".po")] == []


def test_whatever_the_program_imports_is_named_by_the_wheel(wheel: Path) -> None:
    """Here libraries are lent, so that one that the wheel forgets to ask for would be missed by nobody."""
    with zipfile.ZipFile(wheel) as packed:
        sources = {
            name: packed.read(name).decode("utf-8")
            for name in packed.namelist()
            if name.endswith(".py") and name.split("/")[0] in ("archive", "ingest")
        }
        (metadata,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        asked = email.message_from_bytes(packed.read(metadata)).get_all("Requires-Dist", [])
    named = {spelled(re.split(r"[^\w.-]", requirement)[0]) for requirement in asked}
    provided = packages_distributions()
    imported = {top for text in sources.values() for top in imports(text)}
    assert {"flask", "sqlalchemy", "PIL", "tantivy"} <= imported
    missing = {top for top in imported if not named & {spelled(one) for one in provided.get(top, [top])}}
    assert sorted(missing) == []
    # What no import names: a driver that an address asks for, and lists of words that are read as data.
    assert {"psycopg", "mnemonic"} <= named


def imports(source: str) -> set[str]:
    """The names of others' packages that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {"archive", "ingest"} - TYPES_ONLY


def spelled(name: str) -> str:
    """The name of a distribution as all spell it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_installed_program_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    say = "import archive, ingest; print(archive.__file__, ingest.__file__)"
    for place in run(installed / "python", "-c", say, cwd=tmp_path).split():
        assert Path(place).is_relative_to(installed.parent)
        assert not Path(place).is_relative_to(ROOT)


def test_the_installed_program_makes_the_demonstration(demonstrated: tuple[Path, str]) -> None:
    home, said = demonstrated
    bags = re.search(r"(\d+) of (\d+) valid", said)
    assert bags and bags[1] == bags[2] != "0"
    assert re.search(r"[1-9]\d* found", said)
    assert "staff sign-in" in said
    assert (home / "remembrance.db").is_file()


def test_the_installed_program_serves_pages_in_every_language_with_their_style(served: str) -> None:
    home = page(f"{served}/")
    style = re.search(r'<link rel="stylesheet" href="([^"]+)"', home)
    assert style and "font-family" in page(served + style[1])
    languages = {code: page(f"{served}/{code}/") for code in ("es", "fr", "pt")}
    assert all(f'<html lang="{code}"' in text for code, text in languages.items())
    assert len({home, *languages.values()}) == 4
    item = re.search(r'href="(/items?/[^"?#]+)"', page(f"{served}/search?q=candle"))
    assert item and "<h1" in page(served + item[1])
