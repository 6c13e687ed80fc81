"""What an older version of the program made is made anew: it is shown until then, and nothing that people did is lost."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC
from archive.models import AccessCopy, File, FileState, Item, ItemState, Passage, Redaction
from archive.services import deliver, doctor, redacting, renewing, sealed_copies, sweep, transcribing
from archive.services.holdings import holdings
from archive.services.marking import Wanted
from archive.services.opening import Archive
from ingest import pipeline
from ingest import renewing as rounds
from ingest.item_parcel import Tools
from ingest.parcel import FileParcel
from ingest.pipeline import examine_arrived, renew_one
from ingest.renewing import RenewalRound
from tests.fixtures.commands import command
from tests.fixtures.items import give, staged

NAME, HIDDEN = "Zibbleforth", "struck out and hidden"


@pytest.fixture
def tools(archive: Archive) -> Any:
    tools = Tools(archive, 1)
    yield tools
    tools.close()


def letter(
    tools: Tools, text: str = f"{NAME} came. {NAME} sang.", state: ItemState = ItemState.PUBLISHED
) -> str:
    """A file of one text as this version makes it; returns its id."""
    archive = tools.archive
    item_id = give(archive, state=state, files=(staged(archive, text.encode(), "letter.txt"),))
    with archive.db.read() as session:
        file_id = session.scalars(select(File.id).where(File.item_id == item_id)).one()
    examine_arrived(tools, file_id)
    return file_id


def aged(archive: Archive, file_id: str) -> tuple[str, Path]:
    """Have an older version have made what is shown: words that this one hides, and a second page; its text's id, the page."""
    page = archive.settings.access / file_id / "page-2.jpg"
    page.write_bytes(b"a second page")
    with archive.db.write() as session:
        file = session.get_one(File, file_id)
        file.copies_version = 0
        (text,) = (one for one in file.copies if one.kind == "text")
        file.passages[0].text += f" {HIDDEN}"
        values = {"media_type": "image/jpeg", "size": 13, "sha512": "0" * 128, "page": 2}
        path = str(page.relative_to(archive.settings.access))
        session.add(AccessCopy(file_id=file_id, kind="page", path=path, **values))
        return text.id, page


def shown(archive: Archive, file_id: str) -> str:
    with archive.db.read() as session:
        texts = session.scalars(select(Passage.text).where(Passage.file_id == file_id)).all()
        paths = session.scalars(select(AccessCopy.path).where(AccessCopy.file_id == file_id)).all()
    return "\n".join([*texts, *((archive.settings.access / path).read_text() for path in paths)])


def test_what_stands_is_shown_until_the_new_is_there_under_the_same_address(
    archive: Archive, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = letter(tools)
    text_id, page = aged(archive, file_id)
    with archive.db.read() as session:
        item = session.get_one(File, file_id).item_id
        version = session.get_one(Item, item).version
    true_write, seen = pipeline.write_down, []

    def looked_meanwhile(*arguments: Any, **more: Any) -> bool:
        # What is made is no stray for whoever sweeps meanwhile.
        assert not [one for one in sweep.stray_bytes(archive) if file_id in one.name]
        seen.append((deliver.access_copy(archive, PUBLIC, text_id).path.is_file(), page.is_file()))
        return true_write(*arguments, **more)

    monkeypatch.setattr(pipeline, "write_down", looked_meanwhile)
    assert renew_one(tools, file_id)
    assert seen == [(True, True)]
    assert HIDDEN not in shown(archive, file_id)
    assert deliver.access_copy(archive, PUBLIC, text_id).path.read_text() == f"{NAME} came. {NAME} sang.\n"
    # Killed here, it is done once more; only then nothing of before is left, and it is of this version.
    assert page.is_file() and list(renewing.older(archive)) == [file_id]
    assert renew_one(tools, file_id)
    renewing.settle(archive, [file_id])
    assert [one.name for one in (archive.settings.access / file_id).rglob("*") if one.is_file()] == [
        "text.txt"
    ]
    assert deliver.access_copy(archive, PUBLIC, text_id).path.is_file()
    assert not renewing.older(archive) and not renew_one(tools, file_id)
    with archive.db.read() as session:
        # Those who find it, and its bag when it has one, hear of it.
        assert session.get_one(Item, item).version >= version


def test_what_people_wrote_and_marked_stays_and_no_word_counted_in_another_text_comes_back(
    archive: Archive, tools: Tools
) -> None:
    written, marked = letter(tools), letter(tools)
    with archive.db.read() as session:
        items = {one: session.get_one(File, one).item_id for one in (written, marked)}
    now = transcribing.written(archive, OPERATOR, items[written], written)
    transcribing.write(archive, OPERATOR, items[written], written, "They came.", now.mark)
    second = Wanted("passage", None, {"words": NAME, "occurrence": 2, "everywhere": False})
    redacting.add(
        archive,
        OPERATOR,
        items[marked],
        marked,
        [second],
        redacting.marked(archive, OPERATOR, items[marked]).seen,
    )
    examine_arrived(tools, marked)
    assert "[removed] sang" in shown(archive, marked) and f"{NAME} came" in shown(archive, marked)
    with archive.db.write() as session:
        for one in (written, marked):
            session.get_one(File, one).copies_version = 0
        # As marks of before are: nobody knows in which text they were counted.
        mark = session.scalars(select(Redaction)).one()
        mark.extent = {name: value for name, value in mark.extent.items() if name != "counted_by"}
        (address,) = session.scalars(select(AccessCopy.id).where(AccessCopy.file_id == written))
    found = archive.settings.sealed / marked / sealed_copies.FOUND
    found.write_text(json.dumps({"copies": [], "passages": []}))
    for one in (written, marked):
        assert renew_one(tools, one)
    renewing.settle(archive, [written, marked])
    assert shown(archive, written) == "They came.\nThey came.\n"
    assert (
        NAME not in shown(archive, marked)
        and shown(archive, marked).count("[removed] came. [removed] sang.") == 2
    )
    assert deliver.access_copy(archive, PUBLIC, address).path.read_text() == "They came.\n"
    (view,) = redacting.marked(archive, OPERATOR, items[marked]).marks
    assert view.extent["occurrence"] is None
    sealed = sealed_copies.read(archive, marked)
    assert sealed is not None and [one.text for one in sealed.passages] == [f"{NAME} came. {NAME} sang."]


def test_what_could_not_be_read_is_shown_now_and_what_can_be_no_more_goes_with_the_reason(
    archive: Archive, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, fine = letter(tools), letter(tools)
    _text, page = aged(archive, fine)
    with archive.db.write() as session:
        row = session.get_one(File, failed)
        row.state, row.failure_code, row.failure, row.copies_version = FileState.FAILED, "damaged", "Bad.", 0
        row.copies, row.passages = [], []
    assert renew_one(tools, failed)
    assert NAME in shown(archive, failed)
    true_examine = pipeline.examine_file
    looks: list[str] = []

    def busy(*arguments: Any) -> Any:
        looks.append("took-too-long")
        found = true_examine(*arguments)
        return found if len(looks) == 2 else failing("took-too-long")

    def failing(code: str) -> Any:
        return FileParcel(Path(), "").failed(code).found

    monkeypatch.setattr(pipeline, "examine_file", busy)
    assert renew_one(tools, fine) and NAME in shown(archive, fine)
    monkeypatch.setattr(pipeline, "examine_file", lambda *_: failing("encrypted"))
    assert renew_one(tools, fine)
    renewing.settle(archive, [fine])
    assert shown(archive, fine) == "" and not page.exists()
    with archive.db.read() as session:
        states = {one.id: (one.state, one.failure_code) for one in session.scalars(select(File))}
    assert states == {failed: (FileState.EXAMINED, ""), fine: (FileState.FAILED, "encrypted")}


def test_a_worker_makes_one_after_another_anew_the_public_ones_first_and_none_waits_for_one_that_cannot_be(
    archive: Archive, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    unseen = letter(tools, "Not yet.", ItemState.IN_REVIEW)
    gone, public = letter(tools, "Gone."), letter(tools, "Public.")
    for one in (unseen, gone, public):
        aged(archive, one)
    with archive.db.write() as session:
        (archive.settings.staging / session.get_one(File, gone).staged_as).unlink()
        session.get_one(Item, session.get_one(File, gone).item_id).received_on = date(2024, 3, 25)
    assert list(renewing.older(archive)) == [gone, public, unseen]
    (note,) = (one for one in doctor.examine(archive) if "older version" in one.sentence)
    assert (note.verdict, "3 files" in note.sentence) == ("note", True)
    (state,) = (one for one in holdings(archive, OPERATOR).states if one.about == "shown")
    assert state.counts == (("shown-newest", 0), ("shown-older", 3))
    monkeypatch.setattr(RenewalRound, "_rest_s", lambda *_: 0.0)
    tried: list[str] = []
    monkeypatch.setattr(rounds, "renew_one", lambda *both: tried.append(both[1]) or renew_one(*both))
    turn = RenewalRound(archive)
    left = []
    for _ in range(4):
        turn()
        if len(left) == 2:
            # What comes to be of an older version meanwhile, as by a restore, has its turn too.
            turn._waiting.clear()
        left.append(list(renewing.older(archive)))
    turn.stop()
    assert tried == [gone, public, unseen]
    assert left == [[gone, public, unseen], [gone, public, unseen], [gone, unseen], [gone]]
    done = command(archive.settings.home, "renew", "--json")
    assert done.return_value == 1
    told = json.loads(done.stdout)
    assert (told["renewed"], [one["code"] for one in told["refused"]]) == (0, ["file-lost"])


def test_a_worker_that_ends_leaves_what_stood(archive: Archive, tools: Tools) -> None:
    file_id = letter(tools)
    aged(archive, file_id)
    tools.sandboxes.give_up()
    with pytest.raises(OSError, match="cancel"):
        renew_one(tools, file_id)
    assert HIDDEN in "".join(shown_words(archive, file_id)) and list(renewing.older(archive)) == [file_id]


def shown_words(archive: Archive, file_id: str) -> list[str]:
    with archive.db.read() as session:
        return list(session.scalars(select(Passage.text).where(Passage.file_id == file_id)))
