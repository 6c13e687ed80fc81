"""Many items are changed at once, and changed back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep what was planned for many items, and what stood there before."""
    op.create_table(
        "batch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("undoes", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["undoes"], ["batch.id"], name=op.f("fk_batch_undoes_batch"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    for column in ("agent", "made_on", "state"):
        op.create_index(op.f(f"ix_batch_{column}"), "batch", [column])
    op.create_table(
        "batch_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("seen_mark", sa.Text(), nullable=False),
        sa.Column("left_mark", sa.Text(), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_batch_item_batch_id_batch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_batch_item_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_item")),
    )
    for column in ("batch_id", "item_id"):
        op.create_index(op.f(f"ix_batch_item_{column}"), "batch_item", [column])
    op.create_table(
        "replacement",
        sa.Column("old_id", sa.Text(), nullable=False),
        sa.Column("new_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["old_id"], ["item.id"], name=op.f("fk_replacement_old_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["new_id"], ["item.id"], name=op.f("fk_replacement_new_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("old_id", "new_id", name=op.f("pk_replacement")),
    )
    op.create_index(op.f("ix_replacement_new_id"), "replacement", ["new_id"])


def downgrade() -> None:
    """Forget what was changed together; the changes themselves stay."""
    op.drop_table("replacement")
    op.drop_table("batch_item")
    op.drop_table("batch")
