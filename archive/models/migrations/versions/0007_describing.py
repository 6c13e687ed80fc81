"""Drafts of descriptions, texts of files as people wrote them, and where a place is for one item."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for what curators type, and give the places of an item coordinates of its own."""
    op.create_table(
        "description_draft",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_description_draft_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_description_draft_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_description_draft")),
    )
    op.create_table(
        "transcript",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["file.id"], name=op.f("fk_transcript_file_id_file"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript")),
        sa.UniqueConstraint("file_id", "number", name=op.f("uq_transcript_file_id_number")),
    )
    op.add_column("item_place", sa.Column("latitude", sa.Double(), nullable=True))
    op.add_column("item_place", sa.Column("longitude", sa.Double(), nullable=True))
    op.add_column("item_place", sa.Column("precision", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget them."""
    for column in ("precision", "longitude", "latitude"):
        op.drop_column("item_place", column)
    op.drop_table("transcript")
    op.drop_table("description_draft")
