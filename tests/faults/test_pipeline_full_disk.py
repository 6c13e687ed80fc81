"""The disk is full: an ingest says so or waits, loses nothing, and is completed once there is room."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.bulk import ingest
from tests.fixtures.faults import COLLECTION, Gift, assert_whole, make_gift, open_home
from tests.fixtures.small_disk import small_disk
from tests.fixtures.warm import Heard

MIB = 1024**2
DISK = 24 * MIB


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of this test's own."""
    with small_disk(tmp_path / "disk", DISK) as place:
        yield place


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Gift]:
    """The home of an archive that holds one gift, and the gift; a test works on a copy."""
    place = tmp_path_factory.mktemp("begun")
    gift = make_gift(place / "gifts", 4)
    archive = open_home(place / "home")
    try:
        ingest(archive, [gift.folder], COLLECTION, publish=True)
    finally:
        archive.close()
    return place / "home", gift


def command(home: Path, folder: Path, **settings: str) -> Heard:
    names = {f"REMEMBRANCE_{name.upper()}": value for name, value in settings.items()}
    environment = {
        **os.environ,
        "REMEMBRANCE_HOME": str(home),
        "REMEMBRANCE_WORKER_CONCURRENCY": "1",
        **names,
    }
    return Heard(
        "archive", "ingest", folder, "--collection", COLLECTION, "--publish", "--json", env=environment
    )


def ended(running: Heard, seconds: float) -> tuple[int, dict[str, Any], str]:
    """Exit code, report and complaints of a command."""
    done = running.ended(seconds)
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}, done.stderr


def leave_room(disk: Path, size: int) -> Path:
    """Fill the disk up to `size` bytes."""
    ballast = disk / "ballast"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with ballast.open("wb") as filling, contextlib.suppress(OSError):
        filling.write(b"\1" * max(0, free - size))
    return ballast


def assert_complete(home: Path, gifts: list[Gift]) -> None:
    archive = open_home(home)
    try:
        assert_whole(archive, gifts, withdrawn=False)
    finally:
        archive.close()


def test_what_does_not_fit_is_put_off_whole_and_taken_in_once_there_is_room(
    disk: Path, tmp_path: Path, begun: tuple[Path, Gift]
) -> None:
    gift = make_gift(tmp_path / "gifts", 1)
    large = gift.folder / "words.txt"
    large.write_text(f"{gift.word} " + "and again. " * 1_000_000, encoding="utf-8")
    home = shutil.copytree(begun[0], disk / "home")
    ballast = leave_room(disk, 8 * MIB)

    code, report, complained = ended(command(home, gift.folder, free_space_floor="0"), 90)

    assert code == 1
    assert complained == ""
    files = report["submissions"][0]["files"]
    assert {(file["outcome"], file["code"]) for file in files} == {("refused", "storage-full")}
    assert {file["reason"] for file in files} == {"There is no room left for this file."}
    assert report["submissions"][0]["id"] is None
    ballast.unlink()
    large.write_text(f"Demonstration text. {gift.word} is in it.", encoding="utf-8")
    code, _, complained = ended(command(home, gift.folder, free_space_floor="0"), 90)
    assert (code, complained) == (0, "")
    assert_complete(home, [gift, begun[1]])


def test_below_the_floor_of_free_space_nothing_more_is_taken_in(disk: Path, tmp_path: Path) -> None:
    gift = make_gift(tmp_path / "gifts", 3)

    code, report, complained = ended(command(disk / "home", gift.folder), 90)

    assert (code, complained) == (1, "")
    assert {file["code"] for file in report["submissions"][0]["files"]} == {"storage-full"}


def survive_a_full_disk(disk: Path, tmp_path: Path, begun: tuple[Path, Gift], room: int) -> None:
    """Whatever runs out of room first with `room` bytes left: it is told or waited out, and completed afterwards."""
    second = make_gift(tmp_path / "gifts", 5)
    home = shutil.copytree(begun[0], disk / "home")
    ballast = leave_room(disk, room)

    running = command(home, second.folder, free_space_floor="0")
    until = time.monotonic() + 8.0
    while running.process.poll() is None and time.monotonic() < until:
        time.sleep(0.1)
    ballast.unlink()
    code, _, complained = ended(running, 120)

    assert code in (0, 1)
    assert "Traceback" not in complained
    if code:
        assert "room" in complained or "disk" in complained
        code, _, complained = ended(command(home, second.folder, free_space_floor="0"), 120)
        assert (code, complained) == (0, "")
    assert_complete(home, [begun[1], second])


@pytest.mark.parametrize("room", [pytest.param(0, marks=pytest.mark.slow), 600_000])
def test_a_disk_that_fills_at_any_point_loses_nothing(
    disk: Path, tmp_path: Path, begun: tuple[Path, Gift], room: int
) -> None:
    survive_a_full_disk(disk, tmp_path, begun, room)


@pytest.mark.slow
@pytest.mark.parametrize("room", range(4096, 1_600_000, 40_960))
def test_a_disk_that_fills_at_every_point_loses_nothing(
    disk: Path, tmp_path: Path, begun: tuple[Path, Gift], room: int
) -> None:
    survive_a_full_disk(disk, tmp_path, begun, room)
