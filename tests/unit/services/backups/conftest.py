"""An archive with a thing of every kind, of each test's own, on SQLite: its files are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.services.opening import Archive
from tests.fixtures.desk import master
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import copy_of

__all__ = ["master"]


@pytest.fixture
def shelf(master: Shelf, tmp_path: Path) -> Iterator[Shelf]:
    """A copy that a test may change."""
    shelf = copy_of(master, tmp_path / "home")
    yield shelf
    shelf.archive.close()


@pytest.fixture
def archive(shelf: Shelf) -> Archive:
    """The archive of the shelf."""
    return shelf.archive
