"""Of the bags of stories, introductions, names and words, too, it is written down since when one takes no revision, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns; what takes nothing now is found by the next try."""
    op.add_column("shared_bag", sa.Column("refused_on", sa.Date(), nullable=True))
    op.add_column("shared_bag", sa.Column("refused_why", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Nobody is told again."""
    op.drop_column("shared_bag", "refused_why")
    op.drop_column("shared_bag", "refused_on")
