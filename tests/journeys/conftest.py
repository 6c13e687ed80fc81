"""What several journeys look at together."""

from __future__ import annotations

import pytest
from flask import Flask

from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.gallery import gallery, gallery_app, master

__all__ = ["gallery", "gallery_app", "master"]


@pytest.fixture
def app(archive: Archive) -> Flask:
    """The pages of an archive in which nothing was given yet."""
    return create_app(archive.settings, archive)
