"""Taking back: who may, what is left of it, and what else goes with it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC, contributor
from archive.models import AccessCopy, Consent, Draft, File, Item, ItemState, Passage, first_broken_link
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, GoneError, NotFoundError
from archive.services import (
    drafts,
    export,
    export_bag,
    fixity,
    lifecycle,
    messages,
    show,
    withdrawing,
)
from archive.services.export_forms import NOT_SAID
from archive.services.opening import Archive
from ingest import pipeline
from ingest.item_parcel import ItemParcel, Tools
from ingest.pipeline import KEEP
from ingest.work import worker
from ingest.write_down import write_down
from tests.fixtures.drafts import add
from tests.fixtures.items import actor, give, item_of
from tests.fixtures.serving import wait_until
from tests.fixtures.withdrawn import SECRET, WORDS, files_with, history, settle, traces, troubles


def test_hiding_removes_the_copies_and_texts_at_once_and_keeps_the_bag(
    archive: Archive, given: dict[str, str]
) -> None:
    withdrawing.withdraw_item(
        archive, contributor([given["submission"]]), given["letter"], words="For my family."
    )
    with pytest.raises(GoneError) as gone:
        show.item(archive, PUBLIC, given["letter"])
    assert (gone.value.words, gone.value.on) == (
        "For my family.",
        item_of(archive, given["letter"]).withdrawn_on,
    )
    settle(archive)
    left = [name for name in traces(archive) if not name.startswith(("objects/", "remembrance.db"))]
    assert left == []
    assert fixity.bags(archive, [given["letter"]])
    assert troubles(archive) == []


def test_destroying_leaves_ids_days_and_a_history_that_holds_together_and_not_one_word(
    archive: Archive, given: dict[str, str]
) -> None:
    withdrawing.withdraw_submission(
        archive, contributor([given["submission"]]), given["submission"], destroy=True
    )
    assert item_of(archive, given["letter"]).erasure == "asked"
    settle(archive)
    assert traces(archive) == []
    row = item_of(archive, given["letter"])
    assert (row.state, row.erasure, row.bag_key, row.title) == (ItemState.WITHDRAWN, "done", "", "")
    events = history(archive, given["letter"])
    assert first_broken_link(events) is None
    assert [one.kind for one in events][-3:] == ["withdraw", "ask-to-destroy", "destroy"]
    assert list(archive.store.list("bags")) == []
    assert fixity.bags(archive) == []
    with pytest.raises(ConflictError) as refused:
        export_bag.bag_zip(archive, OPERATOR, given["letter"])
    assert refused.value.code == "destroyed"
    assert troubles(archive) == []


def test_destroying_one_thing_leaves_the_others_of_its_submission_whole(
    archive: Archive, given: dict[str, str]
) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, given["letter"], destroy=True)
    settle(archive)
    with archive.db.read() as session:
        consent = session.scalars(select(Consent)).one()
        assert consent.places_shown == {"Paris": "Paris"}
        assert consent.name_shown
    (bag,) = (line.path for line in fixity.bags(archive))
    # Neither do the records of the others tell where it was from.
    assert files_with(bag, f"{SECRET} Town".encode()) == []
    view = show.item(archive, PUBLIC, given["other"])
    assert [place.name for place in view.places] == ["Paris"]
    assert view.files[0].copies
    assert [line.id for line in fixity.bags(archive)] == [given["other"]]
    assert troubles(archive) == []


def test_an_addition_that_is_begun_keeps_no_word_of_what_is_destroyed(
    archive: Archive, given: dict[str, str]
) -> None:
    giver = contributor([given["submission"]])
    drafts.add_more(archive, giver, given["submission"])
    withdrawing.withdraw_item(archive, giver, given["letter"], destroy=True)
    settle(archive)
    answers = drafts.view(archive, giver, given["submission"]).answers
    assert (answers.name_shown, answers.places_shown) == (f"{SECRET} giver", {"Paris": "Paris"})
    # The words about the other thing that is left stay; once nothing is left, none do.
    withdrawing.withdraw_item(archive, giver, given["other"], destroy=True)
    settle(archive)
    with archive.db.read() as session:
        row = session.get_one(Draft, given["submission"])
    assert SECRET not in str(row.answers) and "Paris" not in str(row.answers)


def test_who_gave_it_and_those_who_may_withdraw_can_and_nobody_else(
    archive: Archive, given: dict[str, str]
) -> None:
    item_id, submission_id = given["letter"], given["submission"]
    for somebody in (
        PUBLIC,
        actor("member"),
        actor("contributor"),
        contributor(["0" * 16]),
        actor("curator", "convenings"),
    ):
        with pytest.raises((NotFoundError, ForbiddenError)):
            withdrawing.withdraw_item(archive, somebody, item_id)
        with pytest.raises(NotFoundError):
            withdrawing.withdraw_submission(archive, somebody, submission_id)
    assert archive.withdrawals.lines() == ()
    withdrawing.withdraw_item(archive, actor("curator", "march-25"), item_id)
    withdrawing.withdraw_submission(archive, contributor([submission_id]), submission_id)
    assert [line.item for line in archive.withdrawals.lines()] == [item_id, given["other"]]


def test_what_was_hidden_can_be_reinstated_with_its_copies_and_what_was_destroyed_cannot(
    archive: Archive, given: dict[str, str]
) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, given["other"])
    settle(archive)
    withdrawing.reinstate(archive, OPERATOR, given["other"])
    assert not archive.withdrawals.is_withdrawn(given["other"])
    assert withdrawing.reapply(archive) == 0
    run_jobs(archive)
    lifecycle.publish(archive, OPERATOR, given["other"])
    settle(archive)
    view = show.item(archive, PUBLIC, given["other"])
    assert view.files[0].copies
    assert "brother" in view.files[0].passages[0].text
    assert troubles(archive) == []
    withdrawing.withdraw_item(archive, OPERATOR, given["other"], destroy=True)
    with pytest.raises(ConflictError) as refused:
        withdrawing.reinstate(archive, OPERATOR, given["other"])
    assert refused.value.code == "destroyed"


def run_jobs(archive: Archive) -> None:
    with worker(archive, "test"):
        wait_until(lambda: archive.jobs.pending_count() == 0)


def test_a_draft_of_more_goes_with_what_it_was_to_be_added_to(
    archive: Archive, given: dict[str, str]
) -> None:
    giver = contributor([given["submission"]])
    drafts.add_more(archive, giver, given["submission"])
    file_id = add(archive, given["submission"], b"quillfeather more", "more.txt")
    withdrawing.withdraw_submission(archive, giver, given["submission"], destroy=True)
    settle(archive)
    with archive.db.read() as session:
        assert session.get(File, file_id) is None
        assert {one.state for one in session.scalars(select(Item))} == {ItemState.WITHDRAWN}
    assert traces(archive) == []


def test_the_archivist_is_told_which_bags_left_the_house_by_whom_and_for_whom(
    archive: Archive, given: dict[str, str]
) -> None:
    archivist = actor("archivist")
    export_bag.look_at_zip(archive, archivist, given["letter"])
    assert export.bags_that_left(archive, archivist, given["letter"]) == ()
    export_bag.bag_zip(archive, archivist, given["letter"])
    export_bag.bag_zip(archive, archivist, given["letter"], "The town library")
    withdrawing.withdraw_item(archive, archivist, given["letter"], destroy=True)
    settle(archive)
    left = export.bags_that_left(archive, archivist, given["letter"])
    assert [(one.by, one.for_whom) for one in left] == [
        (archivist.id, NOT_SAID),
        (archivist.id, "The town library"),
    ]
    for somebody in (PUBLIC, actor("member"), contributor([given["submission"]])):
        with pytest.raises(NotFoundError):
            export.bags_that_left(archive, somebody, given["letter"])


def test_words_that_are_too_long_are_refused_and_nothing_is_taken_back(
    archive: Archive, given: dict[str, str]
) -> None:
    with pytest.raises(BadInputError):
        withdrawing.withdraw_item(archive, OPERATOR, given["letter"], words="x" * 1001)
    assert item_of(archive, given["letter"]).state == ItemState.PUBLISHED
    assert messages.thread(archive, contributor([given["submission"]]), given["submission"])


def test_what_is_taken_back_before_it_was_kept_is_kept_and_nothing_is_made_of_it(archive: Archive) -> None:
    item_id = give(archive, content=WORDS.encode())
    withdrawing.withdraw_item(archive, OPERATOR, item_id)
    run_jobs(archive)
    settle(archive)
    assert item_of(archive, item_id).state == ItemState.WITHDRAWN
    assert fixity.bags(archive, [item_id])
    assert files_with(archive.settings.access, SECRET.encode()) == []
    assert files_with(archive.settings.index, SECRET.encode()) == []
    with archive.db.read() as session:
        assert session.scalars(select(Passage)).all() == []
    assert troubles(archive) == []


def test_copies_that_are_ready_only_after_it_was_taken_back_are_thrown_away(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = give(archive, content=WORDS.encode())

    at_once: list[list[str]] = []

    def too_late(*arguments: Any, **more: Any) -> None:
        withdrawing.withdraw_item(archive, OPERATOR, item_id)
        settle(archive)
        write_down(*arguments, **more)
        at_once.append(files_with(archive.settings.access, SECRET.encode()))

    monkeypatch.setattr(pipeline, "write_down", too_late)
    run_jobs(archive)
    settle(archive)
    assert at_once == [[]]
    with archive.db.read() as session:
        assert session.scalars(select(AccessCopy)).all() == []
        assert session.scalars(select(Passage)).all() == []
    assert archive.jobs.failed() == []


def test_what_is_destroyed_while_it_is_put_into_its_bag_leaves_none(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = give(archive, content=WORDS.encode())

    def meanwhile(parcel: ItemParcel, _tools: Tools) -> ItemParcel:
        withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=True)
        wait_until(lambda: item_of(archive, item_id).erasure == "done")
        return parcel

    for place in range(len(KEEP) + 1):
        steps = (*KEEP[:place], meanwhile, *KEEP[place:])
        monkeypatch.setattr(pipeline, "KEEP", steps)
        run_jobs(archive)
        settle(archive)
        assert list(archive.store.list("bags")) == []
        assert item_of(archive, item_id).bag_key == ""
        assert traces(archive) == []
        item_id = give(archive, content=f"{place} {WORDS}".encode())
    withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=True)
    settle(archive)
    assert troubles(archive) == []
    assert archive.jobs.failed() == []
