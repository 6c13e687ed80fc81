"""What several journeys look at together."""

from __future__ import annotations

from tests.fixtures.gallery import gallery, gallery_app, master

__all__ = ["gallery", "gallery_app", "master"]
