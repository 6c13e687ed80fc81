"""What was destroyed leaves the index of staff altogether, where an empty entry of it stood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Have the index hear of each: who writes it takes the entry out."""
    item = sa.table("item", sa.column("erasure", sa.String()), sa.column("index_pending", sa.Boolean()))
    op.execute(item.update().where(item.c.erasure != "").values(index_pending=True))


def downgrade() -> None:
    """Have it hear of them again, so that the version of before finds what it counts."""
    upgrade()
