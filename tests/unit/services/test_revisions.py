"""What is said of an item: every change stays, shows what it changed alone, and of several at once one wins."""

from __future__ import annotations

import threading

from archive.access import OPERATOR, contributor
from archive.models import ItemState, Revision
from archive.models.errors import ConflictError
from archive.services import mine, records, revisions
from archive.services.opening import Archive
from archive.services.record import records as records_of
from tests.fixtures.items import actor, give, item_of, put

RACES = 10


def change(archive: Archive, item_id: str, **said: str) -> dict[str, object]:
    now = revisions.spoken(archive, OPERATOR, item_id)
    return dict(revisions.change(archive, OPERATOR, item_id, now.said | said, {}, "en", now.mark))


def test_a_contributor_and_a_curator_change_one_after_the_other_and_each_sees_what_each_did(
    archive: Archive,
) -> None:
    item_id = give(archive, title="As it came", state=ItemState.IN_REVIEW)
    giver = contributor([item_of(archive, item_id).submission_id])
    now = mine.spoken(archive, giver, item_id)
    typed = now.said | {"title": "As they say"}
    assert mine.correct(archive, giver, item_id, typed, "en", seen=now.mark) == {}
    assert change(archive, item_id, rights="Public domain") == {}
    newest, second, first = revisions.history(archive, OPERATOR, item_id)
    assert newest.changed == (("rights", "", "Public domain"),)
    assert second.changed == (("title", "As it came", "As they say"),)
    assert (newest.agent, second.agent) == ("operator", "contributor")
    assert ("title", "", "As it came") in first.changed


def test_what_was_changed_by_a_way_that_keeps_no_revisions_is_kept_before_it_is_replaced(
    archive: Archive,
) -> None:
    item_id = give(archive, title="One", state=ItemState.IN_REVIEW)
    change(archive, item_id, title="Two")
    with archive.db.write() as session:
        session.get_one(type(item_of(archive, item_id)), item_id).title = "By another way"
    change(archive, item_id, title="Three")
    titles = [
        [after for name, _, after in one.changed if name == "title"]
        for one in reversed(revisions.history(archive, OPERATOR, item_id))
    ]
    assert titles == [["One"], ["Two"], ["By another way"], ["Three"]]
    # Nobody is said to have done what nobody wrote down.
    agents = [one.agent for one in reversed(revisions.history(archive, OPERATOR, item_id))]
    assert agents[1:] == ["operator", "", "operator"]


def test_of_several_who_save_at_once_one_wins_and_the_others_are_told(archive: Archive) -> None:
    item_id = give(archive, title="The first", state=ItemState.IN_REVIEW)
    for race in range(RACES):
        now = revisions.spoken(archive, OPERATOR, item_id)
        start, outcomes = threading.Barrier(3), []

        def save(number: int, now: revisions.Spoken = now, race: int = race) -> None:
            said = now.said | {"title": f"Race {race}, writer {number}"}
            start.wait()  # noqa: B023 - all of this race wait for each other
            try:
                revisions.change(archive, OPERATOR, item_id, said, {}, "en", now.mark)
                outcomes.append(said["title"])  # noqa: B023 - joined before the next race
            except ConflictError as error:
                outcomes.append(error.code)  # noqa: B023

        writers = [threading.Thread(target=save, args=(number,)) for number in range(3)]
        for one in writers:
            one.start()
        for one in writers:
            one.join()
        assert sorted(outcomes)[1:] == ["stale-version"] * 2
        assert item_of(archive, item_id).title == min(outcomes)
    assert len(revisions.history(archive, OPERATOR, item_id)) == RACES + 1


def test_the_record_of_an_item_holds_every_revision(archive: Archive, kept_item: str) -> None:
    change(archive, kept_item, source="A tin under the stairs")
    records.write_waiting(archive)
    with archive.db.read() as session:
        kept = records_of(session, [kept_item])[kept_item]["history"]
        rows = session.query(Revision).filter_by(item_id=kept_item).order_by(Revision.number).all()
    assert [(one["number"], one["said"]) for one in kept] == [(row.number, row.said) for row in rows]
    assert kept[-1]["said"]["source"] == "A tin under the stairs"
    assert item_of(archive, kept_item).bag_revision == item_of(archive, kept_item).record_revision


def test_what_was_taken_back_is_described_no_more(archive: Archive) -> None:
    item_id = give(archive, title="Gone", state=ItemState.IN_REVIEW)
    put(archive, item_id, ItemState.WITHDRAWN)
    try:
        revisions.spoken(archive, actor("curator"), item_id)
    except ConflictError as error:
        assert error.code == "withdrawn"
    else:
        raise AssertionError("it could be described")
