"""A draft is sent as it was seen: whatever changes it on the way, nothing else leaves than what was looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.access import contributor
from archive.models import Submission
from archive.models.errors import ConflictError
from archive.services import draft_files, drafts, sending
from archive.services.drafts import DraftView
from archive.services.opening import Archive
from archive.services.sending import Checked
from tests.fixtures.drafts import READY, add, begin

Change = Callable[[Archive, DraftView], object]


def answer(archive: Archive, draft: DraftView) -> None:
    who = contributor([draft.submission_id])
    drafts.save(archive, who, draft.submission_id, {"audience": "community"})


def bring(archive: Archive, draft: DraftView) -> None:
    add(archive, draft.submission_id, b"We sang.", "song.txt")


def take_out(archive: Archive, draft: DraftView) -> None:
    who = contributor([draft.submission_id])
    draft_files.remove_file(archive, who, draft.submission_id, draft.files[0].id)


def caption(archive: Archive, draft: DraftView) -> None:
    who, under = contributor([draft.submission_id]), {draft.files[0].id: "Maria"}
    draft_files.caption_files(archive, who, draft.submission_id, under)


def move(archive: Archive, draft: DraftView) -> None:
    who = contributor([draft.submission_id])
    draft_files.move_file(archive, who, draft.submission_id, draft.files[0].id, 1)


CHANGES = pytest.mark.parametrize(
    "change", [answer, bring, take_out, caption, move], ids=lambda one: one.__name__
)


def ready(archive: Archive) -> DraftView:
    submission_id, who = begin(archive)
    for name in ("one.txt", "two.txt"):
        add(archive, submission_id, name.encode(), name)
    drafts.save(archive, who, submission_id, READY)
    return drafts.view(archive, who, submission_id)


def is_sent(archive: Archive, draft: DraftView) -> bool:
    with archive.db.read() as session:
        return session.get_one(Submission, draft.submission_id).sent


@CHANGES
def test_what_was_changed_since_it_was_seen_is_not_sent(archive: Archive, change: Change) -> None:
    draft = ready(archive)
    who, seen = contributor([draft.submission_id]), sending.mark_of(archive, draft, "en")
    change(archive, draft)
    with pytest.raises(ConflictError) as caught:
        sending.send(archive, who, draft.submission_id, "en", seen=seen)
    assert caught.value.code == "stale-version" and not is_sent(archive, draft)
    now = sending.mark_of(archive, drafts.view(archive, who, draft.submission_id), "en")
    sending.send(archive, who, draft.submission_id, "en", seen=now)
    assert is_sent(archive, draft)


@CHANGES
def test_what_is_changed_while_it_is_sent_is_not_sent(
    archive: Archive, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, check = ready(archive), sending.check

    def meanwhile(*asked: object) -> Checked:
        change(archive, draft)
        return check(archive, draft, "en")

    monkeypatch.setattr(sending, "check", meanwhile)
    seen, who = sending.mark_of(archive, draft, "en"), contributor([draft.submission_id])
    with pytest.raises(ConflictError):
        sending.send(archive, who, draft.submission_id, "en", seen=seen)
    assert not is_sent(archive, draft)


def test_a_page_is_not_sent_under_the_words_of_another_language(archive: Archive) -> None:
    draft = ready(archive)
    seen = sending.mark_of(archive, draft, "fr")
    with pytest.raises(ConflictError):
        sending.send(archive, contributor([draft.submission_id]), draft.submission_id, "en", seen=seen)
