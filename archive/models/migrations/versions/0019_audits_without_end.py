"""A bag whose audit comes to no end is told, though nobody knows what is wrong with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day since which that is so."""
    op.add_column("fixity", sa.Column("unread_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_fixity_unread_on"), "fixity", ["unread_on"])


def downgrade() -> None:
    """Forget it; the next audit tells again."""
    op.drop_index(op.f("ix_fixity_unread_on"), table_name="fixity")
    op.drop_column("fixity", "unread_on")
