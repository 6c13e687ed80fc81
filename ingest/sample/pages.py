"""Pages: scans (pictures of typed pages) as TIFF or PDF of many pages, and PDF with real text in it."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from ingest.sample.prose import Block, blocks, wrap

DOTS_PER_INCH = 150
PAGE = (1275, 1650)
MARGIN = 150
PAPER, INK = 246, 40
MADE = time.struct_time((2026, 3, 25, 0, 0, 0, 2, 84, 0))
FOOT = "Demonstration page {number}, made for this archive"
# A US letter page in PDF points, and an average width of Helvetica's letters in thousandths of their size
SHEET, BORDER, HELVETICA = (612, 792), 72, 0.5


def scan(content: Mapping[str, Any], name: str) -> bytes:
    """`pages` (English texts: the built-in font has no accents) as from a scanner, in the format of the name: TIFF or PDF."""
    pictures = [_page(text, number) for number, text in enumerate(content["pages"], start=1)]
    target = io.BytesIO()
    many: dict[str, Any] = {"save_all": True, "append_images": pictures[1:]}
    if name.endswith(".pdf"):
        many |= {"resolution": DOTS_PER_INCH, "creationDate": MADE, "modDate": MADE, "title": name}
        pictures[0].save(target, "PDF", producer="Remembrance demonstration", **many)
    else:
        many |= {"dpi": (DOTS_PER_INCH, DOTS_PER_INCH)}
        pictures[0].save(target, "TIFF", compression="tiff_adobe_deflate", **many)
    return target.getvalue()


def _page(text: str, number: int) -> Image.Image:
    page = Image.new("L", PAGE, PAPER)
    pen = ImageDraw.Draw(page)
    y = float(MARGIN)
    for block in blocks(text):
        font = ImageFont.load_default(44 if block.heading else 30)
        for line in wrap(block.text, PAGE[0] - 2 * MARGIN, font.getlength):
            pen.text((MARGIN, y), line, fill=INK, font=font)
            y += 64 if block.heading else 46
        y += 28
    pen.text((MARGIN, PAGE[1] - 90), FOOT.format(number=number), fill=110, font=ImageFont.load_default(24))
    # a scanner's page lies never quite straight
    return page.rotate(0.35 if number % 2 else -0.25, fillcolor=PAPER, resample=Image.Resampling.BILINEAR)


def text_pdf(content: Mapping[str, Any], name: str) -> bytes:
    """`pages` (texts) as a PDF 1.4 with text that can be searched and copied (ISO 32000)."""
    pages = [_stream(blocks(text), number) for number, text in enumerate(content["pages"], start=1)]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, stream in enumerate(pages):
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {SHEET[0]} {SHEET[1]}] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects += [page.encode(), b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)]
    objects.append(
        b"<< /Title %s /Author (Remembrance demonstration) >>" % _string(blocks(content["pages"][0])[0].text)
    )
    return _assemble(objects)


def _stream(found: Sequence[Block], number: int) -> bytes:
    """The drawing of one page: Helvetica, from the top of the sheet down."""
    drawn = [b"BT"]
    y = SHEET[1] - BORDER
    for block in found:
        size = 16 if block.heading else 11
        for line in wrap(block.text, (SHEET[0] - 2 * BORDER) / (size * HELVETICA), len):
            drawn.append(b"/F1 %d Tf 1 0 0 1 %d %d Tm %s Tj" % (size, BORDER, y, _string(line)))
            y -= round(size * 1.4)
        y -= 8
    drawn += [b"/F1 9 Tf 1 0 0 1 %d 40 Tm %s Tj" % (BORDER, _string(FOOT.format(number=number))), b"ET"]
    return b"\n".join(drawn)


def _string(words: str) -> bytes:
    data = words.encode("cp1252")
    for special in (b"\\", b"(", b")"):
        data = data.replace(special, b"\\" + special)
    return b"(" + data + b")"


def _assemble(objects: Sequence[bytes]) -> bytes:
    """The file: header, objects, the table of where they are, and a trailer; the last object is the information."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        size - 1,
        start,
    )
    return bytes(out)
