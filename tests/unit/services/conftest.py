"""Services are proved on both databases: `archive` here is an empty archive once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.services.opening import Archive, open_archive
from archive.settings import Settings


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of an empty archive of this test's own."""
    return Settings.load(
        {"REMEMBRANCE_HOME": str(tmp_path / "home"), "REMEMBRANCE_DATABASE_URL": database_url}
    )


@pytest.fixture
def archive(settings: Settings) -> Iterator[Archive]:
    """An empty archive on the database of this run."""
    opened = open_archive(settings)
    yield opened
    opened.close()
