"""Where the words of a PDF page stand in its picture, so that what is taken out of the text is covered there too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from archive.same_words import Span
from ingest.failures import ReadFailure
from ingest.marks import Words
from ingest.readers.removing import spans_of

Box = tuple[float, float, float, float]
# Ink may reach beyond the box that a font declares for a letter.
BEYOND, BEYOND_PX = 0.15, 2


def hidden_spans(
    pages: Sequence[str], layers: Sequence[str], words: Sequence[Words]
) -> tuple[list[Span], ...]:
    """By page, which of its characters (see `characters`) go; `layers` are the same pages as their text is kept.

    ReadFailure where the two do not agree on how often the words stand there: then nobody knows which are meant.
    """
    for one in words:
        every = [Words(one.words, None)]
        drawn, kept = (sum(map(len, spans_of(texts, every))) for texts in (pages, layers))
        if drawn != kept:
            raise ReadFailure("mark-not-upheld")
    return tuple(spans_of(pages, words))


def characters(page: pypdfium2.PdfPage) -> str:
    """The characters of a page, each at the place by which PDFium counts it."""
    layer = page.get_textpage()
    codes = (raw.FPDFText_GetUnicode(layer, place) for place in range(layer.count_chars()))
    # A code of 0 says that a glyph stands for no known character.
    found = "".join(chr(code) if 0 < code < 0x110000 else "\ufffd" for code in codes)
    layer.close()
    return found


def cover_words(
    picture: Image.Image, page: pypdfium2.PdfPage, where: pypdfium2.PdfPosConv, spans: Sequence[Span]
) -> None:
    """Cover the characters of these spans with black in a picture of the page, whole lines of them without gaps."""
    layer = page.get_textpage()
    text = characters(page) if spans else ""
    for start, end in spans:
        places = (place for place in range(start, end) if text[place].strip())
        for line in _lines(_box(layer, where, place) for place in places):
            left, top, right, bottom = line
            more = BEYOND_PX + BEYOND * min(bottom - top, right - left)
            edges = (int(left - more), int(top - more), int(right + more) + 1, int(bottom + more) + 1)
            box = (
                max(0, edges[0]),
                max(0, edges[1]),
                min(picture.width, edges[2]),
                min(picture.height, edges[3]),
            )
            picture.paste(0 if picture.mode == "L" else (0, 0, 0), box)
    layer.close()


def _box(layer: pypdfium2.PdfTextPage, where: pypdfium2.PdfPosConv, place: int) -> Box:
    """A letter's box in pixels, as its font declares it and as its ink has it."""
    corners: list[tuple[float, float]] = []
    for loose in (True, False):
        try:
            left, bottom, right, top = layer.get_charbox(place, loose=loose)
        except pypdfium2.PdfiumError as error:
            raise ReadFailure("mark-not-upheld") from error
        corners += (where.to_bitmap(x, y) for x, y in ((left, bottom), (right, top)))
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _lines(boxes: Iterator[Box]) -> Iterator[Box]:
    """Boxes of letters, joined where one follows the other on the same line."""
    line: Box | None = None
    for box in boxes:
        if line is not None and min(line[3], box[3]) - max(line[1], box[1]) > (box[3] - box[1]) / 2:
            pairs = zip(line, box, strict=True)
            left, top, right, bottom = (min(pair) if n < 2 else max(pair) for n, pair in enumerate(pairs))
            line = (left, top, right, bottom)
            continue
        if line is not None:
            yield line
        line = box
    if line is not None:
        yield line
