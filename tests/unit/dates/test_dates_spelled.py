"""Days said in words, months by name among numbers, and what goes on until now."""

from __future__ import annotations

import pytest

from archive.dates import Ambiguous, UnderstoodDate, understand
from archive.dates.expression import DateError
from archive.dates.languages import LANGUAGES

DAYS = {
    "primero de mayo de 1852": "1852-05-01",
    "el primero de mayo de 1852": "1852-05-01",
    "mayo primero de 1852": "1852-05-01",
    "1º de mayo de 1852": "1852-05-01",
    "le premier mai 1852": "1852-05-01",
    "primeiro de maio de 1852": "1852-05-01",
    "the fourth of July 1976": "1976-07-04",
    "Fourth of July, 1976": "1976-07-04",
    "July fourth 1976": "1976-07-04",
    "July the fourth, 1976": "1976-07-04",
    "first of Sept. 1939": "1939-09-01",
    "Dec. twenty-first, 1844": "1844-12-21",
    "twenty first of December 1844": "1844-12-21",
    "the thirtieth of May 1868": "1868-05-30",
    "Thursday, the thirty-first of October 1901": "1901-10-31",
    "about the second of March 1850": "1850-03-02~",
    "before the fifth of March 1850": "../1850-03-05",
    "1 May 1852 to the fourth of July 1852": "1852-05-01/1852-07-04",
}
SIGNS = {
    "marzo/1968": "1968-03",
    "Dez/1950": "1950-12",
    "dez./1950": "1950-12",
    "Mar/1968": "1968-03",
    "1968/mars": "1968-03",
    "12/mar/1968": "1968-03-12",
    "12-Mar-1968": "1968-03-12",
    "1968-mar-12": "1968-03-12",
    "25-dez.-1950": "1950-12-25",
    "Mar-1968": "1968-03",
    "1965-March 1968": "1965/1968-03",
    "March-May 1968": "1968-03/1968-05",
}
NOW = {
    "1990-present": "1990/..",
    "1990 - Present": "1990/..",
    "1990 – today": "1990/..",
    "1990 to the present day": "1990/..",
    "from May 1990 until now": "1990-05/..",
    "since 1990 to the present": "1990/..",
    "c. 1990-present": "1990~/..",
    "the 1990s to the present": "199X/..",
    "de 1990 hasta hoy": "1990/..",
    "desde 1990 hasta la actualidad": "1990/..",
    "1990-actualidad": "1990/..",
    "1990 hasta el día de hoy": "1990/..",
    "de 1990 à aujourd’hui": "1990/..",
    "de 1990 à nos jours": "1990/..",
    "depuis 1990 jusqu’à aujourd’hui": "1990/..",
    "de 1990 até hoje": "1990/..",
    "1990 até os dias atuais": "1990/..",
    "de 1990 ao presente": "1990/..",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("written", DAYS | SIGNS | NOW)
def test_a_date_is_read_as_it_is_spelled_whatever_the_language_of_the_page(
    written: str, language: str
) -> None:
    found = understand(written, language=language)
    assert isinstance(found, UnderstoodDate), written
    assert found.edtf == (DAYS | SIGNS | NOW)[written]


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("the second half of the nineteenth century", "1850~/1899~"),
        ("second half of May 1863", "1863-05-16~/1863-05-31~"),
        ("the twenty-first century", "20XX"),
        ("fifteenth century", "14XX"),
        ("primera mitad de 1963", "1963-01/1963-06"),
    ],
)
def test_such_words_count_centuries_and_halves_as_before(written: str, edtf: str) -> None:
    found = understand(written)
    assert isinstance(found, UnderstoodDate) and found.edtf == edtf


def test_a_day_in_words_that_no_calendar_has_is_refused() -> None:
    with pytest.raises(DateError) as caught:
        understand("the thirty-first of June 1976")
    assert caught.value.code == "date-impossible"


@pytest.mark.parametrize(
    "written", ["present", "hoy", "until now", "primero", "since the eighteenth", "marzo/abril"]
)
def test_what_says_no_year_is_no_date(written: str) -> None:
    with pytest.raises(DateError):
        understand(written)


def test_of_a_year_of_two_digits_each_century_is_offered() -> None:
    for written in ("12/mar/68", "12-mar-68"):
        found = understand(written)
        assert isinstance(found, Ambiguous)
        assert [one.edtf for one in found.choices] == ["1968-03-12", "1868-03-12"]
