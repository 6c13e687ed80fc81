"""Whoever writes stories in one collection does not change the pages of another's."""

from __future__ import annotations

from dataclasses import replace

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


def test_no_story_says_in_one_language_what_another_of_that_language_says(archive: Archive) -> None:
    first, _ = story_changes.add(archive, EVERYWHERE, said("Bridges", "march-25", "en"))
    second, _ = story_changes.add(archive, EVERYWHERE, said("Ponts", "march-25", "fr", first))
    same = said("Fords", "march-25", "en", first)
    assert story_changes.add(archive, EVERYWHERE, same) == ("", {"translation_of": "same-language"})
    for story_id, wrong, troubles in (
        (second, said("Ponts", "march-25", "en", first), {"translation_of": "same-language"}),
        (first, said("Bridges", "march-25", "fr"), {"language": "said-in-language"}),
    ):
        before = stories.one(archive, EVERYWHERE, story_id)
        assert story_changes.change(archive, EVERYWHERE, story_id, wrong, before.version) == troubles
        assert stories.one(archive, EVERYWHERE, story_id) == before


def test_an_address_that_is_a_number_is_none_of_a_story_that_a_collection_brings(archive: Archive) -> None:
    def number_of(here: Archive) -> int:
        made, _ = story_changes.add(here, EVERYWHERE, replace(said("奴隸", "march-25", "en"), slug=""))
        return int(stories.one(here, EVERYWHERE, made).said.slug.removeprefix("story-"))

    first = number_of(archive)
    own = archive.profiles["march-25"]
    brought = replace(own, stories=(replace(own.stories[0], slug=f"story-{first + 1}"),))
    assert number_of(replace(archive, profiles={**archive.profiles, "march-25": brought})) == first + 2
