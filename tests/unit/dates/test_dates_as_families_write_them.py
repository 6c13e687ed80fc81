"""Dates as families write them: centuries cut short, halves, -ish, and that nobody knows."""

from __future__ import annotations

import pytest

from archive.dates import UnderstoodDate, understand


def edtf(text: str, language: str) -> str:
    found = understand(text, language=language)
    assert isinstance(found, UnderstoodDate), text
    return found.edtf


@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("séc. XIX", "pt", "18XX"),
        ("sec. XIX", "pt", "18XX"),
        ("fins do séc. XIX", "pt", "1867~/1899~"),
        ("s. XIX", "es", "18XX"),
        ("S. XX", "es", "19XX"),
        ("principios del s. XX", "es", "1900~/1933~"),
        ("début XXe", "fr", "1900~/1933~"),
        ("fin XIXe", "fr", "1867~/1899~"),
        ("env. 1950", "fr", "1950~"),
        ("1920ish", "en", "1920~"),
        ("1920-ish", "en", "1920~"),
        ("1920s-ish", "en", "192X~"),
        ("first half of the 19th century", "en", "1800~/1849~"),
        ("the second half of the nineteenth century", "en", "1850~/1899~"),
        ("primera mitad del siglo XIX", "es", "1800~/1849~"),
        ("2.ª mitad del s. XIX", "es", "1850~/1899~"),
        ("première moitié du XIXe siècle", "fr", "1800~/1849~"),
        ("2e moitié du XIXe", "fr", "1850~/1899~"),
        ("primeira metade do século XIX", "pt", "1800~/1849~"),
        ("2ª metade do séc. XIX", "pt", "1850~/1899~"),
        ("first half of the 1960s", "en", "1960~/1964~"),
        ("segunda mitad de 1963", "es", "1963-07/1963-12"),
        ("second half of May 1963", "en", "1963-05-16~/1963-05-31~"),
    ],
)
def test_a_date_is_understood_as_it_is_written(text: str, language: str, meant: str) -> None:
    assert edtf(text, language) == meant


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *(("don't know", "en"), ("I don’t know", "en"), ("Don't know when", "en")),
        *(("no sé", "es"), ("No lo sé", "es"), ("no se sabe", "es")),
        *(("je ne sais pas", "fr"), ("ne sais pas", "fr"), ("je sais pas", "fr")),
        *(("não sei", "pt"), ("Não sei quando", "pt")),
    ],
)
def test_that_nobody_knows_is_an_answer(text: str, language: str) -> None:
    assert edtf(text, language) == "XXXX"


def test_what_only_looks_alike_is_not_guessed() -> None:
    for text in ("Irish", "no sé leer", "half", "the other half of the 19th century", "XX", "s."):
        with pytest.raises(Exception, match="could not be read"):
            edtf(text, "es")
