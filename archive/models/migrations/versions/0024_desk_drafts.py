"""What curators have typed and not saved is kept of every long form, and of each window by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for it; what is there are descriptions."""
    op.create_table(
        "desk_draft",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("window_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("story_id", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_desk_draft_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_desk_draft_story_id_story"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_desk_draft_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "form", "window_id", name=op.f("pk_desk_draft")),
    )
    op.create_index(op.f("ix_desk_draft_item_id"), "desk_draft", ["item_id"])
    op.create_index(op.f("ix_desk_draft_story_id"), "desk_draft", ["story_id"])
    op.execute(
        "INSERT INTO desk_draft (user_id, form, window_id, item_id, number, kept_on, mark, typed, choices)"
        " SELECT user_id, 'description/' || item_id, '', item_id, 1, kept_on, mark, typed, choices"
        " FROM description_draft"
    )
    op.drop_table("description_draft")


def downgrade() -> None:
    """Keep of each description what was kept last; there was no place for anything else."""
    op.create_table(
        "description_draft",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_description_draft_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_description_draft_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_description_draft")),
    )
    op.execute(
        "INSERT INTO description_draft (item_id, user_id, kept_on, mark, typed, choices)"
        " SELECT item_id, user_id, kept_on, mark, typed, choices FROM desk_draft AS one"
        " WHERE form = 'description/' || item_id AND number = (SELECT max(number) FROM desk_draft AS other"
        " WHERE other.user_id = one.user_id AND other.form = one.form)"
    )
    op.drop_index(op.f("ix_desk_draft_story_id"), table_name="desk_draft")
    op.drop_index(op.f("ix_desk_draft_item_id"), table_name="desk_draft")
    op.drop_table("desk_draft")
