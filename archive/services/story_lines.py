"""Stories as they stand in lists: those written here, those that collections bring, and which say the same in other languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Story
from archive.profiles import BroughtPicture, BroughtStory
from archive.services.opening import Archive
from archive.services.story_said import Said
from archive.services.views import Card

_TIES = select(Story.id, Story.slug, Story.translation_of, Story.published_on)


@dataclass(frozen=True)
class StoryLine:
    """A story in a list; `lead` is the first item that stands in it, where whoever asked is shown it.

    `picture` leads in one that a collection brings, and in which no item stands. `snippet` alternates plain and
    matched text, where it was looked for. `work` is the same for all that say one thing in several languages: the address
    of the first of them. `also` are the others of these, where one stands for all.
    """

    id: str
    slug: str
    collection: str
    language: str
    title: str
    published: bool
    changed_on: date
    published_on: date | None = None
    body: str = ""
    lead: Card | None = None
    picture: BroughtPicture | None = None
    snippet: tuple[tuple[str, bool], ...] = ()
    work: str = ""
    also: tuple[StoryLine, ...] = ()


@dataclass(frozen=True)
class Works:
    """Which stories say the same in several languages, whoever wrote each: by its address, that of the first of them.

    `slugs` are the addresses by id; `leads` has, by its address, that of the story that another says again.
    """

    slugs: Mapping[str, str]
    leads: Mapping[str, str]

    @classmethod
    def known(
        cls, archive: Archive, session: Session, wanted: tuple[str, str, str | None] | None = None
    ) -> Works:
        """Those of all stories there are, also those that nobody reads yet.

        `wanted` is the id, the address and the original of one as it would be.
        """
        told = (one for profile in archive.profiles.values() for one in profile.stories)
        # What is written in the place of one that was brought says the same as that, in the same languages.
        brought = {one.slug: one.translation_of for one in told}
        ties: list[tuple[str, str, str | None, bool]] = [
            (row.id, row.slug, row.translation_of, row.published_on is not None)
            for row in session.execute(_TIES)
            if wanted is None or row.id != wanted[0]
        ]
        ties += [(*wanted, True)] if wanted else []
        slugs = {story_id: slug for story_id, slug, _, _ in ties}
        # A draft has not taken the place of what was brought yet.
        leads = brought | {
            slug: slugs[original_id]
            for _, slug, original_id, took_place in ties
            if original_id in slugs and (took_place or slug not in brought)
        }
        return cls(slugs, {slug: first for slug, first in leads.items() if first})

    def of(self, slug: str, original_id: str | None = None) -> str:
        """What a story of that address tells, which says again what the one with that id does: the end to which these lead.

        Of stories that lead to each other in a circle it is the first by its address.
        """
        first = self.slugs.get(original_id, original_id) if original_id else slug
        passed = [first]
        while (first := self.leads.get(first, first)) not in passed:
            passed.append(first)
        return min(passed[passed.index(first) :])


def line_of(row: Story, works: Works | None = None) -> StoryLine:
    """A story that was written here."""
    return StoryLine(
        row.id,
        row.slug,
        row.collection,
        row.language,
        row.title,
        row.published,
        row.changed_on,
        row.published_on,
        work=works.of(row.slug, row.translation_of) if works else "",
    )


def brought(archive: Archive, session: Session) -> dict[str, tuple[str, BroughtStory]]:
    """By slug the stories that collections bring, each with its collection.

    One that was written here with the same address takes its place once it has been published, for good.
    """
    found = {one.slug: (slug, one) for slug, profile in archive.profiles.items() for one in profile.stories}
    if found:
        own = select(Story.slug).where(Story.slug.in_(found), Story.published_on.is_not(None))
        for slug in session.scalars(own):
            del found[slug]
    return found


def languages_of(archive: Archive, session: Session, said: Said, story_id: str) -> set[str]:
    """The languages in which others say what the story of that id, "" for a new one, would say if it said that."""
    works = Works.known(archive, session, (story_id, said.slug, said.translation_of or None))
    work = works.of(said.slug, said.translation_of)
    query = select(Story.slug, Story.translation_of, Story.language).where(Story.id != story_id)
    told = {row.language for row in session.execute(query) if works.of(row.slug, row.translation_of) == work}
    here = (one for _, one in brought(archive, session).values() if one.slug != said.slug)
    return told | {one.language for one in here if works.of(one.slug) == work}


def brought_line(collection: str, one: BroughtStory, works: Works) -> StoryLine:
    """A story that a collection brings."""
    return StoryLine(
        id="",
        slug=one.slug,
        collection=collection,
        language=one.language,
        title=one.title,
        published=True,
        changed_on=one.written_on,
        published_on=one.written_on,
        picture=one.picture,
        work=works.of(one.slug),
    )


def said_in(collection: str, one: BroughtStory) -> Said:
    """What it says."""
    return Said(one.title, one.slug, collection, one.language, "", one.body)


def told_once(lines: Iterable[StoryLine], language: str) -> tuple[StoryLine, ...]:
    """Each once, in the reader's language or else in its first, with the same in others; those in the reader's come first."""
    works: dict[str, list[StoryLine]] = {}
    for one in lines:
        works.setdefault(one.work, []).append(one)
    found = []
    for same in works.values():
        chosen = min(same, key=lambda one: (one.language != language, one.slug != one.work))
        others = sorted((one for one in same if one is not chosen), key=lambda one: (one.language, one.slug))
        found.append(replace(chosen, also=tuple(others)))
    return tuple(sorted(found, key=lambda one: one.language != language))
