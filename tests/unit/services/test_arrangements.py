"""How the files of an item stand: every change stays, in the bag too, and what stood before can be brought back."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from archive.access import OPERATOR
from archive.models import Action, Arrangement, Event, File, ItemState, new_id
from archive.models.errors import ConflictError, NotFoundError
from archive.services import arrangements, arranging, lifecycle, rebuild_record, records, withdrawing
from archive.services.arrangements import Place, Places, mark_of
from archive.services.opening import Archive
from archive.services.record import records as records_of
from tests.fixtures.curators import curator
from tests.fixtures.items import actor, give, put, staged
from tests.fixtures.withdrawn import settle


@pytest.fixture
def two_files(archive: Archive) -> str:
    files = [staged(archive, new_id().encode(), name) for name in ("front.txt", "back.txt")]
    return give(archive, state=ItemState.IN_REVIEW, files=files)


def standing(archive: Archive, item_id: str) -> Places:
    return arrangements.arranged(archive, OPERATOR, item_id)


def arrange(archive: Archive, item_id: str, *wanted: Place, who: object = OPERATOR) -> None:
    seen = mark_of(standing(archive, item_id))
    assert arranging.arrange(archive, who, item_id, wanted, seen) == {}  # type: ignore[arg-type]


def test_every_title_role_language_and_order_that_files_ever_had_stays_with_who_gave_it_and_when(
    archive: Archive, two_files: str
) -> None:
    front, back = came = standing(archive, two_files)
    somebody = curator(archive)
    first = replace(front, title="The first title"), replace(back, role="verso", accompanies=front.file_id)
    second = replace(back, language="yor"), replace(front, title="The second title")
    arrange(archive, two_files, *first, who=somebody)
    arrange(archive, two_files, *second)
    third, then, as_given = arrangements.history(archive, OPERATOR, two_files)
    assert (as_given.number, as_given.before, as_given.after) == (1, (), came)
    assert (then.number, then.agent, then.before, then.after) == (2, somebody.id, came, first)
    assert (third.number, third.agent, third.before, third.after) == (3, "operator", first, second)
    with archive.db.read() as session:
        given = session.scalars(select(Event).where(Event.subject_id == two_files)).first()
    assert given is not None
    assert (as_given.agent, as_given.on) == (given.agent, given.at.date())
    # Saying the same again is no change.
    arrange(archive, two_files, *second)
    assert len(arrangements.history(archive, OPERATOR, two_files)) == 3


def test_what_stood_before_is_brought_back_as_a_revision_of_its_own(archive: Archive, two_files: str) -> None:
    front, back = came = standing(archive, two_files)
    arrange(archive, two_files, back, replace(front, title="Another"))
    seen = mark_of(standing(archive, two_files))
    arranging.restore(archive, OPERATOR, two_files, 1, seen)
    assert standing(archive, two_files) == came
    assert [one.number for one in arrangements.history(archive, OPERATOR, two_files)] == [3, 2, 1]
    with pytest.raises(ConflictError) as caught:
        arranging.restore(archive, OPERATOR, two_files, 2, seen)
    assert caught.value.code == "stale-version"
    with pytest.raises(NotFoundError):
        arranging.restore(archive, OPERATOR, two_files, 9, mark_of(came))
    assert standing(archive, two_files) == came


def test_how_files_were_put_before_revisions_of_it_were_kept_is_told_of_whoever_did_it(
    archive: Archive, two_files: str
) -> None:
    front, back = standing(archive, two_files)
    somebody = curator(archive)
    arrange(archive, two_files, replace(front, title="Before"), back, who=somebody)
    with archive.db.write() as session:
        for row in session.scalars(select(Arrangement).where(Arrangement.item_id == two_files)):
            session.delete(row)
    arrange(archive, two_files, replace(front, title="After"), back)
    _, first = arrangements.history(archive, OPERATOR, two_files)
    assert (first.agent, first.after[0].title) == (somebody.id, "Before")


def test_what_was_arranged_by_a_way_that_keeps_no_revisions_is_kept_before_it_is_replaced(
    archive: Archive, two_files: str
) -> None:
    front, back = standing(archive, two_files)
    arrange(archive, two_files, replace(front, title="One"), back)
    with archive.db.write() as session:
        session.get_one(File, front.file_id).title = "By another way"
    arrange(archive, two_files, replace(front, title="Two"), back)
    told = [(one.after[0].title, one.agent) for one in arrangements.history(archive, OPERATOR, two_files)]
    # Nobody is said to have done what nobody wrote down.
    assert told[:3] == [("Two", "operator"), ("By another way", ""), ("One", "operator")]
    assert told[3][0] == ""


def test_whoever_changes_nothing_is_not_said_to_have_moved_files_though_their_numbers_have_gaps(
    archive: Archive, two_files: str
) -> None:
    front, back = standing(archive, two_files)
    with archive.db.write() as session:
        session.get_one(File, front.file_id).position, session.get_one(File, back.file_id).position = 3, 7
    arrange(archive, two_files, front, back)
    assert arrangements.history(archive, OPERATOR, two_files) == ()
    arrange(archive, two_files, front, replace(back, title="Named"))
    with archive.db.read() as session:
        query = select(Event.detail).where(Event.subject_id == two_files, Event.kind == "arrange")
        assert session.scalars(query).all() == [{"files": [back.file_id]}]


def test_an_arrangement_of_other_files_is_told_to_fit_no_more_and_not_that_somebody_was_faster(
    archive: Archive, two_files: str
) -> None:
    front, back = standing(archive, two_files)
    arrange(archive, two_files, back, front)
    with archive.db.write() as session:
        row = session.scalars(select(Arrangement).where(Arrangement.item_id == two_files)).first()
        assert row is not None
        row.files = [one | {"file_id": new_id()} for one in row.files]
    stands = standing(archive, two_files)
    with pytest.raises(ConflictError) as caught:
        arranging.restore(archive, OPERATOR, two_files, 1, mark_of(stands))
    assert caught.value.code == "revision-does-not-fit"
    assert standing(archive, two_files) == stands


def test_of_several_who_arrange_at_once_one_wins_and_the_others_are_told(
    archive: Archive, two_files: str
) -> None:
    front, back = standing(archive, two_files)
    seen, start, outcomes = mark_of((front, back)), threading.Barrier(3), []

    def save(title: str) -> None:
        start.wait()
        try:
            arranging.arrange(archive, OPERATOR, two_files, [replace(front, title=title), back], seen)
            outcomes.append(title)
        except ConflictError as error:
            outcomes.append(error.code)

    writers = [threading.Thread(target=save, args=(f"Writer {number}",)) for number in range(3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert sorted(outcomes)[1:] == ["stale-version"] * 2
    assert [standing(archive, two_files)[0].title] == [one for one in outcomes if one.startswith("Writer")]


def test_a_decision_about_the_item_meanwhile_stands_in_nobodys_way(archive: Archive, two_files: str) -> None:
    front, back = standing(archive, two_files)
    seen = mark_of((front, back))
    lifecycle.change_state(archive, OPERATOR, two_files, Action.ACCEPT)
    wanted = replace(front, title="Named"), back
    assert arranging.arrange(archive, OPERATOR, two_files, wanted, seen) == {}
    assert standing(archive, two_files) == wanted


def test_the_bag_holds_every_arrangement_and_gives_them_back(archive: Archive, kept_item: str) -> None:
    (only, *rest) = standing(archive, kept_item)
    arrange(archive, kept_item, replace(only, title="A tin under the stairs"), *rest)
    records.write_waiting(archive)
    with archive.db.read() as session:
        kept = records_of(session, [kept_item])[kept_item]["arrangements"]
        assert not rebuild_record.differs_from_bag(archive, session, kept_item)
    assert [each["files"][0]["title"] for each in kept] == [
        only.title,
        "A tin under the stairs",
    ]


def test_nothing_of_how_it_was_arranged_is_left_of_what_is_destroyed(
    archive: Archive, two_files: str
) -> None:
    front, back = standing(archive, two_files)
    arrange(archive, two_files, replace(front, title="Somebody's name"), back)
    withdrawing.withdraw_item(archive, OPERATOR, two_files, destroy=True)
    settle(archive)
    with archive.db.read() as session:
        left = select(func.count()).where(Arrangement.item_id == two_files)
        assert session.scalar(left) == 0


def test_only_who_may_describe_an_item_learns_how_its_files_stood(archive: Archive, two_files: str) -> None:
    for look in (arrangements.history, arrangements.arranged):
        with pytest.raises(NotFoundError):
            look(archive, actor("public"), two_files)
    put(archive, two_files, ItemState.WITHDRAWN)
    with pytest.raises(ConflictError):
        arrangements.history(archive, OPERATOR, two_files)
