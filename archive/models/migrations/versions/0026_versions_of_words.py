"""What is written down about a word counts its changes, and every bag says how many, so that of two the newer is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count from here on, and have a worker write a new revision into every bag."""
    op.add_column("authority", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.execute(sa.text("UPDATE item SET record_revision = record_revision + 1 WHERE bag_key != ''"))


def downgrade() -> None:
    """Count no more; a bag with a revision more is as good as before."""
    op.drop_column("authority", "version")
