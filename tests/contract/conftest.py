"""An index of each backend: empty, filled, and one that tests only read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.search import SearchIndex
from tests.fixtures.search_backends import BACKENDS, DOCUMENTS


@pytest.fixture(params=BACKENDS)
def empty_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    """An index of this test's own."""
    index = BACKENDS[request.param](tmp_path / "index", lambda: request.getfixturevalue("postgres_url"))
    yield index
    index.close()


@pytest.fixture
def search_index(empty_index: SearchIndex) -> SearchIndex:
    """A filled index of this test's own."""
    empty_index.update(DOCUMENTS)
    return empty_index


@pytest.fixture(scope="session", params=BACKENDS)
def filled_index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchIndex]:
    """A filled index that is shared, and never changed."""
    folder = tmp_path_factory.mktemp("filled") / "index"
    index = BACKENDS[request.param](folder, lambda: request.getfixturevalue("postgres_url"))
    index.update(DOCUMENTS)
    yield index
    index.close()
