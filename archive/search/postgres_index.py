"""The search port kept by PostgreSQL, in the archive's own database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine

from archive.search.alike import check_facets, incomplete, nothing_found, once_each
from archive.search.port import FACETS, Filters, IndexDocument, Leaf, SearchPage, Sort, WordSource
from archive.search.postgres_match import lexemes
from archive.search.postgres_page import Asked, search
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
        with self._tables.writing() as connection:
            removed = f"SELECT count(*) FROM {self._tables.schema}.removed WHERE id = ANY(%(ids)s)"
            if connection.exec_driver_sql(removed, {"ids": list(ids)}).scalar_one():
                self._tables.write_again(connection)

    def tidy(self, leaves_off: Callable[[], bool] = lambda: False) -> bool:
        """Nothing to do: the server sees to it."""
        return True

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
    numbers, removed, words = zip(*gone, strict=True)
    connection.exec_driver_sql(
        f"DELETE FROM {schema}.part WHERE number = ANY(%(numbers)s)", {"numbers": list(numbers)}
    )
    # Which ids still lie in pages of the tables, although no search can find them.
    connection.exec_driver_sql(
        f"INSERT INTO {schema}.removed SELECT unnest(%(ids)s::text[]) ON CONFLICT DO NOTHING",
        {"ids": list(removed)},
    )
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
    count, words, number = meta["documents"], meta["words"], meta["last_number"]
    values: dict[int, tuple[str, str]] = {}
    parts: list[tuple[int, str]] = []
    written = 0
    with _copying(connection, f"{schema}.item") as copy:
        for document in documents:
            made = row(document, facets, count, words)
            written, count, words, number = written + 1, count + 1, words + made.words, number + 1
            copy.write_row(_columns(number, made))
            values |= made.values
            parts += [(number, part) for part in made.parts]
            if progress is not None:
                progress(written)
    with _copying(connection, f"{schema}.part") as copy:
        for part in parts:
            copy.write_row(part)
    _add_values(connection, schema, values)
    connection.exec_driver_sql(
        f"UPDATE {schema}.meta SET documents = {count}, words = {words}, last_number = {number}"
    )
    return written


def _columns(number: int, made: Row) -> tuple[Any, ...]:
    document = made.document
    return (
        number, document.id, made.first_day, made.last_day, made.order_day, document.added, made.words, list(made.values),
        made.vector,
    )  # fmt: skip


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


def _copying(connection: Connection, table: str) -> Any:
    """Rows written as PostgreSQL takes them fastest."""
    driver: Any = connection.connection.driver_connection
    return driver.cursor().copy(f"COPY {table} FROM STDIN")
