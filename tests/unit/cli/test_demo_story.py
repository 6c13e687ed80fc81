"""The demonstration tells a story with its own items, led by a picture; one that names what is not there is not told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.access import OPERATOR, PUBLIC
from archive.cli.demo_story import tell, tell_again
from archive.models import ItemState
from archive.models.errors import IntegrityError
from archive.services import stories, story_changes
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


def test_a_story_that_a_killed_run_told_is_not_told_twice(archive: Archive) -> None:
    items = {name: give(archive, state=ItemState.PUBLISHED) for name in (*NAMES, "water.png")}
    folder = collections_root(archive.settings) / "march-25"
    told = [
        (tell_again(archive, folder / "stories", "march-25", items), tell(archive, path, "march-25", items))
        for path in [folder / "sample" / "story.md"] * 2
    ]
    assert told[0] == told[1]
    assert len(stories.at_desk(archive, OPERATOR)) == 5


def test_a_story_that_a_killed_run_wrote_and_did_not_show_is_shown(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = {name: give(archive, state=ItemState.PUBLISHED) for name in NAMES}
    path = collections_root(archive.settings) / "march-25" / "sample" / "story.md"
    with monkeypatch.context() as killed, pytest.raises(ZeroDivisionError):
        killed.setattr(story_changes, "show", lambda *_, **__: 1 / 0)
        tell(archive, path, "march-25", items)
    title = tell(archive, path, "march-25", items)
    assert title in {one.title for one in stories.published(archive, PUBLIC)}


def test_a_story_of_what_is_not_there_is_not_told(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "story.md"
    path.write_text('+++\ntitle = "Lost"\nlanguage = "en"\n+++\n![A picture](lost.jpg)\n')
    with pytest.raises(IntegrityError, match=r"lost\.jpg"):
        tell(archive, path, "march-25", {})
    assert all(one.title != "Lost" for one in stories.published(archive, PUBLIC))


def test_the_demonstration_tells_the_story_of_the_day_with_pictures_in_every_language(
    archive: Archive,
) -> None:
    items = {name: give(archive, state=ItemState.PUBLISHED) for name in ("candles.jpg", "water.png")}
    folder = collections_root(archive.settings) / "march-25" / "stories"
    before = stories.read(archive, PUBLIC, "the-day-of-remembrance").said
    # Without the demonstration nothing stands where a picture would be, and nothing tells of one.
    assert "![" not in before.body and "demonstration" not in before.body
    assert tell_again(archive, folder, "march-25", items) == 4
    told = stories.read(archive, PUBLIC, "the-day-of-remembrance")
    assert {one.language for one in told.translations} == {"es", "fr", "pt"}
    for slug in ("the-day-of-remembrance", *(one.slug for one in told.translations)):
        said = stories.read(archive, PUBLIC, slug).said
        alternatives = re.findall(r"!\[([^\]]{20,})\]\(([^)]+)\)", said.body)
        assert [item_id for _, item_id in alternatives] == list(items.values())
        assert not said.body.startswith("![")
    lines = {one.slug: one for one in stories.published(archive, PUBLIC)}
    lead = lines["the-day-of-remembrance"].lead
    assert lead is not None and lead.id == items["candles.jpg"]
    assert re.sub(r"!\[.*\n\n", "", told.said.body) == before.body
