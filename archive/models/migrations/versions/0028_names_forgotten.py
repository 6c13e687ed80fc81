"""A name by which somebody wished to be named once, and not any more, is in no older version of what they allow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

OLD_NAMES = """
    SELECT old.id FROM consent AS old JOIN consent AS newest ON newest.submission_id = old.submission_id
    WHERE old.name_shown != '' AND old.version < newest.version
    AND newest.version = (SELECT max(version) FROM consent AS one WHERE one.submission_id = old.submission_id)
    AND (newest.naming = 'no-name' OR newest.name_shown != old.name_shown)
"""


def upgrade() -> None:
    """Wipe them, and have a worker take them out of every bag of what was given with them."""
    op.execute(
        sa.text(
            "UPDATE item SET record_revision = record_revision + 1 WHERE bag_key != '' AND submission_id IN"
            f" (SELECT submission_id FROM consent WHERE id IN ({OLD_NAMES}))"
        )
    )
    op.execute(sa.text(f"UPDATE consent SET name_shown = '' WHERE id IN ({OLD_NAMES})"))


def downgrade() -> None:
    """What was forgotten is not told again."""
