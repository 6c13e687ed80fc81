"""A date of several years tells which: what lies between them is not meant."""

from __future__ import annotations

import pytest

from archive.dates import reach


@pytest.mark.parametrize(
    ("edtf", "years"),
    [
        ("[1861,1864]", (1861, 1864)),
        ("{1861,1864..1866}", (1861, 1864, 1865, 1866)),
        ("[1861-11,1863-02]", (1861, 1863)),
        ("[1860~,1870]", (1858, 1859, 1860, 1861, 1862, 1870)),
        ("[1861,1862]", ()),  # leaves none out
        ("[1861..1864]", ()),
        ("1861/1864", ()),
        ("1861", ()),
        ("[1861,1863..]", ()),  # open, or so wide that decades tell enough
        ("[1800..1899,1950..1999]", ()),
    ],
)
def test_a_date_of_several_tells_its_years_where_it_leaves_one_out(edtf: str, years: tuple[int, ...]) -> None:
    assert reach(edtf).years == years
