"""Searches as somebody: an index finds ids, the database says what of them may be shown and where the hit is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import File, Item, Passage, Right
from archive.models.errors import BadInputError
from archive.search import (
    FACETS,
    STAFF_FACETS,
    Filters,
    Query,
    Sort,
    best_passage,
    parse_query,
    query_text,
    snippet,
)
from archive.services.cards import cards, seen_in_order
from archive.services.labels import label
from archive.services.leading_on import Chosen, led_on
from archive.services.opening import Archive
from archive.services.views import Card, FacetValue, Results

PER_PAGE = 20
DEEPEST_PAGE = 500
SORTS: tuple[Sort, ...] = ("relevance", "date", "newest")


def find(
    archive: Archive,
    actor: Actor,
    text: str,
    *,
    filters: Mapping[str, Sequence[str]] | None = None,
    sort: str = "relevance",
    page: int = 1,
    language: str = "en",
) -> Results:
    """One page of what `actor` finds; BadInputError says why a query cannot be asked."""
    chosen: Chosen = {name: tuple(values) for name, values in (filters or {}).items() if values}
    staff = actor.collections_with(Right.SEE_ALL) is None
    allowed = STAFF_FACETS if staff else FACETS
    order = next((one for one in SORTS if one == sort), None)
    if order is None or not set(chosen) <= set(allowed) or not 1 <= page <= DEEPEST_PAGE:
        raise BadInputError(
            "The address of this search is not one that this archive makes.", code="bad-search"
        )
    query = parse_query(text)
    index = archive.indexes.staff if staff else archive.indexes.public
    found = index.search(query, Filters(facets=chosen), order, PER_PAGE * (page - 1), PER_PAGE)
    with archive.db.read() as session:
        now = led_on(session, chosen) if not found.total else chosen
        if now != chosen:
            # The index of whoever asks decides: a name that it does not hold leads nowhere.
            led = index.search(query, Filters(facets=now), order, PER_PAGE * (page - 1), PER_PAGE)
            found, chosen = (led, now) if led.total else (found, chosen)
        items = seen_in_order(session, actor, found.ids)
        shown = [
            _with_hit(session, one, item, query)
            for one, item in zip(cards(archive, session, items, language, actor), items, strict=True)
        ]
    return Results(
        total=found.total,
        cards=tuple(shown),
        facets={
            name: tuple(
                FacetValue(
                    one.value,
                    one.count,
                    one.value in chosen.get(name, ()),
                    label(archive, name, one.value, language),
                )
                for one in values
            )
            for name, values in found.facets.items()
        },
        page=page,
        per_page=PER_PAGE,
        understood=query_text(query),
        suggestion=index.suggest(text) if found.total == 0 and not chosen else None,
    )


def _with_hit(session: Session, shown: Card, item: Item, query: Query) -> Card:
    """The card with the words around the hit, and the page or moment where it is."""
    if query.asks_for_everything:
        return shown
    rows = session.execute(
        select(Passage.text, Passage.file_id, Passage.page, Passage.start_ms)
        .join(File, File.id == Passage.file_id)
        .where(File.item_id == item.id)
        .order_by(File.position, Passage.position)
    ).all()
    # A hit that can be opened at its second or page is worth more than the same words in a plain transcript.
    rows = sorted(rows, key=lambda row: (row.start_ms is None, row.page is None))
    place = best_passage([row.text for row in rows], query)
    if place is None:
        return replace(shown, snippet=tuple(snippet(item.description, query).parts))
    row = rows[place]
    parts = tuple(snippet(row.text, query).parts)
    return replace(shown, snippet=parts, file_id=row.file_id, page=row.page, start_ms=row.start_ms)
