"""Every bag gets a revision that holds all there is to say, so that the database can be made again from bags of before too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Have a worker write a new revision into every bag."""
    op.execute(sa.text("UPDATE item SET record_revision = record_revision + 1 WHERE bag_key != ''"))


def downgrade() -> None:
    """A bag with a revision more is as good as before."""
