"""The demonstration tells a story with its own items, led by a picture; one that names what is not there is not told."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.access import PUBLIC
from archive.cli.demo_story import tell
from archive.models import ItemState
from archive.models.errors import IntegrityError
from archive.services import stories
from archive.services.opening import Archive, collections_root
from tests.fixtures.items import give

NAMES = ("candles.jpg", "five-candles.mp4", "plaque.webp")


def test_the_story_of_the_demonstration_shows_what_was_taken_in(archive: Archive) -> None:
    items = {name: give(archive, state=ItemState.PUBLISHED) for name in NAMES}
    path = collections_root(archive.settings) / "march-25" / "sample" / "story.md"
    title = tell(archive, path, "march-25", items)
    (line,) = (one for one in stories.published(archive, PUBLIC) if one.title == title)
    assert "demonstration" in title and line.lead is not None and line.lead.id == items["candles.jpg"]
    told = stories.read(archive, PUBLIC, line.slug)
    assert all(one in told.said.body for one in items.values()) and ".jpg" not in told.said.body


def test_a_story_of_what_is_not_there_is_not_told(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "story.md"
    path.write_text('+++\ntitle = "Lost"\nlanguage = "en"\n+++\n![A picture](lost.jpg)\n')
    with pytest.raises(IntegrityError, match=r"lost\.jpg"):
        tell(archive, path, "march-25", {})
    assert all(one.title != "Lost" for one in stories.published(archive, PUBLIC))
