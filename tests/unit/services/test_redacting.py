"""Marks close a file at once, on either database, and whoever is at work meanwhile puts nothing back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import AccessCopy, File, FileState, Item, Passage
from archive.models.errors import ConflictError, NotFoundError
from archive.search import IndexDocument, parse_query
from archive.services import erasing, fixity, indexing, redacting, sealed_copies, sealed_folders, withdrawing
from archive.services.index_documents import document
from archive.services.marking import Wanted
from archive.services.opening import Archive
from archive.services.record import records
from archive.services.standing_marks import standing
from ingest import pipeline
from ingest.bulk import ingest
from ingest.item_parcel import Tools
from ingest.work import wait_until_caught_up
from tests.fixtures.outside import bytes_below

NAME = "Zibbleforth"


@pytest.fixture
def files(empty_archive: Archive, tmp_path: Path) -> dict[str, str]:
    """A letter with its translation, in one item: their ids by name, and the item's."""
    folder = tmp_path / "given" / "letter"
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text(f"{NAME} came. We sang.", encoding="utf-8")
    (folder / "letter.fr.translation.txt").write_text(f"{NAME} vint.", encoding="utf-8")
    ingest(empty_archive, [folder], "march-25", publish=True)
    with empty_archive.db.read() as session:
        rows = session.scalars(select(File)).all()
    named = {"letter.txt": "letter", "letter.fr.translation.txt": "translation"}
    return {named[one.given_name]: one.id for one in rows} | {"item": rows[0].item_id}


def words(text: str, *, everywhere: bool = False) -> Wanted:
    return Wanted("passage", None, {"words": text, "occurrence": None, "everywhere": everywhere})


def mark(archive: Archive, files: dict[str, str], wanted: Wanted) -> None:
    seen = redacting.marked(archive, OPERATOR, files["item"]).seen
    redacting.add(archive, OPERATOR, files["item"], files["letter"], [wanted], seen)


def make(archive: Archive, *file_ids: str) -> None:
    tools = Tools(archive, 1)
    try:
        for file_id in file_ids:
            pipeline.examine_arrived(tools, file_id)
    finally:
        tools.close()


def shown(archive: Archive, file_id: str) -> tuple[list[str], list[Path]]:
    with archive.db.read() as session:
        texts = session.scalars(select(Passage.text).where(Passage.file_id == file_id)).all()
        paths = session.scalars(select(AccessCopy.path).where(AccessCopy.file_id == file_id)).all()
    return list(texts), [archive.settings.access / path for path in paths]


def test_a_mark_closes_the_files_it_touches_and_no_other_until_they_are_made_anew(
    empty_archive: Archive, files: dict[str, str]
) -> None:
    archive = empty_archive
    paths = shown(archive, files["letter"])[1]
    mark(archive, files, words(NAME))
    assert shown(archive, files["letter"]) == ([], []) and not any(path.exists() for path in paths)
    assert NAME in shown(archive, files["translation"])[0][0]
    make(archive, files["letter"])
    texts, paths = shown(archive, files["letter"])
    assert texts == ["[removed] came. We sang."] and NAME not in paths[0].read_text()
    # From every text of the item: the others are closed with it.
    mark(archive, files, words(NAME, everywhere=True))
    assert shown(archive, files["translation"]) == ([], [])
    with archive.db.read() as session:
        assert [one["own"] for one in standing(session, files["translation"])] == [False]
    make(archive, files["letter"], files["translation"])
    assert shown(archive, files["translation"])[0] == ["[removed] vint."]
    wait_until_caught_up(archive, timeout_s=30)
    kept = fixity.bags(archive, [files["item"]])[0].path
    record = max((kept / "metadata").iterdir(), key=lambda one: int(one.name)) / "record.json"
    with archive.db.read() as session:
        known = json.loads(json.dumps(records(session, [files["item"]])[files["item"]]["redactions"]))
    assert json.loads(record.read_text())["redactions"] == known and len(known) == 2
    assert (kept / "data" / "letter.txt").read_text() == f"{NAME} came. We sang."


def test_of_two_marks_at_the_same_moment_one_is_made_and_the_other_is_told(
    empty_archive: Archive, files: dict[str, str]
) -> None:
    for round_ in range(6):
        seen = redacting.marked(empty_archive, OPERATOR, files["item"]).seen
        told: list[str] = []
        start = Barrier(2)

        def attempt(text: str, seen: str = seen, told: list[str] = told, start: Barrier = start) -> None:
            start.wait()
            try:
                redacting.add(empty_archive, OPERATOR, files["item"], files["letter"], [words(text)], seen)
                told.append("made")
            except ConflictError as error:
                told.append(error.code)

        threads = [Thread(target=attempt, args=(f"word {round_} {n}",)) for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == ["made", "stale-version"]


def test_a_mark_made_while_copies_are_made_wins_whichever_is_faster(
    empty_archive: Archive, files: dict[str, str]
) -> None:
    archive, letter = empty_archive, files["letter"]
    for _ in range(3):
        with archive.db.write() as session:
            session.get_one(File, letter).state = FileState.RECEIVED
        maker = Thread(target=make, args=(archive, letter))
        maker.start()
        mark(archive, files, words(NAME))
        maker.join()
        texts, paths = shown(archive, letter)
        assert not any(NAME in text for text in texts)
        assert not any(NAME in path.read_text() for path in paths)
        left = (archive.settings.access / letter).rglob("*.txt")
        assert not any(NAME in path.read_text() for path in left)
        with archive.db.read() as session:
            assert standing(session, letter)
        make(archive, letter)
        for one in redacting.marked(archive, OPERATOR, files["item"]).marks:
            seen = redacting.marked(archive, OPERATOR, files["item"]).seen
            redacting.remove(archive, OPERATOR, files["item"], one.id, seen)
        make(archive, letter)
        assert NAME in shown(archive, letter)[0][0]


def test_a_folder_of_copies_from_before_a_mark_shows_nothing(
    empty_archive: Archive, files: dict[str, str], tmp_path: Path
) -> None:
    archive = empty_archive
    shutil.copytree(archive.settings.access, tmp_path / "backup")
    mark(archive, files, words(NAME))
    make(archive, files["letter"])
    shutil.rmtree(archive.settings.access)
    shutil.copytree(tmp_path / "backup", archive.settings.access)
    assert not any(path.exists() for path in shown(archive, files["letter"])[1])


def test_what_only_curators_see_is_kept_as_long_as_it_is_needed(
    empty_archive: Archive, files: dict[str, str]
) -> None:
    archive = empty_archive
    with pytest.raises(NotFoundError):
        sealed_copies.look(archive, OPERATOR, files["item"], "nothing")
    assert sealed_copies.look(archive, OPERATOR, files["item"], files["letter"]) is None
    mark(archive, files, words(NAME))
    make(archive, files["letter"])
    seen = sealed_copies.look(archive, OPERATOR, files["item"], files["letter"])
    assert seen is not None and NAME in seen.passages[0].text
    folder = sealed_folders.folder_of(archive, files["letter"])
    # The archive's own, and nobody else's on the machine.
    assert folder.stat().st_mode & 0o077 == 0
    for name in ("../found.json", "found.json", "..", "text.txt/../found.json"):
        with pytest.raises(NotFoundError):
            sealed_copies.copy(archive, OPERATOR, files["item"], files["letter"], name)
    assert sealed_copies.sweep(archive) == 0 and folder.is_dir()
    for name in ("0123456789abcdef", ".0123456789abcdef", ".123456789abcdef0", f".{files['translation']}"):
        (archive.settings.sealed / name).mkdir()
    assert sealed_copies.sweep(archive) == 2
    # Killed before it was made, it is made by the next run; what nobody needs any more goes with what was begun of it.
    sealed_folders.forget(archive, [files["letter"]])
    make(archive, files["letter"], files["translation"])
    assert {path.name for path in archive.settings.sealed.iterdir()} == {files["letter"]}
    (archive.settings.sealed / f".{files['letter']}").mkdir()
    withdrawing.withdraw_item(archive, OPERATOR, files["item"], destroy=True)
    assert erasing.clear(archive)
    assert list(archive.settings.sealed.iterdir()) == []


def test_no_word_that_was_taken_out_is_left_in_the_files_of_an_index(
    empty_archive: Archive, files: dict[str, str]
) -> None:
    archive = empty_archive
    if not archive.db.is_sqlite:
        pytest.skip("the indexes lie in the database, whose files tests/unit/search looks at")
    # So many others that a change alone rewrites nothing.
    others = [IndexDocument(f"other{number}", "Another record", text="plain words") for number in range(30)]
    for one, staff in ((archive.indexes.public, False), (archive.indexes.staff, True)):
        with archive.db.read() as session:
            letter = document(session.get_one(Item, files["item"]), {}, (), {}, staff=staff)
        one.rebuild([*others[:15], letter, *others[15:]])

    def held() -> bool:
        folders = bytes_below(archive.settings.index).values()
        return any(NAME.lower().encode() in data.lower() for data in folders)

    assert held()
    mark(archive, files, words(NAME, everywhere=True))
    indexing.drain(archive)
    assert not held()
    make(archive, files["letter"], files["translation"])
    indexing.drain(archive)
    assert not held()
    assert archive.indexes.public.search(parse_query("sang")).ids == [files["item"]]
