"""What every test may ask for: an empty archive, one filled with the demonstration, the shared sample, both databases."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from archive.services.opening import Archive, collections_root, open_archive
from archive.settings import Settings
from tests.fixtures import home_databases, on_postgresql
from tests.fixtures.buckets import new_bucket
from tests.fixtures.databases import ON_POSTGRESQL, database_url
from tests.fixtures.hashing import cheap_hashing, costly_hashing
from tests.fixtures.postgres import postgres_url
from tests.fixtures.profiles_once import read_once
from tests.fixtures.schema import statements_once, tables_once
from tests.fixtures.templates import compiled_once

__all__ = [
    "cheap_hashing",
    "compiled_once",
    "costly_hashing",
    "database_url",
    "new_bucket",
    "postgres_url",
    "read_once",
    "statements_once",
    "tables_once",
]

# A change is judged by the same examples as the one before it; `make slow` draws others, and twice as many.
settings.register_profile("the same", derandomize=True, database=None, max_examples=50)
settings.register_profile("drawn", database=None, print_blob=True)
settings.load_profile("drawn" if os.environ.get("REMEMBRANCE_EXAMPLES") == "drawn" else "the same")

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT.parent / "shared" / "sample"


# A worker takes a file whole, so that what a file makes is made once; those that take longest begin, so that none of them
# is left for the end, when the others have nothing more to do.
LONGEST = (
    "test_cli_shared_sample.py",
    "test_pipeline_killed.py",
    "test_web_killed.py",
    "test_pages_in_a_browser.py",
    "test_visits_in_a_browser.py",
    "test_web_hidden.py",
    "test_giving_in_a_browser.py",
    "test_uploading.py",
    "test_serving_killed.py",
    "test_pipeline_locked_database.py",
    "test_cli_while_serving.py",
    "test_uploads_resumed.py",
    "test_redacting.py",
    "test_come_back.py",
    "test_arranging_killed.py",
    "test_pipeline_full_disk.py",
    "test_jobs_killed.py",
    "test_jobs_upkeep.py",
    "test_helpers_beside_a_worker.py",
    "test_anonymity.py",
    "test_kit_journey.py",
    "test_kit_paper.py",
    "test_wheel.py",
)


# What differs between the databases is locking, SQL of our own, and time: these are proved on PostgreSQL too in every run,
# the rest of the services and jobs in the thorough one.
ON_BOTH = (
    "test_arrangements.py",
    "test_batches.py",
    "test_browse.py",
    "test_consents.py",
    "test_contribute.py",
    "test_desk_queue.py",
    "test_destroying.py",
    "test_doctor.py",
    "test_draft_files.py",
    "test_embargo.py",
    "test_events.py",
    "test_indexing.py",
    "test_jobs_client.py",
    "test_jobs_engine.py",
    "test_lifecycle.py",
    "test_moved.py",
    "test_people.py",
    "test_planned.py",
    "test_races.py",
    "test_records.py",
    "test_revisions.py",
    "test_sessions.py",
    "test_taking.py",
    "test_uploads.py",
    "test_uploads_let_go.py",
)


def pytest_configure() -> None:
    """Begin on the database that was asked for, before anything is made on it."""
    if ON_POSTGRESQL:
        on_postgresql.begin()


def pytest_unconfigure() -> None:
    """Leave no server behind."""
    on_postgresql.end()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what is about SQLite itself, with its reason, where everything is on PostgreSQL."""
    mark = item.get_closest_marker("sqlite")
    if ON_POSTGRESQL and mark is not None:
        pytest.skip(f"about SQLite: {mark.args[0]}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Databases go with the homes that had them."""
    yield
    if ON_POSTGRESQL:
        home_databases.sweep()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, everything else as it was."""
    for item in items:
        is_shared = {"services", "jobs"} & set(item.path.parts) and item.path.name not in ON_BOTH
        is_shared = is_shared or item.path.name == "test_jobs_killed.py"
        if is_shared and "postgres" in item.name and not ON_POSTGRESQL:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


def pytest_collection_finish() -> None:
    """Thousands of tests and all that they import stay: looking through them again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def shared_sample() -> Path:
    """The collection of real submissions beside the checkout; a test that needs it is skipped where it is not."""
    if not SAMPLE.is_dir():
        pytest.skip("the shared sample is not beside this checkout")
    return SAMPLE


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an archive of this test's own."""
    return Settings.load(
        {"REMEMBRANCE_HOME": str(tmp_path / "home"), "REMEMBRANCE_STAFF_SECOND_FACTOR": "no"}
    )


@pytest.fixture
def archive(settings: Settings) -> Iterator[Archive]:
    """An empty archive."""
    opened = open_archive(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an archive with the demonstration ingested and published; made once for all workers, never changed."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    home = shared / "demonstration"
    with (shared / "demonstration.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "made").exists():
            _make(home, shared / "demonstration-sample")
            (home / "made").touch()
    return home


def _make(home: Path, sample: Path) -> None:
    from ingest.bulk import ingest
    from ingest.sample import make_sample

    opened = open_archive(Settings.load({"REMEMBRANCE_HOME": str(home)}))
    try:
        folders = make_sample(collections_root(opened.settings) / "march-25", sample)
        ingest(opened, folders, "march-25", publish=True)
    finally:
        opened.close()


@pytest.fixture
def filled_home(demonstration: Path, tmp_path: Path) -> Path:
    """A home of this test's own that holds the demonstration, published."""
    return Path(shutil.copytree(demonstration, tmp_path / "home"))


@pytest.fixture
def filled_archive(filled_home: Path) -> Iterator[Archive]:
    """An archive of this test's own that holds the demonstration, published."""
    opened = open_archive(Settings.load({"REMEMBRANCE_HOME": str(filled_home)}))
    yield opened
    opened.close()
