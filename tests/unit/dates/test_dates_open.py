"""Two dots are a side that is open, wherever they stand; one or three are not."""

from __future__ import annotations

import pytest

from archive.dates import Ambiguous, UnderstoodDate, understand


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("1863..", "1863/.."),
        ("May 1863 ..", "1863-05/.."),
        ("c. 1863..", "1863~/.."),
        ("1863-..", "1863/.."),
        ("..1863", "../1863"),
        (".. May 1863", "../1863-05"),
        ("1863..1870", "1863/1870"),
        ("May 1863 .. June 1864", "1863-05/1864-06"),
        ("1863.", "1863"),
        ("1863...", "1863"),
    ],
)
def test_two_dots_are_an_open_side(written: str, edtf: str) -> None:
    found = understand(written)
    assert isinstance(found, UnderstoodDate) and found.edtf == edtf
    if edtf.endswith("/.."):
        assert found.end is None and found.start is not None


def test_a_day_that_can_be_read_in_two_ways_stays_so_with_an_open_side() -> None:
    found = understand("3/4/1863..")
    assert isinstance(found, Ambiguous)
    assert [one.edtf for one in found.choices] == ["1863-03-04/..", "1863-04-03/.."]
