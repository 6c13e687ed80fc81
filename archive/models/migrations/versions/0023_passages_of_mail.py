"""A piece of text says which message or enclosure of a mail it is from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep it; what was read before does not say."""
    op.add_column("passage", sa.Column("message", sa.Integer(), nullable=True))
    op.add_column("passage", sa.Column("enclosure", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Keep the words alone."""
    op.drop_column("passage", "enclosure")
    op.drop_column("passage", "message")
