"""Years of which only two digits are written: the century is not guessed, each that is possible is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from archive.dates import feasts, lexicon

CENTURIES = (20, 19, 18)
"""The newest first; one that has not come to these years yet is left out."""


def _one_of(words: Iterable[str]) -> str:
    # Longer words first, so that “soixante-dix” is not read as “soixante”
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_TENS = rf"[0-9]0|{_one_of(lexicon.TENS)}"
_MONTHS, _SEASONS = _one_of(lexicon.MONTHS), _one_of(lexicon.SEASONS)
_OF = r"(?:,? (?:of|de|del|do|da|en|em|in))?,? "
_DECADES = (
    re.compile(r"(?<![\w'])'?(?P<tens>\d0)'?s\b"),
    re.compile(rf"\b(?P<tens>{_one_of(name for name in lexicon.TENS if name.endswith('ies'))})\b"),
    # “los años 60”, “los sesenta”, and of two decades what joins them: “les années 60-70”
    re.compile(
        rf"(?P<before>\b(?:{_one_of(lexicon.DECADE_WORDS)})(?: (?:de|del|dos|do|des|of|the))*(?: (?:los|anos))*|\blos) "
        rf"'?(?P<tens>{_TENS})(?:(?P<joint> ?[-/] ?| (?:a|e|y|et|o|ou) )(?P<more>{_TENS}))?(?![\w'])"
    ),
)
_DAY = rf"\d{{1,2}}{lexicon.ORDINAL}"
# “'63” is a year wherever it stands. Without the apostrophe it is one where no day can stand: after a season, a feast or
# “del”, after a day and its month, and after a month alone if no month has so many days; at the end of what says “in”,
# “before” or “since”. Of a date in numbers it is what comes last, or first if no month has so many days.
_YEARS = (
    re.compile(r"(?<![\w'])'(?P<year>\d\d)(?![\w'])"),
    re.compile(rf"(?P<before>\b(?:{_SEASONS}|{feasts.NAMES}){_OF}|\bdel )(?P<year>\d\d)(?![\w'])"),
    re.compile(
        rf"(?P<before>\b(?:{_DAY}{_OF}(?:{_MONTHS})\.?{_OF}|(?:{_MONTHS})\.? {_DAY},? ))(?P<year>\d\d)(?![\w']|,? (?:{_MONTHS}))"
    ),
    re.compile(
        rf"(?P<before>^(?:{lexicon.UNTIL_WORDS}|{lexicon.SINCE_WORDS}|in|en|em|el|no|l'an|du)(?: (?:el|o|the|l'))?"
        r"(?: ?(?:year|ano|annee|ano de))? )(?P<year>\d\d)(?=[?)\]]*$)"
    ),
    re.compile(
        r"(?<![\w/.-])(?P<year>3[2-9]|[4-9]\d)(?P<after>(?P<mark>[/.-])\d{1,2}(?P=mark)\d{1,2})(?![\w/.-])"
    ),
    re.compile(rf"(?P<before>\b(?:{_MONTHS})\.?{_OF})(?P<year>3[2-9]|[4-9]\d)(?![\w'])"),
    re.compile(r"(?P<before>(?<![\w/.-])\d{1,2}(?P<sign>[/.-])\d{1,2}(?P=sign))(?P<year>\d\d)(?![\w/.-])"),
)


def written_out(text: str) -> Iterator[str]:
    """A normalised text once for each century to which its years may belong; nothing where every year is whole."""
    this_year = datetime.now(UTC).year
    for century in CENTURIES:
        years: list[int] = []
        whole = text
        for pattern in (*_DECADES, *_YEARS):
            whole = pattern.sub(lambda match: _whole(match, century, years), whole)  # noqa: B023
        if years and max(years) <= this_year:
            yield whole


def _whole(match: re.Match[str], century: int, years: list[int]) -> str:
    """What was found, with its year in four digits: a decade with an x for its last, as 196x."""
    parts = match.groupdict()
    before = parts.get("before") or ""
    if "year" in parts:
        years.append(century * 100 + int(parts["year"]))
        return f"{before}{years[-1]}{parts.get('after') or ''}"
    decades = [f"{before} {_decade(parts['tens'], century, years)}".strip()]
    if more := parts.get("more"):
        decades.append(_decade(more, century, years))
    return (parts.get("joint") or "").replace("/", "-").join(decades)


def _decade(tens: str, century: int, years: list[int]) -> str:
    years.append(century * 100 + (int(tens) if tens.isdigit() else lexicon.TENS[tens]))
    return f"{years[-1] // 10}x"
