"""A year of which two digits were written belongs to a century that is asked for, the newest first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.dates import Ambiguous, understand
from archive.dates.centuries import CENTURIES
from archive.models.errors import BadInputError


def choices(text: str, language: str = "en") -> list[str]:
    found = understand(text, language=language)
    assert isinstance(found, Ambiguous), found
    return [one.edtf for one in found.choices]


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "the 60s"),
        ("en", "the ’60s"),
        ("en", "60's"),
        ("en", "in the sixties"),
        ("en", "sometime in the 60s"),
        ("es", "los años 60"),
        ("es", "años sesenta"),
        ("es", "los 60"),
        ("es", "la década de los 60"),
        ("fr", "les années 60"),
        ("fr", "années soixante"),
        ("pt", "anos 60"),
        ("pt", "nos anos sessenta"),
    ],
)
def test_a_decade_of_two_digits_is_asked_about_in_every_language(language: str, written: str) -> None:
    assert choices(written, language) == ["196X", "186X"]


@pytest.mark.parametrize(
    ("written", "newest"),
    [
        ("summer ’63", "1963-22"),
        ("verano del 63", "1963-22"),
        ("printemps 63", "1963-21"),
        ("verão de 63", "1963-22"),
        ("l’été 63", "1963-22"),
        ("winter 62/63", "1962-12/1963-02"),
        ("May ’63", "1963-05"),
        ("dezembro de 63", "1963-12"),
        ("12 May 63", "1963-05-12"),
        ("25 de marzo del 63", "1963-03-25"),
        ("25/3/63", "1963-03-25"),
        ("Christmas ’63", "1963-12-25"),
        ("about the 60s", "196X~"),
        ("before the 60s", "../196X"),
        ("late 60s", "1967~/1969~"),
        ("a principios de los años 60", "1960~/1963~"),
        ("au début des années 60", "1960~/1963~"),
        ("início dos anos 60", "1960~/1963~"),
        ("between the 50s and the 60s", "195X/196X"),
        ("les années 60-70", "196X/197X"),
        ("los años 60 y 70", "{196X,197X}"),
        ("les années soixante-dix", "197X"),
        ("before ’63", "../1963"),
        ("before 63", "../1963"),
        ("antes del 63", "../1963"),
        ("antes de 63", "../1963"),
        ("avant 63", "../1963"),
        ("hasta el 63", "../1963"),
        ("después del 63", "1963/.."),
        ("desde el 63", "1963/.."),
        ("depois de 63", "1963/.."),
        ("en el 63", "1963"),
        ("el año 63", "1963"),
        ("the 50s/60s", "195X/196X"),
        ("63-03-04", "1963-03-04"),
        ("63/3/4", "1963-03-04"),
        ("99-12-31", "1999-12-31"),
    ],
)
def test_all_of_its_years_are_of_one_century_and_the_newest_comes_first(written: str, newest: str) -> None:
    assert choices(written) == [newest, newest.replace("19", "18")]


def test_a_day_and_a_month_that_could_change_places_are_asked_about_too() -> None:
    assert choices("3/4/63") == ["1963-03-04", "1963-04-03", "1863-03-04", "1863-04-03"]
    assert choices("3/4/63", "fr")[0] == "1963-04-03"


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "24 Dec 24"),
        ("en", "Dec 24, 24"),
        ("en", "24th of December, 24"),
        ("es", "24 de diciembre de 24"),
        ("es", "24 de diciembre del 24"),
        ("fr", "24 décembre 24"),
        ("pt", "24 de dezembro de 24"),
    ],
)
def test_what_follows_a_day_and_its_month_is_a_year(language: str, written: str) -> None:
    assert choices(written, language) == ["2024-12-24", "1924-12-24", "1824-12-24"]


def test_what_follows_a_day_and_its_month_may_be_another_day() -> None:
    with pytest.raises(BadInputError):
        understand("12 May, 24 June")


@pytest.mark.parametrize(
    ("written", "said"),
    [("63-13-04", "no day 4 in month 13 of 1963"), ("31 Feb 63", "no day 31 in month 2 of 1963")],
)
def test_a_day_that_no_century_has_is_refused_for_what_was_written(written: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        understand(written)


def test_a_century_that_has_no_such_day_is_not_offered() -> None:
    assert choices("29 February ’64") == ["1964-02-29", "1864-02-29"]
    assert understand("29/2/00") == understand("2000-02-29")


def test_years_to_come_are_not_offered() -> None:
    this_year = datetime.now(UTC).year
    for year in (this_year, this_year + 1):
        written = f"summer ’{year % 100:02}"
        assert choices(written)[0] == f"{min(year, year if year == this_year else year - 100)}-22"
    assert len(choices("summer ’01")) == len(CENTURIES)


@pytest.mark.parametrize(
    "written", ["60", "May 12", "12 May", "sesenta", "summer of love", "the 6s", "31/2/63"]
)
def test_what_says_no_year_is_still_refused(written: str) -> None:
    with pytest.raises(BadInputError):
        understand(written)
