"""A sandbox that the tests of one module share, and a short way to examine bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.examine import examine
from ingest.options import ExamineOptions
from ingest.parcel import Examination
from ingest.sandbox import Sandbox

Look = Callable[..., Examination]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as one:
        yield one


@pytest.fixture
def look(sandbox: Sandbox, tmp_path: Path) -> Look:
    """Examine bytes given under a name; copies come to stand in `tmp_path / "out"`."""

    def examine_bytes(data: bytes, name: str, **options: object) -> Examination:
        kept = tmp_path / "kept"
        kept.write_bytes(data)
        return examine(kept, name, tmp_path / "out", sandbox, ExamineOptions(**options))

    return examine_bytes
