"""An index of each backend, empty and filled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.search import SearchIndex
from tests.fixtures.search_backends import BACKENDS, DOCUMENTS


@pytest.fixture(params=BACKENDS)
def empty_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    index = BACKENDS[request.param](tmp_path / "index")
    yield index
    index.close()


@pytest.fixture
def search_index(empty_index: SearchIndex) -> SearchIndex:
    empty_index.update(DOCUMENTS)
    return empty_index
