"""What people write about a time (“about 1920”, “entre 1936 y 1938”), turned into EDTF."""

from __future__ import annotations

import re
import unicodedata
from itertools import product

from archive.dates import centuries, lexicon, spelled
from archive.dates.expression import DateError
from archive.dates.marks import doubtful_point, marked
from archive.dates.points import Candidates

# A long dash joins two dates, a hyphen may also stand inside one: “1901–02” is a span, 1901-02 a month
DASHES = re.compile("[\u2012-\u2015\u2212]")
APOSTROPHES = re.compile("[\u2018\u2019\u02bc`]")
SHORTHAND = re.compile(r"(?P<about>(?:ca?\.?)\s*)?(?P<digits>\d{1,3})(?P<unsure>\??)")
ELIDED = (re.compile(r"\bd'(?=\w)"), "de "), (re.compile(r"\bl'(?=\w)"), "la ")
# “los 1860” are years, “los” is no filler there
ARTICLE_AND_DECADE = re.compile(r"\b(?:los|os|dos|nos) (\d{3}0)\b(?!')")
PART_OF = re.compile(r"\b(mid|early|late)-")
# “the 1850s and 60s”: the second decade is of the century of the first
DECADE_BEFORE, SHORT_DECADE = re.compile(r"(\d\d)\d0'?s$"), re.compile(r"(.*?)'?\b(\d0)'?s")
# “the 1950s/60s”
DECADES_PARTED = re.compile(r"(\d0'?s) ?/ ?('?\d{0,2}\d0'?s)\b")
MOST_READINGS = 6


def readings(text: str, *, language: str) -> Candidates:
    """EDTF strings that the text can mean, likeliest first; () where it is not understood."""
    month_first = language == "en"
    text = lexicon.SOME_TIME.sub("", normalise(text, is_portuguese=language == "pt"))
    if lexicon.UNKNOWN.fullmatch(" ".join(re.sub(r"[.()\[\]]", " ", text).split())):
        return ("XXXX",)
    return _as_it_stands(text, month_first) or _in_each_century(text, month_first)


def _as_it_stands(text: str, month_first: bool) -> Candidates:
    # Dots at an edge are no part of a date: whoever reads one leaves them out.
    for rule in (_open_with_dots, doubtful_point, _until, _since, _range, _alternatives, _conjunction):
        found = rule(text, month_first)
        if found:
            return found[:MOST_READINGS]
    return ()


def _in_each_century(text: str, month_first: bool) -> Candidates:
    """Readings of years with two digits (“the 60s”), the newest century first; one that has no such day is left out."""
    found: list[str] = []
    reasons: list[DateError] = []
    for written_out in centuries.written_out(text):
        try:
            found += _as_it_stands(written_out, month_first)
        except DateError as error:
            reasons.append(error)
    if reasons and not found:
        raise reasons[0]
    return tuple(found[:MOST_READINGS])


def normalise(text: str, *, is_portuguese: bool = False) -> str:
    """Small letters, no accents, plain apostrophes, long dashes as hyphens with spaces around them, feasts as days."""
    text = APOSTROPHES.sub("'", DASHES.sub(" - ", text.casefold()))
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    for pattern, day in lexicon.FEASTS:
        text = pattern.sub(day, text)
    if is_portuguese:
        text = lexicon.NATAL.sub("25 december", text)
    for pattern, whole in ELIDED:
        text = pattern.sub(whole, text)
    text = PART_OF.sub(r"\1 ", ARTICLE_AND_DECADE.sub(r"\1s", text))
    text = DECADES_PARTED.sub(r"\1 - \2", text)
    text = lexicon.HALF.sub(r"\g<order>-half", text)
    text = lexicon.DECADE_IN_WORDS.sub(lexicon.decade_in_digits, text)
    return spelled.in_numbers(" ".join(text.split()).strip(" ,;"))


def _until(text: str, month_first: bool) -> Candidates:
    return tuple(f"../{one.split('/')[-1]}" for one in _open_side(lexicon.UNTIL, text, month_first))


def _since(text: str, month_first: bool) -> Candidates:
    until_now = lexicon.UNTIL_NOW.match(text)
    found = doubtful_point(until_now["date"], month_first) if until_now else ()
    return tuple(f"{one.split('/')[0]}/.." for one in found or _open_side(lexicon.SINCE, text, month_first))


def _open_with_dots(text: str, month_first: bool) -> Candidates:
    if match := lexicon.OPEN_END.match(text):
        return tuple(f"{one.split('/')[0]}/.." for one in doubtful_point(match["date"], month_first))
    if match := lexicon.OPEN_BEGINNING.match(text):
        return tuple(f"../{one.split('/')[-1]}" for one in doubtful_point(match["date"], month_first))
    return ()


def _open_side(pattern: re.Pattern[str], text: str, month_first: bool) -> Candidates:
    match = pattern.match(text)
    return doubtful_point(match["date"] or match["date_"], month_first) if match else ()


def _range(text: str, month_first: bool) -> Candidates:
    shorter = lexicon.ABOUT_AFTER.sub("", text)
    if shorter != text:  # “entre 1803 y 1810 aproximadamente” doubts both ends
        return tuple(marked(one, "~") for one in _range(shorter, month_first))
    for pattern in lexicon.RANGES:
        match = pattern.match(text)
        pairs = _pairs(match[1], match[2], month_first) if match else []
        if pairs:
            return tuple(f"{first.split('/')[0]}/{last.split('/')[-1]}" for first, last in pairs)
    return ()


def _pairs(left: str, right: str, month_first: bool) -> list[tuple[str, str]]:
    """The two ends of a range; each may leave out what the other says (“17-19 November 1852”, “1858-64”)."""
    for one, other in product(_with_borrowed_end(left, right), _with_borrowed_start(left, right)):
        firsts, lasts = doubtful_point(one, month_first), doubtful_point(other, month_first)
        if firsts and lasts:
            # “c. 1801-10” doubts both ends; “1801?-1810” doubts the first alone
            mark = firsts[0][-1] if firsts[0][-1] in "?~%" and not left.endswith("?") else ""
            return [
                (first, last if last[-1] in "?~%" else marked(last, mark))
                for first, last in product(firsts, lasts)
            ]
    return []


def _with_borrowed_end(left: str, right: str) -> list[str]:
    year = re.search(r"\b(\d{4})\b[?)\]]*$", right)
    rest = right.split(maxsplit=1)
    borrowed = [f"{left} {rest[1]}"] if len(rest) == 2 else []
    return [left, *([f"{left} {year[1]}"] if year else []), *borrowed]


def _with_borrowed_start(left: str, right: str) -> list[str]:
    full = _completed(left, right)
    return [full, f"{left.split()[0]} {right}"]


def _completed(left: str, right: str) -> str:
    """“64” after “1858” is 1864, and “60s” after “1850s” the 1860s."""
    decade, short_decade = DECADE_BEFORE.search(left), SHORT_DECADE.fullmatch(right)
    if decade and short_decade:
        return f"{short_decade[1]}{decade[1]}{short_decade[2]}s"
    year = re.search(r"(\d{4})[?)\]]*$", left)
    short = SHORTHAND.fullmatch(right)
    if not (year and short):
        return right
    digits = year[1][: 4 - len(short["digits"])] + short["digits"]
    return f"{short['about'] or ''}{digits}{short['unsure']}"


def _alternatives(text: str, month_first: bool) -> Candidates:
    text = re.sub(r"^(?:either|ya sea|soit)\s+", "", text)
    return tuple(f"[{','.join(one)}]" for one in _members(lexicon.ALTERNATIVES, text, month_first))


def _conjunction(text: str, month_first: bool) -> Candidates:
    return tuple(f"{{{','.join(one)}}}" for one in _members(lexicon.CONJUNCTIONS, text, month_first))


def _members(joint: re.Pattern[str], text: str, month_first: bool) -> list[tuple[str, ...]]:
    parts = [part for piece in joint.split(text) for part in [piece.strip()] if part]
    if len(parts) < 2:
        return []
    if len(parts) == 2:
        pairs = _pairs(parts[0], parts[1], month_first)
        return [pair for pair in pairs if not any("/" in member for member in pair)]
    whole = [_completed(parts[0], part) for part in parts]
    found = list(product(*(doubtful_point(part, month_first) for part in whole)))
    return [one for one in found if not any("/" in member for member in one)]
