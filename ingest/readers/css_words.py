"""The writing of style sheets: pieces between signs, and letters that are written by their number."""

from __future__ import annotations

import re

ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))")


def split(words: str, sign: str) -> list[str]:
    """The pieces between signs that stand outside of brackets and quotation marks."""
    pieces, depth, quote, start = [], 0, "", 0
    for place, letter in enumerate(words):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == sign and depth == 0:
            pieces.append(words[start:place])
            start = place + 1
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth = max(0, depth - 1)
    return [*pieces, words[start:]]


def unescaped(name: str) -> str:
    """A name without the signs by which a sheet writes letters that are no letters of names."""
    return ESCAPED.sub(lambda one: _letter(int(one[1], 16)) if one[1] else one[2], name)


def _letter(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "�"
