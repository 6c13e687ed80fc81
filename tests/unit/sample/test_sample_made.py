"""The demonstration material is made whole: every kind of file, described, labelled as what it is."""

from __future__ import annotations

import csv
import io
import zipfile
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import av
import pillow_heif
import pypdfium2
import pytest
import webvtt
from PIL import Image, ImageChops

from archive.dates import UnderstoodDate, understand
from archive.models.errors import BadInputError
from archive.profiles import find_collections_root, load_profiles
from ingest.sample import make_sample
from ingest.sample.story_picture import story_picture

MARCH_25 = find_collections_root() / "march-25"
GPS_IFD = 0x8825


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    folders = make_sample(MARCH_25, out)
    assert folders == sorted(path for path in out.iterdir())
    return out


@pytest.fixture(scope="module")
def files(made: Path) -> dict[str, Path]:
    return {path.name: path for path in made.rglob("*") if path.is_file() and path.name != "metadata.csv"}


@pytest.fixture(scope="module")
def rows(made: Path) -> list[dict[str, str]]:
    tables = sorted(made.glob("*/metadata.csv"))
    return [row for table in tables for row in csv.DictReader(table.open(encoding="utf-8", newline=""))]


def test_there_are_a_dozen_submissions_or_more_and_every_file_has_its_row(
    made: Path, files: dict[str, Path], rows: list[dict[str, str]]
) -> None:
    assert len(list(made.iterdir())) >= 12
    assert sorted(row["file"] for row in rows) == sorted(files)


def test_every_kind_of_file_that_the_archive_reads_is_there(files: dict[str, Path]) -> None:
    kinds = "jpg png webp heic tif pdf docx odt txt html csv eml mp3 wav flac ogg mp4 vtt"
    assert {path.suffix[1:] for path in files.values()} == set(kinds.split())


def test_every_item_says_that_it_is_a_demonstration(rows: list[dict[str, str]]) -> None:
    for row in rows:
        if row.get("description"):
            words = f"{row['title']} {row['description']}".lower()
            assert any(word in words for word in ("demonstra", "demostra", "démonstration")), row["file"]
            assert "convening" in row["creator"] or "demonstra" in row["creator"].lower().replace(
                "é", "e"
            ).replace("demostra", "demonstra")


def test_dates_of_many_kinds_are_understood(rows: list[dict[str, str]]) -> None:
    written = {row["date"] for row in rows if row.get("date")}
    assert len(written) > 12
    for text in written:
        found = understand(text)
        assert isinstance(found, UnderstoodDate)
        assert 2020 in found.decades and (len(found.decades) == 1 or found.start is None)


def test_every_word_from_a_list_is_in_the_list(rows: list[dict[str, str]]) -> None:
    vocabularies = load_profiles(find_collections_root())["march-25"].vocabularies
    columns = {"subjects": "subjects", "type": "kinds", "place": "places", "rights": "rights"}
    for row in rows:
        for column, name in columns.items():
            parts = row.get(column, "").split(";") if column == "subjects" else [row.get(column, "")]
            assert [one for one in parts if one.strip() and vocabularies[name].find(one) is None] == []


def test_what_is_for_a_day_of_remembrance_bears_a_day_that_is_kept(rows: list[dict[str, str]]) -> None:
    kept = {one.id for one in load_profiles(find_collections_root())["march-25"].observances}
    borne = [set(row["observances"].split("; ")) for row in rows if row.get("observances")]
    assert set().union(*borne) <= kept
    assert sum("day-of-remembrance" in days for days in borne) >= 5
    # So that the first page on that day shows a choice, and not everything.
    assert len(borne) < len(rows) / 2
    of_the_day = [row for row in rows if "Day of Remembrance" in row.get("subjects", "")]
    assert of_the_day and all(row.get("observances") for row in of_the_day if row.get("title"))


def test_four_languages_are_spoken(rows: list[dict[str, str]]) -> None:
    assert {"eng", "spa", "fra", "por"} <= {row.get("language", "") for row in rows}


def test_photographs_carry_a_place_and_a_turned_sensor_for_the_archive_to_take_out(
    files: dict[str, Path],
) -> None:
    with Image.open(files["candles.jpg"], formats=["JPEG"]) as picture:
        exif = picture.getexif()
        assert picture.height > picture.width
    assert exif[0x112] == 6
    assert float(exif.get_ifd(GPS_IFD)[2][0]) == 38.0
    heif = pillow_heif.open_heif(files["garden.heic"])
    assert b"Exif" in heif.info["exif"] or heif.info["exif"][:2] in (b"II", b"MM")


def test_the_programme_is_one_picture_of_three_pages(files: dict[str, Path]) -> None:
    with Image.open(files["programme.tif"], formats=["TIFF"]) as scan:
        assert getattr(scan, "n_frames", 1) == 3


def test_one_pdf_has_text_and_the_other_has_pictures_of_pages(files: dict[str, Path]) -> None:
    texts = {}
    for name in ("taking-care-of-papers.pdf", "leaflet.pdf"):
        with pypdfium2.PdfDocument(files[name].read_bytes()) as document:
            assert len(document) == 2
            texts[name] = " ".join(document[0].get_textpage().get_text_bounded().split())
    assert "rather than lean" in texts["taking-care-of-papers.pdf"]
    assert texts["leaflet.pdf"] == ""


def test_word_processor_documents_hold_their_words(files: dict[str, Path]) -> None:
    with zipfile.ZipFile(files["reading-guide-for-march-25.docx"]) as package:
        assert "The Interesting Narrative" in package.read("word/document.xml").decode()
    with zipfile.ZipFile(files["guia-para-un-acto-de-memoria.odt"]) as package:
        assert package.infolist()[0].filename == "mimetype"
        assert package.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert "Enciendan una vela" in package.read("content.xml").decode()


def test_the_french_letter_is_latin_1(files: dict[str, Path]) -> None:
    data = files["lettre-aux-ecoles.latin1.txt"].read_bytes()
    assert "Chère enseignante" in data.decode("latin-1")
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")


def test_the_message_carries_a_picture_and_a_note(files: dict[str, Path]) -> None:
    mail = message_from_bytes(files["table-for-the-archive.eml"].read_bytes(), policy=default)
    assert "café included" in str(mail["subject"])
    attached = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert "Seven plates" in attached["note.txt"]
    assert Image.open(io.BytesIO(attached["shared-table.jpg"]), formats=["JPEG"]).getexif().get_ifd(GPS_IFD)


@pytest.mark.parametrize(("name", "seconds"), [("bell.mp3", 11), ("low-water.wav", 6), ("rising.flac", 9), ("answer.ogg", 8), ("five-candles.mp4", 8)])  # fmt: skip
def test_recordings_play_for_as_long_as_their_tones(
    files: dict[str, Path], name: str, seconds: float
) -> None:
    with av.open(str(files[name])) as recording:
        assert recording.duration is not None
        assert recording.duration / av.time_base == pytest.approx(seconds, abs=0.3)
        assert len(recording.streams.video) == (name.endswith("mp4"))
        heard = sum(frame.samples / frame.sample_rate for frame in recording.decode(audio=0))
    assert heard == pytest.approx(seconds, abs=0.3)


def test_captions_can_be_read(files: dict[str, Path]) -> None:
    for name in ("bell.en.vtt", "five-candles.en.vtt", "five-candles.es.vtt"):
        assert len(webvtt.read(str(files[name]))) >= 2


def test_making_it_again_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    for folder in make_sample(MARCH_25, tmp_path):
        for path in folder.iterdir():
            assert path.read_bytes() == (made / folder.name / path.name).read_bytes(), path.name


def test_a_collection_without_a_sample_makes_nothing(tmp_path: Path) -> None:
    assert make_sample(find_collections_root() / "convenings", tmp_path) == []


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("files = [", "cannot be read"),
        ("title = 1", "names no files"),
        ("[[files]]\nname = '../x.txt'\nmake = 'text'", "plain name"),
        ("[[files]]\nname = 'x.txt'\nmake = 'spell'", "no maker"),
        ("[[files]]\nname = 'x.txt'\nmake = 'text'\ntext = 'x'\nrow = {colour = 'red'}", "no column"),
    ],
)
def test_a_mistake_in_the_sample_is_told(tmp_path: Path, toml: str, told: str) -> None:
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "one.toml").write_text(toml)
    with pytest.raises(BadInputError, match=told):
        make_sample(tmp_path, tmp_path / "out")


def test_the_drawing_that_leads_in_the_story_of_the_day_is_the_one_that_is_drawn_and_carries_nothing() -> (
    None
):
    pictures = {one.picture for one in load_profiles(MARCH_25.parent)["march-25"].stories}
    files = {one.path for one in pictures if one is not None}
    assert None not in pictures and files == {MARCH_25 / "stories" / "candles.jpg"}
    (path,) = files
    assert path.stat().st_size < 60_000
    with Image.open(path) as shipped, Image.open(io.BytesIO(story_picture("candles"))) as drawn:
        assert {(one.width, one.height) for one in pictures if one is not None} == {shipped.size}
        assert not shipped.getexif() and not {"exif", "xmp", "icc_profile", "comment"} & shipped.info.keys()
        apart = ImageChops.difference(shipped.convert("RGB"), drawn.convert("RGB"))
        assert max(high for _low, high in apart.getextrema()) < 32
