"""What an examination finds travels as JSON, and the parent of the sandbox stays free of what the readers load."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from pathlib import Path

import pytest

from ingest.examine import examine
from ingest.options import ExamineOptions
from ingest.parcel import Examination, FileParcel, Identification
from ingest.readers import READERS, reader_for
from ingest.readers.base import Work
from ingest.sandbox import Sandbox
from ingest.sandbox.limits import MB
from ingest.steps.tools import BYTES_A_SECOND, LEAST_PATIENCE_S
from ingest.words import FAILURES, NOTES
from tests.fixtures import canaries, given

HEAVY = {
    "PIL",
    "exifread",
    "pypdfium2",
    "kreuzberg",
    "av",
    "pygfried",
    "magic",
    "numpy",
    "webvtt",
    "pillow_heif",
}
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ["photo.jpg", "letter.pdf", "letter.eml", "voice.mp3"])
def test_an_examination_is_the_same_after_a_trip_through_json(name: str, look) -> None:
    found = look(canaries.MAKERS[name](), name)
    assert Examination.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_failed_examination_travels_too(look) -> None:
    found = look(b"", "photo.jpg")
    assert found.to_json()["state"] == "failed"
    assert Examination.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_note_is_kept_once() -> None:
    parcel = FileParcel(Path("x"), "x").noted("says-where").noted("says-where", "says-who")
    assert [note.code for note in parcel.found.notes] == ["says-where", "says-who"]


def test_examining_loads_no_library_that_parses_files_into_the_parent() -> None:
    program = "import sys, ingest.examine; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not HEAVY & set(done.stdout.split())


def test_no_format_has_two_readers() -> None:
    for quality in ("puids", "media_types", "extensions"):
        claims = [claim for reader in READERS for claim in getattr(reader.MATCHES, quality)]
        assert len(claims) == len(set(claims)), quality


def test_the_end_of_a_name_counts_only_where_the_bytes_say_nothing() -> None:
    assert reader_for(Identification(None, "", "application/octet-stream"), "a.pdf") is not None
    assert reader_for(Identification(None, "", "application/postscript"), "a.jpg") is None


def test_every_reason_and_note_is_documented() -> None:
    told = (ROOT / "docs" / "add-a-reader.md").read_text("utf-8")
    sentences = {**FAILURES, **NOTES}
    assert [code for code, sentence in sentences.items() if f"| `{code}` | {sentence} |" not in told] == []


def test_the_manual_says_how_long_a_reader_may_be_silent() -> None:
    told = " ".join((ROOT / "docs" / "add-a-reader.md").read_text("utf-8").split())
    assert f"gives no sign for {ExamineOptions().patience_s:g} seconds" in told
    assert f"one second more for each {BYTES_A_SECOND // MB} MB of the file" in told
    assert f"which has {LEAST_PATIENCE_S:g} second at least" in told


def test_the_example_of_the_manual_reads_a_family_tree(tmp_path: Path) -> None:
    told = (ROOT / "docs" / "add-a-reader.md").read_text("utf-8")
    example = types.ModuleType("family_tree")
    exec(told.partition("```python\n")[2].partition("```")[0], example.__dict__)
    tree = tmp_path / "tree.ged"
    tree.write_text("0 HEAD\n0 @I1@ INDI\n1 NAME Ann /Lee/\n0 @I2@ INDI\n1 NAME Bo /Lee/\n0 TRLR\n")
    work = Work(tree, "application/octet-stream", "tree.ged", tmp_path, ExamineOptions(), lambda: None)
    assert example.inspect(work).says["people"] == 2
    assert [passage.text for passage in example.text(work)] == ["Ann Lee", "Bo Lee"]
    assert [copy.kind for copy in example.copies(work)] == ["text"]


def test_examining_works_where_only_the_folder_of_the_file_may_be_read(tmp_path: Path) -> None:
    kept = tmp_path / "staging" / "kept"
    kept.parent.mkdir()
    with Sandbox(may_read=(kept.parent,)) as sandbox:
        for name in ("photo.heic", "letter.pdf", "letter.docx", "voice.mp3", "talk.vtt", "page.html"):
            kept.write_bytes(canaries.MAKERS[name]())
            found = examine(kept, name, tmp_path / "out" / name, sandbox, ExamineOptions())
            assert found.failure is None, name
            assert found.copies, name


def test_a_file_that_is_not_there_is_an_error_of_the_house(tmp_path: Path) -> None:
    with Sandbox() as sandbox, pytest.raises(FileNotFoundError):
        examine(tmp_path / "none", "none.jpg", tmp_path / "out", sandbox, ExamineOptions())


def test_copies_of_an_earlier_run_are_replaced_whole(look, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "web.jpg").write_bytes(b"half a copy")
    look(given.jpeg(), "photo.jpg")
    assert (tmp_path / "out" / "web.jpg").read_bytes()[:2] == b"\xff\xd8"
