"""Where tests run on PostgreSQL, a home's database goes where the home goes: what every other test relies on there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Collection
from archive.services import accounts
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from tests.fixtures.command_line import run
from tests.fixtures.databases import ON_POSTGRESQL
from tests.fixtures.home_databases import MARK, claim, sweep

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="about how `make postgres` is made")


def slugs(archive: Archive) -> list[str]:
    with archive.db.read() as session:
        return list(session.scalars(select(Collection.slug)))


def test_every_archive_is_on_postgresql_and_begins_empty(archive: Archive) -> None:
    assert not archive.db.is_sqlite
    assert slugs(archive) == []


def test_a_home_that_is_copied_takes_its_rows_along_and_shares_none(archive: Archive, tmp_path: Path) -> None:
    with archive.db.write() as session:
        session.add(Collection(slug="march-25"))
    shutil.copytree(archive.settings.home, tmp_path / "copy")
    copy = open_archive(Settings(home=tmp_path / "copy"))
    with copy.db.write() as session:
        session.add(Collection(slug="convenings"))
    assert (slugs(copy), slugs(archive)) == (["march-25", "convenings"], ["march-25"])
    copy.close()


def test_a_home_whose_file_is_gone_has_lost_its_database(archive: Archive) -> None:
    lost = claim(archive.settings.home)
    (archive.settings.home / MARK).unlink()
    sweep()
    assert claim(archive.settings.home) != lost


def test_a_command_in_a_process_of_its_own_finds_the_same_database(archive: Archive) -> None:
    accounts.create_user(archive, "somebody", "four random plain words", {"archivist": ""})
    assert run(archive.settings.home, "users", "list").stdout == "somebody\n"
