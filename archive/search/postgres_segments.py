"""Where the rows of an index on PostgreSQL lie: in segments of a limited size, so that what was removed leaves the disk in little time.

A segment is a range of numbers, kept in one partition of `item` and, where long items are in it, one of `part`. Rows are added to the
last until it is full. Whatever lies in one is written anew beside it and takes its place in one transaction, and the others stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from archive.search.postgres_cost import ASKED_FIRST
from archive.search.postgres_words import Row

MOST_ITEMS = 5_000
"""Of one segment. To write so many anew takes some ten seconds; more segments would make each search dearer (docs/search.md)."""
MOST_WORDS = 15_000_000
"""Of one segment, of which the last item may have more: so many words are indexed in about the same time."""

KINDS = ("item", "part")
# Words are kept out of the statistics (STATISTICS 0), where they would outlive their items, and out of line, so that
# what is read of every item found is narrow.
TABLES = """
    CREATE TABLE {0}.segment (first bigint PRIMARY KEY, beyond bigint);
    CREATE TABLE {0}.item (
        number bigint, id text, first_day int, last_day int, order_day int, added int, words int, codes bigint[], vector tsvector
    ) PARTITION BY RANGE (number);
    ALTER TABLE {0}.item
        ALTER id SET STORAGE MAIN, ALTER codes SET STORAGE MAIN, ALTER codes SET STATISTICS 0,
        ALTER vector SET STATISTICS 0;
    CREATE TABLE {0}.part (number bigint, vector tsvector) PARTITION BY RANGE (number);
    ALTER TABLE {0}.part ALTER vector SET STATISTICS 0;
    CREATE TABLE {0}.value (code bigint PRIMARY KEY, facet text, value text);
    ALTER TABLE {0}.value ALTER value SET STATISTICS 0;
    CREATE TABLE {0}.removed (id text, first bigint, PRIMARY KEY (id, first));
"""
_TABLE = {
    "item": """
        CREATE TABLE {0} (LIKE {1}.item INCLUDING STORAGE) WITH (toast_tuple_target = 256);
        ALTER TABLE {0} ALTER codes SET STATISTICS 0, ALTER vector SET STATISTICS 0;
    """,
    "part": """
        CREATE TABLE {0} (LIKE {1}.part INCLUDING STORAGE);
        ALTER TABLE {0} ALTER vector SET STATISTICS 0;
    """,
}
# With little memory words are gathered where the processor is quick to find them: with 256 MB it takes half as long again, and
# the index is a third larger.
_INDEXES = {
    "item": f"""
        SET LOCAL maintenance_work_mem = '8MB';
        ALTER TABLE {{0}} ADD PRIMARY KEY (number);
        CREATE UNIQUE INDEX ON {{0}} (id);
        CREATE INDEX ON {{0}} USING gin (vector) WITH (fastupdate = off);
        CREATE INDEX ON {{0}} USING gin (vector) WITH (fastupdate = off) WHERE {ASKED_FIRST};
        ANALYZE {{0}};
    """,
    "part": """
        SET LOCAL maintenance_work_mem = '8MB';
        CREATE INDEX ON {0} (number);
        CREATE INDEX ON {0} USING gin (vector) WITH (fastupdate = off);
        ANALYZE {0};
    """,
}
# Searches take hold of `item` first, and of all of its partitions through it: whoever waits here holds nothing that is needed
# afterwards, and whoever searches finds all segments of before or all of now.
WAIT_FOR_SEARCHES = "LOCK TABLE ONLY {0}.item IN ACCESS EXCLUSIVE MODE"
_VALUES_AGAIN = """
    CREATE TABLE {0}.value_again (LIKE {0}.value INCLUDING INDEXES);
    ALTER TABLE {0}.value_again ALTER value SET STATISTICS 0;
    INSERT INTO {0}.value_again SELECT * FROM {0}.value WHERE code IN (SELECT unnest(codes) FROM {0}.item);
    ANALYZE {0}.value_again;
"""
_IN_SEGMENTS = """
    SELECT first, beyond, (SELECT count(*) FROM {0}.item WHERE number >= first AND number < beyond),
            (SELECT coalesce(sum(words), 0) FROM {0}.item WHERE number >= first AND number < beyond)
        FROM {0}.segment ORDER BY first
"""


@dataclass
class Segment:
    """The numbers `first` to before `beyond`, and what is there of them."""

    first: int
    beyond: int
    items: int = 0
    words: int = 0

    def fitting(self, rows: Iterable[Row], last_number: int) -> Iterator[tuple[int, Row]]:
        """Number rows on from the last number for as long as there is room; none is taken that is not given."""
        for number, row in enumerate(rows, last_number + 1):
            self.words += row.words
            yield number, row
            if self.is_full(number):
                return

    def is_full(self, last_number: int) -> bool:
        """Whether the next item has to lie in another segment."""
        return last_number + 1 >= self.beyond or self.words >= MOST_WORDS

    def is_small(self) -> bool:
        """Whether no more than half of it is left."""
        return 2 * self.items <= MOST_ITEMS and 2 * self.words <= MOST_WORDS


def write(connection: Connection, schema: str, rows: Iterator[Row], last_number: int) -> int:
    """Add rows to the last segment, and to new ones when it is full; returns the last number that was given."""
    newest = _segments(connection, schema, "DESC LIMIT 1")
    segment = newest[0] if newest else None
    made: list[tuple[str, Segment]] = []
    for row in rows:
        if segment is None or segment.is_full(last_number):
            # No number is given twice, even where the last segment has gone with all that it held.
            first = max(last_number + 1, segment.beyond if segment is not None else 0)
            segment, last_number = Segment(first, first + MOST_ITEMS), first - 1
            _note(connection, schema, segment)
        fitting = segment.fitting(chain([row], rows), last_number)
        last_number, kinds = _fill(connection, schema, segment.first, fitting)
        made += [(kind, segment) for kind in kinds]
    if made:
        # Searches that know nothing of a new table yet must not see that what is in it has left its former one.
        connection.exec_driver_sql(WAIT_FOR_SEARCHES.format(schema))
        for kind, segment in made:
            _attach(connection, schema, kind, segment)
    return last_number


def note_removed(connection: Connection, schema: str, ids: Sequence[str], numbers: Sequence[int]) -> None:
    """Keep in mind in which segments something of these items still lies, although no search can find it."""
    connection.exec_driver_sql(
        f"INSERT INTO {schema}.removed SELECT id, first FROM unnest(%(ids)s::text[], %(numbers)s::bigint[]) gone (id, number)"
        f" JOIN {schema}.segment ON number >= first AND number < beyond ON CONFLICT DO NOTHING",
        {"ids": list(ids), "numbers": list(numbers)},
    )


def holding(connection: Connection, schema: str, ids: Sequence[str]) -> Segment | None:
    """A segment in which something of these items lies that was removed."""
    asked = (
        f"SELECT first, beyond FROM {schema}.segment"
        f" WHERE first IN (SELECT first FROM {schema}.removed WHERE id = ANY(%(ids)s)) LIMIT 1"
    )
    found = connection.exec_driver_sql(asked, {"ids": list(ids)}).first()
    return Segment(*found) if found else None


def left_apart(connection: Connection, schema: str) -> Segment | None:
    """What neighbours reach over that fit into one, no more than half of each being left; or one of which nothing is left.

    Of two that stay beside each other one is more than half full, so that there are few. The last is still filled.
    """
    run: list[Segment] = []
    for one in _segments(connection, schema)[:-1]:
        if one.is_small() and _fit([*run, one]):
            run.append(one)
        elif _is_apart(run):
            break
        else:
            run = [one] if one.is_small() else []
    return Segment(run[0].first, run[-1].beyond) if _is_apart(run) else None


def _fit(run: Sequence[Segment]) -> bool:
    return sum(each.items for each in run) <= MOST_ITEMS and sum(each.words for each in run) <= MOST_WORDS


def _is_apart(run: Sequence[Segment]) -> bool:
    return len(run) > 1 or any(not each.items for each in run)


def write_again(connection: Connection, schema: str, segment: Segment) -> None:
    """Put what is left between two numbers into one new segment: nothing that was removed lies in it or its indexes."""
    first, beyond = segment.first, segment.beyond
    within = f"first >= {first} AND first < {beyond}"
    kept = [kind for kind in KINDS if _copy(connection, schema, kind, segment)]
    connection.exec_driver_sql(_VALUES_AGAIN.format(schema))
    connection.exec_driver_sql(WAIT_FOR_SEARCHES.format(schema))
    for old in (
        connection.exec_driver_sql(f"SELECT first FROM {schema}.segment WHERE {within}").scalars().all()
    ):
        for kind in KINDS:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {schema}.{kind}_{old}")
    connection.exec_driver_sql(f"DELETE FROM {schema}.segment WHERE {within}")
    connection.exec_driver_sql(f"DELETE FROM {schema}.removed WHERE {within}")
    for kind in kept:
        connection.exec_driver_sql(f"ALTER TABLE {schema}.{kind}_again RENAME TO {kind}_{first}")
        _attach(connection, schema, kind, segment)
    if kept:
        _note(connection, schema, segment)
    connection.exec_driver_sql(f"DROP TABLE {schema}.value; ALTER TABLE {schema}.value_again RENAME TO value")


def _copy(connection: Connection, schema: str, kind: str, segment: Segment) -> bool:
    """Copy what is left into a table of its own; whether there is any."""
    new = f"{schema}.{kind}_again"
    connection.exec_driver_sql(_TABLE[kind].format(new, schema))
    left = f"SELECT * FROM {schema}.{kind} WHERE number >= {segment.first} AND number < {segment.beyond} ORDER BY number"
    if not connection.exec_driver_sql(f"INSERT INTO {new} {left}").rowcount:
        connection.exec_driver_sql(f"DROP TABLE {new}")
        return False
    connection.exec_driver_sql(_INDEXES[kind].format(new))
    return True


def _segments(connection: Connection, schema: str, which: str = "") -> list[Segment]:
    return [Segment(*row) for row in connection.exec_driver_sql(f"{_IN_SEGMENTS.format(schema)} {which}")]


def _note(connection: Connection, schema: str, segment: Segment) -> None:
    connection.exec_driver_sql(f"INSERT INTO {schema}.segment VALUES ({segment.first}, {segment.beyond})")


def _attach(connection: Connection, schema: str, kind: str, segment: Segment) -> None:
    connection.exec_driver_sql(
        f"ALTER TABLE {schema}.{kind} ATTACH PARTITION {schema}.{kind}_{segment.first}"
        f" FOR VALUES FROM ({segment.first}) TO ({segment.beyond})"
    )


def _fill(
    connection: Connection, schema: str, first: int, rows: Iterable[tuple[int, Row]]
) -> tuple[int, list[str]]:
    """Write rows into the tables of a segment; returns the last number, and the kinds of tables made for them."""
    number, parts = 0, list[tuple[int, str]]()
    made = _made(connection, schema, "item", first)
    with _copying(connection, f"{schema}.item_{first}") as copy:
        for number, row in rows:
            copy.write_row(_columns(number, row))
            parts += [(number, part) for part in row.parts]
    if parts:
        made += _made(connection, schema, "part", first)
        with _copying(connection, f"{schema}.part_{first}") as copy:
            for part in parts:
                copy.write_row(part)
    for kind in made:
        connection.exec_driver_sql(_INDEXES[kind].format(f"{schema}.{kind}_{first}"))
    return number, made


def _made(connection: Connection, schema: str, kind: str, first: int) -> list[str]:
    """Have a table, and say which kind it is where it was not there before."""
    table = f"{schema}.{kind}_{first}"
    if connection.exec_driver_sql(f"SELECT to_regclass('{table}')").scalar() is not None:
        return []
    connection.exec_driver_sql(_TABLE[kind].format(table, schema))
    return [kind]


def _columns(number: int, made: Row) -> tuple[Any, ...]:
    document = made.document
    return (
        number, document.id, made.first_day, made.last_day, made.order_day, document.added, made.words, list(made.values),
        made.vector,
    )  # fmt: skip


def _copying(connection: Connection, table: str) -> Any:
    """Rows written as PostgreSQL takes them fastest."""
    driver: Any = connection.connection.driver_connection
    return driver.cursor().copy(f"COPY {table} FROM STDIN")
