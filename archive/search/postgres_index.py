"""The search port kept by PostgreSQL, in the archive's own database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial

from sqlalchemy import Connection, Engine

from archive.search.alike import check_facets, incomplete, nothing_found, once_each
from archive.search.port import FACETS, Filters, IndexDocument, Leaf, SearchPage, Sort, WordSource
from archive.search.postgres_match import lexemes
from archive.search.postgres_page import Asked, search
from archive.search.postgres_segments import (
    Segment,
    holding,
    left_apart,
    note_removed,
    write,
    write_again,
)
from archive.search.postgres_tables import SCHEMA_VERSION, Tables
from archive.search.postgres_words import Row, row
from archive.search.query import Query, Word
from archive.search.suggest import suggest
from archive.search.words import stem


class PostgresIndex:
    """One index in one schema: PostgreSQL matches, ranks and counts; words are folded and stemmed before."""

    def __init__(
        self, engine: Engine, name: str, *, facets: tuple[str, ...] = FACETS, lock_timeout: float = 30.0
    ) -> None:
        self._engine = engine
        self._facets = facets
        self._tables = Tables(engine, name, lock_timeout)

    def update(self, documents: Iterable[IndexDocument], removed_ids: Iterable[str] = ()) -> None:
        latest = {document.id: document for document in documents}
        stale = {*latest, *removed_ids}
        if not stale:
            return
        with self._tables.writing() as connection:
            _remove(connection, self._tables.schema, list(stale))
            if latest:
                _write(connection, self._tables.schema, latest.values(), self._facets)

    def merge_away(self, ids: Iterable[str]) -> None:
        asked = list(ids)
        while self._wrote_again(lambda connection, schema: holding(connection, schema, asked)):
            pass

    def tidy(self, leaves_off: Callable[[], bool] = lambda: False) -> bool:
        while not leaves_off():
            if not self._wrote_again(left_apart):
                return True
        return False

    def _wrote_again(self, which: Callable[[Connection, str], Segment | None]) -> bool:
        """Write one segment anew, if there is such a one: another writer need not wait until all are, and what is done is done."""
        with self._tables.writing() as connection:
            segment = which(connection, self._tables.schema)
            if segment is not None:
                write_again(connection, self._tables.schema, segment)
        return segment is not None

    def rebuild(
        self, documents: Iterable[IndexDocument], progress: Callable[[int], None] | None = None
    ) -> int:
        with self._tables.writing(anew=True) as connection:
            last = 0
            if self._tables.version(connection) == SCHEMA_VERSION:
                last = _meta(connection, self._tables.schema)["last_number"]
            with self._tables.beside(connection) as new:
                # Numbers go on, so that no search that began before can mean another item by one.
                connection.exec_driver_sql(f"UPDATE {new}.meta SET last_number = {int(last)}")
                given = _write(connection, new, once_each(documents), self._facets, progress)
                found = connection.exec_driver_sql(f"SELECT count(*) FROM {new}.item").scalar_one()
                if found != given:
                    raise incomplete(found, given)
        return given

    def search(
        self,
        query: Query,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
    ) -> SearchPage:
        check_facets(filters, self._facets)
        asked = Asked(query, filters, sort, max(0, offset), max(0, limit))
        with self._tables.reading() as connection:
            if connection is None:
                return nothing_found(filters, self._facets)
            return search(connection, self._tables.schema, asked, self._facets)

    def suggest(
        self,
        text: str,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        beside: Sequence[WordSource] = (),
    ) -> str | None:
        check_facets(filters, self._facets)
        with self._tables.reading() as connection:
            if connection is None:
                return suggest(text, beside, filters)

            schema = self._tables.schema

            def finds(query: Query, kept: Filters) -> int:
                return search(
                    connection, schema, Asked(query, kept, "newest", 0, 0), tuple(kept.facets)
                ).total

            own = WordSource(partial(_held, connection, schema), finds)
            return suggest(text, (own, *beside), filters)

    def count(self) -> int:
        with self._tables.reading() as connection:
            return int(_meta(connection, self._tables.schema)["documents"]) if connection is not None else 0

    def close(self) -> None:
        self._engine.dispose()


def _held(connection: Connection, schema: str, leaves: Collection[Leaf]) -> dict[Leaf, int]:
    """As `held` of WordSource: all in one go."""
    asked = list(dict.fromkeys(leaves))
    counting = (
        f"SELECT n, (SELECT count(*) FROM {schema}.item WHERE vector @@ lexemes::tsquery)"
        " FROM unnest(%(lexemes)s::text[]) WITH ORDINALITY asked (lexemes, n)"
    )
    rows = connection.exec_driver_sql(counting, {"lexemes": list(map(_written, asked))})
    return {asked[n - 1]: int(count) for n, count in rows}


def _written(leaf: Leaf) -> str:
    if not isinstance(leaf, Word):
        return lexemes(leaf)
    return f"'{leaf.word}'" if stem(leaf.word) == leaf.word else f"'R/{leaf.word}'"


def _meta(connection: Connection, schema: str) -> dict[str, int]:
    return dict(connection.exec_driver_sql(f"SELECT * FROM {schema}.meta").mappings().one())


def _remove(connection: Connection, schema: str, ids: list[str]) -> None:
    removing = f"DELETE FROM {schema}.item WHERE id = ANY(%(ids)s) RETURNING number, id, words"
    gone = connection.exec_driver_sql(removing, {"ids": ids}).all()
    if not gone:
        return
    numbers, removed, words = map(list, zip(*gone, strict=True))
    connection.exec_driver_sql(
        f"DELETE FROM {schema}.part WHERE number = ANY(%(numbers)s)", {"numbers": numbers}
    )
    note_removed(connection, schema, removed, numbers)
    connection.exec_driver_sql(
        f"UPDATE {schema}.meta SET documents = documents - {len(gone)}, words = words - {sum(words)}"
    )


def _write(
    connection: Connection,
    schema: str,
    documents: Iterable[IndexDocument],
    facets: tuple[str, ...],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Add rows; returns how many."""
    meta = _meta(connection, schema)
    count, words = meta["documents"], meta["words"]
    values: dict[int, tuple[str, str]] = {}

    def rows() -> Iterator[Row]:
        nonlocal count, words
        for document in documents:
            made = row(document, facets, count, words)
            count, words = count + 1, words + made.words
            values.update(made.values)
            yield made
            if progress is not None:
                progress(count - meta["documents"])

    number = write(connection, schema, rows(), meta["last_number"])
    _add_values(connection, schema, values)
    connection.exec_driver_sql(
        f"UPDATE {schema}.meta SET documents = {count}, words = {words}, last_number = {number}"
    )
    return count - meta["documents"]


def _add_values(connection: Connection, schema: str, values: dict[int, tuple[str, str]]) -> None:
    connection.exec_driver_sql(
        f"INSERT INTO {schema}.value SELECT * FROM unnest(%(codes)s::bigint[], %(facets)s::text[], %(values)s::text[])"
        " ON CONFLICT DO NOTHING",
        {
            "codes": list(values),
            "facets": [facet for facet, _ in values.values()],
            "values": [value for _, value in values.values()],
        },
    )
