"""Whoever writes stories in one collection does not change the pages of another's."""

from __future__ import annotations

from archive.access import PUBLIC, Actor
from archive.services import stories, story_changes
from archive.services.opening import Archive
from archive.services.story_said import Said
from tests.fixtures.items import actor

EVERYWHERE, BOUND = actor("curator"), actor("curator", "convenings")


def said(title: str, collection: str, language: str, translation_of: str = "") -> Said:
    return Said(title, title.lower(), collection, language, translation_of, "Words.", ())


def show(archive: Archive, who: Actor, story_id: str) -> None:
    story_changes.show(archive, who, story_id, stories.one(archive, who, story_id).version, publish=True)


def others(archive: Archive, slug: str) -> list[str]:
    return [one.title for one in stories.read(archive, PUBLIC, slug).translations]


def test_a_story_leads_to_none_of_another_collection_but_by_who_writes_in_both(archive: Archive) -> None:
    first, _ = story_changes.add(archive, EVERYWHERE, said("Rivers", "march-25", "en"))
    show(archive, EVERYWHERE, first)
    theirs = said("Rivages", "convenings", "fr", first)
    assert story_changes.add(archive, BOUND, theirs) == ("", {"translation_of": "bad-choice"})
    own, troubles = story_changes.add(archive, EVERYWHERE, theirs)
    assert troubles == {}
    # Whoever corrects that story later leaves it so.
    version = stories.one(archive, BOUND, own).version
    corrected = said("Rives", "convenings", "fr", first)
    assert story_changes.change(archive, BOUND, own, corrected, version) == {}
    show(archive, BOUND, own)
    assert others(archive, "rivers") == ["Rives"]
