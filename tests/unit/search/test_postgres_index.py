"""An index that PostgreSQL keeps: long texts are found whole, one writes at a time, readers see every commit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from archive.models.errors import BadInputError, ConflictError, IntegrityError
from archive.search import (
    Filters,
    IndexDocument,
    cost,
    parse_query,
    postgres_cost,
    postgres_page,
    postgres_segments,
    postgres_tables,
)
from archive.search.postgres_index import PostgresIndex
from archive.search.postgres_tables import Tables, connect
from tests.fixtures.databases import postgres_database


@pytest.fixture(scope="module")
def database(postgres_url: str) -> Iterator[str]:
    with postgres_database(postgres_url) as url:
        yield url


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = connect(database)
    yield engine
    engine.dispose()


@pytest.fixture
def index(engine: Engine, request: pytest.FixtureRequest) -> Iterator[PostgresIndex]:
    name = f"public_{abs(hash(request.node.name))}"
    yield PostgresIndex(engine, name, lock_timeout=0.05)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS search_{name} CASCADE")


def total(index: PostgresIndex, text: str) -> int:
    return index.search(parse_query(text)).total


def test_phrases_are_found_wherever_in_a_long_text_they_stand(index: PostgresIndex) -> None:
    # A vector keeps 255 places of a word and none beyond the 16,383rd.
    filler = [f"filler{number % 700} the" for number in range(12_000)]
    filler[400] = "over the sea"
    filler[9_000] = "under a bridge the"
    filler[85] = filler[86] = "upon the meadow"  # where two of its parts meet
    index.update(
        [IndexDocument("long", "A ledger", text=" ".join(filler)), IndexDocument("short", "the sea")]
    )
    for phrase in (
        '"over the sea"',
        '"under a bridge"',
        '"the upon the meadow"',
        '"upon the meadow upon the"',
    ):
        assert index.search(parse_query(phrase)).ids == ["long"], phrase
    assert index.search(parse_query('"the sea"')).total == 2
    assert total(index, '"bridge under a"') == total(index, '"a ledger over"') == 0
    assert index.search(parse_query('sea -"over the sea"')).ids == ["short"]
    index.update([], removed_ids=["long"])
    assert total(index, '"under a bridge"') == 0


def test_what_no_tsquery_can_say_is_combined_with_what_it_can(index: PostgresIndex) -> None:
    index.update(
        [
            IndexDocument("old", "A letter home", date_start=18630101, date_end=18631231, decades=[1860]),
            IndexDocument("new", "A letter about the sea", date_start=19000101, date_end=19001231),
            IndexDocument("none", "A song about a home by the sea"),
        ]
    )
    for text, ids in {
        "date:1863 OR song": {"old", "none"},
        "-letter": {"none"},
        "-letter OR home": {"old", "none"},
        '"the sea" OR undated:yes': {"new", "none"},
        '-"the sea"': {"old"},
        "letter -date:1863": {"new"},
        "decade:1860 OR song -sea": {"old"},
        "letter -sea -home": set(),
        "letter OR -about": {"old", "new"},
    }.items():
        assert set(index.search(parse_query(text)).ids) == ids, text


def test_a_second_writer_is_told_that_the_index_is_busy(index: PostgresIndex, engine: Engine) -> None:
    index.update([IndexDocument("a", "A")])
    with Tables(engine, index._tables.schema.removeprefix("search_"), 1.0).writing():
        with pytest.raises(ConflictError) as refused:
            index.update([IndexDocument("b", "B")])
        assert index.count() == 1  # who only reads does not wait, not even at first
        assert total(PostgresIndex(engine, index._tables.schema.removeprefix("search_")), "a") == 1
        assert total(PostgresIndex(engine, "never_written"), "a") == 0
    assert refused.value.code == "index-busy"


def test_readers_on_other_connections_see_each_commit_and_each_rebuild(
    index: PostgresIndex, database: str
) -> None:
    other = connect(database)
    reader = PostgresIndex(other, index._tables.schema.removeprefix("search_"))
    assert reader.count() == 0
    for number in range(3):
        index.update([IndexDocument(f"id{number}", f"number{number}")])
        assert total(reader, f"number{number}") == 1
    index.rebuild([IndexDocument("new", "Rebuilt")])
    assert reader.count() == total(reader, "rebuilt") == 1
    other.dispose()


def test_threads_search_while_another_writes_and_rebuilds(
    index: PostgresIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_segments, "MOST_ITEMS", 7)
    index.rebuild(IndexDocument(f"id{number}", "Testimony", decades=[1860]) for number in range(20))
    done = threading.Event()

    def read() -> int:
        searches = 0
        while not done.is_set() or not searches:
            page = index.search(parse_query('testimon* "the testimony" OR testimony'), limit=100)
            assert page.total == len(page.ids) == page.facets["decade"][0].count >= 20
            searches += 1
        return searches

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for last in range(21, 24):
            index.update([IndexDocument(f"id{last}", "Testimony", decades=[1860])])
            index.rebuild(IndexDocument(f"id{n}", "Testimony", decades=[1860]) for n in range(last))
            index.update(
                [IndexDocument(f"id{n}", "Testimony", decades=[1860]) for n in range(last - 7, last)]
            )
            index.merge_away([f"id{last}", "id17"])
            index.tidy()
        done.set()
        assert all(reader.result() for reader in readers)


def test_an_index_of_another_version_asks_to_be_rebuilt(index: PostgresIndex, engine: Engine) -> None:
    index.update([IndexDocument("a", "A")])
    schema = index._tables.schema
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {schema}.meta SET version = 0")
    later = PostgresIndex(engine, schema.removeprefix("search_"))
    with pytest.raises(IntegrityError) as refused:
        later.count()
    assert refused.value.code == "index-outdated"
    assert later.rebuild([IndexDocument("b", "B"), IndexDocument("c", "C")]) == 2
    assert later.count() == 2


def test_a_chosen_value_is_counted_beyond_the_values_that_are_listed(index: PostgresIndex) -> None:
    index.update(IndexDocument(f"id{number}", "A", places=[f"Place {number}"]) for number in range(150))
    listed = {each.value for each in index.search(parse_query("")).facets["place"]}
    unlisted = next(f"Place {number}" for number in range(150) if f"Place {number}" not in listed)
    counts = index.search(parse_query(""), Filters({"place": [unlisted]})).facets["place"]
    assert {each.value: each.count for each in counts}[unlisted] == 1
    assert len(counts) == 101


def test_a_search_that_takes_too_long_is_broken_off_in_words_and_the_next_is_answered(
    index: PostgresIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.update([IndexDocument("one", "A letter")])
    monkeypatch.setattr(postgres_tables, "MOST_MS", 50)
    with pytest.raises(BadInputError) as refused, index._tables.reading() as connection:
        assert connection is not None
        connection.exec_driver_sql("SELECT pg_sleep(60)")
    assert refused.value.code == "query-too-costly"
    monkeypatch.undo()
    assert total(index, "letter") == 1


@pytest.fixture
def large(index: PostgresIndex, monkeypatch: pytest.MonkeyPatch) -> PostgresIndex:
    """An index of a few hundred items that is looked into beforehand, as one of many is."""
    monkeypatch.setattr(postgres_cost, "FEWEST", 1)
    rare = dict.fromkeys(range(64, 600, 64), "kiln") | {100: "lantern"}
    index.rebuild(
        IndexDocument(f"id{at:03}", "A letter", text=f"of the words of the sea {rare.get(at, '')}")
        for at in range(1, 513)
    )
    return index


def test_what_would_take_too_long_is_refused_before_it_is_looked_for(
    large: PostgresIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    dear, cheap = parse_query('"of the" OR "the sea"'), parse_query('"unheard of" OR lantern')
    assert large.search(dear).total == 512
    monkeypatch.setattr(cost, "MOST_MS", 0.2)

    def never(*_: object) -> None:
        raise AssertionError("looked for")

    with monkeypatch.context() as watched:
        watched.setattr(postgres_page, "find_phrases", never)
        with pytest.raises(BadInputError) as refused:
            large.search(dear)
    assert refused.value.code == "query-too-costly"
    assert large.search(cheap).total == 1
    assert large.suggest('lettar "of the" "the sea"') is None


def test_many_common_words_find_what_they_find_and_the_rarest_of_them_give_the_order(
    large: PostgresIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = large.search(parse_query("kiln OR sea OR words OR letter"), limit=8)
    weighed = list[int]()
    asking = postgres_page.preferred
    monkeypatch.setattr(
        postgres_page, "preferred", lambda leaves: weighed.append(len(leaves)) or asking(leaves)
    )
    monkeypatch.setattr(postgres_cost, "MOST_WEIGHED", 1100)
    few = large.search(parse_query("kiln OR sea OR words OR letter"), limit=8)
    assert weighed == [2]
    assert (few.total, set(few.ids)) == (512, set(everything.ids))
    assert set(few.ids) == {f"id{at:03}" for at in range(64, 513, 64)}
    monkeypatch.setattr(postgres_cost, "MOST_WEIGHED", 1)
    assert large.search(parse_query("letter")).total == 512 and weighed[-1] == 1  # one is always weighed


def test_what_is_found_equally_well_stays_where_it_stands_whatever_is_written_again(
    index: PostgresIndex,
) -> None:
    documents = [IndexDocument(f"item{number}", "Alike", text="plain words") for number in "359"]
    index.rebuild(documents)

    def orders() -> list[list[str]]:
        return [index.search(parse_query("plain"), sort=one).ids for one in ("relevance", "newest", "date")]

    before = orders()
    index.update(documents[:1])
    assert orders() == before
    index.rebuild(reversed(documents))
    assert orders() == before == [["item3", "item5", "item9"]] * 3
