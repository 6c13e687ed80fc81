"""Uploads keep the order in which they were begun."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give every upload its place."""
    op.add_column("upload", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Forget the places."""
    op.drop_column("upload", "position")
