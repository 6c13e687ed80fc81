"""A PDF of page images (ISO 32000-2): every page one JPEG as it lies there, and not a word about where it comes from."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST_POINTS = 842.0
HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
# Each page takes three objects (the page, what is drawn on it, its image) behind the catalogue and the list of pages.
FIRST, EACH = 3, 3
FRAMES = frozenset({0xC0, 0xC1, 0xC2})
START_OF_SCAN = 0xDA
HEAD = 1 << 12
CHUNK = 1 << 18


@dataclass(frozen=True)
class PageImage:
    """A JPEG of `size` bytes, and its pixels."""

    path: Path
    size: int
    width: int
    height: int


class Document:
    """A document whose size is known before it is written: `size` in bytes."""

    def __init__(self, pages: Sequence[PageImage]) -> None:
        """Read how many bands each image has; OSError, FileNotFoundError where one is gone."""
        self._pages = [(page, _colours(page.path)) for page in pages]
        self.size = sum(part.size if isinstance(part, PageImage) else len(part) for part in self._parts())

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, image by image; OSError, FileNotFoundError where one has gone meanwhile."""
        for part in self._parts():
            if isinstance(part, PageImage):
                with part.path.open("rb") as stream:
                    while chunk := stream.read(CHUNK):
                        yield chunk
            else:
                yield part

    def _parts(self) -> Iterator[bytes | PageImage]:
        offsets: list[int] = []
        at = len(HEADER)
        yield HEADER
        for number, pieces in enumerate(self._objects(), 1):
            offsets.append(at)
            for piece in (b"%d 0 obj\n" % number, *pieces, b"\nendobj\n"):
                at += piece.size if isinstance(piece, PageImage) else len(piece)
                yield piece
        lines = [b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)]
        lines += [b"%010d 00000 n \n" % offset for offset in offsets]
        lines.append(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, at))
        yield b"".join(lines)

    def _objects(self) -> Iterator[tuple[bytes | PageImage, ...]]:
        numbers = [FIRST + EACH * n for n in range(len(self._pages))]
        kids = b" ".join(b"%d 0 R" % number for number in numbers)
        yield (b"<</Type/Catalog/Pages 2 0 R>>",)
        yield (b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(numbers), kids),)
        for number, (page, colours) in zip(numbers, self._pages, strict=True):
            scale = LONGEST_POINTS / max(page.width, page.height)
            size = b"%.2f %.2f" % (page.width * scale, page.height * scale)
            drawn = b"q %s 0 0 %s 0 0 cm /I Do Q" % tuple(size.split())
            resources = b"/Resources<</XObject<</I %d 0 R>>>>" % (number + 2)
            yield (
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s]/Contents %d 0 R%s>>"
                % (size, number + 1, resources),
            )
            yield (b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),)
            head = (
                b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/%s/BitsPerComponent 8"
                b"/Filter/DCTDecode/Length %d>>stream\n" % (page.width, page.height, colours, page.size)
            )
            yield head, page, b"\nendstream"


def _colours(path: Path) -> bytes:
    """The colour space of a JPEG, as its frame header has it (ITU-T T.81, B.2.2)."""
    with path.open("rb") as stream:
        data = stream.read(HEAD)
    at = 2
    while at + 10 <= len(data) and data[at + 1] != START_OF_SCAN:
        if data[at + 1] in FRAMES:
            return b"DeviceGray" if data[at + 9] == 1 else b"DeviceRGB"
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return b"DeviceRGB"
