"""What programs that collect citations are told of a date is a plain one, however unsure it is."""

from __future__ import annotations

import pytest

from archive.exchange.described import Described
from archive.exchange.dublin_core import dublin_core, for_citing


@pytest.mark.parametrize(
    ("edtf", "plain"),
    [
        ("1863", "1863"),
        ("1863-05-01", "1863-05-01"),
        ("1863~", "1863"),
        ("1863-05-01?", "1863-05-01"),
        ("[2026-02,2026-03]", "2026-02"),
        ("[..1852-11-17]", "1852-11-17"),
        ("1861-04/1865", "1861-04"),
        ("../1863", "1863"),
        ("1863-21", "1863"),  # a season
        ("1863-XX", "1863"),
        ("1863-05-XX", "1863-05"),
        ("-0490", "-0490"),
        ("186X", None),
        ("Y170000", None),
        ("", None),
    ],
)
def test_the_date_to_cite_is_plain_and_the_record_keeps_its_own(edtf: str, plain: str | None) -> None:
    item = Described("0", "https://archive.example/items/0", "A letter", date_edtf=edtf)
    assert dict(for_citing(item)).get("citation_date") == plain
    assert dict(dublin_core(item)).get("DC.date", "") == edtf
