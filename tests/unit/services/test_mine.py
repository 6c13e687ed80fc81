"""What contributors see of what they gave, and may put right."""

from __future__ import annotations

import pytest

from archive.access import OPERATOR, Actor, contributor
from archive.models import Event, ItemState, new_id
from archive.models.errors import ConflictError, NotFoundError
from archive.services import drafts, mine, revisions, sending
from archive.services.answers import Trouble
from archive.services.opening import Archive
from tests.fixtures.drafts import READY, add, begin
from tests.fixtures.items import item_of, put

SAID = {
    "title": "Grandmother’s letter",
    "creators": "Rosa Example\nAda Example (interviewer)",
    "people": "Somebody Else",
    "date": "about 1920",
    "place": "Richmond, Virginia\nMatanzas",
    "description": "Kept in a tin.",
    "subjects": "Memory\nSong",
    "language": "en\nes",
    "relation": "The other letter",
}


def sent(archive: Archive, **about: str) -> tuple[str, str, Actor]:
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter.", "letter.txt")
    drafts.save(archive, who, submission_id, READY | {"about": SAID | about, "place_precision": "exact"})
    sending.send(archive, who, submission_id, "en")
    (item,) = mine.submission(archive, who, submission_id).items
    return submission_id, item.id, who


def correct(archive: Archive, who: Actor, item_id: str, typed: dict[str, str]) -> dict[str, Trouble]:
    """Put right what stands there now."""
    seen = mine.spoken(archive, who, item_id).mark
    return mine.correct(archive, who, item_id, typed, "en", seen=seen)


def wished(archive: Archive, who: Actor, item_id: str, typed: dict[str, str]) -> dict[str, str]:
    """Wish what stands there now to be otherwise."""
    return mine.wished(archive, who, item_id, typed, seen=mine.spoken(archive, who, item_id).mark)


def test_what_is_said_of_a_thing_comes_back_as_it_was_typed(archive: Archive) -> None:
    _, item_id, who = sent(archive)
    found = {name: text for name, text in mine.spoken(archive, who, item_id).said.items() if text}
    assert found == SAID


@pytest.mark.parametrize("state", [ItemState.RECEIVED, ItemState.IN_REVIEW])
def test_until_somebody_decided_a_thing_can_be_put_right_at_once(archive: Archive, state: ItemState) -> None:
    _, item_id, who = sent(archive)
    put(archive, item_id, state)
    before = item_of(archive, item_id)
    assert correct(archive, who, item_id, SAID | {"title": "My letter", "date": "1921"}) == {}
    after = item_of(archive, item_id)
    assert (after.title, after.date_edtf, after.state) == ("My letter", "1921", state)
    assert after.record_revision > before.record_revision and after.index_pending
    with archive.db.read() as session:
        events = session.query(Event).filter_by(subject_id=item_id).order_by(Event.sequence).all()
    assert (events[-1].kind, events[-1].agent) == ("correct", "contributor")
    # Which fields, never what: what was said may have to be forgotten one day, and an event cannot be.
    assert events[-1].detail == {"fields": ["date", "title"]}


def test_an_answer_to_a_question_goes_back_to_the_curators(archive: Archive) -> None:
    _, item_id, who = sent(archive)
    put(archive, item_id, ItemState.RETURNED)
    correct(archive, who, item_id, SAID | {"title": "My letter"})
    assert item_of(archive, item_id).state == ItemState.IN_REVIEW


def test_what_cannot_be_used_changes_nothing_and_is_told_by_field(archive: Archive) -> None:
    _, item_id, who = sent(archive)
    troubles = correct(archive, who, item_id, SAID | {"title": " ", "date": "3/4/1807"})
    assert {name: trouble.code for name, trouble in troubles.items()} == {
        "title": "required",
        "date": "date-ambiguous",
    }
    assert item_of(archive, item_id).title == SAID["title"]


@pytest.mark.parametrize("state", [ItemState.ACCEPTED, ItemState.PUBLISHED, ItemState.WITHDRAWN])
def test_what_was_decided_on_is_only_proposed(archive: Archive, state: ItemState) -> None:
    _, item_id, who = sent(archive)
    put(archive, item_id, state)
    with pytest.raises(ConflictError):
        correct(archive, who, item_id, SAID | {"title": "My letter"})
    assert item_of(archive, item_id).title == SAID["title"]
    assert wished(archive, who, item_id, SAID | {"title": "My letter"}) == {"title": "My letter"}
    # What was emptied is a wish too.
    assert wished(archive, who, item_id, SAID | {"description": ""}) == {"description": ""}


def test_a_list_parted_in_another_way_and_ends_of_lines_are_no_change(archive: Archive) -> None:
    _, item_id, who = sent(archive, description="Kept in a tin.\n\nFor years.")
    put(archive, item_id, ItemState.PUBLISHED)
    again = SAID | {
        "description": "Kept in a tin.\r\n\r\nFor years.\r\n",
        "creators": "Rosa Example; Ada Example (interviewer)",
        "place": "Richmond, Virginia\r\nMatanzas",
        "subjects": "Memory\r\nSong",
    }
    assert wished(archive, who, item_id, again) == {}
    assert wished(archive, who, item_id, again | {"subjects": "Memory"}) == {"subjects": "Memory"}


@pytest.mark.parametrize("state", [ItemState.IN_REVIEW, ItemState.PUBLISHED])
def test_what_a_curator_wrote_meanwhile_is_not_written_over(archive: Archive, state: ItemState) -> None:
    _, item_id, who = sent(archive)
    put(archive, item_id, state)
    seen = mine.spoken(archive, who, item_id)
    theirs = revisions.spoken(archive, OPERATOR, item_id)
    said = theirs.said | {"description": "Found by a curator."}
    assert revisions.change(archive, OPERATOR, item_id, said, {}, "en", theirs.mark) == {}
    typed = seen.said | {"title": "My letter"}
    with pytest.raises(ConflictError) as told:
        mine.correct(archive, who, item_id, typed, "en", seen=seen.mark)
    assert told.value.code == "stale-version"
    with pytest.raises(ConflictError) as told:
        mine.wished(archive, who, item_id, typed, seen=seen.mark)
    assert told.value.code == "stale-version"
    after = item_of(archive, item_id)
    assert (after.title, after.description) == (SAID["title"], "Found by a curator.")


def test_nobody_else_sees_or_changes_it(archive: Archive) -> None:
    submission_id, item_id, _ = sent(archive)
    for somebody in (OPERATOR, contributor([new_id()])):
        for act in (
            lambda who: mine.submission(archive, who, submission_id),
            lambda who: mine.spoken(archive, who, item_id),
            lambda who: mine.correct(archive, who, item_id, SAID, "en", seen=""),
        ):
            with pytest.raises(NotFoundError):
                act(somebody)


def test_who_gave_several_times_sees_all_of_it(archive: Archive) -> None:
    first, _, _ = sent(archive)
    second, _, _ = sent(archive, title="Another")
    who = contributor([first, second])
    assert {one.id for one in mine.submissions(archive, who)} == {first, second}
