"""The rows of the job engine that this room reads, and the two tables it adds to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    TableClause,
    Text,
    column,
    inspect,
    literal_column,
    table,
    text,
)
from sqlalchemy.sql.elements import ColumnElement

# Any fixed number: it only has to be the same for every process that creates the tables.
_CREATE_LOCK = 7_318_250_325


@dataclass(frozen=True)
class Tables:
    """Tables of the job engine, addressed for one database (a schema of its own on PostgreSQL)."""

    workflows: TableClause
    inputs: TableClause
    outputs: TableClause
    steps: TableClause
    progress: Table
    slots: Table
    now_ms: ColumnElement[int]

    @classmethod
    def of(cls, engine: Engine) -> Tables:
        """The tables as `engine`'s database names them."""
        postgres = engine.dialect.name == "postgresql"
        schema = "dbos" if postgres else None

        def known(name: str, *columns: str) -> TableClause:
            return table(name, *(column(each) for each in columns), schema=schema)

        own = MetaData(schema=schema)
        return cls(
            workflows=known("workflow_status", *_WORKFLOW_COLUMNS),
            inputs=known("workflow_input", "workflow_uuid", "retention_timestamp"),
            outputs=known("workflow_output", "workflow_uuid", "error", "retention_timestamp"),
            steps=known("operation_outputs", "workflow_uuid", "function_id", "error", *_STEP_TIMES),
            progress=_progress(own),
            slots=_slots(own),
            now_ms=literal_column(_POSTGRES_NOW if postgres else _SQLITE_NOW, BigInteger),
        )

    def create(self, engine: Engine) -> None:
        """Create the tables of this room; several processes may do it at the same moment."""
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CREATE_LOCK})
            self.progress.metadata.create_all(connection, checkfirst=True)

    def are_in(self, engine: Engine) -> bool:
        """Whether the last table to be created is there, so that all are."""
        return inspect(engine).has_table(self.slots.name, schema=self.slots.schema)


_WORKFLOW_COLUMNS = (
    "workflow_uuid",
    "status",
    "name",
    "queue_name",
    "priority",
    "executor_id",
    "owner_xid",
    "recovery_attempts",
    "created_at",
    "updated_at",
    "completed_at",
    "started_at_epoch_ms",
    "delay_until_epoch_ms",
    "deduplication_id",
)
_STEP_TIMES = ("started_at_epoch_ms", "completed_at_epoch_ms", "retention_timestamp")
_SQLITE_NOW = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
_POSTGRES_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"


def _progress(metadata: MetaData) -> Table:
    return Table(
        "job_progress",
        metadata,
        Column("job_id", Text, primary_key=True),
        Column("done", BigInteger, nullable=False, default=0),
        Column("total", BigInteger, nullable=False, default=0),
        Column("words", Text, nullable=False, default=""),
        # How often the job was put off because something it needs was away.
        Column("postponed", Integer, nullable=False, default=0),
    )


def _slots(metadata: MetaData) -> Table:
    return Table(
        "job_slots",
        metadata,
        Column("slot", Text, primary_key=True),
        Column("incarnation", Text, nullable=False),
        Column("machine", Text, nullable=False),
        Column("process", Text, nullable=False),
        Column("beat_ms", BigInteger, nullable=False),
    )


def upsert(connection: Connection, into: Table, key: str, values: dict[str, Any]) -> None:
    """Insert `values` into `into`, or set them where a row with the same `key` stands."""
    insert: Any
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert
    changed = {name: value for name, value in values.items() if name != key}
    connection.execute(insert(into).values(values).on_conflict_do_update(index_elements=[key], set_=changed))
