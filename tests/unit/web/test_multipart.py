"""A form is read alike in whatever pieces it comes, and no byte of a file is lost, added or taken for the end of it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from archive.web.connection import Block, CutError
from archive.web.multipart import Parts

BOUNDARY = b"--ab"
DELIMITER = b"\r\n--" + BOUNDARY
# What looks like the end of a file and is none, and what has the end of a block within it.
NEARLY = [DELIMITER[:size] for size in range(1, len(DELIMITER))] + [b"\r\n" * 5, b"-" * 40, b"\r" * 9, b""]


def form(contents: list[bytes]) -> bytes:
    parts = b""
    for number, content in enumerate(contents):
        head = f'Content-Disposition: form-data; name="files"; filename="{number}"'
        parts += b"--" + BOUNDARY + b"\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"
    return parts + b"--" + BOUNDARY + b"--\r\n"


def in_pieces(body: bytes, size: int, *, lent: bool) -> Iterator[Block]:
    """As it comes: in pieces of their own, or lent in one buffer that is used again, as from the connection."""
    buffer = bytearray(DELIMITER * (1 + size // len(DELIMITER)))
    for at in range(0, len(body), size):
        piece = body[at : at + size]
        if not lent:
            yield piece
            continue
        buffer[: len(piece)] = piece
        with memoryview(buffer) as whole, whole[: len(piece)] as part:
            yield part


def read(body: Iterator[Block]) -> list[bytes]:
    return [b"".join(map(bytes, part.blocks)) for part in Parts(body, BOUNDARY, 100)]


@pytest.mark.parametrize("lent", [False, True], ids=["own", "lent"])
def test_every_file_is_what_it_was_however_the_form_is_cut(lent: bool) -> None:
    dice = random.Random(7)
    contents = [
        dice.choice(NEARLY) + dice.randbytes(dice.randrange(90)) + dice.choice(NEARLY) for _ in range(40)
    ]
    body = form(contents)
    for size in (*range(1, 70), 127, 1000, len(body)):
        assert read(in_pieces(body, size, lent=lent)) == contents, size


@pytest.mark.parametrize("lent", [False, True], ids=["own", "lent"])
def test_a_form_that_breaks_off_says_so_wherever_it_does(lent: bool) -> None:
    body = form([b"one" * 50, b"two"])
    for end in range(0, len(body) - 4, 7):
        with pytest.raises(CutError):
            read(in_pieces(body[:end], 33, lent=lent))


def test_only_of_a_files_name_bytes_that_are_no_text_are_kept() -> None:
    body = form([b"one"]).replace(b"files", b"f\xff").replace(b'"0"', b'"\xe9.txt"')
    (part,) = ((one.name, one.file_name) for one in Parts(iter([body]), BOUNDARY, 1))
    # The name of a field may be written down, and half a character cannot be.
    assert part == ("f\N{REPLACEMENT CHARACTER}", "\udce9.txt")
