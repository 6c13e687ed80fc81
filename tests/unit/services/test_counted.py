"""One is told as one, and no number of things is."""

from __future__ import annotations

import pytest

from archive.services.counted import counted


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 items"), (1, "1 item"), (2, "2 items"), (21, "21 items")]
)
def test_a_number_is_told_with_what_it_counts(number: int, told: str) -> None:
    assert counted(number, "item") == told


def test_what_takes_more_than_an_s_is_spelled_out() -> None:
    assert [counted(n, "item waits", "items wait") for n in (1, 2)] == ["1 item waits", "2 items wait"]
