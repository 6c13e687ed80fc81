"""Whoever writes stories in one collection does not change the pages of another's."""

from __future__ import annotations

from dataclasses import replace

from archive.access import PUBLIC, Actor
from archive.models import Story
from archive.services import stories, story_changes
from archive.services.opening import Archive
from archive.services.story_lines import told_once
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


def test_a_translation_of_a_translation_says_what_the_first_of_them_says(archive: Archive) -> None:
    first, _ = story_changes.add(archive, EVERYWHERE, said("Wells", "march-25", "en"))
    second, _ = story_changes.add(archive, EVERYWHERE, said("Pozos", "march-25", "es", first))
    third, _ = story_changes.add(archive, EVERYWHERE, said("Puits", "march-25", "fr", second))
    for one in (first, second, third):
        show(archive, EVERYWHERE, one)
    assert others(archive, "wells") == ["Pozos", "Puits"]
    assert others(archive, "pozos") == ["Wells", "Puits"]
    assert others(archive, "puits") == ["Wells", "Pozos"]
    told = [one for one in stories.published(archive, PUBLIC) if one.slug in ("wells", "pozos", "puits")]
    assert [(one.slug, len(one.also)) for one in told_once(told, "en")] == [("wells", 2)]


def test_a_work_is_told_once_in_a_language_whichever_of_its_stories_another_says_again(
    archive: Archive,
) -> None:
    first, _ = story_changes.add(archive, EVERYWHERE, said("Roads", "march-25", "en"))
    second, _ = story_changes.add(archive, EVERYWHERE, said("Caminos", "march-25", "es", first))
    refused = ("", {"language": "said-in-language"})
    assert story_changes.add(archive, EVERYWHERE, said("Sendas", "march-25", "es", first)) == refused
    assert story_changes.add(archive, EVERYWHERE, said("Ways", "march-25", "en", second)) == refused
    third, _ = story_changes.add(archive, EVERYWHERE, said("Chemins", "march-25", "fr", second))
    # Nor does one come to stand beside another with those that say it again.
    apart, _ = story_changes.add(archive, EVERYWHERE, said("Estradas", "march-25", "pt"))
    again, _ = story_changes.add(archive, EVERYWHERE, said("Routes", "march-25", "fr", apart))
    for story_id, wanted in (
        (apart, said("Estradas", "march-25", "es", third)),
        (third, said("Chemins", "march-25", "es", second)),
    ):
        before = stories.one(archive, EVERYWHERE, story_id)
        assert story_changes.change(archive, EVERYWHERE, story_id, wanted, before.version) != {}
        assert stories.one(archive, EVERYWHERE, story_id) == before
    # Alone it may be told in any.
    free = said("Routes", "march-25", "en")
    version = stories.one(archive, EVERYWHERE, again).version
    assert story_changes.change(archive, EVERYWHERE, again, free, version) == {}


def test_two_that_have_stood_in_one_language_can_still_be_corrected(archive: Archive) -> None:
    first, _ = story_changes.add(archive, EVERYWHERE, said("Hills", "march-25", "en"))
    story_changes.add(archive, EVERYWHERE, said("Cerros", "march-25", "es", first))
    second, _ = story_changes.add(archive, EVERYWHERE, said("Lomas", "march-25", "es"))
    with archive.db.write() as session:
        session.get_one(Story, second).translation_of = first
    before = stories.one(archive, EVERYWHERE, second)
    corrected = replace(said("Lomas", "march-25", "es", first), body="Corrected.")
    assert story_changes.change(archive, EVERYWHERE, second, corrected, before.version) == {}


def test_stories_that_lead_to_each_other_in_a_circle_are_one_work(archive: Archive) -> None:
    first, _ = story_changes.add(archive, EVERYWHERE, said("Gates", "march-25", "en"))
    second, _ = story_changes.add(archive, EVERYWHERE, said("Puertas", "march-25", "es", first))
    third, _ = story_changes.add(archive, EVERYWHERE, said("Portes", "march-25", "fr", second))
    before = stories.one(archive, EVERYWHERE, first)
    again = said("Gates", "march-25", "en", second)
    assert story_changes.change(archive, EVERYWHERE, first, again, before.version) == {}
    for one in (first, second, third):
        show(archive, EVERYWHERE, one)
    assert others(archive, "gates") == ["Puertas", "Portes"]
    assert others(archive, "portes") == ["Gates", "Puertas"]


def test_a_draft_in_the_place_of_a_story_that_a_collection_brings_leaves_that_to_its_own_languages(
    archive: Archive,
) -> None:
    elsewhere, _ = story_changes.add(archive, EVERYWHERE, said("Springs", "march-25", "es"))
    show(archive, EVERYWHERE, elsewhere)
    slug = "the-day-of-remembrance"
    before = others(archive, slug)
    draft = replace(said("Ours", "march-25", "en", elsewhere), slug=slug)
    story_id, troubles = story_changes.add(archive, EVERYWHERE, draft)
    assert troubles == {} and others(archive, slug) == before and len(before) == 3
    # Nor does it come to say a second time what the collection says in that language.
    wanted = replace(draft, language="fr", translation_of="")
    version = stories.one(archive, EVERYWHERE, story_id).version
    assert story_changes.change(archive, EVERYWHERE, story_id, wanted, version) == {
        "language": "said-in-language"
    }


def test_an_address_that_is_a_number_is_none_of_a_story_that_a_collection_brings(archive: Archive) -> None:
    def number_of(here: Archive) -> int:
        made, _ = story_changes.add(here, EVERYWHERE, replace(said("奴隸", "march-25", "en"), slug=""))
        return int(stories.one(here, EVERYWHERE, made).said.slug.removeprefix("story-"))

    first = number_of(archive)
    own = archive.profiles["march-25"]
    brought = replace(own, stories=(replace(own.stories[0], slug=f"story-{first + 1}"),))
    assert number_of(replace(archive, profiles={**archive.profiles, "march-25": brought})) == first + 2
