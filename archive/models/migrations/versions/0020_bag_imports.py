"""Bags that were packed elsewhere come in by a page of the desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WORDS = ("id", "agent", "collection", "given_name", "wish", "state", "why")


def upgrade() -> None:
    """Take in packages and what was found of their bags."""
    op.create_table(
        "bag_import",
        *(sa.Column(name, sa.Text(), nullable=False) for name in WORDS),
        sa.Column("round", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("size", "reserved")),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("asked_on", "expires_on")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bag_import")),
    )
    for column in ("agent", "state"):
        op.create_index(op.f(f"ix_bag_import_{column}"), "bag_import", [column])
    op.create_table(
        "bag_verdict",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "verdict", "code", "sentence")),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_bag_verdict")),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["bag_import.id"],
            name=op.f("fk_bag_verdict_import_id_bag_import"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_bag_verdict_item_id_item"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_bag_verdict_item_id"), "bag_verdict", ["item_id"])


def downgrade() -> None:
    """Forget packages; what was taken in from them stays, and swept is what waits in staging."""
    op.drop_table("bag_verdict")
    op.drop_table("bag_import")
