"""Started without its database, or with another's, an archive is left as it is: what was acknowledged is not taken for leftovers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.models import Collection, migrate
from archive.models.database import open_engine
from archive.models.errors import BadInputError
from archive.services import sweep
from archive.services.describe import Description
from archive.services.doctor import examine
from archive.services.doctor_unopened import examine_unopened
from archive.services.opening import Archive, open_archive
from archive.services.own_database import of_another
from archive.settings import Settings
from tests.fixtures.commands import Run
from tests.fixtures.letters_kept import bag, shelf
from tests.fixtures.outside import bytes_below
from tests.fixtures.shelf import Shelf

__all__ = ["shelf"]

of_its_file = pytest.mark.sqlite(
    "the database's file is moved away; PostgreSQL's tests have tables in every database"
)
LOOKING = (("bags", "list"), ("search", "letter"), ("show", "an-id"), ("fixity", "state"), ("users", "list"))
WORKING = (("serve", "--bind", "127.0.0.1:0"), ("worker",), ("users", "create", "ada", "--role", "curator"))
TAKING = (
    ("ingest", "gift", "--collection", "march-25"),
    ("import", "bag", "gift", "--collection", "march-25"),
)


def all_but_bags(home: Path) -> None:
    shutil.rmtree(home / "staging")
    (home / "staging").mkdir()


def all_but_arrived(home: Path) -> None:
    shutil.rmtree(home / "objects")


def all_but_a_bag_being_built(home: Path) -> None:
    all_but_bags(home)
    all_but_arrived(home)
    (home / "staging/bags/an-id").mkdir(parents=True)


def all_but_a_restore(home: Path) -> None:
    all_but_bags(home)
    all_but_arrived(home)
    (home / "restores.jsonl").touch()


@pytest.fixture
def lost(shelf: Shelf) -> Path:
    """A home with bags and an arrived file, and its database gone."""
    home = shelf.archive.settings.home
    shelf.archive.close()
    (home / "staging" / "arrived").write_bytes(b"acknowledged")
    for path in home.glob("remembrance.db*"):
        path.unlink()
    return home


@of_its_file
@pytest.mark.parametrize("arguments", [*LOOKING, *WORKING, *TAKING], ids=" ".join)
def test_without_its_database_no_command_begins_another(
    run: Run, lost: Path, arguments: tuple[str, ...]
) -> None:
    Path("gift").mkdir()
    before = bytes_below(lost)
    done = run(lost, *arguments, given="a password of many letters\n")
    assert done.returncode == 2
    assert f"What lies in {lost} belongs to another database" in done.stderr
    assert "REMEMBRANCE_DATABASE_URL" in done.stderr and "`remembrance rebuild`" in done.stderr
    assert {one: data for one, data in bytes_below(lost).items() if one.parent.name != "run"} == before
    assert not (lost / "remembrance.db").exists()


@of_its_file
@pytest.mark.parametrize(
    "left", [all_but_bags, all_but_arrived, all_but_a_bag_being_built, all_but_a_restore]
)
def test_whatever_only_a_database_can_have_brought_tells_that_there_was_one(
    lost: Path, left: Callable[[Path], None]
) -> None:
    left(lost)
    with pytest.raises(BadInputError) as refused:
        open_archive(Settings(home=lost))
    assert refused.value.code == "database-other"
    assert not (lost / "remembrance.db").exists()


@of_its_file
def test_an_empty_database_is_not_filled_beside_what_came_under_another(run: Run, lost: Path) -> None:
    (lost / "remembrance.db").touch()
    done = run(lost, "bags", "list")
    assert done.returncode == 2 and "belongs to another database" in done.stderr
    all_but_bags(lost)
    all_but_arrived(lost)
    assert "There is no archive at" in run(lost, "bags", "list").stderr


@of_its_file
def test_a_home_with_nothing_in_it_begins(lost: Path) -> None:
    all_but_bags(lost)
    all_but_arrived(lost)
    (lost / "staging/bags").mkdir()
    open_archive(Settings(home=lost)).close()


@of_its_file
def test_doctor_says_so_and_looks_at_the_bags_all_the_same(run: Run, lost: Path) -> None:
    done = run(lost, "doctor")
    assert done.returncode == 1
    assert f"PROBLEM database: What lies in {lost} belongs to another database" in done.stdout
    assert "2 bags are there and can be read" in done.stdout and "The database is whole" not in done.stdout
    assert not (lost / "remembrance.db").exists()


@of_its_file
def test_a_new_database_of_a_server_is_not_begun_beside_bags_either(lost: Path, postgres_url: str) -> None:
    told = _refused(Settings(home=lost, database_url=postgres_url))
    assert told.code == "database-other"
    engine = open_engine(postgres_url)
    assert not migrate.has_tables(engine)
    engine.dispose()


def test_the_address_of_the_database_is_told_without_its_password(tmp_path: Path) -> None:
    told = str(of_another(Settings(home=tmp_path, database_url="postgresql://ada:secret@here/letters")))
    assert "ada:***@here/letters" in told and "secret" not in told


@of_its_file
def test_what_only_looks_begins_no_database_in_a_home_that_has_none(run: Run, lost: Path) -> None:
    all_but_bags(lost)
    all_but_arrived(lost)
    done = run(lost, "bags", "list")
    assert done.returncode == 2 and "There is no archive at" in done.stderr
    assert not (lost / "remembrance.db").exists()


@of_its_file
def test_rebuild_makes_the_database_again_beside_the_bags(run: Run, lost: Path) -> None:
    (lost / "staging/bags/half-built").mkdir(parents=True)
    (lost / "staging/bags/half-built/original").write_bytes(b"acknowledged too")
    done = run(lost, "rebuild")
    assert done.returncode == 0
    assert len(run(lost, "bags", "list").stdout.splitlines()) >= 2
    # Of what was in no bag yet no row was made: it is kept, and told of, and not taken for leftovers.
    kept = lost / "arrived-before-rebuild"
    assert f"Kept in {kept}: 2 pieces that had arrived" in done.stderr
    assert (kept / "arrived").read_bytes() == b"acknowledged"
    assert (kept / "bags/half-built/original").read_bytes() == b"acknowledged too"
    assert (
        f"2 files that had arrived and were in no bag when the database was made again are kept in {kept}."
        in run(lost, "doctor").stdout
    )
    archive = open_archive(Settings(home=lost))
    sweep.sweep(archive)
    archive.close()
    assert (kept / "arrived").exists()


def test_a_database_that_knows_no_bag_that_lies_here_is_another_archives(
    shelf: Shelf, tmp_path: Path
) -> None:
    other = Shelf(open_archive(Settings(home=tmp_path / "other")))
    item_id = _letter(other)
    other.archive.close()
    shutil.rmtree(tmp_path / "other/objects")
    shutil.copytree(shelf.archive.settings.home / "objects", tmp_path / "other/objects")
    with pytest.raises(BadInputError) as refused:
        open_archive(other.archive.settings)
    assert refused.value.code == "database-other"
    # One of its own among them, and it is theirs: the others are what doctor tells of.
    (tmp_path / "other/objects/bags" / item_id).mkdir()
    open_archive(other.archive.settings).close()


def test_a_database_that_was_emptied_is_told_of_by_doctor(shelf: Shelf, tmp_path: Path) -> None:
    again = tmp_path / "again"
    open_archive(Settings(home=again)).close()
    shutil.copytree(shelf.archive.settings.home / "objects", again / "objects", dirs_exist_ok=True)
    found = examine_unopened(Settings(home=again), _refused(Settings(home=again)))
    assert (found[0].what, found[0].verdict) == ("database", "problem")


@pytest.fixture
def foreign(shelf: Shelf) -> Iterator[Archive]:
    """An archive beside which a bag lies that its database does not know, and an arrived file without a row."""
    stranger = bag(shelf.archive, shelf.items["one"]).parent / "0123456789abcdef"
    shutil.copytree(bag(shelf.archive, shelf.items["one"]), stranger)
    (shelf.archive.settings.staging / "arrived").write_bytes(b"acknowledged")
    return shelf.archive


def test_nothing_that_arrived_is_swept_while_a_bag_lies_here_that_the_database_does_not_know(
    foreign: Archive,
) -> None:
    arrived = foreign.settings.staging / "arrived"
    assert sweep.sweep(foreign) == 0 and arrived.read_bytes() == b"acknowledged"
    assert any("nothing of them is removed" in one.sentence for one in examine(foreign))
    shutil.rmtree(foreign.bag_folder("bags") / "0123456789abcdef")
    assert sweep.sweep(foreign) == 1 and not arrived.exists()


def test_nothing_that_arrived_is_swept_under_a_database_that_has_received_nothing(archive: Archive) -> None:
    arrived = archive.settings.staging / "arrived"
    arrived.write_bytes(b"acknowledged")
    assert sweep.sweep(archive) == 0 and arrived.exists()
    assert any("nothing of them is removed" in one.sentence for one in examine(archive))


def _letter(shelf: Shelf) -> str:
    with shelf.archive.db.write() as session:
        session.add(Collection(slug="march-25"))
        session.flush()
        item = shelf.item(session, "another", Description(title="Another"))
        shelf.file(session, item, b"Another letter", "another.txt", "text/plain")
        shelf.bag(session, item)
        return item.id


def _refused(settings: Settings) -> BadInputError:
    with pytest.raises(BadInputError) as refused:
        open_archive(settings)
    return refused.value
