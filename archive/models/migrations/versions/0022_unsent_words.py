"""What contributors have typed under "Where things stand" and not sent is kept, sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for it."""
    op.create_table(
        "unsent_words",
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_unsent_words_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("submission_id", "form", name=op.f("pk_unsent_words")),
    )
    op.create_index(op.f("ix_unsent_words_kept_on"), "unsent_words", ["kept_on"])


def downgrade() -> None:
    """Forget it: nothing else leads to it."""
    op.drop_index(op.f("ix_unsent_words_kept_on"), table_name="unsent_words")
    op.drop_table("unsent_words")
