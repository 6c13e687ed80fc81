"""What the head of a page for everyone tells programs: how it is shown where somebody links to it, and its other languages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from archive.exchange.dublin_core import graph
from archive.services.opening import Archive
from archive.services.stories import StoryView
from archive.services.story_said import ids_in
from archive.web.i18n import LANGUAGES, here_in, in_language, language
from archive.web.markdown import first_words
from archive.web.pages_list import ListedItem, Picture, brought_picture, listed
from archive.web.public_address import whole

# Of a story so many letters, from which whole words are taken.
BEGINS = 300


@dataclass(frozen=True)
class PageHead:
    """Pairs for `<meta property>`, the page's own address in its language, and those of the others by language."""

    properties: tuple[tuple[str, str], ...]
    canonical: str
    languages: tuple[tuple[str, str], ...]


def own_address(archive: Archive) -> str:
    """The address of the page that is asked for, in its language and without what was asked of it."""
    return whole(archive, request.script_root + request.path)


def other_languages(archive: Archive) -> tuple[tuple[str, str], ...]:
    """The same page in the other languages of the pages."""
    codes = (code for code in LANGUAGES if code != language())
    return tuple((code, whole(archive, here_in(code).partition("?")[0])) for code in codes)


def page_head(archive: Archive, title: str, words: str = "", seen: ListedItem | None = None) -> PageHead:
    """That of a page which is there in every language; `seen` is an item whose picture goes with it."""
    here = own_address(archive)
    return PageHead(
        _graph(archive, title, here, words, seen.thumbnail if seen else None), here, other_languages(archive)
    )


def story_head(archive: Archive, view: StoryView) -> PageHead:
    """That of a story, which is in one language: its address is in that, and other languages are stories of their own."""
    here = story_address(archive, view.said.language, view.said.slug)
    cards = (view.shown[one].card for one in ids_in(view.said) if one in view.shown)
    faces = (listed(card).thumbnail for card in cards if card is not None)
    brought = brought_picture(view.said.slug, view.picture) if view.picture else None
    seen = next(filter(None, faces), brought)
    others = (
        (one.language, story_address(archive, one.language, one.slug))
        for one in view.translations
        if one.published and one.language != view.said.language
    )
    words = first_words(view.said.body, BEGINS)
    return PageHead(_graph(archive, view.said.title, here, words, seen), here, tuple(others))


def story_address(archive: Archive, code: str, slug: str) -> str:
    """The whole address of a story, in the language `code` in which it is told where the pages have that."""
    path = url_for("stories.story", slug=slug).removeprefix(request.script_root)
    return whole(archive, in_language(code if code in LANGUAGES else language(), path))


def _graph(
    archive: Archive, title: str, here: str, words: str, seen: Picture | None
) -> tuple[tuple[str, str], ...]:
    picture = whole(archive, seen.src) if seen else ""
    return graph(title, here, archive.settings.site_name, words, picture)
