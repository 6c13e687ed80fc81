"""Every hostile or broken file is kept, answered with a reason where it cannot be read, and never stops the next one."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from ingest.examine import examine
from ingest.options import ExamineOptions
from ingest.sandbox import Limits, Sandbox, parent
from ingest.sandbox.limits import MB
from ingest.sandbox.watch import Watch, cpu_seconds, own_memory
from ingest.words import FAILURES
from tests.fixtures import given, hostile

# What is promised of every file: processor time of all its steps, and memory beyond what the child held before.
LONGEST_S, MOST_MB = 5.0, 256
# They take seconds to run into the same limit of the same reader as another one does, and are left to the thorough run.
MUCH_LIKE_ANOTHER = frozenset(
    {
        *(
            "TIFF of 200 large pages that are one",
            "RTF of a million hidden levels",
            "RTF a million levels deep",
        ),
        *(
            "HTML of a million openings",
            "HTML of many rules and 100,000 levels",
            "HTML of rules that all look far",
        ),
        *("film of long gaps", "film of large pictures", "five minutes of silence"),
        *("PDF of 2,000 pages of words in a form", "PDF of 200 pages of noise", "PDF of 200 slow pages"),
        *("PDF of 2,000 pages that are one", "PDF of 200 pages of slow layers"),
        *("table with a quote that never closes", "DOCX that lies about its size"),
    }
)


def is_like_another(name: str) -> bool:
    """Whether another of the corpus ends in the same way; of halves others tell in every run that they are told."""
    return name in MUCH_LIKE_ANOTHER or (name.startswith("half of ") and not name.endswith((".mp3", ".mkv")))


class Measured(Watch):
    """Watches like any other, and keeps what it saw of one file's requests."""

    cpu = 0.0
    most = 0

    def __init__(self, pid: int, memory_at_rest: int, limits: Limits) -> None:
        super().__init__(pid, memory_at_rest, limits)
        self.seen = cpu_seconds(pid)
        self.held = memory_at_rest

    def look(self) -> None:
        now = cpu_seconds(self.pid)
        Measured.cpu += max(0.0, now - self.seen)
        self.seen = now
        Measured.most = max(Measured.most, own_memory(self.pid) - self.held)
        super().look()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as one:
        the_first = {"path": str(Path(__file__)), "name": "started.txt"}
        one.call("ingest.readers.actions:identify", the_first, Limits())
        yield one


@pytest.mark.parametrize(
    "which",
    [pytest.param(one, marks=pytest.mark.slow if is_like_another(one) else ()) for one in hostile.CORPUS],
)
def test_a_hostile_file_ends_as_it_should_is_left_as_it_was_and_lets_the_next_through(
    which: str, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, make, right_ends = hostile.CORPUS[which]
    kept = tmp_path / "kept"
    kept.write_bytes(make())
    before = hashlib.sha256(kept.read_bytes()).digest()
    monkeypatch.setattr(parent, "Watch", Measured)
    Measured.cpu, Measured.most = 0.0, 0
    started, worker = time.monotonic(), time.process_time()

    found = examine(kept, name, tmp_path / "out", sandbox, ExamineOptions())

    assert Measured.cpu + time.process_time() - worker <= LONGEST_S
    assert time.monotonic() - started <= LONGEST_S * how_busy()
    assert Measured.most <= MOST_MB * MB
    assert (found.failure.code if found.failure else None) in right_ends
    assert found.failure is None or found.failure.sentence == FAILURES[found.failure.code]
    assert hashlib.sha256(kept.read_bytes()).digest() == before
    secret = Path(hostile.SECRET_PATH).read_text().strip()
    assert secret not in "".join(passage.text for passage in found.passages)
    assert the_next_file_goes_through(sandbox, tmp_path)


@pytest.mark.parametrize("which", hostile.NAMES)
def test_a_hostile_name_is_kept_as_given_and_reaches_no_other_folder(
    which: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    kept = tmp_path / "in" / "kept"
    kept.parent.mkdir()
    kept.write_bytes(given.jpeg())

    found = examine(kept, hostile.NAMES[which], tmp_path / "out", sandbox, ExamineOptions())

    assert found.failure is None
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["in", "out"]
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == ["thumbnail.jpg", "web.jpg"]


def test_a_name_that_misleads_is_noted(sandbox: Sandbox, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(given.jpeg())
    found = examine(
        kept, hostile.NAMES["letters that turn the line"], tmp_path / "out", sandbox, ExamineOptions()
    )
    assert "unusual-name" in {note.code for note in found.notes}


def test_a_link_and_a_folder_are_not_opened(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "link.jpg").symlink_to("/etc/passwd")
    for path in (tmp_path / "link.jpg", tmp_path):
        found = examine(path, "link.jpg", tmp_path / "out", sandbox, ExamineOptions())
        assert found.failure is not None
        assert found.failure.code == "not-a-file"


def test_postscript_is_never_handed_to_an_interpreter_even_when_it_is_taken_for_a_picture(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.jpg"
    Image.new("RGB", (40, 40)).save(kept, "EPS")
    arguments = {
        "path": str(kept),
        "name": "photo.jpg",
        "identification": {"puid": None, "format_name": "", "media_type": "image/jpeg", "warnings": []},
        "inspection": None,
        "options": vars(ExamineOptions()),
    }
    with pytest.raises(Exception, match="damaged"):
        sandbox.call("ingest.readers.actions:copies", arguments, Limits())


def how_busy() -> float:
    """By how much longer a second of work takes while other programs want the processor too, and a little more."""
    return 1.5 * max(1.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))


def the_next_file_goes_through(sandbox: Sandbox, folder: Path) -> bool:
    good = folder / "good"
    good.write_bytes(given.jpeg())
    found = examine(good, "good.jpg", folder / "good-out", sandbox, ExamineOptions())
    with Image.open(io.BytesIO((folder / "good-out" / "web.jpg").read_bytes())) as picture:
        return found.failure is None and picture.size == (640, 480)
