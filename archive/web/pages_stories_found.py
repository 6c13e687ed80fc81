"""Stories that hold what somebody searches for: a few beside the items found, and all of them leaf by leaf."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from archive.services.opening import Archive
from archive.services.story_search import StoriesFound
from archive.web.pages_list import Pager, pager
from archive.web.pages_stories import StoryLink, link

# Stories that a leaf of those found lists.
PER_PAGE = 20


@dataclass(frozen=True)
class StoriesPage:
    """Stories that hold words `asked` for: so many in all, one leaf of them, and where all of them are listed."""

    asked: str
    total: int
    stories: tuple[StoryLink, ...]
    all_href: str
    pager: Pager | None = None
    suggestion: str = ""
    suggestion_href: str = ""


def stories_found(
    archive: Archive, asked: str, found: StoriesFound, page: int = 1, suggestion: str | None = None
) -> StoriesPage:
    """A leaf of the stories that hold what was asked for, or what may have been meant."""
    return StoriesPage(
        asked,
        found.total,
        tuple(link(archive, line) for line in found.shown),
        _href(asked, 1),
        pager(page, -(-found.total // PER_PAGE) or 1, lambda number: _href(asked, number)),
        suggestion or "",
        _href(suggestion, 1) if suggestion else "",
    )


def _href(asked: str, page: int) -> str:
    return url_for("stories.listed", q=asked, page=page if page > 1 else None)
