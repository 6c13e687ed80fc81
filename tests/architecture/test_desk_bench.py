"""The bench of the desk says which promise was not kept, and what it plants is what the queue has to find."""

from __future__ import annotations

import random

import pytest

from archive.models import ItemState, Likeness, PictureHash
from archive.services.likeness import NEAR
from bench.desk_limits import FOUND_MS, MOST_MS, PAGE, WRITE, passed, report
from bench.desk_planted import Planted, content_of

KEPT = {
    "queue": [50.0],
    "review page": [60.0],
    "publish": [90.0],
    PAGE: [20.0],
    WRITE: [30.0],
    "found": [800.0],
}


def test_what_is_within_every_limit_is_told_with_its_ratio_and_no_complaint() -> None:
    assert passed(KEPT) == []
    said = {line.split("  ")[0]: line for line in report(KEPT).splitlines()[1:]}
    assert " 2.5 " in said["queue"] and " 3.0 " in said["review page"] and " 3.0 " in said["publish"]


@pytest.mark.parametrize("name", MOST_MS)
def test_a_median_over_its_limit_is_told_and_one_slow_answer_is_not(name: str) -> None:
    most = MOST_MS[name]
    assert passed(KEPT | {name: [most, most, 10 * most]}) == []
    (said,) = passed(KEPT | {name: [most, most + 1, most + 1]})
    assert said.startswith(f"{name}:")


@pytest.mark.parametrize("found", [[800.0, FOUND_MS + 1], []])
def test_one_publication_that_is_found_too_late_is_enough_and_so_is_none_that_was_looked_for(
    found: list[float],
) -> None:
    (said,) = passed(KEPT | {"found": found})
    assert said.startswith("found:")


def test_what_is_planted_is_the_same_and_alike_as_it_is_counted() -> None:
    planted, dice = Planted(), random.Random(1)
    contents, hashes, near = [], {}, {}
    states = [ItemState.WITHDRAWN if number % 7 == 0 else ItemState.IN_REVIEW for number in range(700)]
    for number, state in enumerate(states):
        contents.append(content_of(number))
        for model, row in planted.looks_of(dice, number, str(number), state):
            if model is PictureHash:
                hashes[row["file_id"]] = [row[f"band_{n}"] for n in range(1, 5)]
            elif model is Likeness:
                near[row["file_id"], row["other_id"]] = row["distance"]
    twins = [n for n, one in enumerate(contents) if contents.count(one) > 1]
    assert planted.same == sum(states[n] != ItemState.WITHDRAWN for n in twins) > 10
    assert planted.alike == sum(states[int(one)] != ItemState.WITHDRAWN for one, _ in near) > 10
    for (one, other), distance in near.items():
        differ = sum((a ^ b).bit_count() for a, b in zip(hashes[one], hashes[other], strict=True))
        assert differ == distance <= NEAR
