"""What may stand in a text: what XML 1.0 can hold (section 2.2), which is what a bag, a feed and both databases hold too,
and nothing that turns round what is shown beside it.

A leaf that anything may import.
"""

from __future__ import annotations

import re

UNFIT = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""A pattern of one character that XML 1.0 has no way to write: most controls, half a character, U+FFFE and U+FFFF."""
_UNFIT = re.compile(UNFIT)
# Word processors end a line or a page so: the words on both sides stay apart.
_APART = "\x0b\x0c"
# Letters that nobody sees and that say in which direction others are read (Unicode Standard Annex 9, section 2).
_OVERRIDES, _EMBEDDINGS, _ISOLATES = "\u202d\u202e", "\u202a\u202b", "\u2066\u2067\u2068"
_END, _END_OF_ISOLATE = "\u202c", "\u2069"
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text without what nobody sees and no document of ours can hold; tabs and ends of lines stay."""
    # Most of what is typed is like that, and this is told faster.
    return text if text.isprintable() else in_its_order(_UNFIT.sub(_nothing_or_space, text))


def in_its_order(text: str) -> str:
    """The text without what shows letters in an order that they do not have.

    An override goes: what is read would be something else than what is kept. What says that some words are of another
    direction stays where it is closed in its line, as people need it who write in two scripts; what is not closed
    would turn round what a page shows behind it.
    """
    if not _TURNING.search(text):
        return text
    return "".join(map(_closed, text.splitlines(keepends=True)))


def _closed(line: str) -> str:
    gone: set[int] = set()
    begun: list[int] = []
    for place, letter in enumerate(line):
        if letter in _OVERRIDES or letter in _EMBEDDINGS or letter in _ISOLATES:
            begun.append(place)
        elif letter == _END and begun and line[begun[-1]] not in _ISOLATES:
            opening = begun.pop()
            gone |= {opening, place} if line[opening] in _OVERRIDES else set()
        elif letter == _END_OF_ISOLATE and any(line[one] in _ISOLATES for one in begun):
            # Whatever was begun inside ends with it.
            while line[begun[-1]] not in _ISOLATES:
                gone.add(begun.pop())
            begun.pop()
        elif letter in (_END, _END_OF_ISOLATE):
            gone.add(place)
    gone.update(begun)
    return "".join(letter for place, letter in enumerate(line) if place not in gone)


def _nothing_or_space(found: re.Match[str]) -> str:
    return " " if found[0] in _APART else ""
