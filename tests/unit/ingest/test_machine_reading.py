"""Where it is switched on, a machine reads the words in scans, and it is said that a machine did."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.examine import examine
from ingest.options import ExamineOptions
from ingest.sandbox import Sandbox
from tests.fixtures import given, hostile_pdf
from tests.fixtures.planted import region
from tests.fixtures.planted import words as taken_out

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


def scan(words: str) -> Image.Image:
    page = Image.new("RGB", (1200, 400), "white")
    ImageDraw.Draw(page).text((60, 140), words, fill="black", font=ImageFont.load_default(size=72))
    return page


def scanned_pdf(words: str) -> bytes:
    image = b"/Type/XObject/Subtype/Image/Width 1200/Height 400/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
    return hostile_pdf.pdf(
        {
            1: hostile_pdf.CATALOG,
            2: hostile_pdf.PAGES,
            3: hostile_pdf.PAGE,
            4: hostile_pdf.stream(b"q 300 0 0 100 0 100 cm /X Do Q"),
            5: hostile_pdf.stream(given.saved(scan(words), "JPEG"), image),
        }
    )


@needs_tesseract
def test_the_words_of_a_scan_are_read_when_asked_for(look) -> None:
    found = look(given.saved(scan("Freedom Journal"), "PNG"), "scan.png", ocr=True)
    assert [passage.text for passage in found.passages] == ["Freedom Journal"]
    assert "text-by-machine" in {note.code for note in found.notes}


@needs_tesseract
def test_each_page_of_a_scan_is_read_and_numbered(look) -> None:
    out = io.BytesIO()
    scan("First page").save(out, "TIFF", save_all=True, append_images=[scan("Second page")])
    found = look(out.getvalue(), "scan.tif", ocr=True)
    assert [(passage.page, passage.text) for passage in found.passages] == [
        (1, "First page"),
        (2, "Second page"),
    ]


@needs_tesseract
def test_a_pdf_of_pictures_is_read_and_one_with_words_is_not(look) -> None:
    assert [one.text for one in look(scanned_pdf("Freedom Journal"), "scan.pdf", ocr=True).passages] == [
        "Freedom Journal"
    ]
    found = look(given.pdf(), "letter.pdf", ocr=True)
    assert "text-by-machine" not in {note.code for note in found.notes}


def test_nothing_is_read_when_it_is_not_asked_for(look) -> None:
    assert look(given.saved(scan("Freedom Journal"), "PNG"), "scan.png").passages == ()


@needs_tesseract
@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_machine_reads_nothing_of_what_is_covered(kind: str, sandbox: Sandbox, tmp_path: Path) -> None:
    words = "Freedom Journal"
    given_bytes = scanned_pdf(words) if kind == "pdf" else given.saved(scan(words), "PNG")
    kept = tmp_path / f"scan.{kind}"
    kept.write_bytes(given_bytes)
    options = ExamineOptions(ocr=True)
    # The second word stands in the right of the scan, which is as wide as the page, and a third of it high in the PDF.
    top, height = (0.0, 1.0) if kind == "png" else (0.3, 0.35)
    mark = region(0.38, top, 0.62, height)
    found = examine(kept, kept.name, tmp_path / "out", sandbox, options, [mark])
    read = " ".join(one.text for one in found.passages)
    assert "Freedom" in read and "Journal" not in read


@needs_tesseract
def test_words_that_a_machine_read_go_from_the_text_and_it_is_said_that_the_picture_shows_them(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    kept = tmp_path / "scan.png"
    kept.write_bytes(given.saved(scan("Freedom Journal"), "PNG"))
    marks = [taken_out("Journal")]
    found = examine(kept, kept.name, tmp_path / "out", sandbox, ExamineOptions(ocr=True), marks)
    assert [one.text for one in found.passages] == ["Freedom [removed]"]
    assert "words-in-picture" in {note.code for note in found.notes}
