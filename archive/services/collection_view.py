"""A collection as it is shown to whoever looks."""

from __future__ import annotations

from dataclasses import dataclass

from archive.services.views import Card


@dataclass(frozen=True)
class CollectionView:
    """A collection with its words in one language and how many items the actor may see in it.

    `introduction` is Markdown that curators wrote in place of the description; "" where they did not. `title_in` and
    `description_in` are the languages of the words: another than was asked for where its files have none in that.
    """

    slug: str
    title: str
    description: str
    items: int
    newest: tuple[Card, ...] = ()
    introduction: str = ""
    title_in: str = ""
    description_in: str = ""
