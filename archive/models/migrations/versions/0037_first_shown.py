"""What opens on a day is new on that day: the last that opened are found without a look at every consent."""

from __future__ import annotations

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    with op.batch_alter_table("consent") as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_not_before"), ["not_before"], unique=False)


def downgrade() -> None:
    """Leave it out."""
    with op.batch_alter_table("consent") as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_not_before"))
