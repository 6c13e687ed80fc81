"""Letters of an RTF document that are written as bytes of another character set than the document's, written as Unicode instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.readers.rtf_cuts import TOKEN

# By the number of a font's character set (RTF 1.9.1, font table). Those of 0 and 1 are in the document's own.
OF_FONTS = {
    **{77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253"},
    **{162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251"},
    **{222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp437"},
}
OF_DOCUMENTS = {b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}
FONT = re.compile(rb"\\f([0-9]{1,5})(?![0-9])[^{}]{0,200}?\\fcharset([0-9]{1,3})")
CODED = re.compile(rb"(?:\\'[0-9a-fA-F]{2})+")
HEAD = 2000


def tells(data: bytes) -> bool:
    """Whether letters may be written in another set."""
    return b"\\'" in data and (bool(_fonts(data)) or bool(_own(data)))


def recoded(data: bytes) -> Iterator[bytes]:
    """The document, piece by piece, with such letters by their numbers in Unicode."""
    fonts, own = _fonts(data), _own(data)
    usual = re.search(rb"\\deff([0-9]{1,5})", data[:HEAD])
    # Font, and how many letters a program that knows no Unicode is given instead of one.
    plain = int(usual[1]) if usual else 0
    state, around = (plain, 1), list[tuple[int, int]]()
    place = kept_from = 0
    while found := TOKEN.match(data, place):
        start, place = place, found.end()
        word, number = found["word"], found["number"]
        if found["open"]:
            around.append(state)
        elif found["close"]:
            state = around.pop() if around else state
        elif word == b"bin":
            place += max(0, int(number or 0))
        elif word == b"f" and number:
            state = (int(number), state[1])
        elif word == b"plain":
            state = (plain, state[1])
        elif word == b"uc" and number:
            state = (state[0], min(9, max(0, int(number))))
        elif word == b"u":
            # What stands for it elsewhere is passed over.
            stands = re.compile(rb"(?:\\'[0-9a-fA-F]{2}|[^\\{}]){0,%d}" % state[1]).match(data, place)
            place = stands.end() if stands else place
        elif found["sign"] and (encoding := fonts.get(state[0], own)):
            coded = CODED.match(data, start)
            if coded and (letters := _letters(coded[0], encoding, state[1])):
                yield data[kept_from:start] + letters
                place = kept_from = coded.end()
    yield data[kept_from:]


def _letters(coded: bytes, encoding: str, instead: int) -> bytes:
    try:
        words = bytes.fromhex(coded.replace(b"\\'", b"").decode("ascii")).decode(encoding)
    except UnicodeDecodeError:
        return b""
    units = words.encode("utf-16-le")
    numbers = (
        int.from_bytes(units[place : place + 2], "little", signed=True) for place in range(0, len(units), 2)
    )
    return b"".join(b"\\u%d%b" % (one, b"?" * instead or b" ") for one in numbers)


def _fonts(data: bytes) -> dict[int, str]:
    start = data.find(b"{\\fonttbl")
    if start < 0:
        return {}
    end = min(end for end in (data.find(b"}}", start), data.find(b"\\colortbl", start), len(data)) if end > 0)
    sets = {int(one[1]): OF_FONTS.get(int(one[2]), "") for one in FONT.finditer(data, start, end)}
    return {font: encoding for font, encoding in sets.items() if encoding}


def _own(data: bytes) -> str:
    """The document's own set, where it is none of Windows, which those who read it know."""
    said = re.search(rb"\\(mac|pca|pc)(?![a-zA-Z])", data[:HEAD])
    return OF_DOCUMENTS[said[1]] if said else ""
