"""A date said in words, in each language of the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archive.dates.bounds import years
from archive.dates.expression import Expression, Group, Point, Range
from archive.dates.languages import LANGUAGES, Language


def say(expression: Expression, language: str) -> str:
    """The expression in words, such as “about 1879”; English where the language is not known."""
    tongue = LANGUAGES.get(language, LANGUAGES["en"])
    if isinstance(expression, Group):
        joint = tongue.conjunction if expression.every else tongue.alternative
        is_within = len(expression.members) > 1
        return _join([_member(one, tongue, is_within=is_within) for one in expression.members], joint)
    return _member(expression, tongue, is_within=False)


def _member(expression: Point | Range, tongue: Language, *, is_within: bool) -> str:
    if isinstance(expression, Range):
        return _range(expression, tongue)
    return _point(expression, tongue, is_within=is_within)


def _range(span: Range, tongue: Language) -> str:
    if span.first is None and span.last is None:
        return tongue.unknown
    if span.first is None:
        assert span.last is not None
        return tongue.until.format(_point(span.last, tongue))
    if span.last is None:
        return tongue.since.format(_point(span.first, tongue))
    if span.first.unsure and span.last.unsure:
        sure = Range(replace(span.first, unsure=False), replace(span.last, unsure=False))
        return tongue.unsure.format(_range(sure, tongue))
    doubts = {(one.about, one.unsure) for one in (span.first, span.last)}
    if doubts == {(True, False)}:
        return tongue.between_about.format(
            _plain(span.first, tongue, is_within=True), _plain(span.last, tongue, is_within=True)
        )
    return tongue.between.format(
        _point(span.first, tongue, is_within=True), _point(span.last, tongue, is_within=True)
    )


def _point(point: Point, tongue: Language, *, is_within: bool = False) -> str:
    text = _plain(point, tongue, is_within=is_within or point.about)
    if point.about:
        text = tongue.about.format(text)
    return tongue.unsure.format(text) if point.unsure else text


def _plain(point: Point, tongue: Language, *, is_within: bool) -> str:
    """A point without its marks of doubt; `is_within` more words, such as “between”."""
    if point.season:
        return tongue.seasons[point.season].format(_year(point, tongue))
    month = tongue.months[int(point.month) - 1] if point.month and point.month.isdigit() else None
    day = int(point.day) if point.day and point.day.isdigit() else None
    if point.year == "XXXX":
        if month is None:
            return tongue.unknown
        known = tongue.day_month.format(day=tongue.day(day), month=month) if day else month
        return tongue.year_unknown.format(known)
    if month is None:
        year = _year(point, tongue)
        if day is not None:
            year = tongue.day_alone.format(year, tongue.day(day))
        return tongue.month_unknown.format(year) if point.month else year
    if not point.year.isdigit():
        known = tongue.day_month.format(day=tongue.day(day), month=month) if day else month
        return f"{known}, {_year(point, tongue)}"
    if day is None:
        text = tongue.month_year.format(month=month, year=_year(point, tongue))
        return tongue.day_unknown.format(text) if point.day else text
    text = tongue.whole.format(day=tongue.day(day), month=month, year=_year(point, tongue))
    return tongue.within.format(text) if is_within else text


def _year(point: Point, tongue: Language) -> str:
    if point.year.isdigit() and not point.significant:
        return str(int(point.year))
    low, high = years(point)
    if point.year[:3].isdigit() and not point.significant:
        return tongue.decade.format(low)
    if point.year.endswith("XX") and point.year[:2].isdigit() and low >= 100:
        return tongue.century(low // 100 + 1)
    return tongue.between.format(low, high)


def _join(parts: Sequence[str], joint: str) -> str:
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} {joint} {parts[-1]}"
