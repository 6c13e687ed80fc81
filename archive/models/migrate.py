"""Brings a database to the tables this version expects, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from archive.models.base import Base
from archive.models.errors import ConflictError

if TYPE_CHECKING:
    from alembic.config import Config

# The newest migration; a test holds it to the files. Alembic is slow to import, so it is only when it has work.
HEAD = "0037"


def has_tables(engine: Engine) -> bool:
    """Whether the database has the tables of this or another version."""
    with engine.connect() as connection:
        return inspect(connection).has_table("alembic_version")


def is_current(engine: Engine) -> bool:
    """Whether the database has the tables of this version."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD)


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Apply every migration up to `to`, in one transaction; ConflictError when a newer version made the database."""
    from alembic import command
    from alembic.util import CommandError

    try:
        with engine.begin() as connection:
            command.upgrade(_config(connection), to)
    except CommandError as error:
        raise ConflictError(
            "The database was made by a newer version of the program.",
            code="database-newer",
            remedy="Install that version again, or restore the backup from before it.",
        ) from error


def downgrade(engine: Engine, to: str = "base") -> None:
    """Undo every migration down to `to`, in one transaction."""
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(_config(connection), to)


def differences(engine: Engine) -> list[object]:
    """What the models have that the database has not, or the other way round; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _parents: kind != "table" or name in Base.metadata.tables,
            },
        )
        return list(compare_metadata(context, Base.metadata))


def new_revision(engine: Engine, message: str) -> None:
    """Write a migration for what `differences` finds; for developers."""
    from alembic import command

    with engine.begin() as connection:
        command.revision(
            _config(connection), message=message, autogenerate=True, rev_id=message.split("_")[0]
        )
