"""Stories, introductions, names and words are kept in bags of their own."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from archive.models.ids import new_id

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SUBJECTS = (
    "SELECT 'story/' || id FROM story",
    "SELECT DISTINCT 'collection/' || collection FROM introduction",
    "SELECT 'word/' || id FROM authority",
)


def upgrade() -> None:
    """Make room for them; a worker writes the bags of what is there."""
    bags = op.create_table(
        "shared_bag",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("record_revision", sa.Integer(), nullable=False),
        sa.Column("bag_revision", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("audited_on", sa.Date(), nullable=True),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("failed_on", sa.Date(), nullable=True),
        sa.Column("unread_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_bag")),
        sa.UniqueConstraint("subject", name=op.f("uq_shared_bag_subject")),
    )
    op.create_table(
        "shared_bag_copy",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("bag_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("waits_since", sa.Date(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bag_id"],
            ["shared_bag.id"],
            name=op.f("fk_shared_bag_copy_bag_id_shared_bag"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["copy_store.id"],
            name=op.f("fk_shared_bag_copy_store_id_copy_store"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("store_id", "bag_id", name=op.f("pk_shared_bag_copy")),
    )
    op.create_index(op.f("ix_shared_bag_copy_bag_id"), "shared_bag_copy", ["bag_id"])
    day = datetime.now(UTC).date()
    subjects = [one for query in SUBJECTS for one in op.get_bind().scalars(sa.text(query))]
    op.bulk_insert(
        bags,
        [
            {
                "id": new_id(),
                "subject": subject,
                "record_revision": 1,
                "bag_revision": 0,
                "made_on": day,
                "outcome": "",
                "found": {},
            }
            for subject in subjects
        ],
    )


def downgrade() -> None:
    """Forget them; the bags stay where they are."""
    op.drop_index(op.f("ix_shared_bag_copy_bag_id"), table_name="shared_bag_copy")
    op.drop_table("shared_bag_copy")
    op.drop_table("shared_bag")
