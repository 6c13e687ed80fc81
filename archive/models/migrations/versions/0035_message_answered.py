"""A message waits until it is answered, not until somebody has opened it; and which curator wrote one is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BEFORE, NOW = "ix_message_seen_submission_id", "ix_message_answered_written_by_submission_id"


def upgrade() -> None:
    """What the desk wrote something after counts as answered; what it only opened waits again."""
    op.add_column("message", sa.Column("agent", sa.Text(), nullable=False, server_default=""))
    op.add_column("message", sa.Column("answered", sa.Boolean(), nullable=False, server_default=sa.false()))
    names = ("id", "submission_id", "written_by", "answered")
    message = sa.table("message", *(sa.column(name) for name in names))
    after = message.alias()
    later = sa.and_(after.c.submission_id == message.c.submission_id, after.c.id > message.c.id)
    answer = sa.select(after.c.id).where(later, after.c.written_by == "curators").correlate(message)
    op.execute(message.update().where(answer.exists()).values(answered=sa.true()))
    op.drop_index(BEFORE, table_name="message")
    op.create_index(NOW, "message", ["answered", "written_by", "submission_id"])


def downgrade() -> None:
    """Forget both."""
    op.drop_index(NOW, table_name="message")
    op.create_index(BEFORE, "message", ["seen", "submission_id"])
    op.drop_column("message", "answered")
    op.drop_column("message", "agent")
