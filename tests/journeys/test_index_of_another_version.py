"""After an upgrade the index is of the version before: every page is there but the search, and a worker makes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text, update

from archive.access import PUBLIC
from archive.cli import serve
from archive.cli.main import cli
from archive.models import Item
from archive.services import doctor, find, health, indexing
from archive.services.opening import Archive, open_archive
from archive.web.app import create_app
from ingest.work import worker
from tests.fixtures.serving import wait_until
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import fill

LANGUAGES = ("", "/es", "/fr", "/pt")
REMEDY = "remembrance index rebuild"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = fill(tmp_path / "home")
    make_outdated(shelf.archive)
    # As the new version finds it.
    shelf.archive.close()
    shelf.archive = open_archive(shelf.archive.settings)
    yield shelf
    shelf.archive.close()


def make_outdated(archive: Archive) -> None:
    """Have the indexes say that another version made them."""
    if not archive.db.is_sqlite:
        with archive.db.write() as session:
            for name in ("public", "staff"):
                session.execute(text(f"UPDATE search_{name}.meta SET version = 0"))
        return
    for name in ("public", "staff"):
        root = archive.settings.index / name
        folder = root / (root / "current").read_text("ascii").strip()
        (root / "current").write_text(folder.rename(root / "0-000001").name, "ascii")


def test_every_page_but_the_search_is_there_and_the_search_says_why_it_is_not(shelf: Shelf) -> None:
    visitor = create_app(shelf.archive.settings, shelf.archive).test_client()
    item = f"/items/{shelf.items['photo']}"
    for path in ("/", "/collections/march-25", item, "/years", "/places", "/people", "/subjects"):
        for language in LANGUAGES:
            assert visitor.get(f"{language}{path}").status_code == 200, path
    for language in LANGUAGES:
        asked = visitor.get(f"{language}/search?q=letter")
        # Nothing is claimed of what is here, and nobody is told a command.
        assert asked.status_code == 503 and REMEDY not in asked.text
    assert "Nothing can be searched for now" in visitor.get("/search?q=letter").text


def test_whoever_runs_it_is_told_what_to_do(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    (told,) = (one for one in doctor.examine(shelf.archive) if "index" in one.what)
    assert told.verdict == "problem" and "another version" in told.sentence and REMEDY in told.remedy
    seen = health.check(shelf.archive)
    assert (seen["status"], seen["index"]["public"], seen["index"]["staff"]) == ("degraded", None, None)

    class Nobody:
        def __init__(self, *_arguments: object, **_more: object) -> None: ...
        def run(self) -> None: ...

    monkeypatch.setattr(serve, "Supervisor", Nobody)
    home = {"REMEMBRANCE_HOME": str(shelf.archive.settings.home)}
    said = CliRunner().invoke(cli, ["serve", "--bind", "127.0.0.1:0"], env=home).output
    assert "another version" in said and "by itself" in said
    said = CliRunner().invoke(cli, ["serve", "--bind", "127.0.0.1:0", "--web-only"], env=home).output
    assert "another version" in said and REMEDY in said
    indexing.rebuild(shelf.archive)
    said = CliRunner().invoke(cli, ["serve", "--bind", "127.0.0.1:0"], env=home).output
    assert "Serving on" in said and "another version" not in said


def test_a_worker_makes_it_anew_by_itself(shelf: Shelf) -> None:
    archive = shelf.archive
    assert find.find(archive, PUBLIC, "letter").is_unknown
    with worker(archive, "test"):
        wait_until(lambda: not indexing.is_outdated(archive), 30)
        wait_until(lambda: find.find(archive, PUBLIC, "letter").total > 0, 30)
    visitor = create_app(archive.settings, archive).test_client()
    assert visitor.get("/search?q=letter").status_code == 200
    assert "index" not in {one.what for one in doctor.examine(archive) if one.verdict == "problem"}


def test_what_waits_for_it_makes_it_anew_too_and_nobody_does_so_twice(shelf: Shelf) -> None:
    archive = shelf.archive
    with archive.db.write() as session:
        session.execute(update(Item).where(Item.id == shelf.items["photo"]).values(index_pending=True))
    assert indexing.drain(archive) >= 1
    assert not indexing.is_outdated(archive) and not indexing.renew(archive)
    assert find.find(archive, PUBLIC, "").total == indexing.rebuild(archive)[0] > 1
