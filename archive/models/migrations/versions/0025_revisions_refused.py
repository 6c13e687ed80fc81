"""A bag that takes no revision is told: what was changed since is in the database alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day since which that is so, and why."""
    op.add_column("fixity", sa.Column("refused_on", sa.Date(), nullable=True))
    op.add_column("fixity", sa.Column("refused_why", sa.Text(), nullable=False, server_default=""))
    op.create_index(op.f("ix_fixity_refused_on"), "fixity", ["refused_on"])


def downgrade() -> None:
    """Forget it; the next revision that is not taken tells again."""
    op.drop_index(op.f("ix_fixity_refused_on"), table_name="fixity")
    op.drop_column("fixity", "refused_why")
    op.drop_column("fixity", "refused_on")
