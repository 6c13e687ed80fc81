"""What all engines do alike, and the errors they tell alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archive.models.errors import BadInputError, ConflictError, IndexUnusableError, IntegrityError
from archive.search.port import KEPT, UNDATED, FacetCount, Filters, IndexDocument, SearchPage

MOST_VALUES = 100
"""So many values of a facet are listed, those that most bear; chosen ones always, and of ALL_LISTED every one."""
ALL_LISTED = ("decade",)
"""Its values are not ranked but lie in a row, and *undated* stands among them."""

OUTDATED = "index-outdated"
_REBUILD = "Run `remembrance index rebuild`: the index is made anew from the database, nothing is lost."


def once_each(documents: Iterable[IndexDocument]) -> Iterator[IndexDocument]:
    """Each document once: a listing that is read while it changes may name an item twice."""
    seen: set[str] = set()
    for document in documents:
        if document.id not in seen:
            seen.add(document.id)
            yield document


def listed(name: str, counts: Iterable[FacetCount], chosen: Sequence[str] = ()) -> list[FacetCount]:
    """A facet's values by their counts, decades in the order of time, chosen values also where they count nothing."""
    have = {count.value: count for count in counts}
    every = [*have.values(), *(FacetCount(value, 0) for value in dict.fromkeys(chosen) if value not in have)]
    if name == "decade":
        return sorted(every, key=lambda count: (count.value == UNDATED, len(count.value), count.value))
    return sorted(every, key=lambda count: (-count.count, count.value))


def nothing_found(filters: Filters, facets: Sequence[str]) -> SearchPage:
    """The page of an index in which nothing was written yet."""
    return SearchPage(0, [], {name: listed(name, [], filters.facets.get(name, ())) for name in facets})


def check_facets(filters: Filters, facets: Sequence[str]) -> None:
    """BadInputError `unknown-facet` where something is chosen that this index does not keep."""
    for name, values in filters.facets.items():
        if values and name not in (*facets, *KEPT):
            raise unknown_facet(name, facets)


def unknown_facet(name: str, facets: Sequence[str]) -> BadInputError:
    """The error `unknown-facet`."""
    return BadInputError(
        f"There is no facet {name!r}.",
        code="unknown-facet",
        remedy="Choose one of: " + ", ".join(facets) + ".",
    )


def busy() -> ConflictError:
    """The error `index-busy`."""
    return ConflictError(
        "Another process is writing the search index.",
        code="index-busy",
        remedy="Wait until it is done; index jobs try again by themselves.",
    )


def incomplete(found: int, given: int) -> IntegrityError:
    """The error `index-incomplete`."""
    return IntegrityError(
        f"The new search index holds {found} of {given} documents; the old one goes on serving.",
        code="index-incomplete",
        remedy="Run `remembrance index rebuild` again.",
    )


def outdated() -> IndexUnusableError:
    """The error `index-outdated`."""
    return IndexUnusableError("The search index was made by another version.", code=OUTDATED, remedy=_REBUILD)


def unreadable(name: str) -> IndexUnusableError:
    """The error `index-unreadable`."""
    return IndexUnusableError(
        f"The search index in {name} cannot be read.", code="index-unreadable", remedy=_REBUILD
    )
