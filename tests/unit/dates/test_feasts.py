"""Feasts that fall on another day each year are read as the day on which they fell, in every language."""

from __future__ import annotations

import pytest

from archive.dates import Ambiguous, UnderstoodDate, understand
from archive.dates.feasts import easter
from archive.models.errors import BadInputError


def edtf(text: str, language: str = "en") -> str:
    found = understand(text, language=language)
    assert isinstance(found, UnderstoodDate), found
    return found.edtf


@pytest.mark.parametrize(
    "day",
    # As almanacs have them; the earliest and the latest that there can be, and leap years, among them.
    [
        "1583-04-10",
        "1598-03-22",
        "1666-04-25",
        "1761-03-22",
        "1818-03-22",
        "1886-04-25",
        "1900-04-15",
        "1913-03-23",
        "1916-04-23",
        "1943-04-25",
        "1954-04-18",
        "1963-04-14",
        "1981-04-19",
        "2000-04-23",
        "2008-03-23",
        "2016-03-27",
        "2024-03-31",
        "2025-04-20",
        "2038-04-25",
    ],
)
def test_easter_is_the_sunday_that_almanacs_have(day: str) -> None:
    assert easter(int(day[:4])).isoformat() == day
    assert easter(int(day[:4])).weekday() == 6


@pytest.mark.parametrize(
    ("language", "written", "day"),
    [
        ("en", "Easter 1963", "1963-04-14"),
        ("en", "Easter Sunday, 1963", "1963-04-14"),
        ("es", "Pascua de 1963", "1963-04-14"),
        ("es", "Domingo de Resurrección de 1963", "1963-04-14"),
        ("fr", "Pâques 1963", "1963-04-14"),
        ("fr", "à Pâques 1963", "1963-04-14"),
        ("pt", "Páscoa de 1963", "1963-04-14"),
        ("pt", "na Páscoa de 1963", "1963-04-14"),
        ("en", "Good Friday 1963", "1963-04-12"),
        ("es", "Viernes Santo de 1963", "1963-04-12"),
        ("fr", "Vendredi saint 1963", "1963-04-12"),
        ("pt", "Sexta-feira Santa de 1963", "1963-04-12"),
        ("fr", "lundi de Pâques 1963", "1963-04-15"),
        ("fr", "Pentecôte 1963", "1963-06-02"),
        ("es", "Semana Santa de 1963", "1963-04-07/1963-04-14"),
        ("en", "about Easter 1963", "1963-04-14~"),
        ("en", "between Easter 1963 and Christmas 1964", "1963-04-14/1964-12-25"),
    ],
)
def test_a_feast_of_a_year_is_its_day(language: str, written: str, day: str) -> None:
    # Every language is understood on every page.
    assert edtf(written, language) == edtf(written) == day


def test_a_feast_of_a_year_with_two_digits_is_asked_about() -> None:
    for written in ("Easter ’63", "Easter 63", "Pascua del 63"):
        found = understand(written)
        assert isinstance(found, Ambiguous)
        assert [one.edtf for one in found.choices] == ["1963-04-14", "1863-04-05"]


@pytest.mark.parametrize("written", ["Easter", "Easter 1400", "Easter Island 1963", "Pascua"])
def test_what_is_no_feast_of_a_year_that_can_be_reckoned_is_refused(written: str) -> None:
    with pytest.raises(BadInputError):
        understand(written)


@pytest.mark.parametrize("written", ["Natal, 1950", "Natal 1950"])
def test_natal_is_christmas_in_portuguese_and_a_place_elsewhere(written: str) -> None:
    assert edtf(written, "pt") == "1950-12-25"
    for language in ("en", "es", "fr"):
        with pytest.raises(BadInputError):
            understand(written, language=language)


@pytest.mark.parametrize("written", ["no Natal de 1950", "Natal de 1950", "dia de Natal, 1950"])
def test_words_that_only_portuguese_puts_around_it_are_read_everywhere(written: str) -> None:
    assert edtf(written) == edtf(written, "pt") == "1950-12-25"
