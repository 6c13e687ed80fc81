"""What is for members alone comes into an index of its own, where no search told of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Have the indexes hear of each: who writes them puts it in."""
    names = sa.column("consent_id", sa.String()), sa.column("index_pending", sa.Boolean())
    item = sa.table("item", *names)
    consent = sa.table("consent", sa.column("id", sa.String()), sa.column("audience", sa.String()))
    meant = sa.select(consent.c.id).where(consent.c.audience == "community")
    op.execute(item.update().where(item.c.consent_id.in_(meant)).values(index_pending=True))


def downgrade() -> None:
    """Nothing: the version of before looks into no such index."""
