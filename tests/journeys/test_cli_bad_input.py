"""Whatever lies in a folder: named, refused or kept, and the rest goes on; nobody ever sees a traceback."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest

from archive.services.opening import open_archive
from archive.settings import Settings
from tests.fixtures.command_line import answer, run

BYTES_NAME = b"latin\xe9.txt"
ODD_NAMES = (
    BYTES_NAME,
    "été.txt".encode(),
    unicodedata.normalize("NFD", "été.txt").encode(),
    b"new\nline.txt",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of this module's own."""
    return tmp_path_factory.mktemp("bad-input") / "home"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three gifts: one with everything that is wrong, one whose table is none, one that is sound."""
    root = tmp_path_factory.mktemp("given")
    wrong, no_table, sound = (root / name for name in ("1-wrong", "2-no-table", "3-sound"))
    for folder in (wrong, no_table, sound):
        folder.mkdir()
        (folder / "note.txt").write_text(f"A note in {folder.name}.", encoding="utf-8")
    (wrong / "metadata.csv").write_text(
        "file,title,date,latitude,longitude\nnote.txt,A note,03/04/1974,north,0\ngone.txt,Gone,,,\n",
        encoding="utf-8",
    )
    for name in ODD_NAMES:
        (Path(os.fsdecode(os.fsencode(wrong) + b"/" + name))).write_bytes(b"Named " + repr(name).encode())
    (wrong / "empty.txt").touch()
    (wrong / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    with (wrong / "large.bin").open("wb") as large:
        large.truncate(2_000_000)
    os.mkfifo(wrong / "pipe")
    (wrong / "link").symlink_to("/etc/hosts")
    (sound / "metadata.csv").write_text("file,title\nnote.txt,A sound note\n", encoding="utf-8")
    (no_table / "metadata.csv").write_text("name,title\nnote.txt,A note\n", encoding="utf-8")
    return root


def test_a_dry_run_names_row_column_and_reason_and_touches_nothing(home: Path, folders: Path) -> None:
    done = run(home, "ingest", folders, "--collection", "march-25", "--dry-run", "--json")
    assert done.returncode == 2
    wrong, no_table, sound = json.loads(done.stdout)["submissions"]
    assert [(one["row"], one["column"]) for one in wrong["problems"] if not one["note"]] == [
        (2, "date"),
        (2, "latitude"),
        (3, "file"),
    ]
    assert "été.txt" in {one["column"] for one in wrong["problems"] if one["note"]}
    assert "1974-03-04 or 1974-04-03" in wrong["problems"][0]["reason"]
    assert "“north”" in wrong["problems"][1]["reason"]
    assert "gone.txt" in wrong["problems"][2]["reason"]
    assert [one["code"] for one in no_table["refused"]] == ["bad-table"]
    assert (sound["problems"], sound["refused"]) == ([], [])
    told = run(home, "ingest", folders, "--collection", "march-25", "--dry-run").stdout
    assert "row 2, column date" in told
    opened = open_archive(Settings.load({"REMEMBRANCE_HOME": str(home)}))
    try:
        assert opened.jobs.pending_count() == 0
        assert list(opened.settings.staging.iterdir()) == []
    finally:
        opened.close()


def test_every_file_is_kept_failed_or_refused_with_its_reason_once(home: Path, folders: Path) -> None:
    done = run(
        home, "ingest", folders, "--collection", "march-25", "--json", REMEMBRANCE_MAX_FILE_BYTES="1000000"
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    told = [file for one in report["submissions"] for file in one["files"]]
    paths = [file["path"] for file in told]
    on_disk = [path for path in folders.rglob("*") if not path.is_dir() and path.name != "metadata.csv"]
    # JSON can hold no bytes that are no letters: they are written as Python writes them.
    assert sorted(paths) == sorted(os.fsencode(path).decode("utf-8", "backslashreplace") for path in on_disk)
    outcomes = {Path(file["path"]).name: (file["outcome"], file["code"]) for file in told[:-2]}
    assert outcomes["pipe"] == ("refused", "not-a-file")
    assert outcomes["link"] == ("refused", "link")
    assert outcomes["large.bin"] == ("refused", "too-large")
    assert outcomes["torn.jpg"][0] == "failed"
    assert [(file["outcome"], file["code"]) for file in told[-2:]] == [("refused", "bad-table"), ("kept", "")]
    for name in ODD_NAMES:
        assert outcomes[name.decode("utf-8", "backslashreplace")] == ("kept", "")
    assert all(file["reason"] for file in told if file["outcome"] != "kept")
    validated = answer(home, "bags", "validate")
    assert len(validated) == len({file["item"] for file in told} - {None})
    assert all(bag["valid"] for bag in validated)
    again = answer(home, "ingest", folders, "--collection", "march-25", REMEMBRANCE_MAX_FILE_BYTES="1000000")
    assert again["counts"] == report["counts"]
    assert len(answer(home, "bags", "list")) == len(validated)


def test_the_report_for_a_person_says_each_thing_once(home: Path, folders: Path) -> None:
    done = run(home, "ingest", folders, "--collection", "march-25", REMEMBRANCE_MAX_FILE_BYTES="1000000")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert len(lines) == len(set(lines))
    assert any(line.startswith("  large.bin refused: ") for line in lines)
    assert lines[-1].startswith("3 submissions, ")


def test_a_mistake_gets_its_sentence_on_standard_error_and_exit_code_2(home: Path) -> None:
    done = run(home, "ingest", "nowhere", "--collection", "march-25")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("There is nothing at nowhere. ")
