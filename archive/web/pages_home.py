"""The first page: what this is, and the ways into it; and the page of one collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from archive.services.opening import Archive
from archive.services.views import Card, CollectionView, Results
from archive.web.markdown import Html, rendered
from archive.web.pages_list import ListedItem, listed
from archive.web.pages_search import Asked, Facet, search_page

WAYS_IN = ("kind", "decade", "subject")


@dataclass(frozen=True)
class CollectionLink:
    """A collection among the ways in."""

    href: str
    title: str
    description: str
    items: int


@dataclass(frozen=True)
class HomePage:
    """What the first page shows; `observance` and `welcome` only on a day of remembrance."""

    collections: tuple[CollectionLink, ...]
    ways_in: tuple[Facet, ...]
    newest: tuple[ListedItem, ...]
    newest_href: str
    observance: str = ""
    welcome: str = ""


@dataclass(frozen=True)
class CollectionPage:
    """What the page of one collection shows."""

    slug: str
    title: str
    paragraphs: tuple[str, ...]
    items: int
    ways_in: tuple[Facet, ...]
    newest: tuple[ListedItem, ...]
    all_href: str
    introduction: Html | None = None


def home_page(
    archive: Archive,
    collections: Sequence[CollectionView],
    everything: Results,
    newest: Sequence[Card],
    observance: tuple[str, str] | None,
) -> HomePage:
    """The first page."""
    title, welcome = observance or ("", "")
    return HomePage(
        collections=tuple(_link(one) for one in sorted(collections, key=lambda one: -one.items)),
        ways_in=_ways_in(archive, Asked(), everything),
        newest=tuple(listed(card) for card in newest),
        newest_href=Asked(sort="newest").href(),
        observance=title,
        welcome=welcome,
    )


def collection_page(archive: Archive, view: CollectionView, inside: Results) -> CollectionPage:
    """The page of one collection, with the ways into it."""
    asked = Asked(filters={"collection": (view.slug,)})
    return CollectionPage(
        slug=view.slug,
        title=view.title,
        paragraphs=tuple(part for part in view.description.split("\n\n") if part.strip()),
        items=view.items,
        ways_in=_ways_in(archive, asked, inside),
        newest=tuple(listed(card) for card in view.newest),
        all_href=asked.href(),
        introduction=rendered(view.introduction) if view.introduction else None,
    )


def _ways_in(archive: Archive, asked: Asked, results: Results) -> tuple[Facet, ...]:
    facets = search_page(archive, asked, results).facets
    return tuple(facet for facet in facets if facet.name in WAYS_IN)


def _link(view: CollectionView) -> CollectionLink:
    return CollectionLink(
        url_for("public.collection", slug=view.slug), view.title, view.description, view.items
    )
