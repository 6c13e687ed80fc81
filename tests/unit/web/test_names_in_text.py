"""Whoever decides about a text is pointed to the names of people that it may hold."""

from __future__ import annotations

import time

import pytest

from archive.web.names_in_text import READ, names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Then my aunt Ruth Ann Bell came with Mr. Tolliver.", {"Ruth Ann Bell", "Mr. Tolliver"}),
        ("It was J. W. Hood who wrote it. When Ida came we left.", {"J. W. Hood"}),
        ("Doña Carmen y María de la Cruz vivían aquí. El lunes llegó.", {"Doña Carmen", "María de la Cruz"}),
        (
            "Quand Mme Lacroix est venue, Jean-Baptiste Belley parlait.",
            {"Mme Lacroix", "Jean-Baptiste Belley"},
        ),
        ("Meu avô João da Silva nasceu em Março.", {"João da Silva"}),
        ("We read Nzinga Mbande’s letter. Nzinga Mbande wrote twice.", {"Nzinga Mbande"}),
        ("Every Sunday in March we went to Mulberry Street and the First Baptist Church.", set()),
        ("I went home. She stayed. THE END OF IT", set()),
        ("我祖母说这里没有大写字母。", set()),
        ("", set()),
    ],
)
def test_names_of_people_are_guessed_in_four_languages(text: str, names: set[str]) -> None:
    assert set(names_in([text])) == names


def test_the_most_frequent_name_comes_first_and_what_is_known_as_a_place_is_left_out() -> None:
    text = "Ella Hill met Sam Rowe in Baton Rouge. Sam Rowe spoke."
    assert names_in([text], ["Baton Rouge"]) == ("Sam Rowe", "Ella Hill")


def test_a_heading_does_not_run_into_the_line_below_it_and_a_full_line_does() -> None:
    assert names_in(["A Letter Home\nAda Price\n\nwrote"]) == ("Letter Home", "Ada Price")
    line = "it was on the way back from the river that old Ada\nPrice told us"
    assert names_in([line]) == ("Ada Price",)


def test_no_more_is_read_than_what_a_page_can_wait_for() -> None:
    begun = time.process_time()
    assert names_in(["x" * READ, "Ada Price"]) == ()
    hostile = "Aa " * 100_000 + "A." * 100_000 + "A'" * 100_000
    assert names_in([hostile]) == ()
    # Far from a bound that a busy machine could reach: it would take minutes if it were not linear.
    assert time.process_time() - begun < 20
