"""The tables that the models describe are the tables that the migrations make."""

from __future__ import annotations

import ast
from pathlib import Path

from archive.models import Base, Database
from archive.models.migrate import differences, downgrade, upgrade
from tests.architecture.sources import python, tree


def tables_made() -> set[str]:
    """The names of all tables that some migration creates."""
    calls = [
        node
        for path in python("archive/models/migrations/versions")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "create_table"
    ]
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}


def test_every_table_is_in_a_migration() -> None:
    assert set(Base.metadata.tables) <= tables_made()


def test_the_newest_migration_is_what_the_models_say_and_all_can_be_undone(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'tables.db'}")
    try:
        upgrade(db.engine)
        assert differences(db.engine) == []
        downgrade(db.engine)
        upgrade(db.engine)
        assert differences(db.engine) == []
    finally:
        db.close()
