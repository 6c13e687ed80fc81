"""Stories as they are listed and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.services.labels import label
from archive.services.opening import Archive
from archive.services.stories import StoryView
from archive.services.story_items import Shown
from archive.services.story_lines import StoryLine
from archive.services.story_said import Said, days_in
from archive.web import labels
from archive.web.i18n import language
from archive.web.markdown import Html, first_words, rendered
from archive.web.pages_list import ListedItem, Picture, brought_picture, listed
from archive.web.words import day

# So many letters of a story stand below its title in a list.
BEGINS = 220


@dataclass(frozen=True)
class StoryLink:
    """A story in a list; `lang` where it is not in the language of the page, `collection_lang` where the collection's title is not, `face` its picture.

    `begins` are its first words, or `snippet` plain and found ones; `also` lead to the same in other languages.
    """

    href: str
    title: str
    lang: str
    language: str
    collection: str
    is_draft: bool = False
    changed: str = ""
    published: str = ""
    begins: str = ""
    face: Picture | None = None
    snippet: tuple[tuple[str, bool], ...] = ()
    collection_lang: str = ""
    also: tuple[StoryLink, ...] = ()


@dataclass(frozen=True)
class ShownItem:
    """An item below a story; without `item` it was taken back, and its words with it."""

    item: ListedItem | None
    caption: str


@dataclass(frozen=True)
class StoryPage:
    """A story as it is read; `days` are addresses, names and their languages of the days of remembrance to which it leads.

    `collection_lang` is the language of the collection's title, where the page has another.
    """

    title: str
    lang: str
    body: Html
    items: tuple[ShownItem, ...]
    others: tuple[StoryLink, ...]
    collection: str
    collection_href: str
    published_on: str
    is_draft: bool
    desk_href: str
    days: tuple[tuple[str, str, str], ...]
    picture: Picture | None = None
    collection_lang: str = ""


def link(archive: Archive, line: StoryLine, *, desk: bool = False) -> StoryLink:
    """A story in a list."""
    href = (
        url_for("stories_desk.story", story_id=line.id) if desk else url_for("stories.story", slug=line.slug)
    )
    return StoryLink(
        href,
        line.title,
        line.language if line.language != language() else "",
        labels.language_name(line.language),
        label(archive, "collection", line.collection, language()),
        not line.published,
        day(line.changed_on),
        day(line.published_on) if line.published_on else "",
        "" if line.snippet else first_words(line.body, BEGINS),
        _face(line),
        line.snippet,
        labels.facet_language(archive, "collection", line.collection),
        tuple(link(archive, one) for one in line.also),
    )


def links(archive: Archive, lines: Sequence[StoryLine]) -> tuple[StoryLink, ...]:
    """Stories in the order in which they are given."""
    return tuple(link(archive, line) for line in lines)


def _face(line: StoryLine) -> Picture | None:
    if line.lead is not None:
        return listed(line.lead).thumbnail
    return brought_picture(line.slug, line.picture) if line.picture else None


def story_page(archive: Archive, view: StoryView, *, may_write: bool = False) -> StoryPage:
    """A story as whoever asked for it reads it."""
    return StoryPage(
        title=view.said.title,
        lang=view.said.language if view.said.language != language() else "",
        body=rendered(view.said.body, view.shown),
        items=_shown(view.said, view.shown),
        others=tuple(link(archive, line) for line in view.translations),
        collection=label(archive, "collection", view.said.collection, language()),
        collection_href=url_for("public.collection", slug=view.said.collection),
        published_on=day(view.published_on) if view.published and view.published_on else "",
        is_draft=not view.published,
        desk_href=_to_write(view) if may_write else "",
        days=_days(archive, view.said),
        picture=brought_picture(view.said.slug, view.picture) if view.picture else None,
        collection_lang=labels.facet_language(archive, "collection", view.said.collection),
    )


def _days(archive: Archive, said: Said) -> tuple[tuple[str, str, str], ...]:
    known = {one.id for profile in archive.profiles.values() for one in profile.observances}
    return tuple(
        (
            url_for("observances.day", slug=one),
            label(archive, "observance", one, language()),
            labels.facet_language(archive, "observance", one),
        )
        for one in days_in(said)
        if one in known
    )


def _to_write(view: StoryView) -> str:
    """The way to write it anew; one that came with its collection becomes one of this archive by that."""
    if view.id:
        return url_for("stories_desk.story", story_id=view.id)
    return url_for("stories_desk.new", like=view.said.slug)


def _shown(said: Said, shown: Mapping[str, Shown]) -> tuple[ShownItem, ...]:
    return tuple(
        ShownItem(listed(one.card), caption) if one.card else ShownItem(None, "")
        for item_id, caption in said.items
        if (one := shown.get(item_id)) is not None
    )
