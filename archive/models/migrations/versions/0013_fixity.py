"""When each bag was last read in full, and what was found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

LOOKED_FOR = ("audited_on", "outcome", "wanted")


def upgrade() -> None:
    """Keep the fixity of each bag; what has no row was read when it came."""
    op.create_table(
        "fixity",
        sa.Column("item_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("audited_on", "read_on", "failed_on")),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("copies", sa.JSON(), nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_fixity_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_fixity")),
    )
    for column in LOOKED_FOR:
        op.create_index(op.f(f"ix_fixity_{column}"), "fixity", [column])


def downgrade() -> None:
    """Forget it: every bag is read again in its turn."""
    for column in LOOKED_FOR:
        op.drop_index(op.f(f"ix_fixity_{column}"), "fixity")
    op.drop_table("fixity")
