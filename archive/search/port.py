"""The port: what the archive asks of a search engine, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from archive.search.query import Prefix, Query, Value, Word

FACETS = ("kind", "decade", "place", "subject", "collection", "language", "rights", "observance")
STAFF_FACETS = (*FACETS, "state")
KEPT = ("name",)
"""What can be chosen like a value of a facet and is counted nowhere: nearly every item bears names of its own."""

UNDATED = "undated"

Sort = Literal["relevance", "date", "newest"]
Key = tuple[float, ...]


@dataclass(frozen=True)
class IndexDocument:
    """One item as it may be found: plain words in, its id out.

    Days are integers YYYYMMDD; `date_start` and `date_end` are the earliest and latest day the item may belong
    to (both None: undated), `decades` every decade in between (1860, 1870), `years` those of a date of several that
    leaves out a year between them (1861 or 1864), `date_order` the day by which it stands
    among others where that is not the first of them. Only a staff index keeps `state`.
    `kind_names` are what else its kind is called, for `kind:` alone. `languages` is what the item counts for, `written_in` what else it is described or transcribed in: words are stemmed by both.
    What stands in the `other_` fields is found like the rest and is counted nowhere: other names of the same.
    `whole_names` are kept whole, to be chosen; `subject_values` are what subjects count as, themselves where empty.
    """

    id: str
    title: str
    names: Sequence[str] = ()
    subjects: Sequence[str] = ()
    places: Sequence[str] = ()
    description: str = ""
    text: str = ""
    kind: str = ""
    collection: str = ""
    languages: Sequence[str] = ()
    rights: str = ""
    observances: Sequence[str] = ()
    date_start: int | None = None
    date_end: int | None = None
    date_order: int | None = None
    decades: Sequence[int] = ()
    added: int = 0
    state: str = ""
    other_names: Sequence[str] = ()
    other_subjects: Sequence[str] = ()
    other_places: Sequence[str] = ()
    written_in: Sequence[str] = ()
    whole_names: Sequence[str] = ()
    subject_values: Sequence[str] = ()
    kind_names: Sequence[str] = ()
    years: Sequence[int] = ()


@dataclass(frozen=True)
class Filters:
    """Chosen values of facets or of KEPT, `{"kind": ["letter", "photograph"]}`: any value within one, all of them together.

    `first` and `last` (YYYYMMDD, either may be None) keep items that may belong to those days. Of `inside` (where
    any is named) and `outside` the collections are that may be looked through: what they leave out is counted nowhere.
    """

    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None
    inside: Sequence[str] = ()
    outside: Sequence[str] = ()


@dataclass(frozen=True)
class FacetCount:
    """A facet value and how many of the found items bear it."""

    value: str
    count: int


@dataclass(frozen=True)
class SearchPage:
    """How many items were found, the ids of one page in order, and the facets of all that was found.

    A facet's counts leave its own chosen values aside, so that the alternatives to them keep their numbers. `keys` tell
    of each id why it stands where it does, the first the least; by relevance how well it is found, below zero, leads.
    """

    total: int
    ids: list[str]
    facets: dict[str, list[FacetCount]]
    keys: list[Key] = field(default_factory=list)


Leaf: TypeAlias = Word | Prefix | Value


@dataclass(frozen=True)
class WordSource:
    """Where suggestions are drawn from: what an index knows of its words, or whoever keeps others that everybody may read.

    `held` counts what holds each: a word in this very form (in whatever field), any word that begins so (about), a whole value; what nothing holds
    may be left out. It is asked for up to some thousand at once. `finds` counts what a query finds under some filters.
    """

    held: Callable[[Collection[Leaf]], Mapping[Leaf, int]]
    finds: Callable[[Query, Filters], int]


class SearchIndex(Protocol):
    """One index. Reading is safe from many threads; one writer at a time, across processes.

    A commit is seen by every reader of every process at its next search. Errors: ConflictError `index-busy`
    when another writer holds the index too long; BadInputError for what a person asked wrongly.
    """

    def update(self, documents: Iterable[IndexDocument], removed_ids: Iterable[str] = ()) -> None:
        """Add or replace documents and take others out, in one commit; a removed id that is not there is no error."""

    def search(
        self,
        query: Query,
        filters: Filters = ...,
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
    ) -> SearchPage:
        """Find one page; the same query on the same index gives the same order."""

    def suggest(self, text: str, filters: Filters = ..., beside: Sequence[WordSource] = ()) -> str | None:
        """The text with words that nothing here contains corrected to near ones that find something under `filters`, or None.

        What stands `beside` this index and everybody may read too is known and found like its own.
        """

    def count(self) -> int:
        """How many documents can be found."""

    def rebuild(
        self, documents: Iterable[IndexDocument], progress: Callable[[int], None] | None = None
    ) -> int:
        """Make the index anew beside the one that serves, count it, swap them at once; returns the count.

        `progress` is told how many documents are written so far. Writers wait meanwhile, readers do not.
        IntegrityError when the count is wrong: the old index goes on serving.
        """

    def merge_away(self, ids: Iterable[str]) -> None:
        """Rewrite what still holds removed or replaced versions of these ids, so that their words leave the disk."""

    def tidy(self, leaves_off: Callable[[], bool] = lambda: False) -> bool:
        """Put together what many small changes left apart, by which searches become faster; no search finds anything else.

        What takes longer is left for another time where `leaves_off` says so meanwhile; returns whether all is done.
        """

    def close(self) -> None:
        """Let go of files; searching again opens them again."""
