"""Reading and drawing the pages of a PDF with PDFium."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import pypdfium2
from PIL import Image

from archive.same_words import Span
from ingest.failures import ReadFailure
from ingest.marks import Region
from ingest.parcel import Copy, Inspection, Passage, Says
from ingest.readers import ocr
from ingest.readers.base import Work, clean
from ingest.readers.breaking_off import breaks_off
from ingest.readers.covering import cover
from ingest.readers.pdf_fields import behind, cover_fields, fields
from ingest.readers.pdf_seen import Trials, leave_out_layered_notes
from ingest.readers.pdf_seen import words as words_of
from ingest.readers.pdf_words import characters, cover_words, hidden_spans
from ingest.readers.pictures import pixels_only, save_jpeg

MOST_PAGES = 20_000
OCR_PX = 2800
INFO = {
    "Title": "title",
    "Author": "creator",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "software",
    "CreationDate": "date_created",
    "ModDate": "date_modified",
}


def inspect(work: Work) -> Inspection:
    """Return the number of pages and what the information dictionary says (ISO 32000-2, 14.3.3)."""
    with _opened(work) as document:
        pages = len(document)
        if document.count_attachments() > 0:
            work.note("files-inside")
        says: Says = {}
        for key, word in INFO.items():
            value = clean(document.get_metadata_value(key))
            if value:
                says[word] = _date(value) if word.startswith("date_") else value
    if pages == 0:
        raise ReadFailure("damaged")
    if breaks_off(work.path):
        work.note("cut-short")
    if "creator" in says:
        work.note("says-who")
    return Inspection(pages=pages, says=says)


def text(work: Work) -> list[Passage]:
    """Return one passage for each page that has text, read by a machine where the page has none and that is asked for."""
    passages = []
    read_pictures, trials = ocr.wanted(work), _trials(work)
    with _opened(work) as document:
        last = min(len(document), MOST_PAGES)
        for number in range(1, last + 1):
            page, covered = document[number - 1], work.marks.on_page(number)
            # What a region hides may stand anywhere in a layer of text, so the whole layer goes.
            words = "" if covered else words_of(page, trials)
            is_layered = bool(words)
            if not words and read_pictures and number <= work.options.max_page_images:
                words = ocr.read(_draw(page, OCR_PX, covered), work)
            # A machine has read what is filled in too.
            if not covered and (is_layered or not words):
                words = behind(words, fields(page)).strip()
            page.close()
            if words:
                passages.append(Passage(words, page=number))
            work.progress()
            if trials.left < 0 or (number < last and work.ends_here()):
                break
        if len(document) > MOST_PAGES or trials.left < 0:
            work.note("text-cut")
    return passages


def copies(work: Work) -> list[Copy]:
    """Make a thumbnail of the first page and an image of each page, as many as are shown."""
    made: list[Copy] = []
    with _opened(work) as document:
        hidden = _hidden(document, work)
        last = min(len(document), work.options.max_page_images)
        for number in range(1, last + 1):
            page = document[number - 1]
            spans = hidden[number - 1] if hidden else ()
            picture = _draw(page, work.options.page_px, work.marks.on_page(number), spans)
            page.close()
            if number == 1:
                small = picture.copy()
                small.thumbnail((work.options.thumbnail_px,) * 2, Image.Resampling.LANCZOS, reducing_gap=2.0)
                made.append(_save(small, "thumbnail", "thumbnail.jpg", None, work))
            made.append(_save(picture, "page", f"page-{number:04}.jpg", number, work))
            work.progress()
            if number < last and work.ends_here():
                break
        if len(document) > work.options.max_page_images:
            work.note("pages-cut")
    return made


def picture_of(work: Work, number: int, longest: int) -> Image.Image:
    """One page (from 1) as a picture whose longer side has that many pixels."""
    with _opened(work) as document:
        page = document[number - 1]
        picture = _draw(page, longest)
        page.close()
        return picture


@contextmanager
def _opened(work: Work) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(work.path)
    except pypdfium2.PdfiumError as error:
        raise ReadFailure("encrypted" if "password" in str(error).lower() else "damaged") from error
    work.progress()
    with document:
        # Before any page is opened, or what was filled in is not drawn.
        with suppress(pypdfium2.PdfiumError):
            document.init_forms()
        yield document


def _trials(work: Work) -> Trials:
    return Trials.of(work.path.stat().st_size)


def _hidden(document: pypdfium2.PdfDocument, work: Work) -> tuple[list[Span], ...]:
    """By page, which characters are to be covered; empty when no words are."""
    if not work.marks.words:
        return ()
    drawn, kept, trials = [], [], _trials(work)
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        written = fields(page)
        drawn.append(behind(characters(page), written))
        kept.append(behind(words_of(page, trials), written))
        page.close()
        work.progress()
    return hidden_spans(drawn, kept, work.marks.words)


def _draw(
    page: pypdfium2.PdfPage, longest: int, covered: Sequence[Region] = (), spans: Sequence[Span] = ()
) -> Image.Image:
    width, height = page.get_size()
    if min(width, height) <= 0:
        raise ReadFailure("damaged")
    leave_out_layered_notes(page)
    bitmap = page.render(scale=longest / max(width, height))
    picture: Image.Image = bitmap.to_pil()
    clean_picture = cover(pixels_only(picture), covered)
    if spans:
        where, length = bitmap.get_posconv(page), len(characters(page))
        in_layer = [(start, min(end, length)) for start, end in spans if start < length]
        cover_words(clean_picture, page, where, in_layer)
        cover_fields(clean_picture, where, fields(page), spans, length)
    bitmap.close()
    return clean_picture


def _save(picture: Image.Image, kind: str, name: str, page: int | None, work: Work) -> Copy:
    save_jpeg(picture, work.scratch / name, kind)
    work.allowance.wrote((work.scratch / name).stat().st_size)
    return Copy(kind, name, "image/jpeg", width=picture.width, height=picture.height, page=page)


def _date(value: str) -> str:
    """`D:20131223231500Z` (ISO 32000-2, 7.9.4) as ISO 8601; anything else as it stands."""
    match = re.match(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?", value)
    if not match:
        return value
    day = "-".join(part for part in match.groups()[:3] if part)
    return f"{day}T{match[4]}:{match[5]}:{match[6]}" if match[6] else day
