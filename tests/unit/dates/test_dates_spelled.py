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
    "1º/mai/1945": "1945-05-01",
    "1er/mai/1945": "1945-05-01",
    "1st/May/1945": "1945-05-01",
    "1st-May-1945": "1945-05-01",
    "Dec/25/1950": "1950-12-25",
    "dez. / 25 / 1950": "1950-12-25",
    "Dec-25-1950": "1950-12-25",
}
# A hyphen between a month and its year is no span, whatever stands beside them.
HYPHENS = {
    "about Mar-1968": "1968-03~",
    "hacia marzo-1968": "1968-03~",
    "cerca de dez-1950": "1950-12~",
    "c. dez.-1950": "1950-12~",
    "Mar-1968?": "1968-03?",
    "March – 1968": "1968-03",
    "fin mars-1945": "1945-03-21~/1945-03-31~",
    "winter-1968": "1968-24",
    "before Mar-1968": "../1968-03",
    "since Mar-1968": "1968-03/..",
    "from mar-1968 to abr-1970": "1968-03/1970-04",
    "dez-1950 a jan-1951": "1950-12/1951-01",
    "entre mar-1968 y abr-1970": "1968-03/1970-04",
    "between Mar-1968 and 1970": "1968-03/1970",
    "Mar-1968 - Apr-1968": "1968-03/1968-04",
    "Mar-1968-Apr-1968": "1968-03/1968-04",
    "1-Mar-1968 - 5-Apr-1968": "1968-03-01/1968-04-05",
    "Mar-1968 or Apr-1968": "[1968-03,1968-04]",
    "Mar-1990 to present": "1990-03/..",
    "12 March-1968": "1968-03-12",
    "14-16 May-1968": "1968-05-14/1968-05-16",
    "May 21st-1920": "1920-05-21",
    "May twenty-first-1920": "1920-05-21",
    "primero de mayo-1945": "1945-05-01",
    # One between two dates is.
    "1965-March-1968": "1965/1968-03",
    "1965 - March-1968": "1965/1968-03",
    "1965 March-1968": "1965-03/1968",
    "1965, March-1968": "1965-03/1968",
    "1965 May 21-1968": "1965-05-21/1968",
    "21 May 1850-1860": "1850-05-21/1860",
    "May 1-June 1920": "1920-05-01/1920-06",
    "March 1968-1970": "1968-03/1970",
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
@pytest.mark.parametrize("written", DAYS | SIGNS | HYPHENS | NOW)
def test_a_date_is_read_as_it_is_spelled_whatever_the_language_of_the_page(
    written: str, language: str
) -> None:
    found = understand(written, language=language)
    assert isinstance(found, UnderstoodDate), written
    assert found.edtf == (DAYS | SIGNS | HYPHENS | NOW)[written]


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
    "written", ["present", "hoy", "until now", "primero", "since the eighteenth", "marzo/abril", "Mar-"]
)
def test_what_says_no_year_is_no_date(written: str) -> None:
    with pytest.raises(DateError):
        understand(written)


def test_of_a_year_of_two_digits_each_century_is_offered() -> None:
    for written in ("12/mar/68", "12-mar-68", "mar/12/68"):
        found = understand(written)
        assert isinstance(found, Ambiguous)
        assert [one.edtf for one in found.choices] == ["1968-03-12", "1868-03-12"]
