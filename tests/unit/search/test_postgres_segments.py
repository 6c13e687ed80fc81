"""Items lie in segments on PostgreSQL: nobody who searches notices, and few are left apart."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from archive.search import IndexDocument, parse_query, postgres_segments
from archive.search.postgres_index import PostgresIndex
from archive.search.postgres_tables import connect
from tests.fixtures.databases import postgres_database


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    with postgres_database(postgres_url) as url:
        engine = connect(url)
        yield engine
        engine.dispose()


@pytest.fixture
def index(engine: Engine) -> PostgresIndex:
    return PostgresIndex(engine, "public")


def test_a_new_segment_waits_for_searches_that_know_nothing_of_it_yet(
    index: PostgresIndex, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_segments, "MOST_ITEMS", 1)
    index.update([IndexDocument("a", "A")])
    item = f"{index._tables.schema}.item"
    with (
        engine.connect() as other,
        index._tables.reading() as reading,
        ThreadPoolExecutor(1) as pool,
    ):
        assert reading is not None and reading.exec_driver_sql(f"SELECT count(*) FROM {item}").scalar() == 1
        writing = pool.submit(index.update, [IndexDocument("a", "A again")])
        waits = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{item}'::regclass"
        while not writing.done() and not other.exec_driver_sql(waits).scalar():
            pass
        assert not writing.done()
        reading.rollback()
    assert index.search(parse_query("again")).total == index.count() == 1


def test_what_lies_in_many_segments_is_found_in_the_order_of_one(
    index: PostgresIndex, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = ("sea", "seaside", "sea", "river")
    documents = [
        IndexDocument(f"item{at:02}", f"A letter by the {places[at % 4]}", added=20240101 + at * 7 % 5)
        for at in range(20)
    ]
    asked = ("letter", '"the sea"', "letter -sea", "", "seas* OR letter")

    def pages() -> list[list[str]]:
        sorts = ("relevance", "newest", "date")
        return [index.search(parse_query(text), sort=one).ids for text in asked for one in sorts]

    def told(asked: str) -> int:
        with engine.connect() as connection:
            return int(connection.exec_driver_sql(asked.format(index._tables.schema)).scalar_one())

    def segments() -> int:
        return told("SELECT count(*) FROM pg_inherits WHERE inhparent = '{}.item'::regclass")

    index.rebuild(documents)
    expected = pages()
    assert segments() == 1 and [len(ids) for ids in expected[::3]] == [20, 10, 10, 20, 20]
    monkeypatch.setattr(postgres_segments, "MOST_ITEMS", 4)
    index.rebuild(documents)
    assert segments() == 5 and pages() == expected
    index.update(documents[4:8])
    assert segments() == 6 and pages() == expected
    assert index.tidy() and segments() == 5 and pages() == expected  # one had nothing left
    for at in range(0, 20, 3):
        index.update(documents[at : at + 3])
    assert segments() == 10 and pages() == expected
    assert not index.tidy(lambda: True) and segments() == 10
    assert index.tidy() and segments() == 5 and pages() == expected
    monkeypatch.setattr(postgres_segments, "MOST_WORDS", 1)
    index.update(documents[:2])
    index.merge_away(each.id for each in documents)
    assert segments() == 7 and pages() == expected
    last = told("SELECT max(number) FROM {}.item")
    index.update([], [each.id for each in documents])
    index.merge_away(each.id for each in documents)
    assert segments() == 0
    index.update(documents)
    assert told("SELECT min(number) FROM {}.item") > last and pages() == expected
