"""The bytes of a name as it was given are kept, where the name as it is shown does not say them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns, empty: of what was given before nobody knows more than its name, and no bag changes."""
    for table in ("file", "upload"):
        op.add_column(table, sa.Column("given_bytes", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Nobody is told the bytes again."""
    for table in ("upload", "file"):
        op.drop_column(table, "given_bytes")
