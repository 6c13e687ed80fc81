"""Of every file it is known with which version of the readers its copies and its text were made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, 0 for every file of before: what was made of it is made anew."""
    op.add_column("file", sa.Column("copies_version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Nobody knows it again."""
    op.drop_column("file", "copies_version")
