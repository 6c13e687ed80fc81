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
from archive.web.pages_list import ListedItem, Pager, listed, pager
from archive.web.words import _, later

Sort = Literal["relevance", "date", "newest"]
SORTS = {
    "relevance": later("Best match"),
    "date": later("Oldest first"),
    "newest": later("Newest here"),
}
VALUES_SHOWN = 8


@dataclass(frozen=True)
class Asked:
    """A search as its address says it."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    page: int = 1

    @classmethod
    def from_args(cls, args: MultiDict[str, str]) -> Asked:
        """Read an address; what makes no sense in it is left out."""
        filters = {facet: tuple(dict.fromkeys(filter(None, args.getlist(facet)))) for facet in labels.FACETS}
        sort = args.get("sort", "")
        page = args.get("page", "1")
        return cls(
            text=args.get("q", "").strip(),
            filters={facet: values for facet, values in filters.items() if values},
            sort=cast(Sort, sort) if sort in SORTS else "relevance",
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    def href(self) -> str:
        """The address of this search."""
        values: dict[str, Any] = {"q": self.text, **{name: list(some) for name, some in self.filters.items()}}
        if self.sort != "relevance":
            values["sort"] = self.sort
        if self.page > 1:
            values["page"] = self.page
        return url_for("public.search", **values)

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
    """One value of a facet: following it narrows the search to it, or no longer."""

    words: str
    count: int
    chosen: bool
    href: str


@dataclass(frozen=True)
class Facet:
    """A facet: the values most items have, and the rest behind "more"."""

    name: str
    words: str
    shown: tuple[FacetLink, ...]
    more: tuple[FacetLink, ...]


@dataclass(frozen=True)
class SearchPage:
    """What the search page shows; `trouble` says why nothing could be searched."""

    asked: Asked
    title: str
    total: int = 0
    items: tuple[ListedItem, ...] = ()
    facets: tuple[Facet, ...] = ()
    chosen: tuple[FacetLink, ...] = ()
    sorts: tuple[tuple[str, str, bool], ...] = ()
    pager: Pager | None = None
    suggestion: str = ""
    suggestion_href: str = ""
    all_href: str = ""
    trouble: str = ""
    remedy: str = ""


def search_page(archive: Archive, asked: Asked, results: Results) -> SearchPage:
    """The page of a search that was understood."""
    facets = tuple(
        _facet(archive, asked, name, results.facets[name])
        for name in labels.FACETS
        if results.facets.get(name)
    )
    return SearchPage(
        asked=asked,
        title=_title(asked),
        total=results.total,
        items=tuple(listed(card) for card in results.cards),
        facets=facets,
        chosen=tuple(
            _link(archive, asked, facet, FacetValue(value, 0, chosen=True))
            for facet, values in asked.filters.items()
            for value in values
        ),
        sorts=tuple(
            (str(words), replace(asked, sort=cast(Sort, sort), page=1).href(), sort == asked.sort)
            for sort, words in SORTS.items()
        ),
        pager=pager(results.page, results.pages, lambda page: asked.on_page(page).href()),
        suggestion=results.suggestion or "",
        suggestion_href=Asked(results.suggestion).href() if results.suggestion else "",
        all_href=Asked(asked.text).href() if asked.filters else "",
    )


def troubled_page(asked: Asked, trouble: str, remedy: str) -> SearchPage:
    """The page of a search that could not be done; what was typed stays."""
    return SearchPage(asked=asked, title=_title(asked), trouble=trouble, remedy=remedy)


def _title(asked: Asked) -> str:
    return _("Search: %(words)s", words=asked.text) if asked.text else _("Search")


def _facet(archive: Archive, asked: Asked, name: str, values: tuple[FacetValue, ...]) -> Facet:
    ordered = sorted(values, key=_decade_order) if name == "decade" else values
    links = tuple(_link(archive, asked, name, value) for value in ordered)
    cut = len(links) if name == "decade" else VALUES_SHOWN
    return Facet(name, str(labels.FACETS[name]), links[:cut], links[cut:])


def _decade_order(value: FacetValue) -> tuple[bool, int]:
    return (not value.value.isdigit(), int(value.value) if value.value.isdigit() else 0)


def _link(archive: Archive, asked: Asked, facet: str, value: FacetValue) -> FacetLink:
    return FacetLink(
        labels.facet_value(archive, facet, value.value),
        value.count,
        value.chosen,
        asked.toggled(facet, value.value).href(),
    )
