"""Feasts that fall on another day each year: Easter, and what is counted from it."""

from __future__ import annotations

import re
from datetime import date, timedelta

FIRST_YEAR = 1583
"""The first year whose Easter was reckoned in the Gregorian calendar, as it is here."""

# First and last day of each, counted from Easter Sunday, and its names without accents; the longer names come first.
_COUNTED = (
    ((-7, 0), "holy week|semana santa|semaine sainte"),
    ((-46, -46), "ash wednesday|miercoles de ceniza|mercredi des cendres|quarta-feira de cinzas"),
    ((-7, -7), "palm sunday|domingo de ramos|(?:dimanche des )?rameaux"),
    ((-2, -2), "good friday|viernes santo|vendredi saint|sexta[- ]feira santa"),
    ((1, 1), "easter monday|lunes de pascua|lundi de paques|segunda-feira de pascoa"),
    ((49, 49), "whit sunday|whitsun|pentecost|pentecostes|(?:dimanche de )?pentecote"),
    (
        (0, 0),
        "easter(?: sunday| day)?|(?:domingo de )?pascua(?: de resurreccion)?|domingo de resurreccion"
        "|(?:dimanche de )?paques|(?:domingo de )?pascoa",
    ),
)

NAMES = "|".join(names for _days, names in _COUNTED)
_OF_A_YEAR = tuple(
    (
        days,
        re.compile(rf"(?:(?:at|the|a|en|em|na|la|le|el|o|al) )*(?:{names})(?:,? (?:of|de|del|do|en|em|in))?,? (\d{{4}})"),
    )
    for days, names in _COUNTED
)  # fmt: skip


def easter(year: int) -> date:
    """Easter Sunday of a year in the Gregorian calendar (Meeus, Astronomical Algorithms, 2nd edition, chapter 8)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    moons = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - moons + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def moveable(text: str) -> tuple[str, ...]:
    """A normalised text such as “easter 1963” as EDTF; () where it names no such feast of a year."""
    for (first, last), pattern in _OF_A_YEAR:
        match = pattern.fullmatch(text)
        if match and int(match[1]) >= FIRST_YEAR:
            sunday = easter(int(match[1]))
            days = [(sunday + timedelta(counted)).isoformat() for counted in (first, last)]
            return ("/".join(dict.fromkeys(days)),)
    return ()
