"""Those who harvest the archive are told what changed, and what is not public any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = ("collection", "changed_on", "item_id")


def upgrade() -> None:
    """Make the table; a worker fills it, for it alone knows what is public today."""
    op.create_table(
        "public_record",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("item_id", "collection")),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_public_record")),
    )
    op.create_index(op.f("ix_public_record_changed_on_item_id"), "public_record", list(KEY[1:]))
    op.create_index(op.f("ix_public_record_collection_changed_on_item_id"), "public_record", list(KEY))
    op.execute(sa.text("UPDATE item SET index_pending = true WHERE published_on IS NOT NULL"))


def downgrade() -> None:
    """Forget who was told what; harvesting anew tells it again."""
    op.drop_table("public_record")
