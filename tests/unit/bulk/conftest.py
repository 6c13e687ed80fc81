"""A small folder to plan from, and the profile of the collection it is given to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.profiles import CollectionProfile, find_collections_root, load_profiles

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def profile() -> CollectionProfile:
    """The collection that everything is given to here."""
    return load_profiles(find_collections_root())["march-25"]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes `folder/name` below this test's own folder, with the name as its bytes unless told otherwise."""

    def made(name: str | bytes, content: bytes | str | None = None) -> Path:
        path = tmp_path / (name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name)
        path.parent.mkdir(parents=True, exist_ok=True)
        given = path.name if content is None else content
        path.write_bytes(given if isinstance(given, bytes) else given.encode("utf-8", "surrogateescape"))
        return path

    return made
