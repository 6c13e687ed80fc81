"""Of a search that asks for something in fields, what is asked for anywhere is known as it was typed."""

from __future__ import annotations

import pytest

from archive.search import parse_query


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("candle date:1500", "candle"),
        ("date:1500..1501 Candle", "Candle"),
        ("Candle place:Nowhere kind:text", "Candle"),
        ("“a João” Philad* place: Nowhere", '"a João" Philad*'),
        ("candle OR lamp undated:yes", "candle OR lamp"),
        ("lamp candle OR title:wick", "lamp"),
        ("candle -title:wick", "candle"),
        ("candle -wick decade:1850", "candle -wick"),
        # Where all is asked in fields, what texts of some kind were to hold.
        ('place:Nowhere creator:"Still, William"', 'Nowhere "Still, William"'),
        ("title:wick -title:lamp date:1500", "wick"),
        ("place:Here OR place:There title:-wick", "Here OR There wick"),
        # No words at all, or none that anything is to hold.
        ("date:1500", ""),
        ("kind:text language:fr decade:1850", ""),
        ("-candle date:1500", ""),
    ],
)
def test_the_words_alone_are_what_was_typed_without_its_fields(typed: str, words: str) -> None:
    assert parse_query(typed).bare == words


@pytest.mark.parametrize(
    "typed", ["", "candle", '"date:1500"', "candle -wick", "date:whenever", "maker:Still", "anti/slav*", "?"]
)
def test_where_nothing_is_asked_in_a_field_there_is_nothing_to_leave_out(typed: str) -> None:
    assert parse_query(typed).bare is None
