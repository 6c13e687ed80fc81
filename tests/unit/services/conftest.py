"""Services are proved on both databases: `archive` is one of each, shared by tests that look only at what they made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from ingest.bulk import ingest
from tests.fixtures.databases import DATABASES, postgres_database


@pytest.fixture(scope="module", params=DATABASES)
def with_kept_item(request: pytest.FixtureRequest) -> tuple[Archive, str]:
    """An archive on SQLite, then one on PostgreSQL, and an item that was kept before any other test's had to be."""
    found: tuple[Archive, str] = request.getfixturevalue(f"kept_on_{request.param}")
    return found


@pytest.fixture(scope="session")
def kept_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, str]]:
    """On SQLite, made once and shared by every module."""
    with opened(tmp_path_factory.mktemp("services-sqlite")) as found:
        yield found, _keep(found, tmp_path_factory.mktemp("given"))


@pytest.fixture(scope="session")
def kept_on_postgres(
    postgres_url: str, every_table: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Archive, str]]:
    """On PostgreSQL, made once and shared by every module."""
    home = tmp_path_factory.mktemp("services-postgres")
    with postgres_database(postgres_url, every_table) as url, opened(home, url) as found:
        yield found, _keep(found, tmp_path_factory.mktemp("given"))


@pytest.fixture(scope="session")
def every_table(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database with every table and nothing in them, for others to be copies of."""
    with postgres_database(postgres_url) as url:
        with opened(tmp_path_factory.mktemp("every-table"), url):
            pass
        yield str(make_url(url).database)


@pytest.fixture(params=DATABASES)
def empty_archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    """An archive of this test's own, once on each database, for tests that count everything in it."""
    if request.param == "sqlite":
        with opened(tmp_path / "home") as found:
            yield found
        return
    server, tables = (request.getfixturevalue(one) for one in ("postgres_url", "every_table"))
    with postgres_database(server, tables) as url, opened(tmp_path / "home", url) as found:
        yield found


@contextmanager
def opened(home: Path, database_url: str = "") -> Iterator[Archive]:
    """An open archive."""
    found = open_archive(
        Settings.load(
            {
                "REMEMBRANCE_HOME": str(home),
                "REMEMBRANCE_DATABASE_URL": database_url,
                "REMEMBRANCE_STAFF_SECOND_FACTOR": "no",
            }
        )
    )
    try:
        yield found
    finally:
        found.close()


@pytest.fixture(scope="module")
def archive(with_kept_item: tuple[Archive, str]) -> Archive:
    """An archive on SQLite, then one on PostgreSQL; other tests' items are in it too."""
    return with_kept_item[0]


@pytest.fixture(scope="module")
def kept_item(with_kept_item: tuple[Archive, str]) -> str:
    """An item that went through the whole pipeline on this database, published: two texts, one the other's translation."""
    return with_kept_item[1]


def _keep(archive: Archive, given: Path) -> str:
    folder = given / "a-letter"
    folder.mkdir()
    (folder / "letter.txt").write_text("Dear sister, we remember the river and the song.\n", encoding="utf-8")
    (folder / "letter.fr.translation.txt").write_text("Chère sœur, nous nous souvenons.\n", encoding="utf-8")
    (folder / "metadata.csv").write_text(
        "file,title,creator,date,place,subjects\n"
        "letter.txt,A letter to my sister,Somebody; Somebody Else (interviewer),1949-06-11,Paris,Memory; Song\n",
        encoding="utf-8",
    )
    report = ingest(archive, [folder], "march-25", publish=True)
    return report.submissions[0].items[0].id
