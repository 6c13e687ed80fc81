"""Parts of files can be taken out of what is shown of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Have marks on files."""
    op.create_table(
        "redaction",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("extent", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["file.id"], name=op.f("fk_redaction_file_id_file"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
    )
    op.create_index(op.f("ix_redaction_file_id"), "redaction", ["file_id"])


def downgrade() -> None:
    """Refuse while a mark stands: without it the next copies would show what it hides."""
    standing = sa.text("SELECT count(*) FROM redaction WHERE removed_on IS NULL")
    if op.get_bind().execute(standing).scalar():
        raise RuntimeError("Marks stand that an older version does not know: remove them first.")
    op.drop_index(op.f("ix_redaction_file_id"), table_name="redaction")
    op.drop_table("redaction")
