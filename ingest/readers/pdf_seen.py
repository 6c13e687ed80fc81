"""What of a PDF page's text is drawn on it, and what of its annotations may be: PDFium gives all words, and draws fewer.

Words of a layer that is switched off (ISO 32000-2, 8.11), and words that were painted over, leave no ink: the page is drawn
with them and without them. Only words of which that is to be feared are tried, for it takes two drawings of the page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import pypdfium2
from PIL import Image, ImageChops
from pypdfium2 import raw

from ingest.readers.plain_text import tidy

TRIED_PX, LEVELS = 1200, 5
# Pages that are tried: of any document, and one more for so many of its bytes; a full page takes 70 ms.
FREE_PAGES, BYTES_A_PAGE = 20, 2000
# A stroke or a rule covers no word.
LEAST_PT = 3.0
# Beyond this all words are tried, for it would take longer to find those that are painted over.
MOST_PAIRS = 200_000
# Words that nobody is meant to see lie under or over the picture of a scanned page: they are what is read there.
INVISIBLE = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Thing:
    """An object of a page: how it is drawn, where (left, bottom, right, top), and whether a layer or a form decides on it."""

    handle: raw.FPDF_PAGEOBJECT
    kind: int
    bounds: Bounds
    is_doubtful: bool

    @property
    def place(self) -> int:
        """What tells it from other objects."""
        return ctypes.cast(self.handle, ctypes.c_void_p).value or 0


@dataclass
class Trials:
    """How many pages of a document may still be tried; of a page too many, all words that may be hidden are taken for it."""

    left: int

    @classmethod
    def of(cls, size: int) -> Trials:
        """Those of a document of so many bytes."""
        return cls(FREE_PAGES + size // BYTES_A_PAGE)


def words(page: pypdfium2.PdfPage, trials: Trials) -> str:
    """The words of a page, without those that are hidden."""
    layer = page.get_textpage()
    if unseen := _unseen(page, layer, trials):
        seen = (n for n in range(layer.count_chars()) if n not in unseen and _is_on(page, layer, n))
        codes = (raw.FPDFText_GetUnicode(layer, number) for number in seen)
        found = "".join(chr(code) for code in codes if 0 < code < 0x110000)
    else:
        found = layer.get_text_bounded()
    layer.close()
    # PDFium marks where a hyphen broke a word with a character that is none.
    return tidy(found).replace("\ufffe", "").strip()


def leave_out_layered_notes(page: pypdfium2.PdfPage) -> None:
    """Take away annotations that stand in a layer: PDFium draws them also where the layer is switched off."""
    for number in reversed(range(raw.FPDFPage_GetAnnotCount(page))):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        is_layered = raw.FPDFAnnot_HasKey(annotation, b"OC")
        if is_layered:
            # The filled-in field of a form is drawn from elsewhere, and looks at this.
            raw.FPDFAnnot_SetFlags(annotation, raw.FPDF_ANNOT_FLAG_HIDDEN)
        raw.FPDFPage_CloseAnnot(annotation)
        if is_layered:
            raw.FPDFPage_RemoveAnnot(page, number)


def _unseen(page: pypdfium2.PdfPage, layer: pypdfium2.PdfTextPage, trials: Trials) -> set[int]:
    """The characters, by their place, that leave no ink, with the pictures of the page and without them."""
    things = list(_things(page))
    tried = _to_try(things)
    pictures = [thing for thing in things if thing.kind == raw.FPDF_PAGEOBJ_IMAGE]
    unseen = set(_characters_of(tried, layer)) if tried else set()
    trials.left -= bool(unseen)
    if trials.left < 0:
        return unseen
    for left_out in ([], pictures) if pictures else ([],):
        if unseen:
            unseen -= _inked(page, layer, tried, left_out, unseen)
    return unseen


def _things(page: pypdfium2.PdfPage) -> Iterator[_Thing]:
    """The objects of a page and of the forms on it, in the order in which they are drawn."""

    def each(holder: object, count: int, get: object, level: int) -> Iterator[_Thing]:
        for number in range(count):
            handle = get(holder, number)  # type: ignore[operator]
            kind = raw.FPDFPageObj_GetType(handle)
            if kind == raw.FPDF_PAGEOBJ_FORM and level < LEVELS:
                inside = raw.FPDFFormObj_CountObjects(handle)
                yield from each(handle, max(0, inside), raw.FPDFFormObj_GetObject, level + 1)
            else:
                yield _Thing(handle, kind, _bounds(handle), level > 0 or _is_layered(handle))

    yield from each(page, raw.FPDFPage_CountObjects(page), raw.FPDFPage_GetObject, 0)


def _to_try(things: Sequence[_Thing]) -> list[_Thing]:
    """Words in a layer or a form, those over which something is painted later, and white ones that stand on no picture."""
    found: list[_Thing] = []
    painted: list[Bounds] = []
    pictures = [thing.bounds for thing in things if thing.kind == raw.FPDF_PAGEOBJ_IMAGE]
    pairs = 0
    for thing in reversed(things):
        if thing.kind == raw.FPDF_PAGEOBJ_PATH and _paints(thing):
            painted.append(thing.bounds)
        elif thing.kind == raw.FPDF_PAGEOBJ_TEXT:
            if raw.FPDFTextObj_GetTextRenderMode(thing.handle) in INVISIBLE:
                continue
            pairs += len(painted) + len(pictures)
            if thing.is_doubtful or pairs > MOST_PAIRS or _meets(thing.bounds, painted):
                found.append(thing)
                continue
            if _is_white(thing) and not _meets(thing.bounds, pictures):
                found.append(thing)
    return found


def _characters_of(tried: Sequence[_Thing], layer: pypdfium2.PdfTextPage) -> Iterator[int]:
    places = {thing.place for thing in tried}
    for number in range(layer.count_chars()):
        handle = raw.FPDFText_GetTextObject(layer, number)
        code = raw.FPDFText_GetUnicode(layer, number)
        is_drawn = 0 < code < 0x110000 and not chr(code).isspace()
        if is_drawn and (ctypes.cast(handle, ctypes.c_void_p).value or 0) in places:
            yield number


def _inked(
    page: pypdfium2.PdfPage,
    layer: pypdfium2.PdfTextPage,
    tried: Sequence[_Thing],
    left_out: Sequence[_Thing],
    characters: set[int],
) -> set[int]:
    """Those of the characters where the page, without what is left out, looks otherwise without what is tried."""
    drawn = []
    where = None
    for hidden in (left_out, [*left_out, *tried]):
        for thing in hidden:
            raw.FPDFPageObj_SetIsActive(thing.handle, False)
        bitmap = page.render(scale=TRIED_PX / max(1.0, *page.get_size()), draw_annots=False)
        where = bitmap.get_posconv(page)
        drawn.append(bitmap.to_pil().convert("RGB"))
        for thing in hidden:
            raw.FPDFPageObj_SetIsActive(thing.handle, True)
    ink = ImageChops.difference(*drawn)
    return {number for number in characters if where and _has_ink(ink, layer, where, number)}


def _is_on(page: pypdfium2.PdfPage, layer: pypdfium2.PdfTextPage, number: int) -> bool:
    """Whether a character stands on the page, or is one that PDFium sets between lines."""
    if raw.FPDFText_IsGenerated(layer, number):
        return True
    left, bottom, right, top = page.get_bbox()
    box = layer.get_charbox(number, loose=True)
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return bool(left <= across <= right and bottom <= down <= top)


def _has_ink(
    ink: Image.Image, layer: pypdfium2.PdfTextPage, where: pypdfium2.PdfPosConv, number: int
) -> bool:
    left, bottom, right, top = layer.get_charbox(number)
    across, down = zip(where.to_bitmap(left, bottom), where.to_bitmap(right, top), strict=True)
    # Rounded inward, since the letter beside it may be seen.
    x, y = ceil(min(across)), ceil(min(down))
    box = (x, y, max(x + 1, int(max(across))), max(y + 1, int(max(down))))
    return ink.crop(box).getbbox() is not None


def _is_layered(handle: raw.FPDF_PAGEOBJECT) -> bool:
    for number in range(raw.FPDFPageObj_CountMarks(handle)):
        buffer, length = ctypes.create_string_buffer(8), ctypes.c_ulong()
        mark = raw.FPDFPageObj_GetMark(handle, number)
        text = ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR))
        raw.FPDFPageObjMark_GetName(mark, text, len(buffer), length)
        if buffer.raw[: length.value].decode("utf-16-le", "replace").rstrip("\0") == "OC":
            return True
    return False


def _paints(thing: _Thing) -> bool:
    fill, stroke = ctypes.c_int(), raw.FPDF_BOOL()
    raw.FPDFPath_GetDrawMode(thing.handle, fill, stroke)
    left, bottom, right, top = thing.bounds
    return fill.value != raw.FPDF_FILLMODE_NONE and min(right - left, top - bottom) >= LEAST_PT


def _is_white(thing: _Thing) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(thing.handle, red, green, blue, alpha)
    return min(red.value, green.value, blue.value) == 255


def _bounds(handle: raw.FPDF_PAGEOBJECT) -> Bounds:
    edges = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(handle, *edges)
    return tuple(edge.value for edge in edges)  # type: ignore[return-value]


def _meets(one: Bounds, others: Sequence[Bounds]) -> bool:
    return any(
        min(one[2], other[2]) > max(one[0], other[0]) and min(one[3], other[3]) > max(one[1], other[1])
        for other in others
    )
