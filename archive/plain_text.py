"""What may stand in a text: what XML 1.0 can hold (section 2.2), which is what a bag, a feed and both databases hold too.

A leaf that anything may import.
"""

from __future__ import annotations

import re

UNFIT = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""A pattern of one character that XML 1.0 has no way to write: most controls, half a character, U+FFFE and U+FFFF."""
_UNFIT = re.compile(UNFIT)
# Word processors end a line or a page so: the words on both sides stay apart.
_APART = "\x0b\x0c"


def plain(text: str) -> str:
    """The text without what nobody sees and no document of ours can hold; tabs and ends of lines stay."""
    # Most of what is typed is like that, and this is told faster.
    return text if text.isprintable() else _UNFIT.sub(_nothing_or_space, text)


def _nothing_or_space(found: re.Match[str]) -> str:
    return " " if found[0] in _APART else ""
