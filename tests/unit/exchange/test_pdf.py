"""A document of page images: sound, of the size that was promised, and it tells nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from archive.exchange.pdf import Document, PageImage
from tests.fixtures import given


@pytest.fixture
def images(tmp_path: Path) -> list[PageImage]:
    """A page in colour and one in grey that lies on its side."""
    found = []
    for name, picture in (("a", given.picture(600, 800)), ("b", given.picture(700, 300).convert("L"))):
        (tmp_path / name).write_bytes(given.saved(picture, "JPEG"))
        size = (tmp_path / name).stat().st_size
        found.append(PageImage(tmp_path / name, size, picture.width, picture.height))
    return found


def test_every_image_is_a_page_of_its_shape_and_its_colours(images: list[PageImage]) -> None:
    made = Document(images)
    data = b"".join(made.chunks())
    assert len(data) == made.size
    with pypdfium2.PdfDocument(data) as document:
        assert [tuple(map(round, page.get_size())) for page in document] == [(632, 842), (842, 361)]
        first, second = (page.render(scale=0.5).to_pil().convert("RGB") for page in document)
        assert not any(document.get_metadata_dict().values())
    red, green, _ = first.getpixel((10, 10))
    assert red > 150 > 90 > green
    assert len(set(second.getpixel((200, 100)))) == 1


def test_every_object_stands_where_the_table_says(images: list[PageImage]) -> None:
    data = b"".join(Document(images).chunks())
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", data)[1])  # type: ignore[index]
    offsets = [int(one) for one in re.findall(rb"(\d{10}) 00000 n \n", data[start:])]
    assert len(offsets) == 2 + 3 * len(images)
    for number, offset in enumerate(offsets, 1):
        assert data[offset:].startswith(b"%d 0 obj\n" % number)


def test_an_image_that_is_gone_is_told_before_a_byte_is_sent(images: list[PageImage]) -> None:
    images[1].path.unlink()
    with pytest.raises(FileNotFoundError):
        Document(images)
