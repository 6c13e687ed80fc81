"""The desk is a queue: who has what, who looks, what waits for a day, and which pictures are alike."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from archive.models.base import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What the queue is read and narrowed by: an index by name, its table, its columns.
QUEUE = {
    "ix_item_queue": ("item", ("state", "received_on", "submission_id", "position", "collection", "id")),
    "ix_item_desk": ("item", ("collection", "state", "received_on", "submission_id", "position", "id")),
    "ix_file_state_item_id": ("file", ("state", "item_id")),
    "ix_consent_people_id": ("consent", ("people", "id")),
    "ix_message_seen_submission_id": ("message", ("seen", "submission_id")),
}
BANDS = ("band_1", "band_2", "band_3", "band_4")
# Table by table: the columns that something is looked up by.
LOOKED_UP = {
    "taking": ("user_id",),
    "looking": ("user_id", "until"),
    "not_today": ("item_id", "until"),
    "planned_publication": ("publish_on", "user_id"),
    "picture_hash": BANDS,
    "likeness": ("other_id",),
}
TABLES = (
    "taking",
    "looking",
    "not_today",
    "care",
    "planned_publication",
    "embargo",
    "picture_hash",
    "likeness",
)


def upgrade() -> None:
    """Make room for what curators arrange among themselves."""
    op.create_table(
        "taking",
        *_whose("taking"),
        sa.Column("taken_on", sa.Date(), nullable=False),
        _key("taking", "item_id"),
    )
    op.create_table(
        "looking",
        *_whose("looking"),
        sa.Column("until", UtcDateTime(), nullable=False),
        _key("looking", "item_id", "user_id"),
    )
    op.create_table(
        "not_today",
        *_whose("not_today"),
        sa.Column("until", sa.Date(), nullable=False),
        _key("not_today", "user_id", "item_id"),
    )
    op.create_table(
        "care",
        *_to("care", "user_id", "user_account"),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("blur", "grey", "still", "keys")),
        _key("care", "user_id"),
    )
    op.create_table(
        "planned_publication",
        *_whose("planned_publication"),
        sa.Column("publish_on", sa.Date(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        _key("planned_publication", "item_id"),
    )
    op.create_table(
        "embargo",
        *_to("embargo", "submission_id", "submission"),
        sa.Column("consent_version", sa.Integer(), nullable=False),
        sa.Column("allowed_from", sa.Date(), nullable=True),
        _key("embargo", "submission_id"),
    )
    op.create_table(
        "picture_hash",
        *_to("picture_hash", "file_id", "file"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in BANDS),
        _key("picture_hash", "file_id"),
    )
    op.create_table(
        "likeness",
        *_to("likeness", "file_id", "file"),
        *_to("likeness", "other_id", "file"),
        sa.Column("distance", sa.Integer(), nullable=False),
        _key("likeness", "file_id", "other_id"),
    )
    for table, columns in LOOKED_UP.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for name, (table, columns) in QUEUE.items():
        op.create_index(name, table, list(columns))


def downgrade() -> None:
    """Forget it again; nothing of it is part of a record."""
    for name, (table, _columns) in QUEUE.items():
        op.drop_index(name, table_name=table)
    for table in reversed(TABLES):
        op.drop_table(table)


def _to(table: str, column: str, other: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    return (
        sa.Column(column, sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="CASCADE"
        ),
    )


def _whose(table: str) -> tuple[sa.Column[str] | sa.ForeignKeyConstraint, ...]:
    return (*_to(table, "item_id", "item"), *_to(table, "user_id", "user_account"))


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))
