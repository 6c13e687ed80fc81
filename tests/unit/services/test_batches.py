"""Who looks at batches reads there of what they look after themselves, and no word of what is sealed."""

from __future__ import annotations

import pytest

from archive.models import ItemState
from archive.services import batch_views, batches
from archive.services.choosing import Choice, chosen_ids
from archive.services.opening import Archive
from archive.services.sheets import write_sheet
from archive.services.weighing import DESCRIBE, Wish
from tests.fixtures.curators import curator
from tests.fixtures.items import give, put

ANOTHER = Wish(DESCRIBE, {"title": "Another title"})


@pytest.mark.parametrize("sealed", [ItemState.WITHDRAWN, ItemState.DECLINED])
def test_what_was_taken_back_or_declined_is_neither_told_nor_changed_with_others(
    archive: Archive, sealed: ItemState
) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.IN_REVIEW, title="A word of it")
    planned = batches.plan(archive, somebody, "set", {item_id: ANOTHER}, field="title")
    (row,) = batch_views.batch(archive, somebody, planned).rows
    assert (row.was, row.said) == ({"title": "A word of it"}, {"title": "Another title"})
    put(archive, item_id, sealed)
    (row,) = batch_views.batch(archive, somebody, planned).rows
    assert (row.was, row.said) == ({}, {})
    anew = batches.plan(archive, somebody, "set", {item_id: ANOTHER}, field="title")
    assert batch_views.batch(archive, somebody, anew).open == 0
    choice = Choice("march-25", sealed)
    assert chosen_ids(archive, somebody, choice, 9) == []
    assert len(list(write_sheet(archive, somebody, choice))) == 1


def test_the_list_of_batches_counts_and_names_what_one_looks_after(archive: Archive) -> None:
    everywhere, there = curator(archive), curator(archive, "convenings")
    here = give(archive, state=ItemState.IN_REVIEW)
    both = [here, give(archive, state=ItemState.IN_REVIEW, collection="convenings")]
    made = [
        batches.plan(archive, everywhere, "set", dict.fromkeys(ids, ANOTHER), field="title")
        for ids in (both, both, [here])
    ]
    for batch_id in made[1:]:
        batches.ask(archive, everywhere, batch_id)
    told = {one.id: one.items for one in batch_views.batches(archive, there)[1] if one.id in made}
    assert told == {made[1]: 1}
    told = {one.id: one.items for one in batch_views.batches(archive, everywhere)[1] if one.id in made}
    assert told == {made[0]: 2, made[1]: 2, made[2]: 1}


def test_the_oldest_batch_is_on_a_page_of_the_list_however_many_came_after_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.IN_REVIEW)
    made = {batches.plan(archive, somebody, "set", {item_id: ANOTHER}, field="title") for _each in range(5)}
    monkeypatch.setattr(batch_views, "LISTED", 2)
    pages, _first = batch_views.batches(archive, somebody)
    listed = [
        one.id for page in range(1, pages + 1) for one in batch_views.batches(archive, somebody, page)[1]
    ]
    assert len(listed) == len(set(listed)) and made <= set(listed)
    assert batch_views.batches(archive, somebody, pages + 9) == batch_views.batches(archive, somebody, pages)
    assert all(len(batch_views.batches(archive, somebody, page)[1]) == 2 for page in range(1, pages))
