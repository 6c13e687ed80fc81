"""Copies of bags in further stores."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Know the stores, and what of each bag is in them."""
    op.create_table(
        "copy_store",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "url", "mark", "trouble")),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("looked_on", "reached_on")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_store")),
        sa.UniqueConstraint("url", name=op.f("uq_copy_store_url")),
    )
    op.create_table(
        "bag_copy",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("store_id", "item_id")),
        sa.Column("revision", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("read_on", "waits_since")),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "item_id", name=op.f("pk_bag_copy")),
        _owned("store_id", "copy_store"),
        _owned("item_id", "item"),
    )
    for column in ("item_id", "waits_since"):
        op.create_index(op.f(f"ix_bag_copy_{column}"), "bag_copy", [column])


def _owned(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_bag_copy_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    """Forget the stores; what lies in them stays."""
    op.drop_table("bag_copy")
    op.drop_table("copy_store")
