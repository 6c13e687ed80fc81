"""A batch comes to its end whatever is wrong with one of its items, and is left or taken back only when that can be."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from archive.access import Actor
from archive.models import Batch, BatchItem, ItemState, User, today
from archive.models.errors import ConflictError, NotFoundError
from archive.services import batch_doing, batch_views, batches
from archive.services.batch_views import BatchView
from archive.services.choosing import Choice
from archive.services.opening import Archive
from archive.services.sheets import plan_sheet, read_sheet, write_sheet
from archive.services.weighing import DESCRIBE, Wish
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of

ANOTHER = Wish(DESCRIBE, {"title": "Another title"})


def three(archive: Archive) -> list[str]:
    return [give(archive, state=ItemState.IN_REVIEW, title=f"Number {place}") for place in range(3)]


def planned(archive: Archive, who: Actor, ids: Iterable[str]) -> str:
    return batches.plan(archive, who, "set", dict.fromkeys(ids, ANOTHER), field="title")


def asked(archive: Archive, who: Actor, ids: Iterable[str]) -> str:
    batch_id = planned(archive, who, ids)
    batches.ask(archive, who, batch_id)
    return batch_id


def stumbling(monkeypatch: pytest.MonkeyPatch, item_id: str, error: Exception) -> None:
    """Have an error come in the middle of what is done to one item."""
    real = batch_doing._apply

    def apply(archive: Archive, session: Any, item: Any, *rest: Any) -> None:
        real(archive, session, item, *rest)
        if item.id == item_id:
            raise error

    monkeypatch.setattr(batch_doing, "_apply", apply)


def titles(archive: Archive, ids: Iterable[str]) -> list[str]:
    return [item_of(archive, one).title for one in ids]


def troubles(view: BatchView) -> list[str]:
    return [row.trouble for row in view.rows]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError("a word of somebody's"), "failed"),
        (ConflictError("It is under way.", code="being-arranged"), "being-arranged"),
    ],
)
def test_what_goes_wrong_with_one_item_is_said_there_and_the_others_are_done(
    archive: Archive,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    told: str,
) -> None:
    who, ids = curator(archive), three(archive)
    batch_id = asked(archive, who, ids)
    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        stumbling(patched, ids[1], error)
        batches.carry_out(archive, batch_id)
    view = batch_views.batch(archive, who, batch_id)
    assert (view.state, view.done, view.open, troubles(view)) == ("done", 2, 0, ["", told, ""])
    assert titles(archive, ids) == ["Another title", "Number 1", "Another title"]
    # Where it went wrong is for whoever runs the archive, and no word of what anybody wrote.
    assert ("KeyError" in caplog.text) == (told == "failed") and "a word of" not in caplog.text
    batches.ask(archive, who, batches.undo(archive, who, batch_id))


def test_what_passes_by_itself_ends_no_item_and_is_tried_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, ids = curator(archive), three(archive)
    batch_id = asked(archive, who, ids)
    with monkeypatch.context() as patched:
        stumbling(patched, ids[1], OperationalError("", {}, Exception("database is locked")))
        with pytest.raises(OperationalError):
            batches.carry_out(archive, batch_id)
    view = batch_views.batch(archive, who, batch_id)
    assert (view.state, view.done, view.open) == ("asked", 1, 2)
    batches.carry_out(archive, batch_id)
    assert batch_views.batch(archive, who, batch_id).done == 3


def test_what_is_removed_while_its_batch_is_done_is_no_failure(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, ids = curator(archive), three(archive)
    batch_id = asked(archive, who, ids)
    stumbling(monkeypatch, ids[1], NotFoundError("There is no such item."))
    leave = batch_doing._leave

    def removed(archive: Archive, row_id: str, outcome: str) -> None:
        with archive.db.write() as session:
            session.execute(delete(BatchItem).where(BatchItem.id == row_id))
        leave(archive, row_id, outcome)

    monkeypatch.setattr(batch_doing, "_leave", removed)
    batches.carry_out(archive, batch_id)
    view = batch_views.batch(archive, who, batch_id)
    assert (view.state, view.done, len(view.rows)) == ("done", 2, 2)


def test_a_batch_is_taken_back_when_it_is_done_and_left_before_it_is_asked_for(archive: Archive) -> None:
    who, ids = curator(archive), three(archive)
    batch_id = planned(archive, who, ids)
    assert refused(partial(batches.undo, archive, who, batch_id)) == "batch-not-done"
    batches.ask(archive, who, batch_id)
    assert refused(partial(batches.undo, archive, who, batch_id)) == "batch-not-done"
    assert refused(partial(batches.drop, archive, who, batch_id)) == "batch-asked"
    batches.carry_out(archive, batch_id)
    assert refused(partial(batches.drop, archive, who, batch_id)) == "batch-asked"
    back = batches.undo(archive, who, batch_id)
    batches.ask(archive, who, back)
    batches.carry_out(archive, back)
    assert titles(archive, ids) == ["Number 0", "Number 1", "Number 2"]


def refused(act: partial[Any]) -> str:
    with pytest.raises(ConflictError) as told:
        act()
    return told.value.code


def test_who_is_let_in_no_longer_changes_nothing_more_by_a_batch(archive: Archive) -> None:
    who, ids = curator(archive), three(archive)
    batch_id = asked(archive, who, ids)
    with archive.db.write() as session:
        session.get_one(User, who.id).active = False
    batches.carry_out(archive, batch_id)
    assert titles(archive, ids) == ["Number 0", "Number 1", "Number 2"]
    view = batch_views.batch(archive, curator(archive), batch_id)
    assert (view.state, troubles(view)) == ("done", ["forbidden"] * 3)


def test_a_plan_is_kept_until_the_day_after_and_what_was_asked_for_longer(archive: Archive) -> None:
    who, ids = curator(archive), three(archive)
    ages = {planned(archive, who, ids): days for days in (0, 1, 2)}
    done = asked(archive, who, ids)
    with archive.db.write() as session:
        for batch_id, days in (ages | {done: 400}).items():
            session.get_one(Batch, batch_id).made_on = today() - timedelta(days=days)
    batches.forget_old_plans(archive)
    with archive.db.read() as session:
        assert {days for one, days in ages.items() if session.get(Batch, one) is not None} == {0, 1}
        assert session.get(Batch, done) is not None


@pytest.mark.parametrize(
    "letter", ["\0", "\x01", "\x0b", "\x1f", "\x7f", "\x85", "\ufffe", "\u202e", "\u2067"]
)
def test_a_letter_that_no_screen_shows_is_named_by_row_and_column(archive: Archive, letter: str) -> None:
    who, ids = curator(archive, "convenings"), []
    for title in ("Alpha", "Beta", "Gamma"):
        ids.append(give(archive, state=ItemState.IN_REVIEW, title=title, collection="convenings"))
    text = "".join(write_sheet(archive, who, Choice("convenings")))
    row = 1 + next(place for place, line in enumerate(text.split("\r\n")) if line.startswith(ids[1]))
    typed = _in_row(text, row, letter)
    sheet = read_sheet(archive, who, typed.encode())
    assert [(one.row, one.column, one.code) for one in sheet.problems] == [(row, "title", "control-letter")]
    with pytest.raises(Exception, match="not right"):
        plan_sheet(archive, who, sheet)
    # In an id it is the id of nothing, on either database.
    spoiled = read_sheet(archive, who, f"id,mark,title\r\n{ids[0]}{letter},x,Another\r\n".encode())
    assert [(one.row, one.column, one.code) for one in spoiled.problems] == [(2, "id", "unknown-id")]


def _in_row(text: str, row: int, letter: str) -> str:
    lines = text.split("\r\n")
    lines[row - 1] = lines[row - 1].replace("Beta", f"Be{letter}ta")
    return "\r\n".join(lines)
