"""What stands under a file is put right by whoever gave it: as it was typed, and nothing of it without a word to anybody."""

from __future__ import annotations

import pytest

from archive.access import Actor
from archive.models import File, ItemState, Redaction
from archive.models.errors import ConflictError
from archive.services import draft_files, drafts, mine, sending
from archive.services.draft_files import CAPTION
from archive.services.opening import Archive
from tests.fixtures.drafts import READY, add, begin
from tests.fixtures.items import item_of, put

WORDS = "Maria Blatz, on the left"


def sent(archive: Archive) -> tuple[str, str, Actor]:
    """An item in review with words under its file: its id, that file's, and who gave it."""
    submission_id, who = begin(archive)
    file_id = add(archive, submission_id, b"A letter.", "letter.txt")
    drafts.save(archive, who, submission_id, READY)
    draft_files.caption_files(archive, who, submission_id, {file_id: WORDS})
    sending.send(archive, who, submission_id, "en")
    (item,) = mine.submission(archive, who, submission_id).items
    put(archive, item.id, ItemState.IN_REVIEW)
    return item.id, file_id, who


def stands(archive: Archive, file_id: str) -> str:
    with archive.db.read() as session:
        return session.get_one(File, file_id).title


def test_it_is_said_with_all_else_and_put_right_on_one_line(archive: Archive) -> None:
    item_id, file_id, who = sent(archive)
    now = mine.spoken(archive, who, item_id)
    assert now.said[CAPTION + file_id] == WORDS
    assert mine.correct(archive, who, item_id, {CAPTION + file_id: " A \n wall "}, "en", seen=now.mark) == {}
    assert stands(archive, file_id) == "A wall"
    assert mine.spoken(archive, who, item_id).mark != now.mark


def test_what_a_form_does_not_ask_and_what_is_left_as_it_stands_stays(archive: Archive) -> None:
    item_id, file_id, who = sent(archive)
    with archive.db.write() as session:
        session.get_one(File, file_id).title = "On two\nlines"
    before = item_of(archive, item_id).record_revision
    for typed in ({}, {CAPTION + file_id: "On two lines"}, {CAPTION + "of-another-item": "x"}):
        seen = mine.spoken(archive, who, item_id).mark
        assert mine.correct(archive, who, item_id, typed, "en", seen=seen) == {}
        assert mine.wished(archive, who, item_id, typed, seen=seen) == {}
    assert stands(archive, file_id) == "On two\nlines"
    assert item_of(archive, item_id).record_revision == before


def test_words_that_were_taken_out_of_a_file_are_not_put_under_it_unasked(archive: Archive) -> None:
    item_id, file_id, who = sent(archive)
    extent = {"words": "Maria Blatz", "everywhere": True}
    with archive.db.write() as session:
        session.add(Redaction(file_id=file_id, kind="passage", extent=extent, agent="operator"))
    seen = mine.spoken(archive, who, item_id).mark
    with pytest.raises(ConflictError) as refused:
        mine.correct(archive, who, item_id, {CAPTION + file_id: "Maria Blatz, on the right"}, "en", seen=seen)
    assert refused.value.code == "taken-out" and stands(archive, file_id) == WORDS
    # What stood there before may stay.
    assert mine.correct(archive, who, item_id, {CAPTION + file_id: WORDS}, "en", seen=seen) == {}
