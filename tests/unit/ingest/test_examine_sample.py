"""Every file of the shared sample is read, and what it is known to say is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.examine import examine
from ingest.options import ExamineOptions
from ingest.parcel import Examination
from ingest.sandbox import Sandbox

SAMPLE = Path(__file__).parents[4] / "shared" / "sample"
pytestmark = [
    pytest.mark.sample,
    pytest.mark.skipif(not SAMPLE.is_dir(), reason="the shared sample is not beside the repository"),
]
FOLDERS = sorted(folder.name for folder in SAMPLE.glob("[0-9]*")) if SAMPLE.is_dir() else []
SHOWN_NOT = {".midi"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(may_read=(SAMPLE,)) as one:
        yield one


# The whole sample is taken in by the command line in every run; each kind of file by itself in the thorough one.
@pytest.mark.parametrize(
    "folder",
    [name if n % 6 == 0 else pytest.param(name, marks=pytest.mark.slow) for n, name in enumerate(FOLDERS)],
)
def test_every_file_of_a_submission_is_read_and_shown(folder: str, sandbox: Sandbox, tmp_path: Path) -> None:
    for path in sorted((SAMPLE / folder).iterdir()):
        found = look(path, sandbox, tmp_path)
        assert found.state == "examined", path.name
        assert bool(found.copies) != (path.suffix in SHOWN_NOT), path.name
        assert "copy-refused" not in {note.code for note in found.notes}, path.name


@pytest.mark.parametrize(
    ("name", "latitude", "longitude", "date"),
    [
        ("Apple iPhone 5.jpg", 47.6271667, -122.3373333, "2012-09-29"),
        ("Nokia Lumia 800.jpg", 53.359465, -6.2582314, "2012-06-09"),
        ("Sony DSC-HX5V (2).jpg", 51.778615, 8.3656381, "2010-05-15"),
        ("exif-at-eof.heic", 47.2071241, 106.2431051, "2020-05-04"),
    ],
)
def test_a_photo_says_when_and_where_it_was_taken(
    name: str, latitude: float, longitude: float, date: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    found = look(SAMPLE / "20-phone-photos-with-gps" / name, sandbox, tmp_path)
    assert found.inspection is not None
    says = found.inspection.says
    assert (says["latitude"], says["longitude"]) == pytest.approx((latitude, longitude), abs=1e-5)
    assert says["date_taken"].startswith(date)


def test_letters_of_every_script_and_encoding_are_right(sandbox: Sandbox, tmp_path: Path) -> None:
    minstrel = SAMPLE / "11-liberty-minstrel-1844" / "liberty-minstrel.latin1.txt"
    found = look(minstrel, sandbox, tmp_path)
    assert found.passages[0].text == minstrel.read_text("cp1252").replace("\x0c", "")
    for path in (SAMPLE / "16-universal-declaration-languages").glob("*.txt"):
        assert look(path, sandbox, tmp_path).passages[0].text == path.read_text("utf-8-sig"), path.name


def look(path: Path, sandbox: Sandbox, folder: Path) -> Examination:
    return examine(path, path.name, folder / "out" / path.name, sandbox, ExamineOptions())
