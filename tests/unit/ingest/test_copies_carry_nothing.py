"""An access copy carries nothing that its source hides: a word planted in every hidden place is found in none of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests.fixtures import canaries, hostile_pdf

EXPECTED_KINDS = {
    "photo.jpg": {"thumbnail", "web"},
    "large.jpg": {"thumbnail", "web", "tiles"},
    "scan.png": {"thumbnail", "web"},
    "photo.webp": {"thumbnail", "web"},
    "drawing.gif": {"thumbnail", "web"},
    "scan.tif": {"thumbnail", "page"},
    "photo.heic": {"thumbnail", "web"},
    "letter.pdf": {"thumbnail", "page"},
    "letter.docx": {"text"},
    "letter.odt": {"text"},
    "letter.rtf": {"text"},
    "talk.pptx": {"text"},
    "list.xlsx": {"text"},
    "book.epub": {"text"},
    "voice.mp3": {"waveform", "audio"},
    "voice.flac": {"waveform", "audio"},
    "film.mp4": {"thumbnail", "poster", "video"},
    "letter.eml": {"text"},
    "page.html": {"text"},
    "talk.vtt": {"captions"},
}
# What ExifTool tells of any file, from its size and pixels alone.
HARMLESS = ("ExifTool", "System", "File", "JFIF", "Composite", "RIFF")
TELLTALE = (
    "Comment",
    "Title",
    "Artist",
    "Author",
    "Make",
    "Model",
    "GPS",
    "Location",
    "Software",
    "Profile",
    "XMP",
)
UNSET = "0000:00:00 00:00:00"


@pytest.mark.parametrize("name", canaries.MAKERS)
def test_a_word_hidden_in_a_file_is_in_none_of_its_copies(name: str, look, tmp_path: Path) -> None:
    data = canaries.MAKERS[name]()
    assert canaries.HIDDEN in canaries.everything_in(data), "the word was not planted"

    found = look(data, name)

    assert found.failure is None
    assert {copy.kind for copy in found.copies} == EXPECTED_KINDS[name]
    assert not found.notes or "copy-refused" not in {note.code for note in found.notes}
    assert canaries.WORD not in "".join(passage.text for passage in found.passages)
    for path in (tmp_path / "out").iterdir():
        everything = canaries.everything_in(path.read_bytes())
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert canaries.WORD.encode(encoding) not in everything, path.name
        assert b"CANARY" not in everything, path.name


def test_the_thumbnail_that_a_scan_carries_is_not_shown_as_a_page(look) -> None:
    pages = [copy.page for copy in look(canaries.tiff(), "scan.tif").copies if copy.kind == "page"]
    assert pages == [1, 2]


@pytest.mark.parametrize(
    "name", ["letter.docx", "letter.odt", "letter.rtf", "talk.pptx", "list.xlsx", "book.epub", "page.html"]
)
def test_what_is_seen_between_hidden_things_is_kept(name: str, look) -> None:
    words = look(canaries.MAKERS[name](), name).passages[0].text
    assert "Plain words" in words
    if name in ("letter.docx", "letter.odt", "letter.rtf", "page.html"):
        assert words.endswith("The last of them")
    if name == "letter.docx":
        assert "Plain words and more" in words
    if name == "letter.rtf":
        assert "\n\nand more still\n\n" in words


def test_words_of_a_pdf_that_a_layer_or_a_form_shows_are_kept_and_so_is_what_was_read_in_a_scan(look) -> None:
    drawing = b"BT /F 12 Tf 40 250 Td (Plain words) Tj ET BT /F 12 Tf 3 Tr 40 200 Td (Read in a scan) Tj ET "
    drawing += b"0 g 0 150 300 40 re f 1 g BT /F 12 Tf 40 160 Td (White on black) Tj ET /X Do"
    words = look(hostile_pdf.pdf_of_layers(drawing), "letter.pdf").passages[0].text
    assert words.startswith("Plain words\nRead in a scan\nWhite on black\nIn a form")
    shown = b"/OC /L BDC BT /F 12 Tf 40 250 Td (In a layer) Tj ET EMC"
    layered = hostile_pdf.pdf_of_layers(shown).replace(b"/D<</OFF[9 0 R]>>", b"/D<</ON[9 0 R]>> ")
    assert look(layered, "letter.pdf").passages[0].text == "In a layer"


def test_a_note_in_a_layer_that_is_switched_off_is_not_in_the_picture_of_its_page(
    look, tmp_path: Path
) -> None:
    plain = b"/Annots[<</Type/Annot/Subtype/Stamp/F 4/Rect[0 0 300 300]/AP<</N 6 0 R>>%b>>]"
    middles = []
    for more in (b"", b"/OC 9 0 R"):
        look(hostile_pdf.pdf_of_layers(b"", plain % more), "letter.pdf")
        with Image.open(tmp_path / "out" / "page-0001.jpg") as page:
            middles.append(page.convert("RGB").getpixel((page.width // 2, page.height * 3 // 4)))
    assert middles[0][1] < 50 < 250 < middles[1][1]


@pytest.mark.parametrize("name", canaries.MAKERS)
def test_exiftool_finds_nothing_of_the_source_in_a_copy(name: str, look, tmp_path: Path) -> None:
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed")
    look(canaries.MAKERS[name](), name)
    for path in (tmp_path / "out").iterdir():
        told = subprocess.run(
            ["exiftool", "-a", "-G1", "-ee", "-u", "-j", str(path)],
            capture_output=True,
            check=True,
            timeout=60,
        )
        for tag, value in json.loads(told.stdout)[0].items():
            group, _, field = tag.partition(":")
            if group in HARMLESS or tag == "SourceFile" or value in (UNSET, ""):
                continue
            assert not any(word in field for word in TELLTALE), (path.name, tag, value)
            known = ("IFD",) if path.suffix == ".tif" else ("QuickTime", "Track")
            assert group.startswith(known), (path.name, tag, value)
            assert "Date" not in field, (path.name, tag, value)


def test_a_photo_is_turned_upright_before_its_orientation_is_forgotten(look, tmp_path: Path) -> None:
    found = look(canaries.jpeg(), "photo.jpg")
    assert found.inspection is not None
    assert (found.inspection.width, found.inspection.height) == (640, 480)
    with Image.open(tmp_path / "out" / "web.jpg") as web:
        assert web.size == (480, 640)
        red, green, _ = web.getpixel((web.width - 10, 10))
        assert red > 150 > 90 > green, "the red corner of the original belongs at the upper right"


def test_what_the_photo_says_is_told_to_the_archive_though_not_to_the_public(look) -> None:
    found = look(canaries.jpeg(), "photo.jpg")
    assert found.inspection is not None
    says = found.inspection.says
    assert says["date_taken"] == "1963-08-28T12:00:00"
    assert says["camera"] == "Maker Model"
    assert says["orientation"] == 6
    assert says["latitude"] == pytest.approx(38.889278, abs=1e-5)
    assert says["longitude"] == pytest.approx(-77.050139, abs=1e-5)
    assert says["caption"] == says["creator"] == says["title"] == says["place"] == canaries.WORD
    assert says["keywords"] == [canaries.WORD]
    assert {"says-where", "says-camera", "says-who"} <= {note.code for note in found.notes}
