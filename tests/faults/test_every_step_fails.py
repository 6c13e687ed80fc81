"""Killed at anything it does to disk or database, or with a disk that fails there: no orphan, no loss, no false promise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
STORIES = (
    "publish",
    "hide",
    "destroy",
    "export",
    "copy",
    "repair",
    "backup",
    "upload",
    "keep",
    "bring in",
    "adopt",
    "write",
)
EACH = 0
FEW = (("export", "kill", 1), ("write", "kill", 4))


def told(place: Path, *chapters: tuple[str, str, int]) -> list[dict[str, Any]]:
    """What became of each chapter: a story, what befalls it, and at how many of its steps."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fixtures.dying", str(place), json.dumps(chapters)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_is_killed_or_fails_in_the_midst_is_finished_by_the_next_start(tmp_path: Path) -> None:
    for chapter, found in zip(FEW, told(tmp_path, *FEW), strict=True):
        assert found["wrong"] == [], chapter
        assert found["struck"] == found["lives"] >= 1, chapter


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["kill", "full", "read-only", "broken"])
@pytest.mark.parametrize("story", STORIES)
def test_at_every_step_what_is_killed_or_fails_is_finished_by_the_next_start(
    tmp_path: Path, story: str, fault: str
) -> None:
    (found,) = told(tmp_path, (story, fault, EACH))
    assert found["wrong"] == []
    assert found["struck"] >= found["lives"] // 2
