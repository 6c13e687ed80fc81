"""Exports that are made to be taken out, and the items that are in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

WORDS = ("id", "agent", "form", "wrapping", "purpose", "for_whom", "state", "why", "name", "sha512")


def upgrade() -> None:
    """Take in exports."""
    op.create_table(
        "export",
        *(sa.Column(name, sa.Text(), nullable=False) for name in WORDS),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    for column in ("agent", "state"):
        op.create_index(op.f(f"ix_export_{column}"), "export", [column])
    op.create_table(
        "export_item",
        sa.Column("export_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("noted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("export_id", "item_id", name=op.f("pk_export_item")),
        *(
            sa.ForeignKeyConstraint(
                [f"{other}_id"],
                [f"{other}.id"],
                name=op.f(f"fk_export_item_{other}_id_{other}"),
                ondelete="CASCADE",
            )
            for other in ("export", "item")
        ),
    )
    op.create_index(op.f("ix_export_item_item_id"), "export_item", ["item_id"])


def downgrade() -> None:
    """Forget exports; that they were made stays in the events of what was in them."""
    op.drop_table("export_item")
    op.drop_table("export")
