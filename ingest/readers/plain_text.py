"""Finding out in which encoding a text is written, and writing plain text copies."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import charset_normalizer

from ingest.failures import ReadFailure
from ingest.parcel import Copy, Passage
from ingest.readers.base import Work

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 1 << 18
LONGEST = 64 << 20
NEVER_IN_TEXT = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b")
KEPT_CONTROLS = frozenset("\n\t")


def decode_file(path: Path) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding; see `decode`."""
    with path.open("rb") as stream:
        return decode(stream.read(LONGEST))


def decode(data: bytes) -> tuple[str, str]:
    """Return text and encoding: a byte order mark, then strict UTF-8, then UTF-16 by its zeros, then the likeliest.

    Line ends become `\\n`, control characters vanish. Raises ReadFailure where the bytes are no text at all.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return tidy(data.decode(encoding, "replace")), encoding.removesuffix("-sig")
    try:
        return tidy(_strict_utf8(data)), "utf-8"
    except UnicodeDecodeError:
        pass
    encoding = _by_zeros(data) or _likeliest(data)
    return tidy(data.decode(encoding, "replace")), encoding


def tidy(words: str) -> str:
    """Return text with `\\n` as line end and without control characters."""
    words = words.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    controls = {
        ord(c) for c in set(words) if unicodedata.category(c) in ("Cc", "Cs") and c not in KEPT_CONTROLS
    }
    return words.translate(dict.fromkeys(controls)) if controls else words


def write_copy(passages: Sequence[Passage], work: Work) -> list[Copy]:
    """Write the passages as one UTF-8 text, a blank line between them; no copy when there is no text."""
    if not passages:
        return []
    words = "\n\n".join(tidy(passage.text).strip("\n") for passage in passages) + "\n"
    (work.scratch / "text.txt").write_text(words, encoding="utf-8", newline="\n")
    return [Copy("text", "text.txt", "text/plain; charset=utf-8")]


def _strict_utf8(data: bytes) -> str:
    if b"\0" in data and _by_zeros(data):
        raise UnicodeDecodeError("utf-8", data, 0, 1, "zeros stand where UTF-16 has them")
    return data.decode("utf-8")


def _by_zeros(data: bytes) -> str | None:
    """UTF-16 without a mark: Western text has a zero in every other byte."""
    sample = data[: SAMPLE & ~1]
    half = len(sample) // 2 or 1
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 and odd < 0.05 else None


def _likeliest(data: bytes) -> str:
    sample = data[:SAMPLE]
    if len(sample) - len(sample.translate(None, NEVER_IN_TEXT)) > len(sample) // 100:
        raise ReadFailure("damaged")
    best = charset_normalizer.from_bytes(data[:SAMPLE]).best()
    return best.encoding if best is not None else "cp1252"
