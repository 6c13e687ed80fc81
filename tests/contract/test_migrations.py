"""Migrations lead to the tables that the models describe, and back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    Engine,
    Integer,
    MetaData,
    Table,
    inspect,
    text,
)

from archive.models import Base, Collection, Database, migrate, open_engine
from archive.models.errors import ConflictError


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_newest_migration_is_exactly_the_models(engine: Engine) -> None:
    assert migrate.differences(engine)
    migrate.upgrade(engine)
    assert tables(engine) == set(Base.metadata.tables)
    assert migrate.differences(engine) == []


def test_every_migration_can_be_undone_and_done_again(engine: Engine) -> None:
    migrate.upgrade(engine)
    migrate.downgrade(engine)
    assert tables(engine) == set()
    migrate.upgrade(engine)
    assert migrate.differences(engine) == []


def test_upgrading_what_is_new_already_changes_nothing(engine: Engine, database_url: str) -> None:
    migrate.upgrade(engine)
    db = Database(database_url)
    with db.write() as session:
        session.add(Collection(slug="march-25"))
    migrate.upgrade(engine)
    with db.read() as session:
        assert session.get(Collection, "march-25") is not None
    db.close()


def test_a_database_of_a_newer_version_is_left_alone_and_told(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConflictError) as caught:
        migrate.upgrade(engine)
    assert caught.value.code == "database-newer"
    assert tables(engine) == set(Base.metadata.tables)


def test_the_head_that_is_looked_for_is_the_newest_migration(engine: Engine) -> None:
    assert not migrate.is_current(engine)
    migrate.upgrade(engine)
    assert migrate.is_current(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == migrate.HEAD


def test_a_missing_column_is_told(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE story DROP COLUMN body"))
    assert len(migrate.differences(engine)) == 1


def test_keys_of_rows_are_held_by_the_database_itself(engine: Engine) -> None:
    """Foreign keys, unique keys and indexes are what the models say, whatever their names would hide."""
    migrate.upgrade(engine)
    found = inspect(engine)
    for name, table in Base.metadata.tables.items():
        wanted = {(key.parent.name, key.column.table.name) for key in table.foreign_keys}
        kept = {
            (key["constrained_columns"][0], key["referred_table"]) for key in found.get_foreign_keys(name)
        }
        assert kept == wanted
        unique = {index.name for index in table.indexes}
        assert {index["name"] for index in found.get_indexes(name)} >= unique


def test_what_an_older_version_kept_is_there_after_the_upgrade_and_after_going_back(engine: Engine) -> None:
    migrate.upgrade(engine, "0001")
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO collection (slug, created_on) VALUES ('march-25', '2026-03-25')",
            "INSERT INTO submission (id, collection, title, received_on) VALUES ('s', 'march-25', 'Letters', '2026-03-25')",
            "INSERT INTO consent (id, submission_id, version, audience, naming, name_shown, place_precision, reuse,"
            " agreement_version, agreement_language, given_on)"
            " VALUES ('c', 's', 1, 'public', 'no-name', '', 'town', '', '1', 'en', '2026-03-25')",
        ):
            connection.execute(text(statement))
    migrate.upgrade(engine)
    assert migrate.differences(engine) == []
    with engine.connect() as connection:
        assert connection.execute(text("SELECT people, places_shown FROM consent")).one()[0] == ""
        assert connection.execute(text("SELECT sent FROM submission")).scalar_one()
    migrate.downgrade(engine, "0001")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT audience FROM consent")).scalar_one() == "public"


def test_a_name_that_its_giver_took_away_in_an_older_version_is_forgotten_by_the_upgrade(
    engine: Engine,
) -> None:
    migrate.upgrade(engine, "0027")
    chosen = {
        "other": (("own-name", "Ama"), ("other-name", "Bea"), ("other-name", "Bea")),
        "none": (("own-name", "Ama"), ("no-name", "")),
        "same": (("own-name", "Ama"), ("own-name", "Ama")),
    }
    with engine.begin() as connection:
        _put(connection, "collection", slug="march-25")
        for one, names in chosen.items():
            _put(connection, "submission", id=one, collection="march-25")
            for version, (naming, name) in enumerate(names, 1):
                said = {"naming": naming, "name_shown": name}
                _put(connection, "consent", id=f"{one}{version}", submission_id=one, version=version, **said)
            links = {"submission_id": one, "collection": "march-25", "consent_id": f"{one}{len(names)}"}
            kept = {"bag_key": f"bags/{one}", "record_revision": 2, "bag_revision": 2}
            _put(connection, "item", id=one, state="in-review", **links, **kept)
    migrate.upgrade(engine, "0028")
    with engine.connect() as connection:
        query = "SELECT submission_id, name_shown FROM consent ORDER BY submission_id, version"
        told = connection.execute(text(query)).all()
        query = "SELECT id FROM item WHERE record_revision > bag_revision"
        behind = connection.execute(text(query)).scalars().all()
    assert [tuple(one) for one in told] == [
        *(("none", name) for name in ("", "")),
        *(("other", name) for name in ("", "Bea", "Bea")),
        *(("same", name) for name in ("Ama", "Ama")),
    ]
    assert set(behind) == {"other", "none"}


def test_of_what_was_taken_back_before_it_is_found_who_saw_it_then(engine: Engine) -> None:
    """And what a thing is called does not stand with what was given together any more."""
    migrate.upgrade(engine, "0028")
    days = {"public": "2026-01-01", "community": "2026-02-01", "opened again": "2026-03-01"}
    with engine.begin() as connection:
        _put(connection, "collection", slug="march-25")
        for given, key in (("s", None), ("folder", "a key")):
            _put(connection, "submission", id=given, collection="march-25", title="Letters", source_key=key)
        for number, (words, day) in enumerate(days.items(), start=1):
            audience = words if words == "community" else "public"
            told = {"audience": audience, "given_on": date.fromisoformat(day)}
            _put(connection, "consent", id=f"c{number}", submission_id="s", version=number, **told)
        # Nobody knows what came first on the day on which the consent was changed.
        for day in ("2026-01-09", "2026-02-01", "2026-02-09", "2026-03-01", "2026-03-09"):
            gone = {"published_on": date(2026, 1, 2), "withdrawn_on": date.fromisoformat(day)}
            links = {"submission_id": "s", "collection": "march-25", "consent_id": "c3"}
            _put(connection, "item", id=day, state="withdrawn", bag_key="bags/x", **links, **gone)
    migrate.upgrade(engine, "0029")
    with engine.connect() as connection:
        seen = connection.execute(text("SELECT shown_to FROM item ORDER BY id")).scalars().all()
        titles = connection.execute(text("SELECT title FROM submission ORDER BY id")).scalars().all()
        ahead = connection.execute(text("SELECT DISTINCT record_revision FROM item")).scalars().all()
    assert seen == ["public", "community", "community", "community", "public"]
    assert (titles, ahead) == (["Letters", ""], [1])


def test_what_somebody_at_the_desk_only_opened_waits_again_and_what_was_answered_does_not(
    engine: Engine,
) -> None:
    migrate.upgrade(engine, "0034")
    thread = (("contributor", "answered"), ("curators", "answered"), ("curators", "opened"))
    with engine.begin() as connection:
        _put(connection, "collection", slug="march-25")
        for given in ("answered", "opened"):
            _put(connection, "submission", id=given, collection="march-25")
        for number, (side, given) in enumerate((*thread, ("contributor", "opened"))):
            about = {"submission_id": given, "written_by": side, "seen": True}
            _put(connection, "message", id=number, text="Words.", **about)
    migrate.upgrade(engine, "0035")
    with engine.connect() as connection:
        waits = "SELECT submission_id FROM message WHERE written_by = 'contributor' AND NOT answered"
        assert connection.execute(text(waits)).scalars().all() == ["opened"]


def test_a_wish_for_a_correction_goes_with_the_thing_that_it_is_of(engine: Engine) -> None:
    """And bags that may tell of other things, or a name that was wiped, are written once more."""
    migrate.upgrade(engine, "0029")
    says = {
        "one": "What should change of “The letter”:\nDate: 1850",
        "one before": "Qué debería cambiar de «A letter»:\nFecha: 1850",
        "alike": "Ce qui devrait changer dans « The song (b.txt) » :\nDate : 1850",
        "either": "O que deveria mudar em “The song”:\nData: 1850",
        "gone": "What should change of “The diary”:\nDate: 1850",
        "other words": "What should change is the world.",
    }
    with engine.begin() as connection:
        _put(connection, "collection", slug="march-25")
        for given, key in (("s", None), ("whole", None), ("wiped", None), ("folder", "a key")):
            _put(connection, "submission", id=given, collection="march-25", source_key=key)
            named = {"naming": "own-name"} if given == "wiped" else {"naming": "no-name"}
            _put(connection, "consent", id=given, submission_id=given, version=1, **named)
        titles = {"one": "The letter", "a": "The song", "b": "The song", "destroyed": ""}
        for name, title in titles.items():
            gone = {"erasure": "done"} if not title else {"bag_key": "bags/x"}
            links = {"submission_id": "s", "collection": "march-25", "consent_id": "s"}
            _put(connection, "item", id=name, title=title, **links, **gone)
        for name in ("whole", "wiped", "folder", "folder too"):
            given = name.split()[0]
            links = {"submission_id": given, "collection": "march-25", "consent_id": given}
            _put(connection, "item", id=name, bag_key="bags/x", **links)
        for name in ("a", "b"):
            _put(connection, "file", id=name, item_id=name, given_name=f"{name}.txt")
        _put(connection, "revision", id="r", item_id="one", number=1, said={"title": "A letter"})
        for number, words in enumerate(says.values(), start=1):
            sent = {"submission_id": "s", "written_by": "contributor", "text": words, "item_id": None}
            _put(connection, "message", id=number, **sent)
    migrate.upgrade(engine, "0030")
    with engine.connect() as connection:
        told = dict([*map(tuple, connection.execute(text("SELECT text, item_id FROM message")))])
        query = "SELECT id FROM item WHERE record_revision > 0"
        due = set(connection.execute(text(query)).scalars())
    assert {name: told.get(words, "no message") for name, words in says.items()} == {
        "one": "one",
        "one before": "one",
        "alike": "b",
        "either": None,
        "gone": "no message",
        "other words": None,
    }
    assert due == {"one", "a", "b", "wiped"}


def test_the_index_hears_of_everything_that_was_destroyed_and_of_nothing_else(engine: Engine) -> None:
    migrate.upgrade(engine, "0033")
    with engine.begin() as connection:
        _put(connection, "collection", slug="march-25")
        _put(connection, "submission", id="s", collection="march-25")
        _put(connection, "consent", id="c", submission_id="s", version=1)
        links = {"submission_id": "s", "collection": "march-25", "consent_id": "c", "index_pending": False}
        for erasure in ("", "asked", "done"):
            _put(connection, "item", id=f"was {erasure}", state="withdrawn", erasure=erasure, **links)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        waiting = connection.execute(text("SELECT id FROM item WHERE index_pending ORDER BY id")).scalars()
        assert waiting.all() == ["was asked", "was done"]


def _put(connection: Connection, name: str, **values: Any) -> None:
    """A row of a table as it was then; what must stand in it and was not said is empty."""
    table = Table(name, MetaData(), autoload_with=connection)
    empty = {Integer: 0, Date: date(2026, 1, 1), JSON: [], Boolean: True}
    needed = {
        column.name: next((one for kind, one in empty.items() if isinstance(column.type, kind)), "")
        for column in table.columns
        if not column.nullable
    }
    connection.execute(table.insert().values(needed | values))
