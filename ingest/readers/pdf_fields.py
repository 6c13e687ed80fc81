"""What is written on a PDF page and not in its layer of text: values of filled-in forms, and notes typed onto the page."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageChops
from pypdfium2 import raw

from archive.same_words import Span
from ingest.readers.plain_text import tidy

DRAWN_PX = 1200
MOST_FIELDS, LONGEST_VALUE = 2000, 100_000
UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW | raw.FPDF_ANNOT_FLAG_INVISIBLE
# Of buttons and boxes the value is a word of the program's.
OF_WORDS = (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX)
PASSWORD = 1 << 13
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Field:
    """Words on a page, and where they are drawn (left, bottom, right, top)."""

    words: str
    bounds: Bounds


def fields(page: pypdfium2.PdfPage) -> tuple[Field, ...]:
    """The words that are seen in fields and notes of a page; of those that leave no ink there, nothing."""
    found: list[Field] = []
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), MOST_FIELDS)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if annotation:
            with suppress(UnicodeDecodeError):
                found += _field(page, annotation)
            raw.FPDFPage_CloseAnnot(annotation)
    if not found:
        return ()
    whole = page.render(scale=DRAWN_PX / max(1.0, *page.get_size()))
    where = whole.get_posconv(page)
    bare = page.render(scale=DRAWN_PX / max(1.0, *page.get_size()), draw_annots=False, may_draw_forms=False)
    ink = ImageChops.difference(whole.to_pil().convert("RGB"), bare.to_pil().convert("RGB"))
    return tuple(one for one in found if ink.crop(_pixels(one, where, ink)).getbbox() is not None)


def behind(layer: str, written: Sequence[Field]) -> str:
    """The characters of a page's layer with the words of its fields behind them, as marks count them."""
    return "".join([layer, *(f"\n{one.words}" for one in written)])


def cover_fields(
    picture: Image.Image,
    where: pypdfium2.PdfPosConv,
    written: Sequence[Field],
    spans: Sequence[Span],
    length: int,
) -> None:
    """Cover with black each field that holds any of the spans, which are counted as `behind` a layer of that length."""
    place = length
    for one in written:
        start, place = place + 1, place + 1 + len(one.words)
        if any(first < place and last > start for first, last in spans):
            picture.paste(0 if picture.mode == "L" else (0, 0, 0), _pixels(one, where, picture))


def _field(page: pypdfium2.PdfPage, annotation: raw.FPDF_ANNOTATION) -> list[Field]:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if raw.FPDFAnnot_GetFlags(annotation) & UNSEEN or raw.FPDFAnnot_HasKey(annotation, b"OC"):
        return []
    if kind == raw.FPDF_ANNOT_FREETEXT:
        words = _read(raw.FPDFAnnot_GetStringValue, annotation, b"Contents")
    elif kind == raw.FPDF_ANNOT_WIDGET and page.formenv:
        form = page.formenv
        if raw.FPDFAnnot_GetFormFieldType(form, annotation) not in OF_WORDS:
            return []
        if raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & PASSWORD:
            return []
        words = _read(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    else:
        return []
    rectangle = raw.FS_RECTF()
    words = tidy(words).strip()
    if not words or not raw.FPDFAnnot_GetRect(annotation, rectangle):
        return []
    return [Field(words, (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top))]


def _read(get: object, *of: object) -> str:
    length = get(*of, None, 0)  # type: ignore[operator]
    if not 2 < length <= LONGEST_VALUE:
        return ""
    buffer = ctypes.create_string_buffer(length)
    get(*of, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), length)  # type: ignore[operator]
    return buffer.raw[:length].decode("utf-16-le").rstrip("\0")


def _pixels(one: Field, where: pypdfium2.PdfPosConv, picture: Image.Image) -> tuple[int, int, int, int]:
    """Where a field lies in a picture of its page, rounded outward."""
    left, bottom, right, top = one.bounds
    across, down = zip(where.to_bitmap(left, bottom), where.to_bitmap(right, top), strict=True)
    edges = (int(min(across)) - 1, int(min(down)) - 1, int(max(across)) + 2, int(max(down)) + 2)
    return (
        max(0, min(edges[0], picture.width)),
        max(0, min(edges[1], picture.height)),
        max(0, min(edges[2], picture.width)),
        max(0, min(edges[3], picture.height)),
    )
