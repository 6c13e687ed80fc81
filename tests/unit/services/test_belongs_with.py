"""What a thing belongs with is put right by whoever gave it, as all else that they were asked; what is hidden they are not told."""

from __future__ import annotations

import pytest

from archive.access import OPERATOR, Actor, contributor
from archive.models import ItemState, Revision
from archive.services import mine, revisions
from archive.services.answers import Trouble
from archive.services.opening import Archive
from tests.fixtures.items import give, item_of

NO_SUCH = {"relation": Trouble("no-such-item")}


def given(archive: Archive, relation: str, state: ItemState = ItemState.IN_REVIEW) -> tuple[str, Actor]:
    """An item of which curators said what it belongs with, and who gave it."""
    item_id = give(archive, state=state)
    now = revisions.spoken(archive, OPERATOR, item_id)
    said = now.said | {"title": "A letter", "relation": relation}
    assert revisions.change(archive, OPERATOR, item_id, said, {}, "en", now.mark) == {}
    return item_id, contributor([item_of(archive, item_id).submission_id])


def correct(archive: Archive, who: Actor, item_id: str, relation: str) -> dict[str, Trouble]:
    now = mine.spoken(archive, who, item_id)
    return mine.correct(archive, who, item_id, now.said | {"relation": relation}, "en", seen=now.mark)


def stands(archive: Archive, item_id: str) -> list[str]:
    return list(item_of(archive, item_id).extra.get("relation", []))


@pytest.fixture
def hidden(archive: Archive) -> str:
    """An item of somebody else's that nobody but staff is shown."""
    return give(archive, state=ItemState.IN_REVIEW)


def test_whoever_gave_it_sees_and_puts_right_what_it_belongs_with(archive: Archive) -> None:
    shown = give(archive, state=ItemState.PUBLISHED)
    item_id, who = given(archive, f"A book\n{shown}")
    assert mine.spoken(archive, who, item_id).said["relation"] == f"A book\n{shown}"
    assert correct(archive, who, item_id, f"A map\n{shown}") == {}
    assert stands(archive, item_id) == ["A map", shown]
    assert correct(archive, who, item_id, "") == {}
    assert stands(archive, item_id) == []


def test_what_curators_said_that_is_hidden_is_not_told_and_stays(archive: Archive, hidden: str) -> None:
    item_id, who = given(archive, f"{hidden} (the answer to it)\nA book")
    now = mine.spoken(archive, who, item_id)
    assert now.said["relation"] == "A book"
    assert correct(archive, who, item_id, "A map") == {}
    assert stands(archive, item_id) == ["A map", f"{hidden} (the answer to it)"]
    assert correct(archive, who, item_id, "") == {}
    assert stands(archive, item_id) == [f"{hidden} (the answer to it)"]


def test_what_is_left_as_it_was_told_makes_no_revision(archive: Archive, hidden: str) -> None:
    lines = [f"{hidden} (the answer to it)", "A book"]
    item_id, who = given(archive, "\n".join(lines))
    with archive.db.read() as session:
        before = session.query(Revision).filter_by(item_id=item_id).count()
    assert correct(archive, who, item_id, "A book\r\n") == {}
    assert stands(archive, item_id) == lines
    with archive.db.read() as session:
        assert session.query(Revision).filter_by(item_id=item_id).count() == before


def test_nobody_learns_from_the_form_what_is_there(archive: Archive, hidden: str) -> None:
    item_id, who = given(archive, f"{hidden} (the answer to it)")
    # Also of what curators said: the answer is as if there were no such item.
    for wrong in (hidden, "0123456789abcdef", item_id):
        assert correct(archive, who, item_id, wrong) == NO_SUCH, wrong
    assert stands(archive, item_id) == [f"{hidden} (the answer to it)"]


def test_a_curator_who_says_something_hidden_meanwhile_crosses_with_nobody(
    archive: Archive, hidden: str
) -> None:
    item_id, who = given(archive, "A book")
    mark = mine.spoken(archive, who, item_id).mark
    now = revisions.spoken(archive, OPERATOR, item_id)
    said = now.said | {"relation": f"A book\n{hidden}"}
    assert revisions.change(archive, OPERATOR, item_id, said, {}, "en", now.mark) == {}
    assert mine.spoken(archive, who, item_id).mark == mark
    assert mine.correct(archive, who, item_id, {"title": "My letter"}, "en", seen=mark) == {}
    assert stands(archive, item_id) == ["A book", hidden]


def test_once_somebody_has_decided_it_is_a_wish(archive: Archive, hidden: str) -> None:
    item_id, who = given(archive, f"A book\n{hidden}", ItemState.ACCEPTED)
    now = mine.spoken(archive, who, item_id)
    assert mine.wished(archive, who, item_id, now.said, seen=now.mark) == {}
    wish = now.said | {"relation": "A map"}
    assert mine.wished(archive, who, item_id, wish, seen=now.mark) == {"relation": "A map"}
