"""Searches as somebody: an index finds ids, the database says what of them may be shown and where the hit is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from archive.access import Actor, is_sealed_to
from archive.models import Right
from archive.models.errors import BadInputError, IndexUnusableError
from archive.search import (
    FACETS,
    KEPT,
    STAFF_FACETS,
    Filters,
    Layer,
    SearchPage,
    Sort,
    nothing_found,
    parse_query,
    query_text,
    search_layers,
)
from archive.services.cards import cards, seen_in_order
from archive.services.hit_view import Hit
from archive.services.hits import hits
from archive.services.labels import worded
from archive.services.leading_on import Chosen, by_terms, led_on
from archive.services.opening import Archive
from archive.services.readers import layers, looks_after
from archive.services.story_words import word_source
from archive.services.views import Card, FacetValue, Results

PER_PAGE = 20
LARGEST_PAGE = 1_000_000
"""No index holds as many; larger numbers some engines cannot count with."""
Years = tuple[int | None, int | None]
EVER: Years = (None, None)
SORTS: tuple[Sort, ...] = ("relevance", "date", "newest")


def find(
    archive: Archive,
    actor: Actor,
    text: str,
    *,
    filters: Mapping[str, Sequence[str]] | None = None,
    years: Years = EVER,
    sort: str = "relevance",
    page: int = 1,
    per_page: int = PER_PAGE,
    language: str = "en",
    beside_stories: bool = False,
) -> Results:
    """One page of what `actor` finds; BadInputError says why a query cannot be asked.

    Where the index has to be made anew first, nothing is found and `is_unknown` says so. `years` keeps what may belong to any year from the first to the last of them. Beyond the last page is the last;
    with a `per_page` of 0 nothing but counts is looked up. `beside_stories`: what a search offers instead may find stories alone.
    """
    asked: Chosen = {name: tuple(values) for name, values in (filters or {}).items() if values}
    chosen = by_terms(archive.profiles, asked)
    staff = actor.has(Right.SEE_ALL)
    allowed = {*(STAFF_FACETS if staff else FACETS), *KEPT}
    order = next((one for one in SORTS if one == sort), None)
    if order is None or not set(chosen) <= allowed or not 1 <= page <= LARGEST_PAGE:
        raise BadInputError(
            "The address of this search is not one that this archive makes.", code="bad-search"
        )
    query = parse_query(text)
    through = layers(archive.indexes, actor)
    first, last = years

    def kept(narrowed: Chosen) -> Filters:
        return Filters(narrowed, first and first * 10000 + 101, last and last * 10000 + 1231)

    def leaf(number: int, narrowed: Chosen) -> SearchPage:
        return search_layers(through, query, kept(narrowed), order, per_page * (number - 1), per_page)

    try:
        found = leaf(page, chosen)
    except IndexUnusableError:
        # What needs no search goes on without it: the first page, a collection's, that of a day.
        counts = _facets(archive, nothing_found(kept(chosen), ()), chosen, language)
        return Results(0, (), counts, 1, per_page, query_text(query), chosen=chosen, is_unknown=True)
    if per_page and found.total and not found.ids:
        page = -(-found.total // per_page)
        found = leaf(page, chosen)
    with archive.db.read() as session:
        now = by_terms(archive.profiles, led_on(session, asked)) if not found.total else chosen
        if now != chosen:
            # What whoever asks can search decides: a name that it does not hold leads nowhere.
            led = leaf(page, now)
            found, chosen = (led, now) if led.total else (found, chosen)
        items = seen_in_order(session, actor, found.ids)
        opened = [one for one in items if not is_sealed_to(actor, one)]
        places: dict[str, tuple[Hit, ...]] = {}
        for told_all in (True, False):
            some = [one for one in opened if looks_after(actor, one.collection) is told_all]
            if some:
                places |= hits(session, archive.profiles, some, query, staff=told_all, language=language)
        shown = [
            _with_hits(one, places.get(one.id, ())) for one in cards(archive, session, items, language, actor)
        ]
    return Results(
        total=found.total,
        cards=tuple(shown),
        facets=_facets(archive, found, chosen, language),
        page=page,
        per_page=per_page,
        understood=query_text(query),
        suggestion=None if found.total else _suggestion(archive, through, text, kept(chosen), beside_stories),
        no_dates=query.no_dates,
        no_beginnings=query.no_beginnings,
        bare=query.bare,
        chosen=chosen,
    )


def _suggestion(
    archive: Archive, through: Sequence[Layer], text: str, filters: Filters, beside_stories: bool
) -> str | None:
    """What may have been meant: words of the public index alone and of stories, that find something for whoever asked."""
    # What only staff can narrow a search to, the public index knows nothing of.
    known = {
        name: values for name, values in filters.facets.items() if name in FACETS or name not in STAFF_FACETS
    }
    beside = (word_source(archive),) if beside_stories else ()
    try:
        better = archive.indexes.public.suggest(text, replace(filters, facets=known), beside)
        if not better:
            return None
        query = parse_query(better)
        found = search_layers(through, query, filters, "relevance", 0, 0)
        return better if found.total or any(one.finds(query, filters) for one in beside) else None
    except BadInputError as error:
        # It costs too much, here or in what whoever asked can search: nothing is offered that could not be opened.
        if error.code.startswith("query-"):
            return None
        raise


def _facets(
    archive: Archive, found: SearchPage, chosen: Chosen, language: str
) -> dict[str, tuple[FacetValue, ...]]:
    return {
        name: tuple(
            FacetValue(
                one.value,
                one.count,
                one.value in chosen.get(name, ()),
                *worded(archive, name, one.value, language),
            )
            for one in values
        )
        for name, values in found.facets.items()
    }


def _with_hits(shown: Card, found: tuple[Hit, ...]) -> Card:
    """The card with the words around what was found, and the page or moment where it is."""
    if not found:
        return shown
    best = found[0]
    return replace(
        shown,
        hits=found,
        snippet=best.snippet,
        file_id=best.file_id,
        page=best.page,
        start_ms=best.start_ms,
    )
