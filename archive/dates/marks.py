"""Words and signs of doubt around one point in time: about, perhaps, a question mark."""

from __future__ import annotations

import re

from archive.dates import lexicon
from archive.dates.expression import parse_point
from archive.dates.points import Candidates, point


def doubtful_point(text: str, month_first: bool) -> Candidates:
    """Readings of a normalised text, its marks of doubt included."""
    about = unsure = False
    while True:
        before = text
        text, stripped = _strip(text, lexicon.ABOUT, lexicon.ABOUT_AFTER)
        about = about or stripped
        text, stripped = _strip(text, lexicon.UNSURE, lexicon.UNSURE_AFTER)
        unsure = unsure or stripped
        text = lexicon.SOME_TIME.sub("", text) or text
        text = re.sub(r"^[\[(](.*)[\])]$", r"\1", text).strip(" ,;.")
        if text == before:
            break
    mark = ("%" if unsure else "~") if about else ("?" if unsure else "")
    found = point(text, month_first)
    if mark and (span := re.fullmatch(r"(\d{2})(\d{2})-(\d{2})", text)) and span[3] > span[2]:
        # EDTF would have its own mark; beside a word, “c. 1801-10” is a month or a span of years
        found = (f"{span[1]}{span[2]}/{span[1]}{span[3]}", *found)
    return tuple(marked(one, mark) for one in found)


def marked(edtf: str, mark: str) -> str:
    """The expression with a mark of doubt on each of its ends; EDTF has none for seasons, so their months are named."""
    if not mark:
        return edtf
    season = parse_point(edtf)
    if season and season.season:
        start = {21: 3, 22: 6, 23: 9, 24: 12, 37: 1, 38: 5, 39: 9}[season.season]
        end = start + (3 if season.season > 24 else 2)
        last = int(season.year) + (end > 12)
        edtf = f"{season.year}-{start:02}/{last:04}-{(end - 1) % 12 + 1:02}"
    return "/".join(_join_mark(end, mark) for end in edtf.split("/"))


def _join_mark(edtf: str, mark: str) -> str:
    if edtf[-1] not in "?~%":
        return edtf + mark
    return edtf if edtf[-1] == mark else f"{edtf[:-1]}%"


def _strip(text: str, *patterns: re.Pattern[str]) -> tuple[str, bool]:
    shorter = text
    for pattern in patterns:
        shorter = pattern.sub("", shorter).strip()
    return (shorter, True) if shorter and shorter != text else (text, False)
