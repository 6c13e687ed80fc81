"""Finding out in which encoding a text is written, and writing plain text copies."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Sequence

import charset_normalizer

from ingest.failures import ReadFailure
from ingest.parcel import Copy, Passage
from ingest.readers.base import Work
from ingest.readers.html_text import declared_encoding
from ingest.readers.removing import redacted

WESTERN = "cp1252"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What the names of older encodings mean to browsers and to nearly all who write them (WHATWG Encoding, 4.2): the later
# one of the same letters and more.
MEANT = {
    "ascii": WESTERN,
    "iso8859-1": WESTERN,
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
}
# What Python can decode besides, which no text is written in.
NO_ENCODING = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
# A letter of UTF-8 beyond ASCII (RFC 3629, 4). Ten of them in order before the first that is not, or three for each that
# is not, are found in no other encoding of words.
LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xec\xee\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
BROKEN = "remembrance-broken"
IN_ORDER, FOR_EACH_BROKEN = 10, 3
SAMPLE = 1 << 18
LONGEST = 32 << 20
NEVER_IN_TEXT = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b")
# Not cp1254: it is Western but for Turkish letters, and a guess is made only where something is unusual.
LATIN = frozenset({"cp1250", "cp1257", "iso8859_2", "iso8859_9", "iso8859_13", "iso8859_15", "latin_1"})
# The letters beyond ASCII of languages written in it. What is in another encoding reads as if it had others, or three in
# a row, as hardly a word but "ñáñigo" has, or signs that are rare.
USUAL = "àáâãäåæçèéêëìíîïñòóôõöøœùúûüßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜªº"
UNUSUAL = re.compile(f"[^\\W\\d_A-Za-z{USUAL}¹²³¼½¾]|(?![Ññ][Áá][Ññ])[{USUAL}]{{3}}|[¤¦¨¬¯¸‰˜]")
# Signs that stand behind a letter only where they are one in another encoding; "m²" is a measure.
MISREAD = re.compile("[^\\W\\d_][¹³¼½¾±¿¶¥¦¤¨¯¡¢£‚„‡]")
KEPT_CONTROLS = frozenset("\n\t")


def decode_file(work: Work) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding; see `decode`."""
    with work.path.open("rb") as stream:
        data = stream.read(LONGEST)
        if stream.read(1):
            work.note("text-cut")
            # Between two lines, since half a letter is none; where letters are pairs of bytes, it is cut between two.
            data = data if b"\0" in data[:SAMPLE] else data[: data.rfind(b"\n") + 1] or data
    return decode(data, declared_encoding(data) if "html" in work.media_type else None)


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return text and encoding: by byte order mark, as UTF-16 by its zeros, as UTF-8, as declared, as likeliest.

    In UTF-8 with a few bytes that are none, as where a line of an older text was put in, those alone are read as Western. Line ends become `\\n`, control characters vanish. Raises ReadFailure where the bytes are no text at all.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return tidy(data.decode(encoding, "replace")), encoding.removesuffix("-sig")
    named = _by_zeros(data) or _as_declared(data, declared)
    if named and _is_sure(named, data):
        return tidy(data.decode(named, "replace")), named
    try:
        return tidy(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError as error:
        if _is_mostly_utf8(data, error.start):
            return tidy(data.decode("utf-8", BROKEN)), "utf-8"
    encoding = named or _likeliest(data)
    return tidy(data.decode(encoding, "replace")), encoding


def tidy(words: str) -> str:
    """Return text with `\\n` as line end and without control characters."""
    words = words.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    controls = {
        ord(c) for c in set(words) if unicodedata.category(c) in ("Cc", "Cs") and c not in KEPT_CONTROLS
    }
    return words.translate(dict.fromkeys(controls)) if controls else words


def write_copy(passages: Sequence[Passage], work: Work) -> list[Copy]:
    """Write the passages as one UTF-8 text, a blank line between them, without what the marks take out; none, no copy."""
    passages = redacted(passages, work.marks)
    if not passages:
        return []
    words = "\n\n".join(tidy(passage.text).strip("\n") for passage in passages) + "\n"
    (work.scratch / "text.txt").write_text(words, encoding="utf-8", newline="\n")
    return [Copy("text", "text.txt", "text/plain; charset=utf-8")]


def _by_zeros(data: bytes) -> str | None:
    """UTF-16 without a mark: Western text has a zero in every other byte."""
    sample = data[: SAMPLE & ~1]
    half = len(sample) // 2 or 1
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 and odd < 0.05 else None


def _as_declared(data: bytes, declared: str | None) -> str | None:
    try:
        encoding = codecs.lookup(declared or "").name
        encoding = MEANT.get(encoding, encoding)
        # Of what is declared to be in two bytes a letter and has no zero, the declaration could not have been read.
        if encoding in NO_ENCODING or (encoding.startswith(("utf-16", "utf-32")) and b"\0" not in data):
            return None
        data.decode(encoding)
    except (LookupError, UnicodeError):
        return None
    return encoding


def _is_sure(encoding: str, data: bytes) -> bool:
    """Whether words are in it though they may be UTF-8 as well: by a chance that a few letters have, or in seven bits as in Japan."""
    return encoding not in (WESTERN, "utf-8") and len(LETTER.findall(data[:SAMPLE])) < IN_ORDER


def _is_mostly_utf8(data: bytes, first_broken: int) -> bool:
    before = len(LETTER.findall(data, max(0, first_broken - SAMPLE), first_broken))
    if before >= IN_ORDER:
        return True
    after = data[first_broken : first_broken + SAMPLE]
    broken = sum(byte > 0x7F for byte in LETTER.sub(b"", after))
    return before + len(LETTER.findall(after)) >= FOR_EACH_BROKEN * broken


def _read_broken(error: UnicodeError) -> tuple[str, int]:
    """What stands for bytes that are no UTF-8: the Western letter that one is by itself, a mark for a letter cut short."""
    assert isinstance(error, UnicodeDecodeError)
    broken = error.object[error.start : error.end]
    is_cut = len(broken) > 1 or error.end == len(error.object)
    return "\ufffd" if is_cut else broken.decode(WESTERN, "replace"), error.end


codecs.register_error(BROKEN, _read_broken)


def _likeliest(data: bytes) -> str:
    sample = data[:SAMPLE]
    if len(sample) - len(sample.translate(None, NEVER_IN_TEXT)) > len(sample) // 100:
        raise ReadFailure("damaged")
    if _is_plainly_western(sample):
        return WESTERN
    best = charset_normalizer.from_bytes(sample).best()
    if best is None:
        return WESTERN
    # Western and Central European encodings differ in a few letters, and the guess between them is weak.
    return WESTERN if best.encoding in LATIN and _reads_as_western(sample) else best.encoding


def _is_plainly_western(sample: bytes) -> bool:
    """Whether as Western text it has no letter and no sign that is unusual: a guess at a line or a name is worth less."""
    try:
        words = sample.decode(WESTERN)
    except UnicodeDecodeError:
        return False
    return not UNUSUAL.search(words) and _reads_as_western(sample)


def _reads_as_western(sample: bytes) -> bool:
    """False where letters are followed by signs that stand for letters in other encodings, as in "rodz¹ siê"."""
    words = sample.decode(WESTERN, "ignore")
    beyond_ascii = sum(character > "\x7f" for character in words)
    return len(MISREAD.findall(words)) * 20 < beyond_ascii
