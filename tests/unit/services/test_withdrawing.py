"""Taking back: who may, what is left of it, that it survives a crash and an older backup, and that it cannot come again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC, contributor
from archive.models import Consent, Event, File, Item, ItemState, Message, Submission, first_broken_link
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, GoneError, NotFoundError
from archive.services import (
    doctor,
    drafts,
    erasing,
    export,
    fixity,
    lifecycle,
    messages,
    show,
    upkeep,
    withdrawing,
)
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from ingest.bulk import ingest
from ingest.work import worker
from tests.fixtures.drafts import add
from tests.fixtures.items import actor, item_of
from tests.fixtures.serving import wait_until
from tests.fixtures.withdrawn import files_with, settle

SECRET = "quillfeather"
WORDS = f"Dear sister, {SECRET} is in this letter.\n"
TABLE = (
    "file,title,creator,date,place,subjects,source\n"
    f"letter.txt,{SECRET} title,{SECRET} Writer,1949-06-11,{SECRET} Town,{SECRET} subject,{SECRET} shelf\n"
    "other.txt,The other,Somebody,1950,Paris,Song,\n"
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive of this test's own, on SQLite."""
    opened = open_archive(Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "home")}))
    yield opened
    opened.close()


@pytest.fixture
def gift(tmp_path: Path) -> Path:
    """A folder with two things, one of them with the secret word in every place."""
    folder = tmp_path / "given" / f"{SECRET}-letters"
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text(WORDS, encoding="utf-8")
    (folder / "other.txt").write_text("Dear brother, nothing of it here.\n", encoding="utf-8")
    (folder / "metadata.csv").write_text(TABLE, encoding="utf-8")
    return folder


@pytest.fixture
def given(archive: Archive, gift: Path) -> dict[str, str]:
    """The folder, taken in and published: its items by the name of their file, and the submission."""
    report = ingest(archive, [gift], "march-25", publish=True)
    with archive.db.write() as session:
        items = {file.given_name: file.item_id for file in session.scalars(select(File))}
        submission = session.scalars(select(Submission)).one()
        for consent in submission.consents:
            consent.naming, consent.name_shown = "own-name", f"{SECRET} giver"
            consent.people_words = f"{SECRET} people"
            consent.places_shown = {f"{SECRET} Town": "A town", "Paris": "Paris"}
        session.add(Message(submission_id=submission.id, written_by="contributor", text=f"{SECRET} message"))
        found = {"letter": items["letter.txt"], "other": items["other.txt"], "submission": submission.id}
    assert report.submissions
    return found


def history(archive: Archive, item_id: str) -> list[Event]:
    with archive.db.read() as session:
        return list(
            session.scalars(select(Event).where(Event.subject_id == item_id).order_by(Event.sequence))
        )


def troubles(archive: Archive) -> list[str]:
    ignored = ("tesseract", "space", "jobs")
    return [
        one.sentence for one in doctor.examine(archive) if one.verdict != "ok" and one.what not in ignored
    ]


def traces(archive: Archive) -> list[str]:
    return files_with(archive.settings.home, SECRET.encode())


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
        export.bag_zip(archive, OPERATOR, given["letter"])
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


def test_the_ledger_names_nobody_and_every_line_follows_from_the_one_before(
    archive: Archive, given: dict[str, str]
) -> None:
    withdrawing.withdraw_item(
        archive, OPERATOR, given["letter"], "reason", destroy=True, words=f"{SECRET} words"
    )
    withdrawing.withdraw_item(archive, OPERATOR, given["other"])
    path = archive.settings.withdrawals
    assert path.parent.parent == archive.settings.home
    text = path.read_text(encoding="utf-8")
    assert SECRET not in text and "letter.txt" not in text and "reason" not in text
    assert archive.withdrawals.first_broken() is None
    path.write_text(text.replace('"act": "destroy"', '"act": "hide"', 1), encoding="utf-8")
    changed = open_archive(archive.settings)
    broken = changed.withdrawals.first_broken()
    assert broken is not None and broken.sequence == 1
    assert any("ledger" in sentence for sentence in troubles(changed))
    changed.close()


def test_a_line_that_was_cut_by_a_crash_is_forgotten_and_the_next_takes_its_place(
    archive: Archive, given: dict[str, str]
) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, given["letter"])
    with archive.settings.withdrawals.open("ab") as file:
        file.write(b'{"sequence": 2, "act": "hi')
    assert len(archive.withdrawals.lines()) == 1
    withdrawing.withdraw_item(archive, OPERATOR, given["other"])
    assert [line.sequence for line in archive.withdrawals.lines()] == [1, 2]
    assert archive.withdrawals.first_broken() is None


def test_an_intent_whose_process_was_killed_before_the_commit_is_carried_out(
    archive: Archive, given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = type(archive.withdrawals).append

    def killed(self: Any, entries: Any) -> None:
        real(self, entries)
        raise KeyboardInterrupt

    catch_up = upkeep.CatchUp(archive)
    monkeypatch.setattr(type(archive.withdrawals), "append", killed)
    with pytest.raises(KeyboardInterrupt):
        withdrawing.withdraw_item(archive, OPERATOR, given["letter"], destroy=True)
    monkeypatch.undo()
    assert item_of(archive, given["letter"]).state == ItemState.PUBLISHED
    catch_up()
    assert item_of(archive, given["letter"]).state == ItemState.WITHDRAWN
    settle(archive)
    assert item_of(archive, given["letter"]).erasure == "done"


STEPS: tuple[tuple[Any, str], ...] = (
    (erasing, "remove_originals"),
    (erasing, "_delete_staged"),
    (erasing, "_delete_copies"),
    (erasing, "forget_copies"),
    (erasing, "_stop_jobs"),
    (erasing, "_wipe_item"),
    (erasing, "_wipe_submission"),
    (erasing, "touch"),
    (erasing, "record_event"),
)


def test_killed_before_or_after_any_step_the_next_run_finishes_what_was_to_be_destroyed(
    archive: Archive, given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawing.withdraw_submission(archive, OPERATOR, given["submission"], destroy=True)
    for room, name in STEPS:
        for after in (False, True):
            with monkeypatch.context() as patch:
                patch.setattr(room, name, dying(getattr(room, name), after=after))
                with pytest.raises(KeyboardInterrupt):
                    erasing.clear(archive)
            assert item_of(archive, given["letter"]).erasure == "asked"
    settle(archive)
    assert traces(archive) == []
    assert first_broken_link(history(archive, given["letter"])) is None
    assert [one.kind for one in history(archive, given["letter"])].count("destroy") == 1
    assert troubles(archive) == []


def dying(real: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    """The function as a process that is killed before or after it; BaseException, so that nothing catches it."""

    def killed(*args: Any, **kwargs: Any) -> Any:
        if after:
            real(*args, **kwargs)
        raise KeyboardInterrupt

    return killed


def test_one_that_cannot_be_removed_now_does_not_keep_the_others_waiting(
    archive: Archive, given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawing.withdraw_submission(archive, OPERATOR, given["submission"], destroy=True)
    real = erasing.remove_originals

    def refuses(where: Archive, item_id: str) -> None:
        if item_id == given["letter"]:
            raise OSError(5, "Input/output error")
        real(where, item_id)

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "remove_originals", refuses)
        assert not erasing.clear(archive)
    assert item_of(archive, given["other"]).erasure == "done"
    assert item_of(archive, given["letter"]).erasure == "asked"
    settle(archive)
    assert item_of(archive, given["letter"]).erasure == "done"


def test_an_older_backup_does_not_bring_back_what_was_taken_back(
    archive: Archive, given: dict[str, str], tmp_path: Path
) -> None:
    home = archive.settings.home
    older = tmp_path / "older"
    archive.db.empty_log()
    shutil.copytree(home, older, ignore=shutil.ignore_patterns("withdrawals", "run"))
    withdrawing.withdraw_item(archive, OPERATOR, given["letter"], destroy=True)
    withdrawing.withdraw_item(archive, OPERATOR, given["other"])
    settle(archive)
    archive.close()
    for name in ("objects", "access", "index", "staging"):
        shutil.rmtree(home / name)
        shutil.copytree(older / name, home / name)
    for path in home.glob("remembrance.db*"):
        path.unlink()
    shutil.copy(older / "remembrance.db", home)
    restored = open_archive(archive.settings)
    assert item_of(restored, given["letter"]).state == ItemState.PUBLISHED
    assert withdrawing.reapply(restored) == 2
    for name in ("letter", "other"):
        with pytest.raises(GoneError):
            show.item(restored, PUBLIC, given[name])
    settle(restored)
    assert list(restored.store.list(f"bags/{given['letter']}")) == []
    assert files_with(home / "access", SECRET.encode()) == []
    assert files_with(home / "index", SECRET.encode()) == []
    row = item_of(restored, given["letter"])
    assert (row.erasure, row.title) == ("done", "")
    assert withdrawing.reapply(restored) == 0
    assert troubles(restored) == []
    restored.close()


def test_a_bag_that_an_older_copy_of_the_store_brings_again_is_told_and_removed(
    archive: Archive, given: dict[str, str], tmp_path: Path
) -> None:
    shutil.copytree(archive.settings.home / "objects", tmp_path / "objects")
    withdrawing.withdraw_item(archive, OPERATOR, given["letter"], destroy=True)
    settle(archive)
    shutil.copytree(tmp_path / "objects", archive.settings.home / "objects", dirs_exist_ok=True)
    assert any("lies here again" in sentence for sentence in troubles(archive))
    upkeep.TurnOfDay(archive)()
    assert not list(archive.store.list(f"bags/{given['letter']}"))
    assert troubles(archive) == []


def test_what_was_destroyed_is_refused_when_somebody_gives_it_again(
    archive: Archive, given: dict[str, str], gift: Path
) -> None:
    withdrawing.withdraw_submission(archive, OPERATOR, given["submission"], destroy=True)
    settle(archive)
    again = gift.parent / "again"
    again.mkdir()
    (again / "renamed.txt").write_text(WORDS, encoding="utf-8")
    (again / "new.txt").write_text("Something new.\n", encoding="utf-8")
    report = ingest(archive, [again], "march-25", publish=True)
    (sent,) = report.submissions
    assert [file.code for file in sent.files if file.outcome == "refused"] == ["withdrawn-before"]
    assert len(sent.items) == 1
    assert traces(archive) == []
    # Giving the same folder as before brings nothing back either.
    ingest(archive, [gift], "march-25", publish=True)
    assert traces(archive) == []
    assert archive.withdrawals.is_withdrawn(given["letter"])


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
    export.look_at_zip(archive, archivist, given["letter"])
    assert export.bags_that_left(archive, archivist, given["letter"]) == ()
    export.bag_zip(archive, archivist, given["letter"])
    export.bag_zip(archive, archivist, given["letter"], "The town library")
    withdrawing.withdraw_item(archive, archivist, given["letter"], destroy=True)
    settle(archive)
    left = export.bags_that_left(archive, archivist, given["letter"])
    assert [(one.by, one.for_whom) for one in left] == [
        (archivist.id, ""),
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
