"""The collection that everything is brought to here, and what is planned of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.profiles import CollectionProfile, find_collections_root, load_profiles
from archive.services.opening import Archive
from ingest.bulk.model import Plan
from ingest.importing import look_at_bags


@pytest.fixture(scope="session")
def profile() -> CollectionProfile:
    return load_profiles(find_collections_root())["march-25"]


@pytest.fixture
def look(archive: Archive) -> Callable[..., Plan]:
    """Plans what is brought, and proves that nothing stays in the scratch folder."""

    def planned(*paths: Path) -> Plan:
        before = sorted(archive.settings.run.iterdir())
        found = look_at_bags(archive, paths, "march-25")
        assert sorted(archive.settings.run.iterdir()) == before
        return found

    return planned
