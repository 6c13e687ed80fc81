"""A number in an address is digits, or it is left out: nobody is shown an error for it, and no database is asked for it."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from archive.web.numbering import LARGEST, number_in
from archive.web.pages_search import Asked
from archive.web.pages_view import Opened


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", " 1", "1_0", "1.0", "²", "١٢", "x", str(LARGEST + 1), "9" * 5000]
)
def test_what_is_no_number_is_left_out_by_every_address(text: str) -> None:
    args = MultiDict(dict.fromkeys(("before", "page", "t", "from", "to"), text))
    assert number_in(args, "before") is None
    assert Opened.from_args(args) == Opened()
    assert Asked.from_args(args) == Asked()


def test_a_number_is_read_up_to_the_largest_that_makes_sense_there() -> None:
    args = MultiDict({"page": "12", "t": "90", "from": "1850", "to": "10000", "before": str(LARGEST)})
    assert number_in(args, "before") == LARGEST
    assert Opened.from_args(args) == Opened(page=12, second=90)
    assert Asked.from_args(args) == Asked(page=12, first=1850)
    args["page"] = "1000001"
    assert Opened.from_args(args) == Opened(second=90) and Asked.from_args(args).page == 1
