"""Migrations lead to the tables that the models describe, and back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, inspect, select, text

from archive.models import Base, Collection, Consent, Database, Item, Submission, migrate, open_engine
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
    engine: Engine, database_url: str
) -> None:
    migrate.upgrade(engine)
    migrate.downgrade(engine, "0027")
    db = Database(database_url)
    chosen = {
        "other": (("own-name", "Ama"), ("other-name", "Bea"), ("other-name", "Bea")),
        "none": (("own-name", "Ama"), ("no-name", "")),
        "same": (("own-name", "Ama"), ("own-name", "Ama")),
    }
    with db.write() as session:
        session.add(Collection(slug="march-25"))
        session.flush()
        for one, names in chosen.items():
            session.add(Submission(id=one, collection="march-25"))
            session.flush()
            for version, (naming, name) in enumerate(names, 1):
                session.add(Consent(submission_id=one, version=version, naming=naming, name_shown=name))
            session.flush()
            consent_id = session.scalars(select(Consent.id).where(Consent.submission_id == one)).first()
            session.add(
                Item(
                    id=one,
                    submission_id=one,
                    collection="march-25",
                    consent_id=consent_id,
                    bag_key=f"bags/{one}",
                    record_revision=2,
                    bag_revision=2,
                )
            )
    migrate.upgrade(engine)
    with db.read() as session:
        told = session.execute(
            select(Consent.submission_id, Consent.name_shown).order_by(Consent.submission_id, Consent.version)
        ).all()
        behind = session.scalars(select(Item.id).where(Item.record_revision > Item.bag_revision)).all()
    db.close()
    assert [tuple(one) for one in told] == [
        *(("none", name) for name in ("", "")),
        *(("other", name) for name in ("", "Bea", "Bea")),
        *(("same", name) for name in ("Ama", "Ama")),
    ]
    assert set(behind) == {"other", "none"}
