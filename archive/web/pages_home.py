"""The first page: what this is, and the ways into it; and the page of one collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from archive.services.collection_view import CollectionView
from archive.services.opening import Archive
from archive.services.story_lines import StoryLine
from archive.services.views import Card, FacetValue, Results
from archive.web import labels
from archive.web.markdown import Html, rendered
from archive.web.numbering import is_number
from archive.web.pages_days import DayLine, DayPage
from archive.web.pages_list import ListedItem, listed
from archive.web.pages_search import Asked, Facet, search_page
from archive.web.right_to_left import isolated
from archive.web.words import _

INSIDE = ("kind", "decade", "subject")
EXAMPLES = 3
NEW = 6


@dataclass(frozen=True)
class CollectionLink:
    """A collection among the ways in; the languages of its words are given where the page has another."""

    href: str
    title: str
    description: str
    items: int
    title_lang: str = ""
    description_lang: str = ""


@dataclass(frozen=True)
class Way:
    """A way in, with a few words on what one finds there; `lang` is the language of these, where the page has another.

    In their place the `day` of remembrance that comes next.
    """

    href: str
    words: str
    example: str
    lang: str = ""
    day: DayLine | None = None


@dataclass(frozen=True)
class HomePage:
    """What the first page shows; `days` those of remembrance that are kept now, `seen` the newest picture when none is."""

    lead: str
    collections: tuple[CollectionLink, ...]
    ways: tuple[Way, ...]
    kinds: Facet | None
    newest: tuple[ListedItem, ...]
    newest_href: str
    days: tuple[DayPage, ...] = ()
    seen: ListedItem | None = None


@dataclass(frozen=True)
class CollectionPage:
    """What the page of one collection shows; the languages of its words are given where the page has another."""

    slug: str
    title: str
    paragraphs: tuple[str, ...]
    items: int
    ways_in: tuple[Facet, ...]
    newest: tuple[ListedItem, ...]
    all_href: str
    introduction: Html | None = None
    days: tuple[DayLine, ...] = ()
    title_lang: str = ""
    description_lang: str = ""


def home_page(
    archive: Archive,
    collections: Sequence[CollectionView],
    everything: Results,
    newest: Sequence[Card],
    pictures: Sequence[Card],
    told: Sequence[StoryLine],
    kept: Sequence[DayLine],
    held: Sequence[DayPage],
    *,
    is_member: bool = False,
) -> HomePage:
    """The first page; of `pictures`, the newest first, one is shown large, where none of them has one another new thing.

    `kept` are the days of remembrance, the next one first, `held` those that are kept now.

    Who `is_member` is led to what is for members too.
    """
    facets = search_page(archive, Asked(), everything).facets
    above = {item.href for day in held for item in day.items}
    new = [item for item in map(listed, newest) if item.href not in above]
    looked_at = [*map(listed, pictures), *new]
    pictured = (item for item in looked_at if item.thumbnail and not item.thumbnail.is_drawn)
    seen = None if held else next(pictured, None)
    return HomePage(
        lead=_(
            "A community archive: what is given is kept as it was given, described with care, and found by those who look for it."
        ),
        collections=tuple(_link(one) for one in sorted(collections, key=lambda one: -one.items)),
        ways=(*_browsing(everything), *_telling(told, kept), *_inside(is_member)),
        kinds=next((facet for facet in facets if facet.name == "kind"), None),
        newest=tuple([item for item in new if item != seen][:NEW]),
        newest_href=Asked(sort="newest").href(),
        days=tuple(held),
        seen=seen,
    )


def collection_page(
    archive: Archive, view: CollectionView, inside: Results, kept: Sequence[DayLine]
) -> CollectionPage:
    """The page of one collection, with the ways into it and the days that it keeps."""
    asked = Asked(filters={"collection": (view.slug,)})
    facets = search_page(archive, asked, inside).facets
    return CollectionPage(
        slug=view.slug,
        title=view.title,
        paragraphs=tuple(part for part in view.description.split("\n\n") if part.strip()),
        items=view.items,
        ways_in=tuple(facet for facet in facets if facet.name in INSIDE),
        newest=tuple(listed(card) for card in view.newest),
        all_href=asked.href(),
        introduction=rendered(view.introduction) if view.introduction else None,
        days=tuple(kept),
        title_lang=labels.language_beside(view.title_in),
        description_lang=labels.language_beside(view.description_in),
    )


def _browsing(everything: Results) -> tuple[Way, ...]:
    facets = everything.facets
    return (
        Way(url_for("browse.places"), _("Places"), _examples(facets.get("place", ()))),
        Way(url_for("browse.years"), _("Years"), _span(facets.get("decade", ()))),
        Way(url_for("browse.people"), _("People"), _("Everyone who is named here")),
        Way(url_for("browse.subjects"), _("Subjects"), _examples(facets.get("subject", ()))),
    )


def _inside(is_member: bool) -> tuple[Way, ...]:
    if not is_member:
        return ()
    return (
        Way(
            url_for("browse.members"), _("For members"), _("What is shown to members of the community alone")
        ),
    )


def _telling(told: Sequence[StoryLine], kept: Sequence[DayLine]) -> tuple[Way, ...]:
    ways = [
        Way(url_for("stories.listed"), _("Stories"), one.title, labels.language_beside(one.language))
        for one in told[:1]
    ]
    if kept:
        ways.append(Way(url_for("observances.listed"), _("Days of remembrance"), "", day=kept[0]))
    return tuple(ways)


def _examples(values: Sequence[FacetValue]) -> str:
    return "; ".join(isolated(one.label or one.value) for one in values[:EXAMPLES])


def _span(values: Sequence[FacetValue]) -> str:
    dated = sorted((one.value for one in values if is_number(one.value)), key=int)
    if not dated:
        return ""
    if len(dated) == 1:
        return labels.decade(dated[0])
    return _("%(first)s to %(last)s", first=labels.decade(dated[0]), last=labels.decade(dated[-1]))


def _link(view: CollectionView) -> CollectionLink:
    return CollectionLink(
        url_for("public.collection", slug=view.slug),
        view.title,
        view.description,
        view.items,
        labels.language_beside(view.title_in),
        labels.language_beside(view.description_in),
    )
