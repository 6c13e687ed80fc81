"""Doctor finds nothing in a healthy archive, and each thing that was planted, with what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text, update

from archive.access import OPERATOR
from archive.bags import bag_key
from archive.models import AccessCopy, Event, Item, new_id
from archive.services import doctor, sweep
from archive.services.fixity import bags
from archive.services.opening import Archive
from archive.services.show import newest
from tests.fixtures.items import give
from tests.fixtures.tampering import tampering

Plant = Callable[[Archive], None]


def found(archive: Archive, *verdicts: str) -> dict[str, doctor.Finding]:
    return {one.what: one for one in doctor.examine(archive) if one.verdict in verdicts}


def test_a_healthy_archive_has_no_problem(filled_archive: Archive) -> None:
    assert found(filled_archive, "problem") == {}
    looked_at = {one.what for one in doctor.examine(filled_archive)}
    assert looked_at >= {
        "home",
        "space",
        "database",
        "bags",
        "history",
        "staging",
        "access copies",
        "search",
        "jobs",
    }


def test_an_empty_archive_has_no_problem_on_either_database(empty_archive: Archive) -> None:
    assert found(empty_archive, "problem") == {}


def bag_gone(archive: Archive) -> None:
    shutil.rmtree(bags(archive)[0].path)


def bag_of_nobody(archive: Archive) -> None:
    first = bags(archive)[0].path
    shutil.copytree(first, first.parent / new_id())


def copy_gone(archive: Archive) -> None:
    with archive.db.read() as session:
        path = session.query(AccessCopy.path).limit(1).scalar()
    (archive.settings.access / str(path)).unlink()


def index_behind(archive: Archive) -> None:
    archive.indexes.public.update([], [bags(archive)[0].id])


def staff_index_behind(archive: Archive) -> None:
    archive.indexes.staff.update([], [bags(archive)[0].id])


def history_changed(archive: Archive) -> None:
    with tampering(archive) as session:
        session.execute(update(Event).where(Event.kind == "accession").values(agent="somebody"))


def table_missing(archive: Archive) -> None:
    with archive.db.write() as session:
        session.execute(text("DROP TABLE story_item"))


def no_space(archive: Archive) -> None:
    object.__setattr__(archive.settings, "free_space_floor", 2**62)


def folder_gone(archive: Archive) -> None:
    shutil.rmtree(archive.settings.access)


@pytest.mark.parametrize(
    ("plant", "what"),
    [
        (bag_gone, "bags"),
        (bag_of_nobody, "bags"),
        (copy_gone, "access copies"),
        (index_behind, "search"),
        (staff_index_behind, "search"),
        (history_changed, "history"),
        (table_missing, "database"),
        (no_space, "space"),
        (folder_gone, "home"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_was_planted_is_found_with_a_remedy(filled_archive: Archive, plant: Plant, what: str) -> None:
    plant(filled_archive)
    problems = found(filled_archive, "problem")
    # Without their folder, access copies are gone too.
    assert list(problems) == ([what, "access copies"] if plant is folder_gone else [what])
    assert problems[what].sentence.endswith(".")
    assert problems[what].remedy.endswith(".")


def test_what_cannot_be_looked_at_hides_nothing_else(filled_archive: Archive) -> None:
    shutil.rmtree(filled_archive.settings.staging)
    bag_gone(filled_archive)
    assert list(found(filled_archive, "problem")) == ["home", "bags", "staging"]


def test_a_stray_file_in_staging_is_told_and_swept_and_nothing_else_is(filled_archive: Archive) -> None:
    stray = filled_archive.settings.staging / f"arriving-{new_id()}"
    stray.write_bytes(b"half of someth")
    # Bytes that a row speaks of wait for their bag.
    item_id = give(filled_archive)
    assert found(filled_archive, "note")["staging"].sentence.startswith("1 piece")
    assert sweep.sweep(filled_archive) == 1
    assert not stray.exists()
    assert "staging" not in found(filled_archive, "note", "problem")
    with filled_archive.db.read() as session:
        files = session.get_one(Item, item_id).files
        assert all((filled_archive.settings.staging / file.staged_as).exists() for file in files)


def test_nothing_is_swept_while_bytes_arrive(filled_archive: Archive) -> None:
    stray = filled_archive.settings.staging / "arriving-now"
    with sweep.arriving(filled_archive):
        stray.write_bytes(b"half")
        assert sweep.sweep(filled_archive) == 0
        assert stray.exists()


def test_work_that_waits_without_a_worker_is_told(filled_archive: Archive) -> None:
    give(filled_archive)
    assert "worker" in found(filled_archive, "note")["jobs"].remedy


def test_a_bag_on_its_way_is_no_problem(filled_archive: Archive) -> None:
    """Between the store and the row there is a moment in which a bag has no item that says it is kept."""
    shown = newest(filled_archive, OPERATOR, 1)[0]
    with filled_archive.db.write() as session:
        session.execute(update(Item).where(Item.id == shown.id).values(bag_key=""))
    assert Path(bag_key(shown.id)).name == shown.id
    assert "bags" not in found(filled_archive, "problem")


@pytest.mark.parametrize("is_there", [True, False])
def test_whether_faces_can_be_suggested_is_told_with_what_brings_that(
    empty_archive: Archive, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    monkeypatch.setattr("archive.services.faces.find_spec", lambda name: object() if is_there else None)
    told = found(empty_archive, "ok", "note", "problem")["faces"]
    assert told.verdict == ("ok" if is_there else "note")
    assert bool(told.remedy) is not is_there
