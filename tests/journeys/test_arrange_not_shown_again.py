"""An item whose files were put together in another way is never shown again itself: what was done since was done to others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR, Actor, contributor
from archive.models import Action, ItemState, Replacement
from archive.models.errors import BadInputError, ConflictError
from archive.services import lifecycle, rebuild, redacting, review, reviewing, upkeep, withdrawing
from archive.services.marking import Wanted
from archive.services.opening import Archive, open_archive
from archive.services.taken_back_by import AtTheirWish
from archive.settings import Settings
from tests.fixtures.arranging import (
    archive,
    curator,
    do_the_work,
    files_of,
    master,
    named,
    post,
    split,
)
from tests.fixtures.desk import token_of
from tests.fixtures.items import item_of

__all__ = ["archive", "curator", "master"]


def joined(archive: Archive, curator: FlaskClient) -> tuple[list[str], list[str]]:
    """The old items and the new one."""
    old, other = named(archive, "Three pages"), named(archive, "Beside it")
    post(curator, old, "merge", other=other)
    do_the_work(archive)
    return [old, other], [named(archive, "Three pages", without=old)]


def parted(archive: Archive, curator: FlaskClient) -> tuple[list[str], list[str]]:
    """The old item and the new ones."""
    old, rest, new = split(archive, curator)
    return [old], [rest, new]


def giver_hides(archive: Archive, new: str) -> None:
    withdrawing.withdraw_item(archive, giver_of(archive, new), new, words="Not any more.")


def staff_hides(archive: Archive, new: str) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, new)


def staff_marks(archive: Archive, new: str) -> None:
    file = files_of(archive, new)[0]
    seen = redacting.marked(archive, OPERATOR, new).seen
    extent = {"words": "page", "occurrence": None, "everywhere": False}
    redacting.add(archive, OPERATOR, new, file.id, [Wanted("passage", None, extent)], seen)


def giver_of(archive: Archive, item_id: str) -> Actor:
    return contributor([item_of(archive, item_id).submission_id])


@pytest.mark.parametrize("arrange", [parted, joined])
@pytest.mark.parametrize("done_since", [giver_hides, staff_hides, staff_marks])
def test_what_was_taken_back_or_out_of_the_new_does_not_come_back_by_the_old(
    archive: Archive,
    curator: FlaskClient,
    arrange: Callable[[Archive, FlaskClient], tuple[list[str], list[str]]],
    done_since: Callable[[Archive, str], None],
) -> None:
    olds, news = arrange(archive, curator)
    for one in news:
        lifecycle.publish(archive, OPERATOR, one)
    done_since(archive, news[-1])
    for old in olds:
        desk = curator.get(f"/desk/items/{old}").text
        assert "put together in another way" in desk and "Hidden. Its bag is kept." in desk
        assert all(f'href="/desk/items/{one}"' in desk for one in news)
        assert f"/desk/items/{old}/reinstate" not in desk
        form = {"csrf_token": token_of(desk), "version": str(item_of(archive, old).version)}
        answer = curator.post(f"/desk/items/{old}/reinstate", data=form)
        assert answer.status_code == 409 and "it is not shown again" in answer.text
        assert all(f'href="/desk/items/{one}"' in answer.text for one in news)
        with pytest.raises(ConflictError, match=news[-1]) as refused:
            withdrawing.reinstate(archive, OPERATOR, old)
        assert refused.value.code == "replaced"
        with pytest.raises(ConflictError, match=news[-1]):
            lifecycle.change_state(archive, OPERATOR, old, Action.REINSTATE)
        assert item_of(archive, old).state == ItemState.WITHDRAWN


def test_what_was_taken_back_of_the_new_can_itself_be_reinstated(
    archive: Archive, curator: FlaskClient
) -> None:
    _, _, new = split(archive, curator)
    lifecycle.publish(archive, OPERATOR, new)
    giver_hides(archive, new)
    assert f"/desk/items/{new}/reinstate" in curator.get(f"/desk/items/{new}").text
    asked = AtTheirWish("They wrote.", lambda language: "As you asked.")
    withdrawing.reinstate(archive, OPERATOR, new, asked=asked)
    assert item_of(archive, new).state == ItemState.IN_REVIEW


def test_what_others_are_just_being_made_of_is_not_shown_again_before_they_are(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    post(curator, old, "split", file=[files_of(archive, old)[0].id], title="First")
    withdrawing.withdraw_item(archive, OPERATOR, old)
    with pytest.raises(ConflictError) as refused:
        withdrawing.reinstate(archive, OPERATOR, old)
    assert refused.value.code == "being-arranged"
    do_the_work(archive)
    with pytest.raises(ConflictError) as refused:
        withdrawing.reinstate(archive, OPERATOR, old)
    assert refused.value.code == "replaced"


def test_no_other_way_at_the_desk_brings_it_back(archive: Archive, curator: FlaskClient) -> None:
    old, _, _ = split(archive, curator)
    for action in Action:
        with pytest.raises((BadInputError, ConflictError)):
            review.decide(archive, OPERATOR, old, action, version=None, words="A word.")
    assert item_of(archive, old).state == ItemState.WITHDRAWN


def test_a_database_made_again_from_the_bags_knows_it_too(
    archive: Archive, curator: FlaskClient, tmp_path: Path
) -> None:
    old, rest, new = split(archive, curator)
    giver_hides(archive, new)
    upkeep.catch_up(archive)
    again = open_archive(Settings(home=tmp_path / "again"))
    try:
        assert rebuild.bring_back(again, archive.settings.home / "objects" / "bags").refused == []
        with pytest.raises(ConflictError, match=rest) as refused:
            withdrawing.reinstate(again, OPERATOR, old)
        assert refused.value.code == "replaced"
        _, facts = reviewing.opened(again, OPERATOR, old)
        assert {one.item_id for one in facts.successors} == {rest, new}
    finally:
        again.close()


def test_the_old_bag_by_itself_tells_that_others_took_its_place(
    archive: Archive, curator: FlaskClient, tmp_path: Path
) -> None:
    old, _, _ = split(archive, curator)
    upkeep.catch_up(archive)
    alone = tmp_path / "alone"
    bags = archive.settings.home / "objects" / "bags"
    folder = next(one for one in bags.rglob(old) if one.is_dir())
    shutil.copytree(folder, alone / old)
    again = open_archive(Settings(home=tmp_path / "again"))
    try:
        assert rebuild.bring_back(again, alone).refused == []
        with again.db.read() as session:
            assert session.scalars(select(Replacement)).all() == []
        with pytest.raises(ConflictError) as refused:
            withdrawing.reinstate(again, OPERATOR, old)
        assert refused.value.code == "replaced"
        _, facts = reviewing.opened(again, OPERATOR, old)
        assert facts.is_replaced and facts.successors == ()
    finally:
        again.close()
