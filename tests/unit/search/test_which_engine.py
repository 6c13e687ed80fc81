"""The setting search_engine says what keeps the indexes; what is not there is told in words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from archive.models.errors import BadInputError
from archive.search import open_indexes
from archive.search.postgres_index import PostgresIndex
from archive.search.tantivy_index import TantivyIndex
from archive.search.whoosh_index import WhooshIndex
from archive.settings import Settings

POSTGRES = "postgresql://nobody@nowhere.invalid/archive"


@pytest.mark.parametrize(
    ("engine", "database", "kind"),
    [
        ("auto", "sqlite:///archive.db", WhooshIndex),
        ("auto", POSTGRES, PostgresIndex),
        ("whoosh", POSTGRES, WhooshIndex),
        ("tantivy", POSTGRES, TantivyIndex),
        ("tantivy", "sqlite:///archive.db", TantivyIndex),
        ("postgresql", POSTGRES, PostgresIndex),
    ],
)
def test_the_engine_is_the_one_that_was_set(tmp_path: Path, engine: str, database: str, kind: type) -> None:
    indexes = open_indexes(tmp_path, engine=engine, database=database)
    assert isinstance(indexes.public, kind)
    assert isinstance(indexes.staff, kind)


def test_postgresql_needs_a_postgresql_database(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="not PostgreSQL") as refused:
        open_indexes(tmp_path, engine="postgresql", database="sqlite:///archive.db")
    assert refused.value.code == "bad-setting"


def test_tantivy_says_how_it_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("archive.search.tantivy_")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tantivy", None)
    with pytest.raises(BadInputError, match="not installed") as refused:
        open_indexes(tmp_path, engine="tantivy")
    assert refused.value.code == "bad-setting"
    assert "pip install remembrance[tantivy]" in refused.value.remedy


def test_an_engine_that_nobody_knows_is_refused_at_the_start(tmp_path: Path) -> None:
    given = {"REMEMBRANCE_HOME": str(tmp_path), "REMEMBRANCE_SEARCH_ENGINE": "xapian"}
    with pytest.raises(BadInputError, match="one of auto, whoosh, postgresql, tantivy") as refused:
        Settings.load(given)
    assert refused.value.code == "bad-setting"
    (tmp_path / "remembrance.toml").write_text('search_engine = "xapian"')
    with pytest.raises(BadInputError, match="one of auto"):
        Settings.load({"REMEMBRANCE_HOME": str(tmp_path)})
