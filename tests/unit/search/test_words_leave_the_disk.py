"""Of what was taken out of an index no word is left in its files, whichever engine keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from archive.search import IndexDocument, Indexes, open_indexes, parse_query, postgres_segments
from tests.fixtures.databases import postgres_database

SECRETS = (
    "zanzibarium",
    "quillfeather",
    "mossgate",
    "hollowbrook",
    "winterlight",
    "kindofsecret",
    "rightsofsecret",
)
ENGINES = ("whoosh", "tantivy", "postgresql")


@dataclass(frozen=True)
class Kept:
    """Two indexes, the folder that their files lie in, and the database that writes them late."""

    indexes: Indexes
    folder: Path
    database: str = ""

    def held(self) -> set[str]:
        """Which of the secret words lie in the files."""
        if self.database:
            with self.connected() as connection:
                connection.execute("CHECKPOINT")
        everything = b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file()).lower()
        return {secret for secret in SECRETS if secret.encode() in everything}

    def connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        address = make_url(self.database)
        where = {"host": str(address.query["host"]), "user": "postgres", "dbname": str(address.database)}
        return psycopg.connect(**where, autocommit=True)

    def segments(self) -> dict[str, int]:
        """In which file each table of PostgreSQL lies that items are in."""
        asked = "SELECT relname, relfilenode FROM pg_class WHERE relname ~ '^(item|part)_' AND relkind = 'r'"
        with self.connected() as connection:
            return dict(connection.execute(asked).fetchall())


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    if request.param != "postgresql":
        indexes = open_indexes(tmp_path, engine=request.param)
        yield Kept(indexes, tmp_path)
        indexes.close()
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        indexes = open_indexes(tmp_path, engine="postgresql", database=url)
        with psycopg.connect(host=str(make_url(url).query["host"]), user="postgres") as connection:
            asked = connection.execute(
                "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = %s",
                (make_url(url).database,),
            ).fetchone()
        assert asked is not None
        yield Kept(indexes, Path(asked[0]) / "base" / str(asked[1]), url)
        indexes.close()


@pytest.fixture
def kept(empty: Kept) -> Kept:
    others = [IndexDocument(f"open{number}", "An open record", text="plain words") for number in range(20)]
    empty.indexes.public.rebuild([*others[:10], secret_document(), *others[10:]])
    assert empty.held()
    return empty


def secret_document() -> IndexDocument:
    title, name, subject, place, text, kind, rights = SECRETS
    return IndexDocument(
        "hidden", title, names=[name], subjects=[subject], places=[place], text=f"{text} {text}s", kind=kind,
        rights=rights, collection="march-25", observances=[SECRETS[0]], languages=[SECRETS[1]],
    )  # fmt: skip


def test_no_word_of_a_removed_document_is_left(kept: Kept) -> None:
    kept.indexes.public.update([], removed_ids=["hidden"])
    assert kept.indexes.public.search(parse_query(SECRETS[0])).total == 0
    assert kept.held()  # removed, but the words are still there
    kept.indexes.public.merge_away(["hidden"])
    assert kept.held() == set()
    assert kept.indexes.public.search(parse_query("plain")).total == 20


def test_no_word_of_an_earlier_version_is_left(kept: Kept) -> None:
    kept.indexes.public.update([IndexDocument("hidden", "Now an open record", text="plain words")])
    kept.indexes.public.merge_away(["hidden"])
    assert kept.held() == set()
    assert kept.indexes.public.search(parse_query("plain")).total == 21


def test_no_word_is_left_of_a_document_among_many_small_commits(kept: Kept) -> None:
    public = kept.indexes.public
    for number in range(3):
        public.update([IndexDocument(f"more{number}", "A further record"), secret_document()])
    public.update([IndexDocument("open3", "Another record"), IndexDocument("hidden", "Now open")])
    public.merge_away(["hidden"])
    assert kept.held() == set()
    assert public.search(parse_query("record")).total == 23
    assert public.search(parse_query("plain words")).total == 19


@pytest.mark.parametrize("empty", ["postgresql"], indirect=True)
def test_one_that_is_taken_back_costs_the_writing_of_its_own_segment_alone(
    empty: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_segments, "MOST_ITEMS", 3)
    public, long = empty.indexes.public, replace(secret_document(), text=f"{SECRETS[4]} " * 300)
    others = [IndexDocument(f"open{number}", f"Plain record {number}") for number in range(9)]
    others[4] = replace(others[4], text="oar " * 300 + "lantern")
    public.rebuild([*others[:4], long, *others[4:]])
    public.update([others[0]])
    before = empty.segments()
    assert sorted(before) == ["item_1", "item_10", "item_4", "item_7", "part_4"] and empty.held()
    found = [one for one in public.search(parse_query("")).ids if one != "hidden"]
    public.update([], removed_ids=["hidden"])
    public.merge_away(["hidden"])
    after = empty.segments()
    assert {name for name in before if after.get(name) != before[name]} == {"item_4", "part_4"}
    assert after.keys() == before.keys()
    assert empty.held() == set()
    assert public.search(parse_query("")).ids == public.search(parse_query('"plain record"')).ids == found
    assert public.search(parse_query('"oar lantern"')).ids == ["open4"]
    public.merge_away(["hidden"])
    assert empty.segments() == after


def test_a_rebuild_leaves_nothing_of_the_index_before(kept: Kept) -> None:
    kept.indexes.public.rebuild([IndexDocument("open", "An open record")])
    assert kept.held() == set()


def test_the_public_index_keeps_no_state(empty: Kept) -> None:
    document = IndexDocument("a", "A record", state=SECRETS[0])
    empty.indexes.public.update([document])
    assert empty.held() == set()
    assert "state" not in empty.indexes.public.search(parse_query("")).facets
    empty.indexes.staff.update([document])
    assert [each.value for each in empty.indexes.staff.search(parse_query("")).facets["state"]] == [
        SECRETS[0]
    ]
