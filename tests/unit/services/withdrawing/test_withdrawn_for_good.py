"""What was taken back stays so: through crashes, an older backup, and somebody who gives it again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from archive.access import OPERATOR, PUBLIC
from archive.models import Item, ItemState, first_broken_link, today
from archive.models.errors import GoneError, IntegrityError, NotFoundError
from archive.services import erasing, indexing, show, upkeep, withdrawing
from archive.services.opening import Archive, exclusively, open_archive
from archive.settings import Settings
from archive.web.app import create_app
from ingest.bulk import ingest
from tests.fixtures.items import item_of
from tests.fixtures.outside import copy_tree
from tests.fixtures.withdrawn import SECRET, WORDS, files_with, history, settle, traces, troubles


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


def test_the_ledger_alone_tells_what_was_destroyed_and_only_where_everybody_saw_it(
    archive: Archive, given: dict[str, str], tmp_path: Path
) -> None:
    with archive.db.write() as session:
        never_shown = session.get_one(Item, given["other"])
        never_shown.state, never_shown.published_on = ItemState.IN_REVIEW, None
    for name in ("letter", "other"):
        withdrawing.withdraw_item(archive, OPERATOR, given[name], destroy=True)
    assert '"shown"' not in archive.settings.withdrawals.read_text(encoding="utf-8").splitlines()[1]
    shutil.copytree(archive.settings.withdrawals.parent, tmp_path / "again" / "withdrawals")
    again = open_archive(Settings(home=tmp_path / "again"))
    try:
        assert again.withdrawals.first_broken() is None
        with pytest.raises(GoneError) as gone:
            show.item(again, PUBLIC, given["letter"])
        assert gone.value.on == today()
        with pytest.raises(NotFoundError):
            show.item(again, PUBLIC, given["other"])
    finally:
        again.close()


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


def test_what_cannot_be_removed_now_is_tried_again_less_and_less_often_until_it_can(
    archive: Archive, given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, given["letter"], destroy=True)
    clock, tries = [1000.0], []
    monkeypatch.setattr(upkeep.time, "monotonic", lambda: clock[0])

    def failing(archive: Archive, item_id: str) -> bool:
        tries.append(clock[0])
        raise OSError("the disk is full")

    catch_up = upkeep.CatchUp(archive)
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_destroy", failing)
        for _ in range(200):
            catch_up()
            clock[0] += 0.3
    waits = [later - before for before, later in pairwise(tries)]
    assert 6 < len(tries) < 15
    assert waits == sorted(waits) and waits[-1] <= 10.5
    clock[0] += 10
    catch_up()
    assert item_of(archive, given["letter"]).erasure == "done"


def test_it_is_said_to_be_destroyed_only_once_its_words_have_left_the_search(
    archive: Archive, given: dict[str, str]
) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, given["letter"], destroy=True)
    in_index = files_with(archive.settings.index, SECRET.encode())
    assert in_index
    with exclusively(archive.settings.run / indexing.LOCK):
        assert not erasing.clear(archive)
        assert item_of(archive, given["letter"]).erasure == "asked"
    assert erasing.clear(archive)
    assert item_of(archive, given["letter"]).erasure == "done"
    assert files_with(archive.settings.index, SECRET.encode()) == []
    assert [one.kind for one in history(archive, given["letter"])].count("destroy") == 1


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


def test_killed_while_a_bag_is_removed_the_next_run_removes_the_rest_of_it(
    archive: Archive, given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawing.withdraw_submission(archive, OPERATOR, given["submission"], destroy=True)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", dying(shutil.rmtree, after=False))
        with pytest.raises(KeyboardInterrupt):
            erasing.clear(archive)
    # It has its key no more, and all its bytes.
    assert any(name.startswith("objects/.tmp") for name in traces(archive))
    settle(archive)
    assert traces(archive) == []


def test_what_the_ledger_never_heard_of_is_entered(archive: Archive, given: dict[str, str]) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, given["letter"], destroy=True)
    shutil.rmtree(archive.settings.withdrawals.parent)
    assert withdrawing.reapply(archive) == 0
    (line,) = archive.withdrawals.lines()
    assert (line.item, line.act, len(line.files)) == (given["letter"], "destroy", 1)
    assert withdrawing.reapply(archive) == 0
    assert len(archive.withdrawals.lines()) == 1


def test_a_ledger_that_cannot_be_read_lets_nothing_be_shown(archive: Archive, given: dict[str, str]) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, given["letter"])
    archive.settings.withdrawals.write_text("no line of a ledger\n", encoding="utf-8")
    with pytest.raises(IntegrityError) as refused:
        create_app(archive.settings, archive)
    assert refused.value.code == "ledger-damaged"


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
    copy_tree(home, older, "withdrawals", "run")
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
