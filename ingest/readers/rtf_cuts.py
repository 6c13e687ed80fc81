"""An RTF document as it is seen: without hidden letters, what was struck out, and notes beside the text (RTF 1.9.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A sign, a word with its number, an end of line (which says nothing), or letters.
TOKEN = re.compile(
    rb"(?P<open>\{)|(?P<close>\})|\\(?:(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})? ?|(?P<sign>'[0-9a-fA-F]{2}|[^a-zA-Z]))"
    rb"|(?P<line>[\r\n]+)|(?P<letters>[^\\{}\r\n]+)|\\"
)
# Properties of letters that are switched on and off; of `mvf`, what stands elsewhere now.
SWITCHES = {b"v": 1, b"deleted": 2, b"webhidden": 4, b"mvf": 8}
OF_LETTERS, BY_LETTER_STYLE, BY_PARAGRAPH_STYLE, APART = 15, 16, 32, 64
STYLES = {b"cs": BY_LETTER_STYLE, b"s": BY_PARAGRAPH_STYLE}
# Signs that stand for a letter; the others control.
SIGNS = b"'\\{}~_-"
# Words that make a group no part of the text. Most are marked as such by a star, which some programs leave out.
DESTINATIONS = frozenset(
    b"annotation atnid atnauthor atntime atndate atnref atnparent atnicn atrfstart atrfend bkmkstart bkmkend comment doccomm "
    b"xe tc tcn rxe txe private revtbl template fldinst datafield formfield userprops docvar generator password objdata "
    b"objclass objname rsidtbl themedata datastore latentstyles protusertbl pict sp shprslt".split()
)
# What is cut itself: of a box with words a program that knows none passes over all, and a picture is given a word of its own.
STAR = re.compile(rb"\\\*\s*\Z")
DROPPED = frozenset({b"pict", b"shpinst"})
# Where any drawing is not shown, none gives its words.
HIDDEN_DRAWING = re.compile(rb"\\sn\s+fHidden\s*\}\s*\{\s*\\sv\s+[^0\s}]")
LASTING = b"|".join(sorted({*SWITCHES, *STYLES, *DESTINATIONS, *DROPPED}, reverse=True))
TELLTALE = re.compile(
    rb"\\(?:%b)(?![a-zA-Z])" % b"|".join(sorted({*SWITCHES, *DESTINATIONS, *DROPPED}, reverse=True))
)
# What may be passed over where nothing is hidden: all but groups, and words that hide what follows or what bytes are.
PLAIN = re.compile(rb"(?:[^\\{}]+|\\(?!(?:bin|%b)(?![a-zA-Z]))[a-zA-Z]{1,32}|\\[^a-zA-Z])++" % LASTING)

# What opens and closes groups, and all that only looks like it.
BRACES = re.compile(rb"\\bin(?P<bytes>[0-9]{1,10}) ?|\\.|(?P<open>\{)|(?P<close>\})", re.DOTALL)


def breaks_off(data: bytes) -> bool:
    """Whether the document's outermost group is not closed."""
    depth, place = 0, 0
    while found := BRACES.search(data, place):
        place = found.end() + int(found["bytes"] or 0)
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth -= 1
            if depth <= 0:
                return False
    return depth > 0


def tells(data: bytes) -> bool:
    """Whether something in the document may be hidden."""
    return TELLTALE.search(data) is not None


def without_hidden(data: bytes) -> Iterator[bytes]:
    """The document, piece by piece, without letters that are not seen; its groups and words of control stay as they are."""
    styles = _hidden_styles(data)
    dropped = DROPPED - {b"shpinst"} if HIDDEN_DRAWING.search(data) else DROPPED
    state, place, kept_from = 0, 0, 0
    around: list[int] = []
    while found := TOKEN.match(data, place):
        if not state and (plain := PLAIN.match(data, place)):
            place = plain.end()
            continue
        start, place = place, found.end()
        word, is_letter = found["word"], False
        if found["open"]:
            around.append(state)
        elif found["close"]:
            state = around.pop() if around else 0
        elif word == b"bin":
            place += max(0, int(found["number"] or 0))
            is_letter = True
        elif word == b"u":
            is_letter = True
        elif word:
            state = _after(state, word, found["number"], styles)
            if word in dropped:
                star = STAR.search(data, max(kept_from, start - 4), start)
                yield data[kept_from : star.start() if star else start]
                kept_from = place
        else:
            is_letter = bool(found["letters"] or (found["sign"] and found["sign"][0] in SIGNS))
        if state and is_letter:
            yield data[kept_from:start]
            kept_from = place
    yield data[kept_from:]


def _after(state: int, word: bytes, number: bytes | None, styles: frozenset[bytes]) -> int:
    """What is hidden, and why, behind a word of control."""
    if word in SWITCHES:
        if number is None or int(number):
            return state | SWITCHES[word]
        # What letters say of themselves goes before what a style says of them.
        by_style = BY_LETTER_STYLE | BY_PARAGRAPH_STYLE if word == b"v" else 0
        return state & ~(SWITCHES[word] | by_style)
    if word == b"plain":
        return state & ~(OF_LETTERS | BY_LETTER_STYLE)
    if word == b"pard":
        return state & ~BY_PARAGRAPH_STYLE
    if word in STYLES:
        return state | STYLES[word] if word + (number or b"0") in styles else state & ~STYLES[word]
    return state | APART if word in DESTINATIONS else state


def _hidden_styles(data: bytes) -> frozenset[bytes]:
    """Styles (`s1`, `cs10`) that hide what is written in them; a program writes into each also what it inherits."""
    hidden: set[bytes] = set()
    depth, state, name, place = 0, 0, b"s0", data.find(rb"{\stylesheet")
    while place >= 0 and (found := TOKEN.match(data, place)):
        place, word, number = found.end(), found["word"], found["number"]
        if found["open"]:
            depth += 1
            state, name = (0, b"s0") if depth == 2 else (state, name)
        elif found["close"]:
            depth -= 1
            if depth == 1 and state:
                hidden.add(name)
            if depth == 0:
                break
        elif word in STYLES and depth == 2:
            name = word + (number or b"0")
        elif word in SWITCHES and depth == 2:
            state = _after(state, word, number, frozenset())
    return frozenset(hidden)
