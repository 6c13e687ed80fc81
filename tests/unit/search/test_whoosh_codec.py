"""What lies in a block of postings comes out of it as it went in, however large the numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from archive.search.whoosh_codec import _packed, _unpacked

NUMBERS = st.one_of(*(st.integers(0, (1 << bits) - 1) for bits in (8, 16, 32)))


@given(st.lists(NUMBERS, min_size=1, max_size=400))
def test_numbers_are_the_same_after_packing(numbers: list[int]) -> None:
    assert _unpacked(_packed(np.array(numbers, np.uint32))).tolist() == numbers


def test_what_is_alike_takes_little_room() -> None:
    assert len(_packed(np.ones(1024, np.uint32))) < 32
