"""Three kept bags, and an archive of each test's own that has them and stores to copy them to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.models import Collection
from archive.services.describe import Description
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import copy_of

NAMES = ("one", "two", "three")


@pytest.fixture(scope="session")
def three_bags(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Made once and never changed."""
    home = tmp_path_factory.mktemp("three-bags") / "home"
    shelf = Shelf(open_archive(Settings(home=home, staff_second_factor=False)))
    with shelf.archive.db.write() as session:
        session.add(Collection(slug="march-25"))
        session.flush()
        for name in NAMES:
            item = shelf.item(session, name, Description(title=f"Item {name}"))
            shelf.file(session, item, f"What {name} holds.".encode() * 50, f"{name}.txt", "text/plain")
            shelf.file(session, item, name.encode(), f"{name} more.txt", "text/plain")
            shelf.bag(session, item)
    shelf.archive.close()
    return shelf


@pytest.fixture
def shelf(three_bags: Shelf, tmp_path: Path) -> Iterator[Shelf]:
    """The same three, of this test's own."""
    own = copy_of(three_bags, tmp_path / "home")
    yield own
    own.archive.close()


@pytest.fixture
def with_stores(shelf: Shelf) -> Callable[..., Archive]:
    """The archive with the setting `copies` as it is given."""

    def given(*urls: str | Path) -> Archive:
        return replace(shelf.archive, settings=replace(shelf.archive.settings, copies=tuple(map(str, urls))))

    return given


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A second disk, empty."""
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder
