"""Requests about what is shown, public notes, and events that the database itself keeps from being changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BY_DAY = {"ix_event_at_id": ["at", "id"], "ix_event_kind_at_id": ["kind", "at", "id"]}
BY_DAY |= {"ix_event_agent_at_id": ["agent", "at", "id"]}
FAILED = "ix_event_failed"
CHANGES = ("UPDATE", "DELETE")


def upgrade() -> None:
    """Take in requests and notes, find events quickly, and let none be changed."""
    op.create_table(
        "request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "why", "words", "name")),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("once", "lookup", "hash")),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("decision", "reason", "decided_by")),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("once", name=op.f("uq_request_once")),
        sa.UniqueConstraint("lookup", name=op.f("uq_request_lookup")),
        _of_item("request"),
    )
    for column in ("item_id", "due_on", "decision"):
        op.create_index(op.f(f"ix_request_{column}"), "request", [column])
    op.create_table(
        "public_note",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "item_id", "words", "name")),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_note")),
        _of_item("public_note"),
    )
    op.create_index(op.f("ix_public_note_item_id"), "public_note", ["item_id"])
    for name, columns in BY_DAY.items():
        op.create_index(op.f(name), "event", columns)
    failed = sa.text("outcome != 'success'")
    op.create_index(op.f(FAILED), "event", ["at", "id"], sqlite_where=failed, postgresql_where=failed)
    _guard()


def _of_item(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["item_id"], ["item.id"], name=op.f(f"fk_{table}_item_id_item"), ondelete="CASCADE"
    )


def _guard() -> None:
    """Have the database refuse what no part of the program does: to change or remove an event."""
    if _is_sqlite():
        for change in CHANGES:
            op.execute(
                f"CREATE TRIGGER event_no_{change.lower()} BEFORE {change} ON event "
                "BEGIN SELECT RAISE(ABORT, 'events are append only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append only'; END $$"
    )
    for change, each in (*((one, "ROW") for one in CHANGES), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER event_no_{change.lower()} BEFORE {change} ON event "
            f"FOR EACH {each} EXECUTE FUNCTION event_is_append_only()"
        )


def downgrade() -> None:
    """Forget requests and notes; events stay, without their guard."""
    if _is_sqlite():
        for change in CHANGES:
            op.execute(f"DROP TRIGGER event_no_{change.lower()}")
    else:
        op.execute("DROP FUNCTION event_is_append_only() CASCADE")
    for name in (FAILED, *BY_DAY):
        op.drop_index(op.f(name), "event")
    op.drop_table("public_note")
    op.drop_table("request")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
