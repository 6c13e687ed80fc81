"""The page of a search: what was asked, what was found, and how to narrow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from flask import url_for
from werkzeug.datastructures import MultiDict

from archive.services.opening import Archive
from archive.services.views import FacetValue, Results
from archive.web import labels
from archive.web.numbering import LARGEST_PAGE_NUMBER, number_in
from archive.web.pages_list import ListedItem, Pager, listed, pager
from archive.web.words import _, later

Sort = Literal["relevance", "date", "newest"]
SORTS = {
    "relevance": later("Best match"),
    "date": later("Oldest first"),
    "newest": later("Newest here"),
}
View = Literal["list", "grid"]
VIEWS = {"list": later("As a list"), "grid": later("As pictures")}
VALUES_SHOWN = 8
LAST_YEAR = 9999
LONGEST_KEPT = 4_000
"""Characters of a search that cannot be done that stay to be shortened; no browser sends more to a server of ours."""
MOST_CHOSEN = 20
"""Values of one facet that an address may name; no page of ours leads to as many."""


@dataclass(frozen=True)
class Asked:
    """A search as its address says it."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    page: int = 1
    view: View = "list"
    first: int | None = None
    last: int | None = None

    @classmethod
    def from_args(cls, args: MultiDict[str, str]) -> Asked:
        """Read an address; what makes no sense in it is left out."""
        named = {facet: dict.fromkeys(filter(None, args.getlist(facet))) for facet in labels.FACETS}
        filters = {facet: tuple(values)[:MOST_CHOSEN] for facet, values in named.items()}
        sort = args.get("sort", "")
        # There is no year 0.
        first, last = number_in(args, "from", LAST_YEAR) or None, number_in(args, "to", LAST_YEAR) or None
        if first and last and first > last:
            first, last = last, first
        return cls(
            text=args.get("q", "").strip(),
            filters={facet: values for facet, values in filters.items() if values},
            sort=cast(Sort, sort) if sort in SORTS else "relevance",
            page=number_in(args, "page", LARGEST_PAGE_NUMBER) or 1,
            view="grid" if args.get("view") == "grid" else "list",
            first=first,
            last=last,
        )

    def href(self) -> str:
        """The address of this search."""
        values: dict[str, Any] = {"q": self.text, **{name: list(some) for name, some in self.filters.items()}}
        values |= {name: value for name, value in self.kept().items() if value}
        if self.page > 1:
            values["page"] = self.page
        return url_for("public.search", **values)

    def kept(self) -> dict[str, str]:
        """What an address says beside words and facets; "" where it is as usual."""
        return {
            "from": str(self.first or ""),
            "to": str(self.last or ""),
            "sort": self.sort if self.sort != "relevance" else "",
            "view": self.view if self.view != "list" else "",
        }

    @property
    def has_years(self) -> bool:
        """Whether years keep items out."""
        return bool(self.first or self.last)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the words keeps items out."""
        return bool(self.filters) or self.has_years

    def on_page(self, page: int) -> Asked:
        """The same search, another leaf of it."""
        return replace(self, page=page)

    def toggled(self, facet: str, value: str) -> Asked:
        """The same search from its beginning, narrowed to `value` or no longer."""
        chosen = self.filters.get(facet, ())
        kept = tuple(one for one in chosen if one != value) if value in chosen else (*chosen, value)
        filters = {**self.filters, facet: kept}
        return replace(self, filters={name: some for name, some in filters.items() if some}, page=1)


@dataclass(frozen=True)
class FacetLink:
    """One value of a facet: following it narrows the search to it, or no longer; `lang` is that of its words."""

    words: str
    count: int
    chosen: bool
    href: str
    lang: str = ""


@dataclass(frozen=True)
class Facet:
    """A facet: the values most items have, and the rest behind "more"."""

    name: str
    words: str
    shown: tuple[FacetLink, ...]
    more: tuple[FacetLink, ...]


@dataclass(frozen=True)
class SearchPage:
    """What the search page shows; `trouble` says why nothing could be searched.

    `without` are the ways to less narrow searches where nothing was found, each without one thing that narrows it, `bare`
    the words without what was asked in fields, None where nothing was.
    """

    asked: Asked
    title: str
    total: int = 0
    items: tuple[ListedItem, ...] = ()
    facets: tuple[Facet, ...] = ()
    chosen: tuple[FacetLink, ...] = ()
    without: tuple[FacetLink, ...] = ()
    sorts: tuple[tuple[str, str, bool], ...] = ()
    views: tuple[tuple[str, str, bool], ...] = ()
    pager: Pager | None = None
    suggestion: str = ""
    suggestion_href: str = ""
    no_dates: tuple[str, ...] = ()
    no_beginnings: tuple[str, ...] = ()
    all_href: str = ""
    bare: str | None = None
    bare_href: str = ""
    trouble: str = ""
    remedy: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but words keeps items out: what was chosen, or a field of the search itself."""
        return self.asked.is_narrowed or self.bare is not None

    @property
    def holds_words(self) -> bool:
        """Whether any word was asked for."""
        return bool(self.asked.text) and self.bare != ""


def by_name(name: str) -> str:
    """The address of the search for what else names somebody: whoever bears this whole name, and nobody else."""
    return Asked(filters={"name": (name,)}).href()


def search_page(archive: Archive, asked: Asked, results: Results) -> SearchPage:
    """The page of a search that was understood."""
    # What is shown as chosen is what a link takes away, whatever the address called it.
    asked = replace(asked, filters=results.chosen)
    facets = tuple(
        _facet(archive, asked, name, results.facets[name])
        for name in labels.FACETS
        if results.facets.get(name)
    )
    chosen = _chosen(archive, asked)
    # Without the only thing that narrows it, a search for words is that for the same words in everything.
    has_no_words = not asked.text or results.bare == ""
    is_told_apart = not results.total and (len(chosen) > 1 or has_no_words)
    return SearchPage(
        asked=asked,
        title=_title(asked),
        total=results.total,
        items=tuple(listed(card) for card in results.cards),
        facets=facets,
        chosen=chosen,
        without=chosen if is_told_apart else (),
        sorts=tuple(
            (str(words), replace(asked, sort=cast(Sort, sort), page=1).href(), sort == asked.sort)
            for sort, words in SORTS.items()
        ),
        views=tuple(
            (str(words), replace(asked, view=cast(View, view)).href(), view == asked.view)
            for view, words in VIEWS.items()
        ),
        pager=pager(results.page, results.pages, lambda page: asked.on_page(page).href()),
        suggestion=results.suggestion or "",
        suggestion_href=replace(asked, text=results.suggestion, page=1).href() if results.suggestion else "",
        no_dates=results.no_dates,
        no_beginnings=results.no_beginnings,
        all_href=Asked(asked.text, view=asked.view).href() if asked.is_narrowed else "",
        bare=results.bare,
        bare_href=Asked(results.bare, view=asked.view).href() if results.bare else "",
    )


def troubled_page(asked: Asked, trouble: str, remedy: str) -> SearchPage:
    """The page of a search that could not be done; what was typed stays."""
    asked = replace(asked, text=asked.text[:LONGEST_KEPT])
    return SearchPage(asked=asked, title=_title(asked), trouble=trouble, remedy=remedy)


def _chosen(archive: Archive, asked: Asked) -> tuple[FacetLink, ...]:
    """Everything that narrows the search; following a link takes that one away."""
    links = [
        _link(archive, asked, facet, FacetValue(value, 0, chosen=True))
        for facet, values in asked.filters.items()
        for value in values
    ]
    if asked.has_years:
        without = replace(asked, first=None, last=None, page=1).href()
        links.append(FacetLink(_years(asked.first, asked.last), 0, True, without))
    return tuple(links)


def _years(first: int | None, last: int | None) -> str:
    if first is None or last is None:
        return _("%(year)s or later", year=first) if first else _("%(year)s or earlier", year=last)
    return str(first) if first == last else f"{first}–{last}"


def _title(asked: Asked) -> str:
    return _("Search: %(words)s", words=asked.text) if asked.text else _("Search")


def _facet(archive: Archive, asked: Asked, name: str, values: tuple[FacetValue, ...]) -> Facet:
    # In the order of the index: decades in that of time, the others by their counts.
    links = tuple(_link(archive, asked, name, value) for value in values)
    cut = len(links) if name == "decade" else VALUES_SHOWN
    return Facet(name, str(labels.FACETS[name]), links[:cut], links[cut:])


def _link(archive: Archive, asked: Asked, facet: str, value: FacetValue) -> FacetLink:
    return FacetLink(
        labels.facet_value(archive, facet, value.value),
        value.count,
        value.chosen,
        asked.toggled(facet, value.value).href(),
        labels.facet_language(archive, facet, value.value),
    )
