"""Every change of how files stand, of a name or a word, and of an introduction is a revision that stays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep how files stood before, and what was said of what items share."""
    op.create_table(
        "arrangement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_arrangement_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangement")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_arrangement_item_id_number")),
    )
    op.create_table(
        "shared_revision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_revision")),
        sa.UniqueConstraint("subject", "number", name=op.f("uq_shared_revision_subject_number")),
    )
    # Of what was declined no word stays in an index.
    item = sa.table("item", sa.column("state", sa.Text()), sa.column("index_pending", sa.Boolean()))
    op.execute(item.update().where(item.c.state == "declined").values(index_pending=True))


def downgrade() -> None:
    """Keep how they stand, and what is said, now alone."""
    op.drop_table("shared_revision")
    op.drop_table("arrangement")
